"""Which changes are proposed, in which order, and which are not."""

from collections.abc import Iterator

from mentormatch.domain.change import Change, Demand, NameArea, OfferPlace, OpenDirection, Recruit, Train, WantSkill
from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Role
from mentormatch.domain.policy import CapacityPolicy, Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.explanation.first_pass import read_first_pass
from mentormatch.explanation.remedies import Proposal, propose_demands, propose_help, propose_own
from mentormatch.explanation.seeker import Seeker
from tests.factories import a_mentee, a_mentor, a_person, a_round, a_scored_round, bare_policy, loose_capacity
from tests.unit.explanation.solved import solved

UP, DOWN, _, PEER, FORWARD = DIRECTIONS


def seeker(round_: Round, person_id: str, role: Role = Role.MENTEE) -> Seeker:
    """Return somebody without a place in a solved round."""
    first = read_first_pass(solved(round_))
    side = first.roster.mentees if role is Role.MENTEE else first.roster.mentors
    return Seeker(first, role, side.position[person_id])


def changes(proposals: Iterator[Proposal], *, is_own: bool) -> list[tuple[Change, ...]]:
    """Return what is proposed; all of it is said to be the person's own, or none."""
    found = list(proposals)
    assert {proposal.is_own for proposal in found} <= {is_own}
    return [proposal.changes for proposal in found]


class TestOwnAnswers:
    def test_another_direction_comes_before_another_skill_and_that_before_another_area(self) -> None:
        members = [
            a_mentee("A", skills_wanted=("tax",), department="Works"),
            a_mentor("M", skills_offered=("sql",)),
            a_mentor("N", PEER, level=1, skills_offered=("tax",)),
            a_mentor("O", FORWARD, department="Law"),
        ]
        policy = bare_policy(RuleId.NO_NEED_MET)
        found = changes(propose_own(seeker(a_round(*members, policy=policy), "A")), is_own=True)
        assert found == [
            (OpenDirection("A", Role.MENTEE, PEER),),
            (WantSkill("A", "sql"),),
            (OpenDirection("A", Role.MENTEE, FORWARD), NameArea("A", "law")),
        ]

    def test_a_person_who_asks_for_forward_only_names_the_area(self) -> None:
        members = [a_mentee("A", FORWARD, target_area="tax"), a_mentor("O", FORWARD, department="Law")]
        found = changes(
            propose_own(seeker(a_round(*members, policy=bare_policy(RuleId.NO_NEED_MET)), "A")), is_own=True
        )
        assert found == [(NameArea("A", "law"),)]

    def test_a_direction_that_the_programme_does_not_offer_is_not_proposed(self) -> None:
        policy = bare_policy(RuleId.LEVEL_BAND)
        policy = bare_policy(RuleId.LEVEL_BAND, directions={UP: policy.directions[UP]})
        members = [a_mentee("A"), a_mentor("M", PEER, level=1, as_mentor={UP: 1, PEER: 1})]
        assert changes(propose_own(seeker(a_round(*members, policy=policy), "A")), is_own=True) == []

    def test_a_mentor_may_train_or_open_a_direction(self) -> None:
        members = [a_mentee("A", PEER), a_mentor("M", trained=False)]
        policy = bare_policy(RuleId.UNTRAINED)
        round_ = a_round(a_mentee("B"), *members, policy=policy)
        assert changes(propose_own(seeker(round_, "M", Role.MENTOR)), is_own=True) == [(Train("M"),)]
        round_ = a_round(*members[:1], a_mentor("M"), policy=policy)
        found = changes(propose_own(seeker(round_, "M", Role.MENTOR)), is_own=True)
        assert found == [(OpenDirection("M", Role.MENTOR, PEER),)]


class TestHelpByHr:
    @staticmethod
    def kinds(found: list[tuple[Change, ...]]) -> list[type]:
        """Return the kind of each proposal's first change."""
        return [type(made[0]) for made in found]

    def test_only_a_mentor_who_lacks_nothing_but_the_training_is_to_be_trained(self) -> None:
        mentors = [a_mentor(who, trained=False, level=3 + 6 * (who == "N")) for who in "MN"]
        policy = bare_policy(RuleId.UNTRAINED, RuleId.LEVEL_BAND)
        found = changes(propose_help(seeker(a_round(a_mentee("A"), *mentors, policy=policy), "A")), is_own=False)
        assert [made for made in found if isinstance(made[0], Train)] == [(Train("M"),)]

    def test_a_mentor_at_the_limit_of_the_programme_is_asked_for_no_more_places(self) -> None:
        for limit, expected in ((1, []), (2, [(OfferPlace("M", UP),)])):
            policy = bare_policy(RuleId.LEVEL_BAND, capacity=loose_capacity(mentor_limit=limit))
            round_ = a_scored_round({("A", "M"): 500, ("B", "M"): 600}, policy=policy)
            found = changes(propose_help(seeker(round_, "A")), is_own=False)
            assert [made for made in found if isinstance(made[0], OfferPlace)] == expected

    def test_as_many_places_as_the_crowd_lacks_are_asked_of_as_many_mentors(self) -> None:
        points = {(who, boss): 500 + 10 * "ABCD".index(who) for who in "ABCD" for boss in "MN"}
        found = changes(propose_help(seeker(a_scored_round(points), "A")), is_own=False)
        assert len(found[2]) == 2
        assert {made for made in found[2] if isinstance(made, OfferPlace)} == {OfferPlace("M", UP), OfferPlace("N", UP)}

    def test_a_recruit_comes_last(self) -> None:
        policy = Policy(capacity=CapacityPolicy(mentor_limit=1, mentee_limit=1))
        members = [a_mentee("A"), a_mentee("B", waiting_rounds=1), a_mentor("M")]
        round_ = a_round(*members, a_person("X", level=3), policy=policy)
        found = changes(propose_help(seeker(round_, "A")), is_own=False)
        assert self.kinds(found) == [Recruit]

    def test_mentors_are_not_recruited_for(self) -> None:
        round_ = a_round(a_mentee("A", PEER), a_mentor("M"), policy=bare_policy())
        assert list(propose_help(seeker(round_, "M", Role.MENTOR))) == []


POINTS = {("A", "M"): 550, ("A", "N"): 500, ("B", "M"): 900, ("C", "N"): 600}


class TestDemands:
    def test_the_cheapest_pairing_is_demanded_first(self) -> None:
        round_ = a_scored_round(POINTS, policy=bare_policy(RuleId.LEVEL_BAND))
        found = changes(propose_demands(seeker(round_, "A")), is_own=False)
        assert found == [(Demand("N", "A"),), (Demand("M", "A"),)]

    def test_nothing_is_demanded_that_a_lock_leaves_no_place_for(self) -> None:
        locks = (Lock(LockKind.MUST, "N", "C"), Lock(LockKind.MUST_NOT, "M", "A"))
        round_ = a_scored_round(POINTS, policy=bare_policy(RuleId.LEVEL_BAND), locks=locks)
        assert list(propose_demands(seeker(round_, "A"))) == []
