"""The database: typed rows by subject, their translation into words, engines, transactions and repositories."""
