"""The portal: pages for employees, HR, managers, auditors and administrators. Pages parse, call a service and show."""
