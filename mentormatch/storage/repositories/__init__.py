"""What is stored, by subject: every query has a fixed number of statements, however many rows there are."""
