"""The portal of the demonstration: made once in a folder, started on this machine only, with log-ins to try."""

import hashlib
import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from mentormatch.cli.rendering import print_line
from mentormatch.cli.rounds import open_consoles
from mentormatch.files.carried_folders import find_folder
from mentormatch.operating.addresses import LOOPBACK, PORT, listen_near
from mentormatch.operating.serving import list_children, say
from mentormatch.operating.supervising import Supervisor
from mentormatch.settings import PREFIX, Settings, load_settings

KEY_FILE = "secret-key"
MADE_FILE = "made-of.json"
DATABASE = "mentormatch.sqlite"
FILES = (DATABASE, f"{DATABASE}-journal", "queue.sqlite", "queue.sqlite-journal", "log-ins.json")
"""What a demonstration writes and makes anew when it was made of something else; nothing but these is taken away."""
ANSWER_SECONDS = 5.0
LOG_IN_PAGE = "/log-in"

Row = tuple[str, str, str]
"""A log-in as it is shown: role, e-mail address, password."""


def show_portal(place: Path, people: int, number: int, *, exits: bool) -> None:
    """Start a portal on a made-up organisation and say who may log in; with ``exits`` end when it has answered.

    ``number`` is the seed of the organisation.
    """
    folder = place.resolve() / "portal"
    folder.mkdir(parents=True, exist_ok=True)
    with listen_near(PORT) as listener, demo_environment(folder, listener.getsockname()[1]):
        settings = load_settings()
        found = make_or_reuse(settings, folder, people, number)
        web, *workers = list_children(listener, 1, settings.jobs.workers, is_quiet=True)
        with Supervisor([web], say) as supervisor:
            page = settings.public_url + LOG_IN_PAGE
            if not supervisor.watch(until=lambda: answers(page)):
                return
            show_log_ins(settings, found)
            if not exits:
                say("Ctrl-C stops it.")
                supervisor.start_more(workers)
                supervisor.watch()


def make_or_reuse(settings: Settings, folder: Path, people: int, number: int) -> Sequence[Row]:
    """Return the log-ins of the portal in a folder, made anew unless it was made of the same by this release."""
    made_of = {"people": people, "seed": number, "schema": digest_migrations()}
    kept = _read_made(folder / MADE_FILE, made_of) if (folder / DATABASE).exists() else None
    if kept is not None:
        return kept
    for name in (MADE_FILE, *FILES):
        (folder / name).unlink(missing_ok=True)
    say(f"Making up the portal of {people:,} people ...")
    rows = make_portal(settings, folder, people, number)
    write_secret(folder / MADE_FILE, json.dumps({"made_of": made_of, "log_ins": rows}))
    return rows


def make_portal(settings: Settings, folder: Path, people: int, number: int) -> Sequence[Row]:
    """Fill a new database and return the log-ins; what this needs is loaded only when there is something to make."""
    from mentormatch.bootstrap import open_site
    from mentormatch.operating.demo_portal import seed
    from mentormatch.storage.migrating import upgrade

    upgrade(settings.database)
    with open_site(settings) as site:
        found = seed(site.ports, folder, people=people, seed=number)
    return [(one.role, one.email, one.password) for one in found]


def digest_migrations() -> str:
    """Return the SHA-256 of all migrations: a portal of another schema is made anew."""
    files = sorted((find_folder("migrations") / "versions").glob("*.py"))
    return hashlib.sha256(b"".join(file.name.encode() + file.read_bytes() for file in files)).hexdigest()


@contextmanager
def demo_environment(folder: Path, port: int) -> Iterator[None]:
    """Let the settings be those of a demonstration, here and in processes that are started meanwhile.

    What the environment says of a real installation does not count: a demonstration never touches its database.
    """
    before = {name: value for name, value in os.environ.items() if name.startswith(PREFIX)}
    for name in before:
        del os.environ[name]
    chosen = choose_settings(folder, port)
    os.environ.update(chosen)
    try:
        yield
    finally:
        for name in chosen:
            os.environ.pop(name, None)
        os.environ.update(before)


def choose_settings(folder: Path, port: int) -> Mapping[str, str]:
    """Return the settings of a demonstration as variables of the environment."""
    chosen = {
        "ENVIRONMENT": "development",
        "SECRET_KEYS": read_key(folder / KEY_FILE),
        "DATA_FOLDER": str(folder),
        "PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "TRUSTED_HOSTS": f"{LOOPBACK},localhost",
    }
    return {PREFIX + name: value for name, value in chosen.items()}


def read_key(file: Path) -> str:
    """Return the secret key of a demonstration, a random one when there is none yet; only its owner can read it."""
    if not file.exists():
        write_secret(file, secrets.token_urlsafe(48))
    return file.read_text(encoding="ascii")


def write_secret(file: Path, text: str) -> None:
    """Write a file that only its owner can read."""
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")


def answers(page: str) -> bool:
    """Whether a page of this machine can be had, whatever proxies are set for others."""
    try:
        with build_opener(ProxyHandler({})).open(page, timeout=ANSWER_SECONDS) as answer:
            return bool(answer.status == 200)
    except HTTPError as error:
        error.close()
        return False
    except (URLError, OSError):
        return False


def show_log_ins(settings: Settings, found: Sequence[Row]) -> None:
    """Print the address of the portal and a log-in for each role."""
    console, _ = open_consoles()
    print_line(console, f"The portal is at {settings.public_url}. Log in as one of these, who exist here only:")
    rows = [("role", "e-mail address", "password"), *found]
    roles, emails, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    for role, email, password in rows:
        print_line(console, f"  {role:{roles}}  {email:{emails}}  {password}")


def _read_made(file: Path, made_of: Mapping[str, object]) -> Sequence[Row] | None:
    """Return the log-ins of a portal that was made of the same, or nothing when that cannot be told."""
    try:
        made = json.loads(file.read_bytes())
        if made["made_of"] != made_of:
            return None
        return [(str(role), str(email), str(password)) for role, email, password in made["log_ins"]]
    except (OSError, ValueError, TypeError, KeyError):
        return None
