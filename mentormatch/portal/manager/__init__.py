"""Pages of managers: their own line, as of now."""
