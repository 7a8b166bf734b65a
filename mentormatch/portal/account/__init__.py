"""Pages for everybody about their own log-in: in and out, passwords, sessions."""
