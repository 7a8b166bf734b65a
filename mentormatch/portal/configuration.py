"""How the web framework is set up for an installation: cookies, keys, sizes, hosts."""

from collections.abc import Mapping
from datetime import timedelta

from mentormatch.settings import Settings

FORM_BYTES = 1_000_000
"""Most bytes of a form apart from files."""
FORM_PARTS = 2_000
"""Most fields of a form."""
STATIC_DAYS = 365
"""Files that never change under their address may be kept so long."""
KNOWN_AFTERWARDS = timedelta(days=7)
"""How long after the end of a session its browser still knows whose it was."""


def is_secure(settings: Settings) -> bool:
    """Whether people reach the portal over an encrypted connection."""
    return settings.public_url.startswith("https://")


def cookie_name(settings: Settings) -> str:
    """Return the name of the cookie; the prefix makes browsers refuse one from another host or an open connection."""
    return "__Host-mentormatch" if is_secure(settings) else "mentormatch"


def device_cookie_name(settings: Settings) -> str:
    """Return the name of the cookie by which a browser is known again."""
    return f"{cookie_name(settings)}-device"


def flask_configuration(settings: Settings) -> Mapping[str, object]:
    """Return every setting of Flask and its extensions that differs from what they do by themselves."""
    key, *older = settings.signing_keys
    return {
        "SECRET_KEY": key,
        "SECRET_KEY_FALLBACKS": older,
        "DEBUG": settings.debug,
        "PROPAGATE_EXCEPTIONS": False,
        "TESTING": settings.environment == "test",
        "TRUSTED_HOSTS": list(settings.trusted_hosts),
        "SESSION_COOKIE_NAME": cookie_name(settings),
        "SESSION_COOKIE_SECURE": is_secure(settings),
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        # The row ends a session. The cookie outlives it, to tell who typed what is sent after the end.
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.sessions.absolute_hours) + KNOWN_AFTERWARDS,
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "MAX_CONTENT_LENGTH": settings.limits.upload_megabytes * 1_000_000 + FORM_BYTES,
        "MAX_FORM_MEMORY_SIZE": FORM_BYTES,
        "MAX_FORM_PARTS": FORM_PARTS,
        "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=STATIC_DAYS),
        "WTF_CSRF_TIME_LIMIT": None,  # as long as the log-in: a form left open over lunch is not lost
        "WTF_CSRF_SSL_STRICT": False,  # Fetch Metadata is checked instead of a referrer
        "BOOTSTRAP_SERVE_LOCAL": True,
        "BABEL_DEFAULT_LOCALE": "en_GB",
        "BABEL_DEFAULT_TIMEZONE": "UTC",
    }
