"""What people do with the portal, one module for each use: no request, no SQL, one transaction or a few."""
