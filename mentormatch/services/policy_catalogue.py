"""The settings of a policy for people: the label of each, what it guards against and what changes when it is loosened.

What a setting does is said in ``files.policy_text`` and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mentormatch.domain.direction import Direction


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting: its label, why it is there, and the unit of its number."""

    label: str
    why: str = ""
    unit: str = ""


_RULES: Mapping[str, Entry] = {
    "inactive": Entry(
        "Both are at work for the whole term",
        "Guards against pairings that end early. Off: people who are leaving or away may be paired.",
    ),
    "line-unknown": Entry(
        "The reporting lines of both are known",
        "Guards against a boss who is not recognised as one. Off: gaps in the data are trusted to be harmless.",
    ),
    "reporting-line": Entry(
        "No boss above a mentee, at any distance",
        "Guards against pressure: nobody speaks freely to whoever decides on their career. Off: a mentor may be the "
        "mentee's own manager.",
    ),
    "same-manager": Entry(
        "Not two people of one manager",
        "Guards against rivals for the same promotion, and against news that travels to the manager. Off: teams may "
        "mentor within themselves.",
    ),
    "manager-peer": Entry(
        "No colleague of the mentee's manager in the same department",
        "Guards the manager against being gone around, and the mentee against talk among managers. Off: more mentors "
        "one level up become possible, close to home.",
    ),
    "evaluator": Entry(
        "Nobody who evaluates the other",
        "Guards appraisals, pay and promotion against favour. Off: a mentor may judge their mentee at the year's end.",
    ),
    "recent-manager": Entry(
        "No former manager of the last twelve months",
        "Guards against old judgements and unfinished business. Off: a former boss may come back as a mentor.",
    ),
    "conflict": Entry(
        "No declared relation",
        "Guards against pairings of relatives, partners and business interests. Off: what people declared is ignored.",
    ),
    "avoid": Entry(
        "Nobody who asked not to be paired with the other",
        "Guards people who have a reason that they need not tell. Off: they may be paired all the same.",
    ),
    "level-band": Entry(
        "Level gaps within the band of the direction",
        "Guards against pairings that are too close or too far apart to help. Off: any gap may be paired, and one "
        "outside the table scores nothing for it.",
    ),
    "repeat": Entry(
        "Not the same two again",
        "Guards against fixed circles, and opens networks. Off: a pair may go on round after round.",
    ),
    "untrained": Entry(
        "Trained mentors only",
        "Guards mentees against good will without skill. Off: more mentors, of whom some are not prepared.",
    ),
    "no-common-language": Entry(
        "A language in common",
        "Guards against meetings in which the two cannot talk. Off: a shared language only earns points.",
    ),
    "no-shared-hours": Entry(
        "Working hours in common",
        "Guards against meetings at night. Off: time zones only cost points.",
    ),
    "no-need-met": Entry(
        "Something that is wanted is offered",
        "Guards against pleasant pairings without a purpose. Off: a pairing may rest on wishes and interests alone.",
    ),
    "below-floor": Entry(
        "No pairing under the lowest score",
        "Guards against places that are filled for their own sake. Off: more people get a place, some with little in "
        "common.",
    ),
}

_DIRECTIONS: Mapping[Direction, str] = {
    Direction.UPWARD: (
        "Guidance from above. It carries the risk of a second boss, which the rules on reporting lines guard against."
    ),
    Direction.DOWNWARD: (
        "Mentors bring on successors. It carries the risk of favourites, which the limits for teams and departments "
        "guard against."
    ),
    Direction.REVERSE: (
        "Seniors learn from juniors. It carries the risk that juniors feel examined, so the gap should be wide."
    ),
    Direction.PEER: "Equals learn together. It carries the risk of rivalry where both want the same post.",
    Direction.FORWARD: "The next step of a career. It carries the risk of poaching between departments.",
}

_OTHERS: Mapping[str, Entry] = {
    "programme": Entry("Name of the programme", "It decides nothing."),
    "round_name": Entry("Name of the round", "A new name means new draws among equals."),
    "bands": Entry(
        "Bounds of the quality bands",
        "Guards the few against a good average: a poor pairing counts more than many good ones. Fewer bounds: more "
        "weight on the total.",
        "points",
    ),
    "stages": Entry(
        "Order of what counts",
        "Nothing further down is ever bought with something further up. A stage that is left out does not count.",
    ),
    "rule_settings.same_manager_includes_peers": Entry(
        "This holds for peers too",
        "Off: colleagues of one team may be peer mentors of each other, as in a learning group.",
    ),
    "rule_settings.repeat_rounds": Entry(
        "Rounds that must lie between", "Lower: people who know each other come together again sooner.", "rounds"
    ),
    "rule_settings.training_needs_answer": Entry(
        "A blank answer counts as untrained",
        "Guards against a question that is skipped on purpose. Off: a blank is taken for a yes.",
    ),
    "rule_settings.shared_hours_min": Entry(
        "Least working hours in common",
        "Lower: more pairs across time zones, with less room for meetings.",
        "hours a day",
    ),
    "rule_settings.working_day_start": Entry("Start of the working day", "Earlier: more hours in common.", "o'clock"),
    "rule_settings.working_day_end": Entry("End of the working day", "Later: more hours in common.", "o'clock"),
    "rule_settings.hours_year": Entry("Year of the clock changes", "It matters only where countries change clocks."),
    "rule_settings.floor_points": Entry(
        "Lowest score of a pairing", "Lower: more people get a place, with less in common.", "points"
    ),
    "capacity.mentor_limit": Entry(
        "Most mentees of one mentor",
        "Guards mentors against overload and the programme against depending on a few. Higher: more places from the "
        "same mentors, with less time for each.",
    ),
    "capacity.mentee_limit": Entry(
        "Most mentors of one mentee",
        "Guards against a few who collect mentors. Higher: second places for some once everybody had a first one.",
    ),
    "capacity.mentee_direction_limit": Entry(
        "Most mentors of one mentee in one direction", "Higher: two mentors of the same kind for one person."
    ),
    "capacity.department_share": Entry(
        "Largest share of a mentor's places for one department",
        "Guards against a mentor who serves one department alone. 1: no such limit.",
    ),
    "capacity.team_limit": Entry(
        "Most places of one mentor for one team",
        "Guards against a mentor who becomes the shadow boss of a team. Higher: people of one team may share one.",
    ),
    "capacity.forbid_favour_exchange": Entry(
        "No exchange of favours between managers",
        'Guards against "you take mine, I take yours". Off: two managers may mentor each other\'s people.',
    ),
    "capacity.forbid_reciprocal": Entry(
        "Nobody mentors their own mentor",
        "Guards against two places that are one relation. Off: one pair may fill both roles.",
    ),
    "floors.by": Entry(
        "Groups that are guarded",
        "Guards against a part of the company that gets fewer places than others. None: places may fall unevenly.",
    ),
    "floors.share": Entry(
        "Least share of the best group's rate", "0.8 is the four-fifths rule. Lower: groups may differ more."
    ),
    "floors.group_min": Entry(
        "Smallest group that has a floor", "Higher: fewer groups are guarded, and the floors cost less.", "mentees"
    ),
    "weights.needs": Entry(
        "Wanted skills", "More: what people want to learn goes before whom they wish for.", "points"
    ),
    "weights.wishes": Entry("Wishes", "More: people have a say, and well-known names are asked for most.", "points"),
    "weights.common_ground": Entry(
        "Common interests", "More: talk comes easily, and people meet those who are like them.", "points"
    ),
    "weights.level_gap": Entry("Distance in level", "More: the curves of the directions decide more.", "points"),
    "weights.distance": Entry(
        "Distance in the organisation", "More: networks open across departments. Less: closer to home.", "points"
    ),
    "weights.shared_hours": Entry("Hours and language", "More: meetings are easy to arrange.", "points"),
    "weights.rhythm": Entry("Rhythm of meetings", "More: both expect the same effort.", "points"),
    "measures.needs": Entry("Worth of the wanted skills", "Flatter: the first wanted skill counts less than it did."),
    "measures.wish_ranks": Entry("Worth of the first wishes", "Flatter: it matters less who is named first."),
    "measures.wish_later": Entry("Worth of a later wish", "Higher: long lists of wishes pay."),
    "measures.wish_not_listed": Entry(
        "Worth of not being named", "Higher: people who are known to few lose less against well-known names."
    ),
    "measures.wish_rather_not": Entry(
        "Worth of being unwanted", "Higher: being named under rather_not costs less. It never forbids a pairing."
    ),
    "measures.wish_mentee_share": Entry("The mentee's part of the wishes", "Lower: mentors decide more."),
    "measures.interest_halving": Entry(
        "What each shared interest leaves open", "Lower: the first one counts nearly all."
    ),
    "measures.interests_counted": Entry("Shared interests that count", "Higher: long lists of interests pay."),
    "measures.same_department": Entry("Worth of the same department", "Higher: pairings within one department rise."),
    "measures.same_division": Entry("Worth of the same division", "Higher: pairings within one division rise."),
    "measures.other_division": Entry("Worth of another division", "Lower: there is less reason to look far away."),
    "measures.full_hours": Entry(
        "Hours for the full points", "Lower: fewer hours in common are as good.", "hours a day"
    ),
    "measures.rhythm": Entry("Worth of a similar rhythm", "Flatter: different expectations cost less."),
    "measures.unanswered": Entry(
        "Worth of a blank answer", "Guards against pressure to answer. Higher: leaving questions blank pays."
    ),
    "solve.shortlist": Entry("Partners to begin with", "It changes the time only."),
    "solve.threads": Entry("Processor cores", "It changes the time only.", "cores"),
    "solve.time_limit_seconds": Entry(
        "Time limit",
        "Blank: it goes on until the best plan is proven. With a limit it may stop before that.",
        "seconds",
    ),
}


def _list_entries() -> dict[str, Entry]:
    """Return the entries of all settings by their names."""
    entries = {f"rules.{rule}": entry for rule, entry in _RULES.items()} | dict(_OTHERS)
    for direction, why in _DIRECTIONS.items():
        title = direction.capitalize()
        entries[f"directions.{direction}.open"] = Entry(f"{title} mentoring is offered", why)
        gaps = "Leave a gap blank to take it out. More gaps: more possible mentors, further from the best fit."
        entries[f"directions.{direction}.level_gap"] = Entry(f"{title}: worth of each level gap", gaps)
    return entries


CATALOGUE: Mapping[str, Entry] = _list_entries()
"""Every setting by its name in the file; a table of level gaps is one setting."""
STAGE_LABELS: Mapping[str, str] = {
    "waiting": "Whoever waited longest",
    "coverage": "How many mentees are served",
    "floors": "Access floors",
    "bands": "Few pairings in bad bands",
    "load": "Places spread over the mentors",
    "points": "Points in all",
    "lottery": "A draw among equals (always last)",
}
GROUPING_LABELS: Mapping[str, str] = {
    "": "None: no floors",
    "department": "Departments",
    "division": "Divisions",
    "location": "Locations",
    "level": "Levels",
}
