"""Addresses at which the portal listens: read, opened, and shown to people."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from urllib.parse import urlsplit

from mentormatch.errors import InputError
from mentormatch.settings import LOCAL_HOSTS, Settings

PORT = 8000
HIGHEST_PORT = 65_535
BACKLOG = 512
LOOPBACK = "127.0.0.1"


def own_address(settings: Settings) -> tuple[str, int]:
    """Return where to listen when nobody says: on this machine only, at the port of a public address that is local."""
    public = urlsplit(settings.public_url)
    return LOOPBACK, (public.port or PORT) if public.hostname in LOCAL_HOSTS else PORT


def read_address(text: str) -> tuple[str, int]:
    """Return host and port of a text such as ``0.0.0.0:8000`` or ``[::1]:8000``, or raise ``InputError``."""
    host, _, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") if host.startswith("[") else host
    if not host or not (port.isascii() and port.isdecimal() and len(port) <= 5) or int(port) > HIGHEST_PORT:
        raise InputError(f"{text} is no address to listen at; write host and port, such as 127.0.0.1:8000.")
    return host, int(port)


@contextmanager
def listen_at(host: str, port: int) -> Iterator[socket.socket]:
    """Give a listening socket; port 0 stands for any that is free. Raises ``InputError`` when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise InputError(f"The portal cannot listen at {host}:{port}: {what}; choose another with --bind.") from error
    with listener:
        yield listener


@contextmanager
def listen_near(port: int, tries: int = 50) -> Iterator[socket.socket]:
    """Give a socket that listens on this machine only, at a port or the next one that is free."""
    with ExitStack() as stack:
        for number in range(port, port + tries - 1):
            with suppress(InputError):
                listener = stack.enter_context(listen_at(LOOPBACK, number))
                break
        else:
            listener = stack.enter_context(listen_at(LOOPBACK, port + tries - 1))
        yield listener


def show_address(listener: socket.socket) -> str:
    """Return where a socket listens, for people."""
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
