"""The log of the web server: what was asked for, without the secrets that stand in some addresses."""

import logging
import re
from typing import Any, override

from gunicorn.config import Config
from gunicorn.glogging import Logger

from mentormatch.domain.accounts import TokenKind

SECRET = re.compile(rf"/({'|'.join(TokenKind)})/+[^/\s?]+")
"""Where a one-time token stands in an address."""
QUERY = re.compile(r"\?\S*")


def hide_secrets(path: str) -> str:
    """Return a path without one-time tokens and without its query, on one line."""
    shown = QUERY.sub("?...", SECRET.sub(r"/\1/...", path))
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in shown)


class SecretsFilter(logging.Filter):
    """Hides the secrets in what is told about addresses."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Change the texts of a record and let it through."""
        if isinstance(record.args, tuple):
            record.args = tuple(hide_secrets(one) if isinstance(one, str) else one for one in record.args)
        return True


class AccessLogger(Logger):  # type: ignore[misc]  # the library is not typed
    """Gunicorn's logger, with addresses as this portal shows them."""

    @override
    def setup(self, cfg: Config) -> None:
        """Prepare the logs; errors name addresses too."""
        super().setup(cfg)
        self.error_log.addFilter(SecretsFilter())

    @override
    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """Return what a line may be made of."""
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return atoms | {"U": hide_secrets(environ.get("PATH_INFO") or "-"), "r": "-", "q": "-", "f": "-"}
