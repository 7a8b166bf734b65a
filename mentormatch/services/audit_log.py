"""The audit log: append-only and chained, so that a changed, missing or added entry shows.

Entries name people and things by number. What identifies a person stands in rows that can be erased, never here, and so
the chain outlives every erasure.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import batched, takewhile
from typing import override

from mentormatch.domain.accounts import Actor
from mentormatch.domain.records import AuditEntry
from mentormatch.errors import InputError
from mentormatch.files.csv_text import guard, write_csv
from mentormatch.services.permissions import can_read_audit_log
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import NotFoundError

START_HASH = "0" * 64
"""What stands for the hash before the first entry."""
BATCH = 1_000
PAGE = 100
STEP = 25_000
"""How many entries a page checks at once: in a second or two."""
NO_PAGE = "There is no such page."
ANCHOR = re.compile(r"(\d{1,18}):([0-9a-f]{64})", re.ASCII)
COLUMNS = ("sequence", "at", "actor", "action", "subject", "data", "previous_hash", "hash")
"""The columns of the log as a file, from which everybody can compute the hashes anew."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """How long the log was at some time and the hash of its last entry; kept elsewhere, it betrays a cut-off end."""

    count: int
    head: str

    @override
    def __str__(self) -> str:
        """Return the one way of writing an anchor."""
        return f"{self.count}:{self.head}"


NOTHING = Anchor(0, START_HASH)
"""The anchor of a log without entries."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the log found: its anchor, and a sentence about the first thing that is wrong, or nothing.

    A check in steps is not complete before it has come to the end of the log, which had ``total`` entries by then.
    """

    anchor: Anchor
    flaw: str = ""
    sequence: int | None = None
    total: int | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaw

    @property
    def is_complete(self) -> bool:
        """Whether there is nothing left to check."""
        return bool(self.flaw) or self.total is None or self.anchor.count >= self.total


def read_anchor(text: str) -> Anchor:
    """Return an anchor as it was written down, or raise ``InputError``."""
    found = ANCHOR.fullmatch(text.strip())
    if found is None:
        raise InputError("This is no anchor: a count, a colon and 64 hexadecimal digits.", field="anchor")
    return Anchor(int(found[1]), found[2])


def canonical_data(data: Mapping[str, object]) -> str:
    """Return the one way of writing the data of an entry: JSON with sorted keys, in ASCII."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def hash_entry(entry: AuditEntry) -> str:
    """Return the SHA-256 over everything an entry says and the hash of the entry before it (Haber, Stornetta 1991)."""
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [entry.previous_hash, entry.sequence, moment, entry.actor, entry.action, entry.subject]
    text = json.dumps([*parts, canonical_data(entry.data)], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def append(unit: Unit, at: datetime, actor: Actor, action: str, subject: str, **data: object) -> AuditEntry:
    """Add an entry to the log in the transaction of what it tells of, so that both happen or neither does."""
    last = unit.audit_log.last_for_update()
    sequence, previous = (last.sequence + 1, last.hash) if last else (1, START_HASH)
    bare = AuditEntry(sequence, at, actor.name, action, subject, data, previous, "")
    entry = AuditEntry(sequence, at, actor.name, action, subject, data, previous, hash_entry(bare))
    unit.audit_log.add(entry)
    return entry


def check_chain(entries: Iterable[AuditEntry], anchor: Anchor | None = None, after: Anchor = NOTHING) -> Verdict:
    """Return what is wrong with a chain, the first thing first; with an anchor also whether its end was cut off.

    ``after`` is where the chain was found sound already; ``entries`` go on from there.
    """
    count, head = after.count, after.head
    for entry in entries:
        flaw = _flaw_of(entry, count, head)
        if flaw:
            return Verdict(Anchor(count, head), flaw, entry.sequence)
        count, head = entry.sequence, entry.hash
        if anchor and anchor.count == count and anchor.head != head:
            return Verdict(Anchor(count, head), f"Entry {count} is not the one that the anchor was taken of.", count)
    if anchor and anchor.count > count:
        missing = f"The log ends with entry {count}, but it had {anchor.count} when the anchor was taken."
        return Verdict(Anchor(count, head), missing, count + 1)
    return Verdict(Anchor(count, head))


def verify(ports: Ports, anchor: Anchor | None = None) -> Verdict:
    """Check the whole log as it is now. It is read a batch at a time, so that nobody who writes waits for the check."""
    return check_chain(_entries_after(ports, 0), anchor)


def check_step(ports: Ports, actor: Actor, anchor: Anchor | None = None, after: Anchor = NOTHING) -> Verdict:
    """Check the next entries after those that an earlier step found sound, as many as a page can wait for."""
    _require_reader(actor)
    total = _last_sequence(ports)
    end = after.count + STEP
    entries = takewhile(lambda entry: entry.sequence <= end, _entries_after(ports, after.count))
    is_last = end >= total
    held = anchor if anchor and (is_last or anchor.count <= end) else None
    return replace(check_chain(entries, held, after), total=total)


def read_log(
    ports: Ports, actor: Actor, *, action: str = "", subject: str = "", before: int | None = None
) -> Sequence[AuditEntry]:
    """Return one page of the log, the latest entries first: of one action, on one subject, or all."""
    _require_reader(actor)
    return ports.store.read(lambda unit: unit.audit_log.page(action, before, PAGE, subject))


def export_log(ports: Ports, actor: Actor) -> Iterator[bytes]:
    """Return the log as it is now as the pieces of a CSV file, and note that it was taken."""
    _require_reader(actor)
    noted = ports.store.write(lambda unit: append(unit, ports.clock.now(), actor, "log-exported", "audit-log"))
    entries = takewhile(lambda entry: entry.sequence <= noted.sequence, _entries_after(ports, 0))
    return _pieces(map(_cells, entries))


def _flaw_of(entry: AuditEntry, count: int, head: str) -> str:
    """Return what is wrong with an entry that follows ``count`` others, or nothing."""
    if entry.sequence != count + 1:
        return f"Entry {count + 1} is missing: entry {entry.sequence} follows entry {count}."
    if entry.previous_hash != head:
        return f"Entry {entry.sequence} does not follow from the entry before it."
    return "" if hash_entry(entry) == entry.hash else f"Entry {entry.sequence} was changed after it was written."


def _require_reader(actor: Actor) -> None:
    if not can_read_audit_log(actor):
        raise NotFoundError(NO_PAGE)


def _entries_after(ports: Ports, sequence: int) -> Iterator[AuditEntry]:
    """Yield the entries after one, a batch at a time: what was read is never changed, so one picture is not needed."""
    last = sequence
    while batch := _batch(ports, last):
        yield from batch
        last = batch[-1].sequence


def _batch(ports: Ports, sequence: int) -> Sequence[AuditEntry]:
    return ports.store.read(lambda unit: unit.audit_log.after(sequence, BATCH))


def _last_sequence(ports: Ports) -> int:
    last = ports.store.read(lambda unit: unit.audit_log.page("", None, 1))
    return last[0].sequence if last else 0


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    """Return an entry as a row of the file."""
    moment = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = (entry.actor, entry.action, entry.subject, canonical_data(entry.data), entry.previous_hash, entry.hash)
    return (str(entry.sequence), moment, *map(guard, said))


def _pieces(rows: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
    """Yield the header and the rows of a CSV file, many rows at a time."""
    yield write_csv(COLUMNS, ())
    for first, *others in batched(rows, BATCH):
        yield write_csv(first, others)
