"""A policy as it is typed: one text for each field of a form, and the way back with everything that is wrong."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache

from mentormatch.domain.direction import Direction
from mentormatch.domain.policy import STAGES, Policy, SolvePolicy
from mentormatch.files.policy_checks import list_bounds
from mentormatch.files.policy_file import Settings, policy_settings, read_settings
from mentormatch.files.problems import Findings, Problem, shorten
from mentormatch.services.policy_catalogue import CATALOGUE

ON = "on"
"""What a switch that is on is typed as; one that is off is typed as nothing."""
GAPS = range(-6, 7)
"""The level gaps that every direction has a field for."""
BLANK_ALLOWED = "solve.time_limit_seconds"
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,400})?")
COMMA = re.compile(r"-?[0-9]{1,12},[0-9]+")
THOUSANDS = re.compile(r"-?[0-9]{1,3}([.,_' ][0-9]{3})+([.,][0-9]+)?")
Typed = Mapping[str, str]


class Kind(StrEnum):
    """How a setting is typed."""

    TEXT = "text"
    SWITCH = "switch"
    WHOLE = "whole"
    NUMBER = "number"
    WHOLES = "wholes"
    NUMBERS = "numbers"
    CHOICE = "choice"
    ORDER = "order"
    GAPS = "gaps"


@cache
def kind_of(name: str) -> Kind:
    """Return how a setting is typed, as its default has it."""
    special = {"stages": Kind.ORDER, "floors.by": Kind.CHOICE, BLANK_ALLOWED: Kind.NUMBER, "bands": Kind.WHOLES}
    kinds = {
        bool: Kind.SWITCH,
        int: Kind.WHOLE,
        float: Kind.NUMBER,
        str: Kind.TEXT,
        list: Kind.NUMBERS,
        dict: Kind.GAPS,
    }
    return special.get(name) or kinds[type(find_setting(policy_settings(Policy()), name))]


@cache
def bounds_of(name: str) -> tuple[float, float] | None:
    """Return the lowest and the highest value of a number, or of each number in a list; those of any level gap."""
    full = Policy(solve=SolvePolicy(time_limit_seconds=1.0))
    found = {setting: (lowest, highest) for setting, _, lowest, highest in list_bounds(full)}
    return found["directions.peer.level_gap.0" if is_gap(name) else name] if is_gap(name) or name in found else None


def is_gap(name: str) -> bool:
    """Whether a field is a single level gap, such as ``directions.peer.level_gap.-1``."""
    return name.rpartition(".")[0] in {f"directions.{direction}.level_gap" for direction in Direction}


def find_setting(settings: Mapping[str, object], name: str) -> object:
    """Return a setting by its name with dots."""
    found: object = settings
    for step in name.split("."):
        found = found[step] if isinstance(found, dict) else None
    return found


def type_policy(policy: Policy) -> dict[str, str]:
    """Return a policy as it would be typed; what ``read_typed`` makes of it is the same policy."""
    settings = policy_settings(policy)
    typed: dict[str, str] = {}
    for name in CATALOGUE:
        value = find_setting(settings, name)
        if name == "stages" and isinstance(value, list):
            typed |= {f"stages.{stage}": str(value.index(stage) + 1) if stage in value else "" for stage in STAGES}
        elif isinstance(value, dict):
            gaps = sorted({*GAPS, *map(int, value)})
            typed |= {f"{name}.{gap}": _type_value(value.get(str(gap))) for gap in gaps}
        else:
            typed[name] = _type_value(value)
    return typed


def _type_value(value: object) -> str:
    """Return one value as it would be typed: numbers without an exponent, lists with a semicolon between."""
    if isinstance(value, list):
        return "; ".join(map(_type_value, value))
    if isinstance(value, bool) or value is None:
        return ON if value else ""
    if isinstance(value, float):
        text = format(Decimal(repr(value)), "f")
        return text.removesuffix(".0")
    return str(value)


def list_gaps(name: str, *forms: Typed) -> list[int]:
    """Return the level gaps that forms have a field for in a table, the lowest first; other names are left out."""
    rests = {each.removeprefix(f"{name}.") for typed in forms for each in typed if each.startswith(f"{name}.")}
    return sorted(int(rest) for rest in rests if re.fullmatch(r"0|-?[1-9][0-9]{0,3}", rest))


@dataclass(frozen=True, slots=True)
class TypedProblem:
    """What is wrong with a field or with a section: its name, and the whole sentence with the label."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What was typed as a policy, or everything that is wrong with it."""

    policy: Policy | None
    problems: tuple[TypedProblem, ...] = ()


def read_typed(typed: Typed) -> Reading:
    """Read a whole form; every field is checked, as are those that must fit together."""
    reader = _Reader(typed)
    settings: Settings = {}
    for name in CATALOGUE:
        _put(settings, name, reader.read(name))
    policy = read_settings(settings, reader.findings)
    if policy is not None and not any(policy.weights.values()):
        reader.report("weights", "", "every weight is 0", "give at least one criterion a weight above 0")
    problems = tuple(dict.fromkeys(map(_tell, reader.findings.problems)))
    return Reading(None if problems else policy, problems)


def _put(settings: Settings, name: str, value: object) -> None:
    """Put a value into the tables of the settings by its name; nothing for one that cannot be read."""
    if value is None:
        return
    *tables, last = name.split(".")
    for step in tables:
        inner = settings.setdefault(step, {})
        settings = inner if isinstance(inner, dict) else {}
    settings[last] = value


def _tell(problem: Problem) -> TypedProblem:
    """Return a problem as the sentence of a form; an entry of a list is told at the list."""
    name = problem.column
    known = name if is_gap(name) or name in CATALOGUE or "." not in name else name.rpartition(".")[0]
    plain = Problem("", None, label_of(known), problem.value, problem.code, problem.wrong, problem.remedy)
    return TypedProblem(known, plain.sentence)


def label_of(name: str) -> str:
    """Return the label of a setting, of one level gap, or of a section as a whole."""
    if is_gap(name):
        table, _, gap = name.rpartition(".")
        return f"{table.split('.')[1].capitalize()}: worth of {tell_gap(int(gap))}"
    return CATALOGUE[name].label if name in CATALOGUE else name.capitalize()


def tell_gap(gap: int) -> str:
    """Return where the mentor stands, seen from the mentee."""
    if gap == 0:
        return "the same level"
    return f"{abs(gap)} {'level' if abs(gap) == 1 else 'levels'} {'above' if gap > 0 else 'below'}"


@dataclass(frozen=True, slots=True)
class _Reader:
    """The fields of a form as values; one that cannot be read is a problem and counts as not given."""

    typed: Typed
    findings: Findings = field(default_factory=Findings)

    def read(self, name: str) -> object:
        """Return the value of a setting."""
        kind = kind_of(name)
        if kind is Kind.SWITCH:
            return self.typed.get(name, "") == ON
        if kind is Kind.ORDER:
            return self._order()
        if kind is Kind.GAPS:
            return self._gaps(name)
        if name not in self.typed:
            self.report(name, "", "the field is missing in what was sent", "load the page again")
            return None
        return self._value(name, kind, self.typed[name])

    def report(self, name: str, value: str, wrong: str, remedy: str) -> None:
        """Report what is wrong with a field."""
        self.findings.problems.append(Problem("", None, name, shorten(value), "bad-setting", wrong, remedy))

    def _value(self, name: str, kind: Kind, text: str) -> object:
        """Return a field that stands alone as the value that it says."""
        if kind in (Kind.TEXT, Kind.CHOICE):
            return text
        if kind in (Kind.WHOLES, Kind.NUMBERS):
            return self._numbers(name, kind, _split(text))
        if not text.strip() and name == BLANK_ALLOWED:
            return None
        return self._number(name, kind, text.strip())

    def _numbers(self, name: str, kind: Kind, entries: Iterable[str]) -> list[int | float] | None:
        """Return the numbers of a list, or ``None`` after reporting the first entry that is none."""
        found = []
        for entry in entries:
            number = self._number(name, kind, entry)
            if number is None:
                return None
            found.append(number)
        return found

    def _number(self, name: str, kind: Kind, text: str) -> int | float | None:
        """Return one number in ASCII digits, or ``None`` after reporting it."""
        is_whole = kind in (Kind.WHOLE, Kind.WHOLES)
        if (WHOLE_NUMBER if is_whole else NUMBER).fullmatch(text):
            return int(text) if is_whole else float(text) + 0.0
        bounds = bounds_of(name)
        span = f" from {bounds[0]:.12g} to {bounds[1]:.12g}" if bounds else ""
        wrong = f"not a {'whole number' if is_whole else 'number'}{span}" if text else "blank"
        self.report(name, text, wrong, _remedy(text, is_whole))
        return None

    def _order(self) -> list[str]:
        """Return the stages in the order of the places that were typed."""
        places = {stage: self._place(f"stages.{stage}") for stage in STAGES}
        taken = [place for place in places.values() if place]
        for place in sorted({place for place in taken if taken.count(place) > 1}):
            twice = " and ".join(stage for stage in STAGES if places[stage] == place)
            self.report("stages", str(place), f"{twice} have the same place", "give each a place of its own")
        return sorted((stage for stage in STAGES if places[stage]), key=lambda stage: places[stage])

    def _place(self, name: str) -> int:
        """Return the place of a stage, 0 for none."""
        text = self.typed.get(name, "").strip()
        if re.fullmatch(r"[1-9]", text) and int(text) <= len(STAGES):
            return int(text)
        if text:
            wrong = f"{name.removeprefix('stages.')} has no place from 1 to {len(STAGES)}"
            self.report("stages", text, wrong, "choose a place, or none to leave the stage out")
        return 0

    def _gaps(self, name: str) -> dict[str, float]:
        """Return a table of level gaps; a blank gap is not allowed, and so not in it."""
        rows = {gap: self.typed[f"{name}.{gap}"].strip() for gap in list_gaps(name, self.typed)}
        worths = {gap: self._number(f"{name}.{gap}", Kind.NUMBER, text) for gap, text in rows.items() if text}
        return {str(gap): worth for gap, worth in worths.items() if worth is not None}


def _split(text: str) -> list[str]:
    """Return the entries of a list, with semicolons, blanks or commas with a blank between them."""
    return [entry for entry in re.split(r"[;\s]+|,\s+", text.strip()) if entry]


def _remedy(text: str, is_whole: bool) -> str:
    """Return what to do about a number that cannot be read."""
    if COMMA.fullmatch(text) and not is_whole:
        return f"write a point before the decimals: {text.replace(',', '.')}"
    if THOUSANDS.fullmatch(text):
        return "write nothing between the thousands" + ("" if is_whole else ", and a point before the decimals")
    if is_whole and re.fullmatch(r"-?[0-9]{1,9}[.,][0-9]*", text):
        return "leave out the decimals"
    return "write a number in the digits 0 to 9, such as " + ("3" if is_whole else "0.5")
