"""Pages of auditors: the audit log and, later, certificates and figures."""
