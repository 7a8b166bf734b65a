"""Whether the portal of this machine is well, for whoever runs it in a container: exit code 0, or 1."""

import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from mentormatch.errors import InputError
from mentormatch.operating.addresses import LOOPBACK, PORT, read_address
from mentormatch.settings import Settings, load_settings

SECONDS = 5.0


def is_well(settings: Settings, host: str, port: int) -> bool:
    """Whether a portal answers that it is well; it is asked for under its public name, as others are refused."""
    connection = HTTPConnection(host, port, timeout=SECONDS)
    try:
        connection.request("GET", "/health", headers={"Host": urlsplit(settings.public_url).netloc})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def main(words: list[str]) -> int:
    """Return the exit code; the one word there may be is the address at which the portal listens."""
    try:
        host, port = read_address(words[0]) if words else (LOOPBACK, PORT)
        return 0 if is_well(load_settings(), host, port) else 1
    except InputError as error:
        sys.stderr.write(f"{error.sentence}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
