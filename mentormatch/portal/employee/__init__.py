"""Pages that every employee has: home and own data."""
