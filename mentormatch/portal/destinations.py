"""Where a page may lead next: only to pages of this portal."""

from urllib.parse import urlsplit

from flask import current_app, request, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def safe_destination(wanted: str) -> str:
    """Return the wanted path if it is a page of this portal that can be opened, else home."""
    home = url_for("employee.home")
    if not wanted.isprintable() or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return home
    try:
        parts = urlsplit(wanted)
        if parts.scheme or parts.netloc:
            return home
        current_app.create_url_adapter(request).match(parts.path, method="GET")  # type: ignore[union-attr]
    except (HTTPException, RequestRedirect, ValueError):
        return home
    return wanted
