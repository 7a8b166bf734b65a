"""Which pairings can go on standing together after a round has changed: as many as possible, proven by whole numbers.

Each limit that they break, and each two of them that exclude each other, is one row of a small programme; its parts
that share no pairing are solved one by one. Ties go to the higher points, then to the lottery of the round.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from mentormatch.domain.direction import DIRECTION_INDEX
from mentormatch.domain.round import Round
from mentormatch.errors import SolverError
from mentormatch.matching.reference import Candidate
from mentormatch.matching.roster import Ints, Roster, build_roster
from mentormatch.matching.rows import Columns, department_limits
from mentormatch.matching.stages import Lottery

DRAWS = 3
"""Draws of 20 bits between equals: two sets of pairings agree in all of them once in 2 to the power of 60 times."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A pairing that would stay: a candidate of the round, and whether HR demands it (these come before all others)."""

    candidate: Candidate
    is_demanded: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Claims (by number, rising) of which at most ``most`` can stand, and why: a clause for a person."""

    members: tuple[int, ...]
    most: int
    why: str


def find_conflicts(matching_round: Round, claims: Sequence[Claim]) -> tuple[Conflict, ...]:
    """Return every limit that the claims break together, and every two of them that exclude each other.

    All people of the claims must be enrolled in their roles.
    """
    roster = build_roster(matching_round)
    pairs = [claim.candidate for claim in claims]
    over = (conflict for conflict in _limits(roster, pairs) if len(conflict.members) > conflict.most)
    return (*over, *_exclusions(roster, pairs))


def choose_standing(matching_round: Round, claims: Sequence[Claim], conflicts: Sequence[Conflict]) -> tuple[bool, ...]:
    """Return for each claim whether it stands: as many demanded ones as possible, then as many others as possible.

    Among equal numbers the largest sum of points wins, then the largest sums of the lottery's draws. Raises
    ``SolverError`` when the solver gives no usable answer.
    """
    stands = np.ones(len(claims), np.bool_)
    objectives = _objectives(matching_round, claims) if conflicts else ()
    for members, rows in _parts(len(claims), conflicts):
        stands[members] = _best_of_part([weights[members] for weights in objectives], rows)
    return tuple(stands.tolist())


def _limits(roster: Roster, pairs: Sequence[Candidate]) -> Iterator[Conflict]:
    """Yield each limit that a pair counts against, with everybody who does."""
    members: dict[tuple[str, int], list[int]] = {}
    departments = department_limits(roster)
    for number, pair in enumerate(pairs):
        for why, most in _limits_of(roster, departments, pair):
            members.setdefault((why, most), []).append(number)
    return (Conflict(tuple(numbers), most, f"{why} is {most}") for (why, most), numbers in members.items())


def _limits_of(roster: Roster, departments: Ints, pair: Candidate) -> Iterator[tuple[str, int]]:
    """Yield the limits of one pair, in words and numbers; the words name the limit."""
    mentors, mentees, direction = roster.mentors, roster.mentees, DIRECTION_INDEX[pair.direction]
    column, row = mentors.position[pair.mentor_id], mentees.position[pair.mentee_id]
    as_mentor, as_mentee = f"the limit of {pair.mentor_id} as a mentor", f"the limit of {pair.mentee_id} as a mentee"
    yield as_mentee, int(mentees.limit[row])
    yield f"{as_mentee} in direction {pair.direction}", int(mentees.places[row, direction])
    yield as_mentor, int(mentors.limit[column])
    yield f"{as_mentor} in direction {pair.direction}", int(mentors.places[column, direction])
    department = roster.area_name(int(mentees.department[row])) or "(none)"
    yield f"{as_mentor} in direction {pair.direction} for the department {department}", int(departments[column])
    manager = mentees.people[row].manager_id
    if manager:
        yield (
            f"{as_mentor} in direction {pair.direction} for the team of {manager}",
            roster.policy.capacity.team_limit,
        )


def _exclusions(roster: Roster, pairs: Sequence[Candidate]) -> Iterator[Conflict]:
    """Yield each two pairs that exclude each other."""
    capacity = roster.policy.capacity
    if capacity.forbid_reciprocal:
        gifts = {(pair.mentor_id, pair.mentee_id): [number] for number, pair in enumerate(pairs)}
        yield from _returned(gifts, "{} and {} would mentor each other")
    if capacity.forbid_favour_exchange:
        yield from _returned(_favours(roster, pairs), "{} and {} would each mentor somebody of the other's team")


def _favours(roster: Roster, pairs: Sequence[Candidate]) -> dict[tuple[str, str], list[int]]:
    """Return the pairs by who mentors and whose team is served; nobody returns a favour to themselves."""
    favours: dict[tuple[str, str], list[int]] = {}
    for number, pair in enumerate(pairs):
        manager = roster.mentees.people[roster.mentees.position[pair.mentee_id]].manager_id
        if manager:
            favours.setdefault((pair.mentor_id, manager), []).append(number)
    return favours


def _returned(gifts: Mapping[tuple[str, str], Sequence[int]], why: str) -> Iterator[Conflict]:
    """Yield what is given one way and the other way round, two by two."""
    for (one, other), numbers in gifts.items():
        if one < other and (other, one) in gifts:
            for pair in product(numbers, gifts[other, one]):
                yield Conflict(tuple(sorted(pair)), 1, why.format(one, other))


def _objectives(matching_round: Round, claims: Sequence[Claim]) -> tuple[Ints, ...]:
    """Return the weights of the claims, the most important objective first."""
    roster, pairs = build_roster(matching_round), [claim.candidate for claim in claims]
    columns = Columns(
        mentee=_ints(roster.mentees.position[pair.mentee_id] for pair in pairs),
        mentor=_ints(roster.mentors.position[pair.mentor_id] for pair in pairs),
        direction=_ints(DIRECTION_INDEX[pair.direction] for pair in pairs),
        points=_ints(pair.points for pair in pairs),
    )
    lottery = Lottery(roster)
    demanded, counted = _ints(claim.is_demanded for claim in claims), np.ones(len(claims), np.int64)
    return demanded, counted, columns.points, *(lottery.digits(columns, draw) for draw in range(DRAWS))


def _ints(numbers: Iterator[int]) -> Ints:
    """Return whole numbers as an array."""
    return np.fromiter(numbers, np.int64)


def _parts(count: int, conflicts: Sequence[Conflict]) -> Iterator[tuple[Ints, LinearConstraint]]:
    """Yield the parts that share no claim: the claims of each, and the conflicts between them as rows."""
    rows = np.array([row for row, conflict in enumerate(conflicts) for _ in conflict.members], np.int64)
    claims = _ints(member for conflict in conflicts for member in conflict.members)
    table = csr_array(coo_array((np.ones(len(rows)), (rows, claims)), shape=(len(conflicts), count)))
    _, part_of = connected_components(table.T @ table, directed=False)
    most = np.array([conflict.most for conflict in conflicts], np.float64)
    for part in dict.fromkeys(part_of[claims].tolist()):
        members = np.flatnonzero(part_of == part)
        inside = np.unique(rows[part_of[claims] == part])
        yield members, LinearConstraint(table[inside][:, members], -np.inf, most[inside])


def _best_of_part(objectives: Sequence[Ints], rows: LinearConstraint) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which claims of one part stand: each objective is settled among the sets that are best for those before.

    Weights are whole numbers, so half a unit below the best value leaves out every set that is worse.
    """
    chosen, settled = np.zeros(len(objectives[0]), np.bool_), [rows]
    for weights in objectives:
        answer = milp(
            -weights,
            constraints=settled,
            integrality=np.ones(len(weights)),
            bounds=Bounds(0, 1),
            options={"mip_rel_gap": 0.0},
        )
        if answer.x is None or answer.status != 0:
            raise SolverError("The solver found no set of pairings that can stay; this should not happen.")
        chosen = answer.x > 0.5
        settled.append(LinearConstraint(weights[None, :], weights[chosen].sum() - 0.5, np.inf))
    return chosen
