"""A whole policy as a commented file that reads back to the same policy."""

import json
from collections.abc import Iterator, Mapping
from textwrap import wrap

from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import SENTENCES, RuleId
from mentormatch.files.policy_file import Settings, policy_settings

HEAD = """\
# The policy of a mentoring programme. Every setting is optional: what a file
# leaves out keeps its default. "mentormatch policy --show" prints the defaults,
# "mentormatch policy --check FILE" checks a file.

"""
WIDTH = 79
_GAP = (
    "Worth of each level gap (the mentor's level minus the mentee's), 0 to 1. A gap that is not listed is not allowed."
)
COMMENTS: Mapping[str, str] = {
    "programme": "The name of the programme, for reports.",
    "round_name": "The name of this round; the lottery depends on it.",
    "bands": "Lower bounds of the quality bands, in points; what is under the first is in the worst band.",
    "stages": (
        "What counts, the most important first: who waited longest, how many are served, access floors, few "
        "pairings in bad bands, places spread over the mentors, points, and a lottery among equals (always last)."
    ),
    "directions": "Which way a pairing may point. The mentee asks, except in downward, where the mentor asks.",
    "directions.upward": "Upward: the mentor stands above the mentee; the mentee asks.",
    "directions.downward": "Downward: the mentor stands above the mentee; the mentor asks.",
    "directions.reverse": "Reverse: the mentor stands below the mentee.",
    "directions.peer": "Peer: mentor and mentee stand on the same level, or at most one apart.",
    "directions.forward": "Forward: the mentor works in the area that the mentee wants to go to next.",
    "open": "Whether the programme offers this direction.",
    "level_gap": _GAP,
    "rules": "Rules that no preference can beat. true: the rule holds; false: it is switched off.",
    "rule_settings": "The numbers that the rules use.",
    "rule_settings.same_manager_includes_peers": "Whether same-manager holds for peer mentoring too.",
    "rule_settings.repeat_rounds": "People who were paired in this many last rounds are not paired again.",
    "rule_settings.training_needs_answer": "Whether a mentor who left the training question blank counts as untrained.",
    "rule_settings.shared_hours_min": "Working hours a day that a pair must share when both named a time zone.",
    "rule_settings.floor_points": "A pairing with fewer points than this is worse than waiting.",
    "rule_settings.working_day_start": "Local time at which everybody's working day starts, in hours.",
    "rule_settings.working_day_end": "Local time at which it ends.",
    "rule_settings.hours_year": "The year whose clock changes count when working hours are compared.",
    "capacity": "How many places one person may give and take, and how far they may be concentrated.",
    "capacity.mentor_limit": "Most mentees that one mentor may have, whatever they offer.",
    "capacity.mentee_limit": "Most mentors that one mentee may have, whatever they ask for.",
    "capacity.mentee_direction_limit": "Most mentors of one mentee in one direction.",
    "capacity.department_share": "Largest share of a mentor's places in one direction for one department (rounded up).",
    "capacity.team_limit": "Most places of one mentor in one direction for the team of one manager.",
    "capacity.forbid_favour_exchange": "Forbid that A mentors somebody of B's team while B mentors somebody of A's.",
    "capacity.forbid_reciprocal": "Forbid that A mentors B while B mentors A.",
    "floors": (
        "Access floors: no group of mentees gets places at less than a share of the best group's rate. They take "
        "effect where the stages name floors."
    ),
    "floors.by": (
        'What parts the mentees into groups: "department", "division", "location" or "level"; "" for no floors. Only '
        "one, as floors for two of them would cross."
    ),
    "floors.share": "The least share of the best group's rate, in whole hundredths.",
    "floors.group_min": "Groups of fewer mentees have no floor: one place would move their rate too far.",
    "weights": "Points of each criterion. Together they are the best possible score.",
    "weights.needs": "The wanted skills are offered.",
    "weights.wishes": "The two named each other.",
    "weights.common_ground": "They share interests.",
    "weights.level_gap": "The distance in level suits the direction.",
    "weights.distance": "They work in different parts of the organisation.",
    "weights.shared_hours": "They share working hours and a language.",
    "weights.rhythm": "They want to meet equally often.",
    "measures": "How each criterion is measured. Every number is a share of its points, 0 to 1, unless said otherwise.",
    "measures.needs": "Worth of the first, second and third most wanted skill.",
    "measures.wish_ranks": "Worth of being the first, second and third wish.",
    "measures.wish_later": "Worth of being a later wish.",
    "measures.wish_not_listed": "Worth of not being named at all.",
    "measures.wish_rather_not": "Worth of being named under rather_not.",
    "measures.wish_mentee_share": "How much of the wishes is the mentee's; the rest is the mentor's.",
    "measures.interest_halving": "Each shared interest leaves this share of what is missing to the full points.",
    "measures.interests_counted": "Shared interests that count at most (a number).",
    "measures.same_department": "Worth of working in the same department.",
    "measures.same_division": "Worth of working in the same division, but in another department.",
    "measures.other_division": "Worth of working in another division.",
    "measures.full_hours": "Shared working hours a day that earn the full points (hours).",
    "measures.rhythm": "Worth of wanting the same rhythm, of one step apart, of two.",
    "measures.unanswered": "Worth of a question that was left blank: neither good nor bad.",
    "solve": "How the optimiser works. Nothing here changes the outcome, only the time it takes.",
    "solve.shortlist": "Best partners of each person that it starts with; all others are checked before it ends.",
    "solve.threads": "Processor cores that it may use.",
    "solve.time_limit_seconds": "Seconds after which it stops with its best plan so far; without it, it goes on.",
}
"""What each setting means, by its name or by the last part of it."""
ABSENT: Mapping[str, str] = {"solve.time_limit_seconds": "600.0"}
"""What to write as an example of a setting that is left out by default."""


def show_policy(policy: Policy) -> str:
    """Return the whole policy with a comment for each setting."""
    return HEAD + "\n".join(_write_table("", policy_settings(policy))) + "\n"


def _write_table(path: str, settings: Settings) -> Iterator[str]:
    """Yield the lines of a table: its values first, then the tables in it."""
    tables = {name: value for name, value in settings.items() if isinstance(value, dict)}
    for name, value in settings.items():
        if name not in tables:
            yield from _write_value(f"{path}{name}", name, value)
    for name, table in tables.items():
        here = f"{path}{name}"
        yield ""
        yield from _comment(here)
        if any(not isinstance(value, dict) for value in table.values()) or not table:
            yield f"[{here}]"
        yield from _write_table(f"{here}.", table)


def _write_value(here: str, name: str, value: object) -> Iterator[str]:
    """Yield the comment and the line of one setting."""
    yield from _comment(here)
    yield f"{name} = {_toml(value)}" if value is not None else f"# {name} = {ABSENT[here]}"


def explain_setting(here: str) -> str:
    """Return what a setting means by its whole name, such as ``capacity.team_limit``; blank for one that is unknown.

    A rule is explained by its sentence for HR; a single level gap has none, as its table has one.
    """
    parent, _, last = here.rpartition(".")
    if parent == "rules":
        return SENTENCES[RuleId(last)].for_hr
    return "" if parent.endswith("level_gap") else COMMENTS.get(here) or COMMENTS.get(last, "")


def _comment(here: str) -> Iterator[str]:
    """Yield the comment lines of a setting."""
    yield from (f"# {line}" for line in wrap(explain_setting(here), WIDTH - 2))


def _toml(value: object) -> str:
    """Return a value as TOML writes it; its texts are those of JSON, but for the delete character."""
    if isinstance(value, list):
        return f"[{', '.join(_toml(entry) for entry in value)}]"
    if isinstance(value, float):
        return repr(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
