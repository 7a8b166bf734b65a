"""A checker of plans and a brute-force optimiser that share nothing with the engine; they rest on tests.oracle_pairs.

The optimiser tries every plan of a small round, except those that cannot be better than the best one found so far.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Round
from tests.oracle_pairs import (
    Choice,
    World,
    all_choices,
    best_choice,
    broken_rules,
    components,
    is_mentee,
    is_open,
    same_word,
)

RECIPROCAL, FAVOUR_EXCHANGE, SPLIT_TEAM = "reciprocal", "favour exchange", "split team"
LAZY_KINDS = frozenset({RECIPROCAL, FAVOUR_EXCHANGE, SPLIT_TEAM})

LOTTERY_DRAWS = 12
STAGE_SHIFT = 40
"""Stage values are packed into one whole number, 40 bits each: no sum of a small round comes near 2 ** 39."""

Key = tuple[str, ...]


@dataclass(frozen=True)
class Level:
    """Access floors at a rate: a share in percent of it is the least that each group gets."""

    share: int
    rate: Fraction

    def keeps(self, size: int, served: int) -> bool:
        """Whether so many of a group may be served."""
        return Fraction(self.share, 100) * self.rate * size <= served <= self.rate * size


@dataclass(frozen=True)
class PassResult:
    """The best that one pass can reach: every stage's value, and the pairings (mentor, mentee, direction)."""

    number: int
    stages: tuple[tuple[str, int], ...]
    pairings: frozenset[tuple[str, str, Direction]]


def caps_of(world: World, choice: Choice, lazy: frozenset[str] = LAZY_KINDS) -> list[tuple[Key, int]]:
    """Return every cap that a pairing uses up one unit of, with its limit."""
    offer, request = world.enrolments[choice.mentor_id], world.enrolments[choice.mentee_id]
    mentee, capacity, direction = world.people[choice.mentee_id], world.policy.capacity, choice.direction
    mentor_limit = min(offer.max_mentees, capacity.mentor_limit)
    department_limit = ceil(Fraction(repr(capacity.department_share)) * mentor_limit)
    department = same_word(mentee.department)
    at_mentor, at_mentee = (choice.mentor_id, direction), (choice.mentee_id, direction)
    caps: list[tuple[Key, int]] = [
        (("mentor", choice.mentor_id), mentor_limit),
        (("mentor direction", *at_mentor), offer.as_mentor[direction]),
        (("mentor direction department", *at_mentor, department), department_limit),
        (("mentee", choice.mentee_id), min(request.max_mentors, capacity.mentee_limit)),
        (("mentee direction", *at_mentee), min(request.as_mentee[direction], capacity.mentee_direction_limit)),
    ]
    if mentee.manager_id:
        team = (mentee.manager_id,) if SPLIT_TEAM in lazy else (mentee.manager_id, department)
        caps.append((("mentor direction team", *at_mentor, *team), capacity.team_limit))
    return caps


def exclusions_of(world: World, choice: Choice, lazy: frozenset[str] = LAZY_KINDS) -> tuple[list[Key], list[Key]]:
    """Return the facts that a pairing makes true, and those that must not be true beside it."""
    facts: list[Key] = []
    excluded: list[Key] = []
    if RECIPROCAL in lazy and world.policy.capacity.forbid_reciprocal:
        facts.append(("mentors", choice.mentor_id, choice.mentee_id))
        excluded.append(("mentors", choice.mentee_id, choice.mentor_id))
    boss_id = world.people[choice.mentee_id].manager_id
    is_forbidden = FAVOUR_EXCHANGE in lazy and world.policy.capacity.forbid_favour_exchange
    if is_forbidden and boss_id not in ("", choice.mentor_id):
        facts.append(("does a favour", choice.mentor_id, boss_id))
        excluded.append(("does a favour", boss_id, choice.mentor_id))
    return facts, excluded


def check_plan(round_: Round, pairings: Iterable[Pairing]) -> list[str]:
    """Return everything that is wrong with a plan, a sentence each; nothing for a plan that keeps all promises."""
    world, plan = World(round_), list(pairings)
    problems = [problem for pairing in plan for problem in _problems_of_pairing(world, pairing)]
    choices = [Choice(p.mentor_id, p.mentee_id, p.direction, p.points) for p in plan]
    if problems:
        return problems
    return [*_cap_problems(world, choices), *_exclusion_problems(world, choices), *_pass_problems(plan)]


def _problems_of_pairing(world: World, pairing: Pairing) -> Iterator[str]:
    """Yield what is wrong with one pairing."""
    pair = (pairing.mentor_id, pairing.mentee_id)
    name = f"{pairing.mentor_id} mentors {pairing.mentee_id} ({pairing.direction})"
    if not set(pair) <= world.enrolments.keys():
        yield f"{name}: not enrolled"
        return
    if not is_open(world, *pair, pairing.direction):
        yield f"{name}: the direction is not open"
    yield from (f"{name}: breaks {rule}" for rule in sorted(broken_rules(world, *pair, pairing.direction)))
    best = best_choice(world, *pair)
    if best is not None and best.direction != pairing.direction:
        yield f"{name}: {best.direction} is better"
    expected = components(world, *pair, pairing.direction)
    if dict(pairing.components) != expected or pairing.points != sum(expected.values()):
        yield f"{name}: has {pairing.points} points of {dict(pairing.components)} instead of {expected}"
    if pairing.band != sum(pairing.points >= bound for bound in world.policy.bands):
        yield f"{name}: is not in band {pairing.band}"


def _cap_problems(world: World, choices: Sequence[Choice]) -> Iterator[str]:
    """Yield the caps that are exceeded and the pairs that are paired twice."""
    limits = {key: limit for choice in choices for key, limit in caps_of(world, choice)}
    used = Counter(key for choice in choices for key, _ in caps_of(world, choice))
    yield from (f"{' '.join(key)}: {used[key]} of {limit}" for key, limit in limits.items() if used[key] > limit)
    pairs = Counter((choice.mentor_id, choice.mentee_id) for choice in choices)
    yield from (f"{pair}: paired {count} times" for pair, count in pairs.items() if count > 1)


def _exclusion_problems(world: World, choices: Sequence[Choice]) -> Iterator[str]:
    """Yield the pairings that must not stand beside another one."""
    facts = {fact for choice in choices for fact in exclusions_of(world, choice)[0]}
    for choice in choices:
        for fact in facts.intersection(exclusions_of(world, choice)[1]):
            yield f"{' '.join(fact)}, and the other way round"


def _pass_problems(plan: Sequence[Pairing]) -> Iterator[str]:
    """Yield mentees with two places in one pass, or with a second place but no first."""
    passes: dict[str, list[int]] = {}
    for pairing in plan:
        passes.setdefault(pairing.mentee_id, []).append(pairing.pass_number)
    for mentee_id, numbers in passes.items():
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield f"{mentee_id}: has places in the passes {numbers}"


def groups_of(world: World) -> dict[str, set[str]]:
    """Return the mentees of each group that is large enough for an access floor."""
    floors, groups = world.policy.floors, dict[str, set[str]]()
    for entry in world.round.enrolments if floors.by and "floors" in world.policy.stages else ():
        value = getattr(world.people[entry.person_id], floors.by)
        if is_mentee(world, entry) and value not in ("", None):
            groups.setdefault(same_word(str(value)), set()).add(entry.person_id)
    return {name: members for name, members in groups.items() if len(members) >= floors.group_min}


def counts_of(world: World, plan: Iterable[Choice]) -> tuple[tuple[int, int], ...]:
    """Return the size of each group, and how many of it a plan serves."""
    served = {choice.mentee_id for choice in plan}
    return tuple((len(members), len(members & served)) for _, members in sorted(groups_of(world).items()))


def lottery_key(world: World, choice: Choice, draw: int) -> int:
    """Return the 20 bits of a draw (1, 2, ...) for a pair."""
    text = "|".join((world.policy.round_name, choice.mentor_id, choice.mentee_id, str(choice.direction)))
    digest = hmac.new(world.round.seed.encode(), text.encode(), hashlib.sha256).digest()
    bits = "".join(f"{byte:08b}" for byte in digest)
    return int(bits[20 * (draw - 1) : 20 * draw], 2)


def stage_names(world: World) -> list[str]:
    """Return the stages of a pass in their order, with one draw of the lottery."""
    waits = {entry.waiting_rounds for entry in world.round.enrolments if is_mentee(world, entry)}
    expanded = {
        "waiting": [f"waiting:{wait}" for wait in sorted(waits - {0}, reverse=True)],
        "coverage": ["coverage"],
        "floors": [],
        "bands": [f"bands:{band}" for band in range(len(world.policy.bands))],
        "load": ["load"],
        "points": ["points"],
        "lottery": ["lottery:1"],
    }
    return [name for stage in world.policy.stages for name in expanded[stage]]


def stage_value(world: World, stage: str, plan: Sequence[Choice], before: Sequence[Choice]) -> int:
    """Return what a pass is worth in a stage, ``before`` being the pairings of earlier passes."""
    kind, _, number = stage.partition(":")
    if kind == "waiting":
        return sum(world.enrolments[choice.mentee_id].waiting_rounds == int(number) for choice in plan)
    if kind == "bands":
        return -sum(sum(choice.points >= bound for bound in world.policy.bands) == int(number) for choice in plan)
    if kind == "load":
        return spread_cost(before) - spread_cost([*before, *plan])
    if kind == "lottery":
        return sum(lottery_key(world, choice, int(number)) for choice in plan)
    return sum(choice.points for choice in plan) if kind == "points" else len(plan)


def spread_cost(plan: Sequence[Choice]) -> int:
    """Return 0 + 1 + 2 + ... for each mentor's first, second, third ... place, summed."""
    loads = Counter(choice.mentor_id for choice in plan)
    return sum(place for load in loads.values() for place in range(load))


def best_vectors(round_: Round, lazy: frozenset[str] = LAZY_KINDS, level: Level | None = None) -> list[PassResult]:
    """Return the best outcome of each pass, by trying all plans; ``lazy`` names the exclusions that count.

    With a ``level`` the first pass holds it: of the plans that are best for the stages before the floors, those count
    that keep it. Raises IndexError when there is none.
    """
    world = World(round_)
    choices, before, results = list(all_choices(world)), list[Choice](), list[PassResult]()
    for number in range(1, max(world.policy.capacity.mentee_limit, 1) + 1):
        first = level if number == 1 else None
        search = Search(world, choices, before, lazy, level=first)
        if first is not None:
            search.best_before = best_before_floors(world, choices, lazy)
        plan, stages = search.best_plan()
        before = [*before, *plan]
        pairings = frozenset((choice.mentor_id, choice.mentee_id, choice.direction) for choice in plan)
        results.append(PassResult(number, tuple(stages), pairings))
    return results


def best_before_floors(world: World, choices: Sequence[Choice], lazy: frozenset[str]) -> list[int]:
    """Return the best values of the stages before the floors, by trying all plans."""
    stages = world.policy.stages
    shorter = replace(world.policy, stages=stages[: stages.index("floors")])
    search = Search(World(replace(world.round, policy=shorter)), choices, [], lazy)
    search._try_mentee(0, 0)
    return [stage_value(search.world, name, search.best_plans[0], []) for name in search.stages]


@dataclass
class Search:
    """Exhaustive search over the plans of one pass, mentee by mentee.

    A plan's stage values are packed into one whole number, so that the better plan has the larger number. A branch is
    left when even the best choices of the remaining mentees, as many as there are places, could not reach the best.
    """

    world: World
    choices: Sequence[Choice]
    before: Sequence[Choice]
    lazy: frozenset[str]
    used: Counter[Key] = field(default_factory=Counter)
    facts: Counter[Key] = field(default_factory=Counter)
    plan: list[Choice] = field(default_factory=list)
    best: int = 0
    best_plans: list[list[Choice]] = field(default_factory=list)
    level: Level | None = None
    best_before: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Count what earlier passes use up and sort each mentee's choices, the best first."""
        self.stages = stage_names(self.world)
        self.limits = {choice: caps_of(self.world, choice, self.lazy) for choice in self.choices}
        self.exclusions = {choice: exclusions_of(self.world, choice, self.lazy) for choice in self.choices}
        for choice in self.before:
            self._take(choice, 1)
        free = [choice for choice in self.choices if choice not in self.before and self._is_free(choice)]
        self.worths = {choice: self._packed({n: self._alone(n, choice) for n in self.stages}) for choice in free}
        self.load_worth = self._packed({"load": -1}) if "load" in self.stages else 0
        by_mentee: dict[str, list[Choice]] = {}
        for choice in sorted(free, key=self.worths.__getitem__, reverse=True):
            by_mentee.setdefault(choice.mentee_id, []).append(choice)
        self.options = sorted(by_mentee.values(), key=len)

    def best_plan(self) -> tuple[list[Choice], list[tuple[str, int]]]:
        """Return the one best plan and its stage values; later draws of the lottery decide while several are left."""
        self._try_mentee(0, 0)
        plans, stages = self.best_plans, list(self.stages)
        for draw in range(2, LOTTERY_DRAWS + 1):
            if len(plans) > 1:
                stages.append(f"lottery:{draw}")
                sums = [stage_value(self.world, stages[-1], plan, self.before) for plan in plans]
                plans = [plan for plan, total in zip(plans, sums, strict=True) if total == max(sums)]
        values = [(name, stage_value(self.world, name, plans[0], self.before)) for name in stages]
        if self.level is not None:
            values.insert(len(self.best_before), ("floors", self.level.share))
        return plans[0], values

    def _packed(self, values: dict[str, int]) -> int:
        """Return stage values as one number, the first stage weighing most."""
        last = len(self.stages) - 1
        return sum(value << STAGE_SHIFT * (last - self.stages.index(name)) for name, value in values.items())

    def _alone(self, stage: str, choice: Choice) -> int:
        """Return what a choice is worth in a stage, apart from the load."""
        return 0 if stage == "load" else stage_value(self.world, stage, [choice], [])

    def _worth(self, choice: Choice) -> int:
        """Return what a choice adds to the plan so far: the mentor's load makes it dearer."""
        return self.worths[choice] + self.load_worth * self.used["mentor", choice.mentor_id]

    def _is_free(self, choice: Choice) -> bool:
        """Whether a choice can stand beside the plan so far."""
        has_room = all(self.used[key] < limit for key, limit in self.limits[choice])
        return has_room and not any(self.facts[fact] for fact in self.exclusions[choice][1])

    def _take(self, choice: Choice, count: int) -> None:
        """Add a choice to the plan's books, or take it out again (-1)."""
        for key, _ in self.limits[choice]:
            self.used[key] += count
        for fact in self.exclusions[choice][0]:
            self.facts[fact] += count

    def _hope(self, position: int) -> int:
        """Return at least what the remaining mentees can add: their best free choices, as many as there are places."""
        worths, room = [], dict[str, int]()
        for options in self.options[position:]:
            free = [choice for choice in options if self._is_free(choice)]
            room |= {c.mentor_id: self.limits[c][0][1] - self.used["mentor", c.mentor_id] for c in free}
            worths.append(max((self._worth(choice) for choice in free), default=0))
        return sum(sorted((worth for worth in worths if worth > 0), reverse=True)[: sum(room.values())])

    def _try_mentee(self, position: int, value: int) -> None:
        """Try all choices of the mentee at a position, and none."""
        if position == len(self.options):
            self._keep(value)
        elif not self.best_plans or value + self._hope(position) >= self.best:
            for choice in sorted(filter(self._is_free, self.options[position]), key=self._worth, reverse=True):
                gain = self._worth(choice)
                self._take(choice, 1)
                self.plan.append(choice)
                self._try_mentee(position + 1, value + gain)
                self.plan.pop()
                self._take(choice, -1)
            self._try_mentee(position + 1, value)

    def _keep(self, value: int) -> None:
        """Remember a finished plan if none is better and it keeps the access floors."""
        if self.level is not None:
            before = [stage_value(self.world, name, self.plan, self.before) for name in self.stages]
            keeps = all(self.level.keeps(*count) for count in counts_of(self.world, self.plan))
            if not keeps or before[: len(self.best_before)] != self.best_before:
                return
        if not self.best_plans or value > self.best:
            self.best, self.best_plans = value, []
        if value == self.best:
            self.best_plans.append(list(self.plan))
