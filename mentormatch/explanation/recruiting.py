"""Where one more place would bring most: mentors' slots by bound and exactly, and the kinds of mentors behind them."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from mentormatch.domain.direction import DIRECTION_INDEX
from mentormatch.domain.text import fold
from mentormatch.domain.vector import Vector, vector_of
from mentormatch.explanation.place_bounds import UNKNOWN, PlaceBound, Slot, bound_places
from mentormatch.explanation.quick_answers import QuickAnswers, open_quick_answers
from mentormatch.explanation.what_if import Baseline, without_time_limit

TOP = 10
MOST_SOLVED = 3
"""Slots that are looked at exactly, at most, for each one that is asked for."""
GROUP_MIN = 3
"""Fewer mentors of a kind say more about themselves than about their kind."""
OnSlot = Callable[[Slot, float], None]
"""Told of each slot before it is looked at, with the share of the work that is done (0 to 1)."""


@dataclass(frozen=True, slots=True)
class PlaceWorth:
    """What one more place brings exactly: the first pass by stage, and the whole round as a vector."""

    bound: PlaceBound
    gains: Mapping[str, int]
    difference: Vector

    @property
    def order(self) -> tuple[int, ...]:
        """The gains as they are compared."""
        return tuple(self.gains.values())


@dataclass(frozen=True, slots=True)
class GroupWorth:
    """What one more place with mentors of a kind can bring at most: the mean and the best of their bounds, by stage.

    ``by`` is what the kind goes by (department, level, skill) and ``mentors`` how many mentors it has.
    """

    by: str
    name: str
    mentors: int
    mean: Mapping[str, float]
    best: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Recruiting:
    """Where to recruit first: the slots that bring most, exactly, and the kinds of mentors, by their bounds.

    ``is_certain`` says that no slot outside ``places`` could bring more than the last one there. ``bounds`` are those
    of all slots. Both are ranked, the best first.
    """

    places: tuple[PlaceWorth, ...]
    is_certain: bool
    bounds: tuple[PlaceBound, ...]
    groups: tuple[GroupWorth, ...]


def rank_places(
    base: Baseline, top: int = TOP, most_solved: int | None = None, on_slot: OnSlot | None = None
) -> Recruiting:
    """Return the slots in which one more place would bring the first pass most, and their kinds.

    A slot is looked at exactly as long as its bound is above what the ``top`` best ones bring, and in all at most
    ``most_solved`` slots (three for each asked for). Slots that cannot bring the first pass anything are left out;
    some of them may still bring somebody a further place. Raises RefusedError when the round was not proven.
    """
    bounds = bound_places(base)
    answers = open_quick_answers(replace(base, round=without_time_limit(base.round)))
    most, found = most_solved or top * MOST_SOLVED, list[PlaceWorth]()
    candidates = [bound for bound in bounds if bound.order > (0,) * len(bound.order)]
    for done, bound in enumerate(candidates[:most]):
        if _is_settled(found, top, bound):
            break
        if on_slot is not None:
            on_slot(bound.slot, done / min(most, len(candidates)))
        found.append(_look_at(answers, bound))
        found.sort(key=_rank)
    rest = candidates[len(found)] if len(found) < len(candidates) else None
    is_certain = rest is None or _is_settled(found, top, rest)
    places = tuple(one for one in found[:top] if any(one.order))
    return Recruiting(places, is_certain, bounds, tuple(_groups(base, bounds)))


def _is_settled(found: Sequence[PlaceWorth], top: int, rest: PlaceBound) -> bool:
    """Whether the best ones bring at least what any other slot can."""
    return len(found) >= top and found[top - 1].order >= rest.order


def _rank(one: PlaceWorth) -> tuple[list[int], str, int]:
    """Sort by what the places bring, the most first."""
    slot = one.bound.slot
    return [-gain for gain in one.order], slot.mentor_id, DIRECTION_INDEX[slot.direction]


def _look_at(answers: QuickAnswers, bound: PlaceBound) -> PlaceWorth:
    """Return what a slot brings exactly."""
    base = answers.base
    answer = answers.with_one_more_place(bound.slot.mentor_id, bound.slot.direction)
    gains = {name: -answer.loss[name] for name in bound.gains}
    return PlaceWorth(bound, gains, vector_of(answer.pairings, base.round.policy) - base.vector)


def _groups(base: Baseline, bounds: Sequence[PlaceBound]) -> Iterator[GroupWorth]:
    """Yield the kinds of mentors, department by department, then by level and skill, the best means first."""
    of_mentor = _best_of_mentors(bounds)
    for by, kinds in _kinds(base, of_mentor).items():
        groups = [_group(by, name, members) for name, members in sorted(kinds.items()) if len(members) >= GROUP_MIN]
        yield from sorted(groups, key=lambda group: tuple(-mean for mean in group.mean.values()))


def _best_of_mentors(bounds: Sequence[PlaceBound]) -> Mapping[str, PlaceBound]:
    """Return each mentor's best slot; mentors of whom the proof tells no bound are left out."""
    best: dict[str, PlaceBound] = {}
    for bound in bounds:
        if UNKNOWN not in bound.order:
            best.setdefault(bound.slot.mentor_id, bound)
    return best


def _kinds(base: Baseline, of_mentor: Mapping[str, PlaceBound]) -> Mapping[str, Mapping[str, list[PlaceBound]]]:
    """Return the bounds of mentors by what they are and what they offer; names are compared folded."""
    people = {person.person_id: person for person in base.round.people}
    kinds: dict[str, dict[str, list[PlaceBound]]] = {by: defaultdict(list) for by in ("department", "level", "skill")}
    for entry in base.round.enrolments:
        bound, person = of_mentor.get(entry.person_id), people.get(entry.person_id)
        if bound is None or person is None:
            continue
        names = {"department": [person.department], "level": ["" if person.level is None else str(person.level)]}
        for by, values in {**names, "skill": entry.skills_offered}.items():
            for name in dict.fromkeys(filter(None, map(fold, values))):
                kinds[by][name].append(bound)
    return kinds


def _group(by: str, name: str, members: Sequence[PlaceBound]) -> GroupWorth:
    """Return the mean and the best of some bounds."""
    stages = members[0].gains.keys()
    mean = {stage: sum(one.gains[stage] for one in members) / len(members) for stage in stages}
    return GroupWorth(by, name, len(members), mean, max(members, key=lambda one: one.order).gains)
