"""A second reading of the rules and the score in docs/rules-and-score.md that shares nothing with the engine.

It knows the words of ``mentormatch.domain`` (the fields of people, enrolments and policies) and nothing of
``mentormatch.matching``. Where the engine uses arrays and closed forms, this counts quarter hours and walks lists.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import NamedTuple
from zoneinfo import ZoneInfo

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Criterion, PastPairing
from mentormatch.domain.people import Person, Status
from mentormatch.domain.policy import Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round

QUARTER_HOURS_OF_A_DAY = 96


class Choice(NamedTuple):
    """A pair that may be brought together, in its best direction."""

    mentor_id: str
    mentee_id: str
    direction: Direction
    points: int


@dataclass
class World:
    """A round with the lookups that the questions below need."""

    round: Round
    people: dict[str, Person] = field(init=False)
    enrolments: dict[str, Enrolment] = field(init=False)
    above: dict[str, set[str]] = field(init=False)
    broken_lines: set[str] = field(init=False)
    repeats: set[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        """Look everybody up once."""
        self.people = {person.person_id: person for person in self.round.people}
        self.enrolments = {enrolment.person_id: enrolment for enrolment in self.round.enrolments}
        self.above, self.broken_lines = lines_upwards(self.people, self.round.quarantined)
        self.repeats = repeated_pairs(self.round.history, self.round.policy.rule_settings.repeat_rounds)

    @property
    def policy(self) -> Policy:
        return self.round.policy


def same_word(text: str) -> str:
    """Return a text as it is compared."""
    previous = None
    while text != previous:
        previous, text = text, unicodedata.normalize("NFKC", text.casefold()).strip()
    return text


def words(texts: Iterable[str]) -> list[str]:
    """Return the words of a list as they are compared, each once."""
    seen: list[str] = []
    for text in map(same_word, texts):
        if text and text not in seen:
            seen.append(text)
    return seen


def lines_upwards(people: dict[str, Person], quarantined: frozenset[str]) -> tuple[dict[str, set[str]], set[str]]:
    """Return everybody above each person, and those whose line ends in nobody, in a loop or at a quarantined person.

    A line is unknown when it meets something unknown: the sets are grown until nothing changes any more.
    """
    direct = {who: {m for m in (p.manager_id, *p.dotted_manager_ids) if m} for who, p in people.items()}
    above = {who: set(managers) for who, managers in direct.items()}
    is_growing = True
    while is_growing:
        is_growing = False
        for who, found in above.items():
            grown = found.union(*(above.get(manager, set()) for manager in found))
            is_growing |= len(grown) > len(found)
            above[who] = grown
    in_loops = {who for who, found in above.items() if who in found}
    sources = quarantined | in_loops
    broken = {who for who, found in above.items() if who in sources or found & sources or not found <= people.keys()}
    return above, broken


def repeated_pairs(history: Sequence[PastPairing], count: int) -> set[tuple[str, str]]:
    """Return the pairs of the last rounds, both ways round."""

    def newest_first(name: str) -> tuple[date, list[tuple[bool, int, str]], str]:
        days = [row.started for row in history if row.round_name == name and row.started]
        pieces = re.findall(r"[0-9]+|[^0-9]+", name)
        order = [(False, int(piece), "") if piece.isdecimal() else (True, 0, piece) for piece in pieces]
        return max(days, default=date.min), order, name

    names = sorted({row.round_name for row in history}, key=newest_first, reverse=True)[:count]
    rows = [row for row in history if row.round_name in names]
    return {pair for row in rows for pair in ((row.mentor_id, row.mentee_id), (row.mentee_id, row.mentor_id))}


def quarters_at_work(timezone: str, moment: date, start: float, end: float) -> set[int]:
    """Return the quarter hours of a UTC day in which somebody of the time zone is at work."""
    noon = datetime(moment.year, moment.month, moment.day, 12, tzinfo=UTC)
    offset = noon.astimezone(ZoneInfo(timezone)).utcoffset() or timedelta()
    shift = round(offset / timedelta(minutes=15))
    return {(quarter - shift) % QUARTER_HOURS_OF_A_DAY for quarter in range(round(start * 4), round(end * 4))}


def hours_in_common(one: str, other: str, policy: Policy) -> Fraction:
    """Return the working hours that two time zones share, by counting quarter hours."""
    settings = policy.rule_settings
    counts = []
    for month in (1, 7):
        day = date(settings.hours_year, month, 15)
        ours, theirs = (
            quarters_at_work(zone, day, settings.working_day_start, settings.working_day_end) for zone in (one, other)
        )
        counts.append(len(ours & theirs))
    return Fraction(min(counts), 4)


def names_one(mine: Iterable[str], their_id: str, theirs: Iterable[str], my_id: str) -> bool:
    """Whether one list names the other person."""
    return their_id in set(mine) or my_id in set(theirs)


def broken_rules(world: World, mentor_id: str, mentee_id: str, direction: Direction) -> set[RuleId]:
    """Return the rules that are on and that the pair breaks."""
    checks = _rules_on_lines(world, mentor_id, mentee_id, direction) | _rules_on_answers(world, mentor_id, mentee_id)
    checks[RuleId.NO_NEED_MET] = _is_need_unmet(world, mentor_id, mentee_id, direction)
    broken = {rule for rule, is_broken in checks.items() if is_broken and world.policy.is_on(rule)}
    is_low = sum(components(world, mentor_id, mentee_id, direction).values()) < world.policy.rule_settings.floor_points
    return broken | ({RuleId.BELOW_FLOOR} if is_low and world.policy.is_on(RuleId.BELOW_FLOOR) else set())


def _rules_on_lines(world: World, mentor_id: str, mentee_id: str, direction: Direction) -> dict[RuleId, bool]:
    """Answer the rules that read the hierarchy."""
    mentor, mentee = world.people[mentor_id], world.people[mentee_id]
    band = world.policy.directions[direction].level_gap if direction in world.policy.directions else {}
    levels = (mentor.level, mentee.level)
    boss = world.people.get(mentee.manager_id)
    peers_may = direction == "peer" and not world.policy.rule_settings.same_manager_includes_peers
    return {
        RuleId.INACTIVE: mentor.status != Status.ACTIVE
        or mentee.status != Status.ACTIVE
        or bool({mentor_id, mentee_id} & world.round.quarantined),
        RuleId.LINE_UNKNOWN: bool({mentor_id, mentee_id} & world.broken_lines),
        RuleId.LEVEL_BAND: None in levels or (mentor.level or 0) - (mentee.level or 0) not in band,
        RuleId.REPORTING_LINE: mentor_id in world.above[mentee_id] or mentee_id in world.above[mentor_id],
        RuleId.SAME_MANAGER: bool(mentor.manager_id) and mentor.manager_id == mentee.manager_id and not peers_may,
        RuleId.MANAGER_PEER: boss is not None
        and bool(boss.manager_id)
        and boss.manager_id == mentor.manager_id
        and _is_one_department(mentor, mentee),
    }


def _rules_on_answers(world: World, mentor_id: str, mentee_id: str) -> dict[RuleId, bool]:
    """Answer the rules that read what people and HR have declared."""
    mentor, mentee = world.people[mentor_id], world.people[mentee_id]
    offer, request = world.enrolments[mentor_id], world.enrolments[mentee_id]
    settings = world.policy.rule_settings
    untrained = (False, None) if settings.training_needs_answer else (False,)
    zones = (mentor.timezone.strip(), mentee.timezone.strip())
    return {
        RuleId.EVALUATOR: names_one(mentor.evaluator_ids, mentee_id, mentee.evaluator_ids, mentor_id),
        RuleId.RECENT_MANAGER: names_one(
            mentor.previous_manager_ids, mentee_id, mentee.previous_manager_ids, mentor_id
        ),
        RuleId.CONFLICT: names_one(offer.conflicts, mentee_id, request.conflicts, mentor_id),
        RuleId.AVOID: names_one(offer.avoids, mentee_id, request.avoids, mentor_id),
        RuleId.REPEAT: (mentor_id, mentee_id) in world.repeats,
        RuleId.UNTRAINED: offer.trained in untrained,
        RuleId.NO_COMMON_LANGUAGE: is_disjoint(mentor.languages, mentee.languages),
        RuleId.NO_SHARED_HOURS: all(zones)
        and hours_in_common(*zones, world.policy) < Fraction(str(settings.shared_hours_min)),
    }


def _is_need_unmet(world: World, mentor_id: str, mentee_id: str, direction: Direction) -> bool:
    """Whether nothing of what the mentee asks for is there."""
    mentor, mentee = world.people[mentor_id], world.people[mentee_id]
    offer, request = world.enrolments[mentor_id], world.enrolments[mentee_id]
    if direction != "forward":
        return is_disjoint(request.skills_wanted, offer.skills_offered)
    area = same_word(request.target_area)
    if area == "" or _is_one_department(mentor, mentee):
        return True
    return area != same_word(mentor.department) and area != same_word(mentor.job_title)


def is_disjoint(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether both lists say something and nothing in common."""
    ours, theirs = words(one), words(other)
    return ours != [] and theirs != [] and all(word not in theirs for word in ours)


def _is_one_department(mentor: Person, mentee: Person) -> bool:
    """Whether both work in the same, named department."""
    names = {same_word(mentor.department), same_word(mentee.department)}
    return len(names) == 1 and names != {""}


def components(world: World, mentor_id: str, mentee_id: str, direction: Direction) -> dict[Criterion, int]:
    """Return the points of each criterion."""
    shares = {
        Criterion.NEEDS: _needs(world, mentor_id, mentee_id, direction),
        Criterion.WISHES: _wishes(world, mentor_id, mentee_id),
        Criterion.COMMON_GROUND: _common_ground(world, mentor_id, mentee_id),
        Criterion.LEVEL_GAP: _level_gap(world, mentor_id, mentee_id, direction),
        Criterion.DISTANCE: _distance(world, mentor_id, mentee_id),
        Criterion.SHARED_HOURS: _shared_hours(world, mentor_id, mentee_id),
        Criterion.RHYTHM: _rhythm(world, mentor_id, mentee_id),
    }
    return {name: half_even(world.policy.weights.get(name, 0) * share) for name, share in shares.items()}


def half_even(number: Fraction) -> int:
    """Round to the nearest whole number, halves to the even one."""
    whole = number.numerator // number.denominator
    rest = number - whole
    is_up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and whole % 2 == 1)
    return whole + is_up


def parts(number: float) -> Fraction:
    """Return a policy's number as the decimal fraction it is written as."""
    return Fraction(repr(number))


def _needs(world: World, mentor_id: str, mentee_id: str, direction: Direction) -> Fraction:
    wanted = words(world.enrolments[mentee_id].skills_wanted)
    offered = words(world.enrolments[mentor_id].skills_offered)
    if not wanted or not offered:
        return parts(world.policy.measures.unanswered)
    if direction == "downward":
        wanted, offered = offered, wanted
    weights = [parts(weight) for weight in world.policy.measures.needs][: len(wanted)]
    covered = [weight for weight, skill in zip(weights, wanted, strict=False) if skill in offered]
    return Fraction(sum(covered)) / sum(weights)


def _wishes(world: World, mentor_id: str, mentee_id: str) -> Fraction:
    measures = world.policy.measures

    def wish(who: str, whom: str) -> Fraction:
        entry = world.enrolments[who]
        if whom in entry.rather_not:
            return parts(measures.wish_rather_not)
        if whom not in entry.prefers:
            return parts(measures.wish_not_listed)
        ranks = [*measures.wish_ranks] + [measures.wish_later] * len(entry.prefers)
        return parts(ranks[entry.prefers.index(whom)])

    share = parts(measures.wish_mentee_share)
    return share * wish(mentee_id, mentor_id) + (1 - share) * wish(mentor_id, mentee_id)


def _common_ground(world: World, mentor_id: str, mentee_id: str) -> Fraction:
    measures = world.policy.measures
    ours, theirs = (words(world.enrolments[who].interests) for who in (mentor_id, mentee_id))
    if not ours or not theirs:
        return parts(measures.unanswered)
    missing = Fraction(1)
    for _ in [word for word in ours if word in theirs][: measures.interests_counted]:
        missing *= parts(measures.interest_halving)
    return 1 - missing


def _level_gap(world: World, mentor_id: str, mentee_id: str, direction: Direction) -> Fraction:
    mentor_level, mentee_level = world.people[mentor_id].level, world.people[mentee_id].level
    if mentor_level is None or mentee_level is None or direction not in world.policy.directions:
        return Fraction(0)
    return parts(world.policy.directions[direction].level_gap.get(mentor_level - mentee_level, 0))


def _distance(world: World, mentor_id: str, mentee_id: str) -> Fraction:
    measures, mentor, mentee = world.policy.measures, world.people[mentor_id], world.people[mentee_id]
    if "" in (same_word(mentor.department), same_word(mentee.department)):
        return parts(measures.unanswered)
    if _is_one_department(mentor, mentee):
        return parts(measures.same_department)
    divisions = {same_word(mentor.division), same_word(mentee.division)}
    return parts(measures.same_division if len(divisions) == 1 and divisions != {""} else measures.other_division)


def _shared_hours(world: World, mentor_id: str, mentee_id: str) -> Fraction:
    mentor, mentee = world.people[mentor_id], world.people[mentee_id]
    if is_disjoint(mentor.languages, mentee.languages):
        return Fraction(0)
    if not mentor.timezone.strip() or not mentee.timezone.strip():
        return parts(world.policy.measures.unanswered)
    hours = hours_in_common(mentor.timezone.strip(), mentee.timezone.strip(), world.policy)
    full = parts(world.policy.measures.full_hours)
    return Fraction(1) if hours >= full else hours / full


def _rhythm(world: World, mentor_id: str, mentee_id: str) -> Fraction:
    order = {"weekly": 0, "fortnightly": 1, "monthly": 2, None: None}
    steps = [order[world.enrolments[who].meeting_rhythm] for who in (mentor_id, mentee_id)]
    if steps[0] is None or steps[1] is None:
        return parts(world.policy.measures.unanswered)
    return parts(world.policy.measures.rhythm[abs(steps[0] - steps[1])])


def best_choice(world: World, mentor_id: str, mentee_id: str) -> Choice | None:
    """Return the pair in the direction that has the most points of those that are open and break no rule."""
    found = [
        Choice(mentor_id, mentee_id, direction, sum(components(world, mentor_id, mentee_id, direction).values()))
        for direction in DIRECTIONS
        if is_open(world, mentor_id, mentee_id, direction) and not broken_rules(world, mentor_id, mentee_id, direction)
    ]
    return max(found, key=lambda choice: choice.points, default=None)


def is_open(world: World, mentor_id: str, mentee_id: str, direction: Direction) -> bool:
    """Whether both enrolments and the policy name the direction."""
    offer, request = world.enrolments[mentor_id], world.enrolments[mentee_id]
    counts = (
        offer.as_mentor.get(direction, 0),
        offer.max_mentees,
        request.as_mentee.get(direction, 0),
        request.max_mentors,
    )
    return mentor_id != mentee_id and min(counts) > 0 and world.policy.is_open(direction)


def is_mentee(world: World, entry: Enrolment) -> bool:
    """Whether somebody asks for a place in a direction that the policy offers."""
    return entry.max_mentors > 0 and any(count > 0 and world.policy.is_open(d) for d, count in entry.as_mentee.items())


def all_choices(world: World) -> Iterator[Choice]:
    """Yield every pair that may be brought together."""
    for mentor_id in world.enrolments:
        for mentee_id in world.enrolments:
            choice = best_choice(world, mentor_id, mentee_id)
            if choice is not None:
                yield choice
