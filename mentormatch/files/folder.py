"""A round as a folder of files: everything read and checked in one pass."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.policy import CapacityPolicy, Policy
from mentormatch.domain.round import Round
from mentormatch.errors import InputError
from mentormatch.files.checks import check_enrolments, check_people
from mentormatch.files.enrolments_file import EnrolmentSheet, read_enrolments
from mentormatch.files.history_file import read_history
from mentormatch.files.line_checks import check_lines
from mentormatch.files.locks_file import LockSheet, check_rules, locks_without, read_locks
from mentormatch.files.names import Register
from mentormatch.files.people_file import PeopleSheet, read_people
from mentormatch.files.policy_checks import PLACES
from mentormatch.files.policy_file import POLICY_FILE, canonical_policy, read_policy
from mentormatch.files.policy_text import show_policy
from mentormatch.files.problems import Findings, Notice, Problem, join_briefly, order_problems

REQUIRED_FILES = ("people.csv", "enrolments.csv")
OPTIONAL_FILES = ("history.csv", POLICY_FILE)
LOCKS_FILE = "locks.csv"
_LENIENT = CapacityPolicy(mentor_limit=PLACES, mentee_limit=PLACES)
"""The widest limits of all, for checking places while the policy itself cannot be read."""


@dataclass(frozen=True, slots=True)
class RoundFolder:
    """What a folder holds: the round, unless a problem stands in its way, and everything found on the way.

    ``inputs`` has the bytes of each file that was read, with the policy in force under ``policy.toml``;
    ``digests`` their SHA-256 in hexadecimal, and under ``policy`` that of the policy in its canonical form.
    """

    round: Round | None
    problems: tuple[Problem, ...]
    notices: tuple[Notice, ...]
    inputs: Mapping[str, bytes]
    digests: Mapping[str, str]

    @property
    def has_blocking_problems(self) -> bool:
        """Whether a problem cannot be helped by setting people aside."""
        return not all(problem.can_be_quarantined for problem in self.problems)


@dataclass(frozen=True, slots=True)
class _Sheets:
    """The readable content of all files of a folder."""

    people: PeopleSheet
    enrolments: EnrolmentSheet
    history: tuple[PastPairing, ...]
    policy: Policy | None
    locks: LockSheet


def read_round(
    directory: Path,
    *,
    policy_path: Path | None = None,
    locks_path: Path | None = None,
    seed: str = "0",
    quarantine: bool = False,
) -> RoundFolder:
    """Read a folder and collect every problem of all its files.

    With ``quarantine`` the people whom problems concern are set aside and the round goes on without them. Raises
    ``InputError`` for a folder or file that is not there or cannot be opened.
    """
    inputs = _read_inputs(directory, policy_path, locks_path)
    findings = Findings()
    sheets = _read_sheets(inputs, policy_path.name if policy_path else POLICY_FILE, findings)
    _notice_unread(directory, inputs, findings)
    problems = order_problems(findings.problems)
    may_go_on = not problems or (quarantine and all(problem.can_be_quarantined for problem in problems))
    built = _build_round(sheets, sheets.policy, problems, seed, findings) if may_go_on and sheets.policy else None
    if built is not None and built.locks:
        before = len(findings.problems)
        check_rules(sheets.locks, built)
        built = built if len(findings.problems) == before else None
        problems = order_problems(findings.problems)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in inputs.items()}
    if sheets.policy is not None:
        digests["policy"] = hashlib.sha256(canonical_policy(sheets.policy)).hexdigest()
    return RoundFolder(built, problems, tuple(findings.notices), inputs, digests)


def _read_inputs(directory: Path, policy_path: Path | None, locks_path: Path | None) -> dict[str, bytes]:
    """Return the bytes of the files of a round; the default policy stands in for one that is not given."""
    if not directory.is_dir():
        what = "is not a directory" if directory.exists() else "does not exist"
        raise InputError(f"{directory} {what}; name a directory with people.csv and enrolments.csv.")
    missing = [name for name in REQUIRED_FILES if not (directory / name).exists()]
    if missing:
        raise InputError(
            f"{directory} holds no {' and no '.join(missing)}; a round needs {' and '.join(REQUIRED_FILES)}."
        )
    paths = {name: directory / name for name in (*REQUIRED_FILES, *OPTIONAL_FILES)}
    paths = {name: path for name, path in paths.items() if path.exists()}
    if policy_path is not None:
        paths[POLICY_FILE] = policy_path
    if locks_path is not None:
        paths[LOCKS_FILE] = locks_path
    return {POLICY_FILE: show_policy(Policy()).encode()} | {name: read_bytes(path) for name, path in paths.items()}


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, or raise ``InputError`` with a sentence that names it."""
    try:
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "unknown reason").casefold()
        raise InputError(f"{path} cannot be read: {reason}.") from error


def _read_sheets(inputs: Mapping[str, bytes], policy_name: str, findings: Findings) -> _Sheets:
    """Read all files and check them, each by itself and against the others."""
    policy = read_policy(inputs[POLICY_FILE], findings, policy_name)
    people = read_people(inputs["people.csv"], findings)
    register = Register(person.person_id for person in people.people)
    check_people(people, findings)
    check_lines(people, register, findings)
    capacity = policy.capacity if policy else _LENIENT
    enrolments = read_enrolments(inputs["enrolments.csv"], capacity, findings)
    check_enrolments(enrolments, people, register)
    history = read_history(inputs["history.csv"], findings) if "history.csv" in inputs else ()
    locks = LockSheet((), ())
    if LOCKS_FILE in inputs:
        locks = read_locks(inputs[LOCKS_FILE], register if people.is_whole else None, findings)
    return _Sheets(people, enrolments, history, policy, locks)


def _notice_unread(directory: Path, inputs: Mapping[str, bytes], findings: Findings) -> None:
    """Say that a file of locks lies in the folder and is not used."""
    if LOCKS_FILE not in inputs and (directory / LOCKS_FILE).exists():
        text = f"{LOCKS_FILE} was not read; name it with --locks if it counts."
        findings.notice(LOCKS_FILE, "locks-not-read", text)


def _build_round(
    sheets: _Sheets, policy: Policy, problems: tuple[Problem, ...], seed: str, findings: Findings
) -> Round:
    """Return the round without what the problems concern: people set aside stay in it, but take no part."""
    concerned = {person_id for problem in problems for person_id in problem.person_ids}
    doubtful = {who for problem in problems if problem.casts_doubt_on_lines for who in problem.person_ids}
    people = sheets.people.distinct()
    locks = locks_without(sheets.locks.locks, concerned)
    counted = frozenset(locks)
    dropped = [f"{lock.mentor_id} and {lock.mentee_id}" for lock in sheets.locks.locks if lock not in counted]
    if dropped:
        text = f"Locks that name people who are set aside were left out: {join_briefly(dropped)}."
        findings.notice(LOCKS_FILE, "locks-left-out", text)
    return Round(
        people=tuple(people.values()),
        enrolments=tuple(e for e in sheets.enrolments.enrolments if e.person_id not in concerned),
        history=sheets.history,
        policy=policy,
        seed=seed,
        locks=locks,
        quarantined=frozenset(concerned & people.keys()),
        settled_lines=frozenset((concerned - doubtful) & people.keys()),
    )
