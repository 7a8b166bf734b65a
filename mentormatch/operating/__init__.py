"""Running the portal: the web server, background workers, the database, users and whatever else has no page."""
