"""Which page a request comes from, as far as the browser says: one of this portal, one of another site, or none."""

from flask import request

from mentormatch.portal.context import get_ports

HERE = frozenset({"same-origin", "none"})
"""What Fetch Metadata (W3C) says of a step on our own page, and of one that nobody but the person asked for."""


def comes_from_here() -> bool:
    """Whether the browser says that one of our own pages asks for this."""
    site = request.headers.get("Sec-Fetch-Site")
    return _is_own_origin() if site is None else site in HERE


def comes_from_elsewhere() -> bool:
    """Whether the browser says that another site asks for this. Old browsers name the origin only, or nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        return "Origin" in request.headers and not _is_own_origin()
    return site not in HERE


def _is_own_origin() -> bool:
    """Whether the origin that is named is ours, under the host that was asked or the one that people know."""
    return request.headers.get("Origin") in (request.host_url.rstrip("/"), get_ports().settings.public_url)
