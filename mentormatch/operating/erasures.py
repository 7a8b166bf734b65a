"""The commands that carry erasures across the restore of an older backup."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from mentormatch.bootstrap import open_site
from mentormatch.cli.rendering import count
from mentormatch.errors import InputError
from mentormatch.files.folder import read_bytes
from mentormatch.services.own_data import erase_again, list_erasures
from mentormatch.services.stored import Erasure

FIELDS = frozenset({"pseudonym", "id_hash", "erased_at"})


@click.group()
def erasures() -> None:
    """Keep the list of erasures beside the backups, and apply it after a restore."""


@erasures.command("export")
def export_erasures() -> None:
    """Print the list of erasures, which names nobody."""
    with open_site() as site:
        found = list_erasures(site.ports)
    click.echo(json.dumps([asdict(one) for one in found], default=_write_moment, indent=2))


@erasures.command("apply")
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
def apply_erasures(file: Path) -> None:
    """Erase everybody of the list in FILE who came back with an older backup."""
    wanted = read_erasures(read_bytes(file), file.name)
    with open_site() as site:
        erased = erase_again(site.ports, wanted)
    click.echo(f"{count(erased, 'person was', 'people were')} erased again.")


def read_erasures(data: bytes, name: str) -> list[Erasure]:
    """Return a list of erasures from its file, or raise ``InputError``."""
    try:
        return [_read_erasure(entry) for entry in json.loads(data)]
    except (ValueError, TypeError, RecursionError) as error:
        raise InputError(f"{name} is no list of erasures; name a file that erasures export has written.") from error


def _read_erasure(entry: Any) -> Erasure:
    """Return one erasure. Raises ``TypeError`` or ``ValueError`` for anything else."""
    if not isinstance(entry, dict) or entry.keys() != FIELDS or not all(isinstance(one, str) for one in entry.values()):
        raise TypeError("no erasure")
    return Erasure(entry["pseudonym"], entry["id_hash"], datetime.fromisoformat(entry["erased_at"]))


def _write_moment(moment: object) -> str:
    if not isinstance(moment, datetime):
        raise TypeError(f"{moment!r} has no place in the list.")
    return moment.isoformat()
