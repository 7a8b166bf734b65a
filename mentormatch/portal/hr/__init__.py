"""Pages of HR: people, organisation, imports, programmes."""
