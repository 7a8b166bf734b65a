"""What every answer tells the browser: where scripts may come from, who may frame it, what may be kept."""

from flask import Flask, Response, request

from mentormatch.portal.access import OPEN_FILES

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # the icons of the style sheet of Bootstrap
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
YEAR = 31_536_000


def add_headers(response: Response) -> Response:
    """Add the headers of every answer."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={YEAR}; includeSubDomains"
    if request.endpoint not in OPEN_FILES or response.status_code >= 400:  # the page of an error greets by name
        response.headers["Cache-Control"] = "no-store"
        response.vary.add("Cookie")
    return response


def protect(app: Flask) -> None:
    """Have the headers added to every answer."""
    app.after_request(add_headers)
