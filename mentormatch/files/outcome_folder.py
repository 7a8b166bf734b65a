"""An outcome as a folder of files, read back: the round as it was matched, its pairings and its proof."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mentormatch.domain.pairing import Pairing, Unpaired
from mentormatch.domain.round import Round
from mentormatch.errors import InputError, RefusedError
from mentormatch.files.folder import LOCKS_FILE, read_bytes, read_round
from mentormatch.files.result_tables import read_pairings, read_unpaired
from mentormatch.matching.certificate import Certificate, read_certificate

RESULT_FILES = ("certificate.json", "pairings.csv", "unpaired.csv")


@dataclass(frozen=True, slots=True)
class OutcomeFolder:
    """What ``match`` wrote: the round that its copies of the input files hold, the results, and the proof.

    ``inputs`` and ``digests`` are those of ``RoundFolder``.
    """

    round: Round
    pairings: tuple[Pairing, ...]
    unpaired: tuple[Unpaired, ...]
    certificate: Certificate
    inputs: Mapping[str, bytes]
    digests: Mapping[str, str]


def read_outcome(out: Path) -> OutcomeFolder:
    """Read the outcome in a folder.

    Raises ``RefusedError`` when the folder holds no outcome, or one whose files cannot be read or do not belong
    together: input files that are not those that were matched, pairings of people who are not in them.
    """
    missing = [name for name in RESULT_FILES if not (out / name).is_file()]
    if missing:
        raise RefusedError(f"{out} holds no {' and no '.join(missing)}; name a directory that match has written.")
    try:
        certificate = read_certificate(read_bytes(out / "certificate.json"))
        pairings = read_pairings(read_bytes(out / "pairings.csv"))
        unpaired = read_unpaired(read_bytes(out / "unpaired.csv"))
        locks_path = out / LOCKS_FILE if (out / LOCKS_FILE).exists() else None
        folder = read_round(out, locks_path=locks_path, seed=certificate.seed, quarantine=True)
    except InputError as error:
        raise RefusedError(error.sentence) from error
    if folder.round is None:
        raise RefusedError(f"The round in {out} cannot be read: {folder.problems[0].sentence}")
    outcome = OutcomeFolder(folder.round, pairings, unpaired, certificate, folder.inputs, folder.digests)
    _check_belongs_together(out, outcome)
    return outcome


def _check_belongs_together(out: Path, outcome: OutcomeFolder) -> None:
    """Refuse input files that are not those that were matched, and results about people who are not in them."""
    stated, found = outcome.certificate.digests, outcome.digests
    changed = sorted(name for name in stated.keys() | found.keys() if stated.get(name) != found.get(name))
    if changed:
        raise RefusedError(f"{out} holds another {changed[0]} than the one that was matched; match the round again.")
    people = {person.person_id for person in outcome.round.people}
    named = {who for pairing in outcome.pairings for who in (pairing.mentor_id, pairing.mentee_id)}
    named |= {one.person_id for one in outcome.unpaired}
    strangers = sorted(named - people)
    if strangers:
        raise RefusedError(f"{out} has results about {strangers[0]}, who is not in people.csv; match the round again.")
