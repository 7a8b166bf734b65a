"""Known devices: a browser in which somebody logged in before is not locked out by what strangers try elsewhere.

The browser keeps a text that is signed for one address (OWASP, device cookies). It opens nothing by itself: it only
lets a password be tried under a count of its own, so whoever steals one gains a few guesses.
"""

import hmac
import re
from datetime import timedelta

from mentormatch.services.ports import Ports

TEXT = re.compile(r"([\w-]{43})\.([0-9]{1,12})\.([0-9a-f]{64})", re.ASCII)
PURPOSE = "known-device"


def make_device(ports: Ports, email: str) -> str:
    """Return a text by which a browser is known again, for a folded address: a random name, its end, a signature."""
    ends_at = ports.clock.now() + timedelta(days=ports.settings.sessions.known_device_days)
    name, end = ports.secrets.new(), str(int(ends_at.timestamp()))
    return f"{name}.{end}.{_signatures(ports, email, name, end)[0]}"


def name_device(ports: Ports, email: str, text: str) -> str:
    """Return the random name of a device that is known for an address; nothing for any other."""
    found = TEXT.fullmatch(text)
    if found is None or int(found[2]) <= ports.clock.now().timestamp():
        return ""
    name, end, signature = found.groups()
    is_ours = any(hmac.compare_digest(signature, good) for good in _signatures(ports, email, name, end))
    return name if is_ours else ""


def _signatures(ports: Ports, email: str, name: str, end: str) -> tuple[str, ...]:
    """Return the signature under each secret key, that of the newest first."""
    return ports.secrets.fingerprints("\n".join((PURPOSE, name, end, email)))
