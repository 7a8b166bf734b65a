"""Pages of administrators: who may sign in, in which roles."""
