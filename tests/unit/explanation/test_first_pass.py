"""A solved round as numbers: candidates without forbidden pairs, and the pairings by pass."""

import numpy as np
import pytest

from mentormatch.domain.round import Lock, LockKind
from mentormatch.explanation.certified_cases import NO_LOSS
from mentormatch.explanation.first_pass import FirstPass, read_first_pass
from mentormatch.explanation.what_if import Baseline
from mentormatch.matching.certificate import Certificate
from tests.acceptance.small_rounds import small_round
from tests.factories import a_mentee, a_mentor, a_round, bare_policy
from tests.unit.explanation.solved import solved

LOCKS = (Lock(LockKind.MUST, "M", "A"), Lock(LockKind.MUST_NOT, "N", "B"), Lock(LockKind.MUST_NOT, "N", "ghost"))


@pytest.fixture
def first() -> FirstPass:
    """Return a round of A and B, M and N: A goes to M by a lock, and B may not go to N."""
    members = [a_mentee("A"), a_mentee("B"), a_mentor("M", places=2), a_mentor("N")]
    return read_first_pass(solved(a_round(*members, policy=bare_policy(), locks=LOCKS)))


def pairs(first: FirstPass, mentees: list[int], mentors: list[int]) -> list[tuple[str, str]]:
    """Return names of candidates."""
    roster = first.roster
    return [(roster.mentors.ids[m], roster.mentees.ids[e]) for m, e in zip(mentors, mentees, strict=True)]


def test_locked_and_chosen_pairings_are_told_apart(first: FirstPass) -> None:
    locked, plan = first.locked, first.plan
    assert pairs(first, locked.mentee.tolist(), locked.mentor.tolist()) == [("M", "A")]
    assert pairs(first, plan.mentee.tolist(), plan.mentor.tolist()) == [("M", "B")]
    assert (len(first.later), len(first.whole_plan)) == (0, 2)


def test_a_forbidden_pair_is_no_candidate_from_either_side(first: FirstPass) -> None:
    of_b, of_n = first.of_mentee(1), first.of_mentor(1)
    assert pairs(first, of_b.mentee.tolist(), of_b.mentor.tolist()) == [("M", "B")]
    assert pairs(first, of_n.mentee.tolist(), of_n.mentor.tolist()) == [("N", "A")]
    both = first.of_mentees(np.array([0, 1]), np.array([1]))
    assert pairs(first, both.mentee.tolist(), both.mentor.tolist()) == [("N", "A")]


def test_one_row_and_the_whole_table_agree() -> None:
    for seed in range(0, 40, 5):
        first = read_first_pass(solved(small_round(seed)))
        everybody = np.arange(len(first.roster.mentors))
        for row in range(len(first.roster.mentees)):
            one, other = first.of_mentee(row), first.of_mentees(np.array([row]), everybody)
            assert [one.mentor.tolist(), one.direction.tolist(), one.points.tolist()] == [
                other.mentor.tolist(),
                other.direction.tolist(),
                other.points.tolist(),
            ]


def test_a_round_that_was_stopped_proves_nothing(first: FirstPass) -> None:
    old = first.base.certificate
    unproven = Certificate(**{name: getattr(old, name) for name in old.__dataclass_fields__} | {"passes": ()})
    stopped = read_first_pass(Baseline(first.base.round, first.base.pairings, unproven))
    columns = stopped.of_mentee(0)
    assert stopped.proof is None
    assert stopped.losses(columns) == [NO_LOSS] * len(columns)
    assert stopped.is_open(columns).all()
