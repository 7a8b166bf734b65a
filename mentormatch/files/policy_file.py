"""policy.toml: the choices of a programme; a file names only what differs from the defaults."""

import difflib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.files.policy_checks import Flaw, find_flaws
from mentormatch.files.problems import Findings, Problem, shorten

POLICY_FILE = "policy.toml"
_POLICY = TypeAdapter(Policy)
_SAYINGS: Mapping[str, str] = {
    "int_type": "not a whole number",
    "int_parsing": "not a whole number",
    "int_from_float": "not a whole number",
    "float_type": "not a number",
    "bool_type": "neither true nor false",
    "string_type": 'not a text in quotation marks, such as "Spring 2027"',
    "tuple_type": "not a list, such as [1, 2]",
    "dict_type": "not a table of settings",
    "dataclass_type": "not a table of settings",
}

Settings = dict[str, object]


def read_policy(data: bytes, findings: Findings, file: str = POLICY_FILE) -> Policy | None:
    """Read a policy file; ``None`` after every setting that cannot be was reported by its name."""
    given = _parse(data, findings, file)
    return None if given is None else read_settings(given, findings, file)


def read_settings(given: Settings, findings: Findings, file: str = POLICY_FILE) -> Policy | None:
    """Make a policy of the settings that were given, over the defaults; ``None`` after what is wrong was reported."""
    before = len(findings.problems)
    flaws = list(_merge(policy_settings(Policy()), given, ""))
    policy, wrong_types = _validate(given)
    flaws += [*wrong_types, *find_flaws(policy)]
    findings.problems.extend(_problem(flaw, file) for flaw in flaws)
    return policy if len(findings.problems) == before else None


def policy_settings(policy: Policy) -> Settings:
    """Return a policy as plain tables, lists and values, every setting included."""
    settings: Settings = _POLICY.dump_python(policy, mode="json")
    settings["rules"] = {str(rule): policy.is_on(rule) for rule in RuleId}
    return settings


def canonical_policy(policy: Policy) -> bytes:
    """Return the one way of writing a policy that its fingerprint is taken of, as JSON with sorted keys.

    How the optimiser works (``solve``) is left out: it changes nothing in the outcome. So are access floors that are
    off.
    """
    exact = _POLICY.validate_json(_POLICY.dump_json(policy))
    settings = policy_settings(exact)
    del settings["solve"]
    if not policy.floors.by:
        del settings["floors"]
    return json.dumps(settings, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def _problem(flaw: Flaw, file: str) -> Problem:
    name, value, wrong, remedy = flaw
    return Problem(file, None, name, _show(value), "bad-setting", wrong, remedy)


def _show(value: object) -> str:
    """Return a value of a setting as a file would say it, shortened."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return shorten(str(value))
    return shorten(json.dumps(value, default=str, ensure_ascii=False))


def _parse(data: bytes, findings: Findings, file: str) -> Settings | None:
    """Return the settings that a file names, or ``None`` after reporting that it is not TOML."""
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        row, wrong, remedy = 1 + data.count(b"\n", 0, error.start), "not UTF-8", "save the file as UTF-8"
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        row = int(found.group(1)) if found else data.rstrip().count(b"\n") + 1
        wrong = f"not TOML: {str(error).split(' (at ')[0].casefold()}"
        remedy = "write settings as name = value; mentormatch policy --show prints an example"
    findings.problems.append(Problem(file, row, "", "", "not-toml", wrong, remedy))
    return None


def _merge(settings: Settings, given: Mapping[str, object], path: str) -> Iterator[Flaw]:
    """Put the given settings over the others, table by table; yield those that do not exist.

    A table of level gaps is one value: it replaces the one it overrides.
    """
    for name, value in given.items():
        known = settings.get(name)
        if name not in settings:
            yield _unknown(path, name, value, settings)
        elif isinstance(known, dict) and isinstance(value, dict) and name != "level_gap":
            yield from _merge(known, value, f"{path}{name}.")
        else:
            settings[name] = value


def _unknown(path: str, name: str, value: object, settings: Settings) -> Flaw:
    """Return the flaw of a setting that does not exist, with the name that comes nearest."""
    near = difflib.get_close_matches(name, settings, n=1)
    remedy = f"did you mean {path}{near[0]}?" if near else f"known are {', '.join(settings)}"
    return f"{path}{name}", value, "there is no such setting", remedy


def _validate(given: Settings) -> tuple[Policy, list[Flaw]]:
    """Return the policy that the settings make over the defaults, and those settings whose type is wrong.

    These keep their defaults, so that the others can be checked all the same.
    """
    settings = policy_settings(Policy())
    list(_merge(settings, given, ""))
    try:
        return _POLICY.validate_json(json.dumps(settings, default=_wrong_type), strict=True), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    for detail in details:
        _forget(given, [str(step) for step in detail["loc"]])
    policy, further = _validate(given)
    return policy, [*map(_type_flaw, details), *further]


def _wrong_type(value: object) -> list[str]:
    """Return a date or a time, which no setting takes, as something that no setting takes for a text."""
    return [str(value)]


def _forget(given: Settings, path: Sequence[str]) -> None:
    """Take a setting out of those that were given: the table or the value at the end of its path."""
    table, name = given, path[0]
    for step in path[1:]:
        inner = table.get(name)
        if not isinstance(inner, dict) or step not in inner:
            break
        table, name = inner, step
    table.pop(name, None)


def _type_flaw(detail: ErrorDetails) -> Flaw:
    """Return the flaw of a setting whose value is of the wrong type."""
    name = ".".join(str(step) for step in detail["loc"] if step != "[key]")
    wrong = _SAYINGS.get(detail["type"], detail["msg"].replace("Input should be", "not").casefold())
    remedy = f"correct it; the default stands under {name.split('.')[0]} in mentormatch policy --show"
    return name, detail["input"], wrong, remedy
