"""The audit log: append-only and chained, so that a changed, missing or added entry shows.

Entries name people and things by number. What identifies a person stands in rows that can be erased, never here, and so
the chain outlives every erasure.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mentormatch.domain.accounts import Actor
from mentormatch.domain.records import AuditEntry
from mentormatch.services.permissions import can_read_audit_log
from mentormatch.services.ports import Ports, Unit
from mentormatch.services.refusals import NotFoundError

START_HASH = "0" * 64
"""What stands for the hash before the first entry."""
BATCH = 1_000
PAGE = 100


@dataclass(frozen=True, slots=True)
class Anchor:
    """How long the log was at some time and the hash of its last entry; kept elsewhere, it betrays a cut-off end."""

    count: int
    head: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the log found: its anchor, and a sentence about the first thing that is wrong, or nothing."""

    anchor: Anchor
    flaw: str = ""
    sequence: int | None = None

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaw


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


def check_chain(entries: Iterable[AuditEntry], anchor: Anchor | None = None) -> Verdict:
    """Return what is wrong with a chain, the first thing first; with an anchor also whether its end was cut off."""
    count, head = 0, START_HASH
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
    """Check the whole log as it is now."""
    return ports.store.read(lambda unit: check_chain(_all_entries(unit), anchor))


def read_log(ports: Ports, actor: Actor, *, action: str = "", before: int | None = None) -> Sequence[AuditEntry]:
    """Return one page of the log, the latest entries first."""
    if not can_read_audit_log(actor):
        raise NotFoundError("There is no such page.")
    return ports.store.read(lambda unit: unit.audit_log.page(action, before, PAGE))


def _flaw_of(entry: AuditEntry, count: int, head: str) -> str:
    """Return what is wrong with an entry that follows ``count`` others, or nothing."""
    if entry.sequence != count + 1:
        return f"Entry {count + 1} is missing: entry {entry.sequence} follows entry {count}."
    if entry.previous_hash != head:
        return f"Entry {entry.sequence} does not follow from the entry before it."
    return "" if hash_entry(entry) == entry.hash else f"Entry {entry.sequence} was changed after it was written."


def _all_entries(unit: Unit) -> Iterator[AuditEntry]:
    """Yield the entries from the first, a batch at a time."""
    last = 0
    while batch := unit.audit_log.after(last, BATCH):
        yield from batch
        last = batch[-1].sequence
