"""The verifier's reading of access floors, on a round and a proof that are made by hand."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from mentormatch.domain.policy import FloorPolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.errors import CertificateError
from mentormatch.matching.certificate import FloorsCertificate, NodeCertificate, PassCertificate, Row, TriedRate
from mentormatch.matching.roster import build_roster
from mentormatch.matching.verification import verify
from mentormatch.matching.verified_floors import SHOWN_GROUPS, Floors, count_groups, read_groups
from mentormatch.matching.verified_limits import open_pass, read_limits
from mentormatch.matching.verified_rows import Bounds, RowBook
from tests.factories import a_mentee, a_round, a_scored_round, bare_policy
from tests.unit.matching.test_verification import a_certificate, a_pairing, a_stage, key, refusal


def floored(round_: Round, **floors: object) -> Round:
    """Return a round with floors for departments, at a share of 1 unless told otherwise."""
    settings = FloorPolicy(**({"by": "department", "share": 1.0, "group_min": 1} | floors))  # type: ignore[arg-type]
    return replace(round_, policy=replace(round_.policy, floors=settings))


def two_groups() -> Round:
    """Return two departments of two mentees each, and one mentor with two places, to whom the first is worth more."""
    policy = bare_policy(RuleId.LEVEL_BAND, stages=("coverage", "floors", "points", "lottery"))
    points = {("a1", "M"): 700, ("a2", "M"): 600, ("b1", "M"): 500, ("b2", "M"): 400}
    round_ = floored(a_scored_round(points, places={"M": 2}, policy=policy, seed="floors"))
    people = tuple(replace(p, department={"a": "A", "b": " b "}.get(p.person_id[0], "")) for p in round_.people)
    return replace(round_, people=people)


ROUND = two_groups()
BEST = (a_pairing("M", "a1", 700), a_pairing("M", "b1", 500))
HALF = Fraction(1, 2)
FLOORS = FloorsCertificate(100, HALF, {"a": 2, "b": 2}, {}, (TriedRate(HALF, {"points": 1_200}),))


def proof(floors: FloorsCertificate | None = FLOORS, values: Mapping[str, int] | None = None) -> PassCertificate:
    """Return the proof that M mentors a1 and b1, as a person would write it.

    M has two places. A half of two is one at least and at most, so each department gets one place; the worse mentee of
    each is worth 600 and 400, which is the price of the place, and the better one gains 100.
    """
    keys = {who: key(ROUND, "M", who) for who in ("a1", "a2", "b1", "b2")}
    gains: dict[str | Row, int] = {"a1": keys["a1"] - keys["a2"], "b1": keys["b1"] - keys["b2"]}
    stages = (
        a_stage("coverage", 2, mentor={"M": 1}),
        a_stage("floors", 100),
        a_stage("points", 1_200, group={"a": 600, "b": 400}, mentee={"a1": 100, "b1": 100}),
        a_stage("lottery:1", keys["a1"] + keys["b1"], group={"a": keys["a2"], "b": keys["b2"]}, mentee=gains),
        a_stage("unique", -2, mentee={"a1": -1, "b1": -1}),
    )
    told = {"coverage": 2, "floors": 100, "points": 1_200, "lottery:1": keys["a1"] + keys["b1"], "unique": -2}
    return PassCertificate(1, {**told, **(values or {})}, NodeCertificate(stages), floors)


def refused(floors: FloorsCertificate | None = FLOORS, values: Mapping[str, int] | None = None) -> str:
    """Return why the proof is refused with other floors."""
    return refusal(ROUND, BEST, a_certificate(ROUND, proof(floors, values), candidates=4))


def test_a_proof_that_is_written_by_hand_is_accepted() -> None:
    lines = list(verify(ROUND, BEST, a_certificate(ROUND, proof(), candidates=4), {}))
    assert "pass 1, floors: rate 0.500, 2 groups within 100 % of the best" in lines
    assert lines[-1] == "pass 1: 1 case holds every lawful plan, and none but the published one is as good"


def test_without_its_floors_the_proof_is_none() -> None:
    assert refused(None) == "Pass 1 has no access floors, which the policy asks for."


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"share": 101}, "a rate of 1/2 at 101 % cannot be, where 100 % are asked for"),
        ({"rate": Fraction(0)}, "a rate of 0 at 100 % cannot be"),
        ({"rate": Fraction(1)}, "1 of the group 'a' get a place, not 2 to 2"),
        ({"groups": {"a": 2}}, "of the groups with a floor, 'b' is 2, not not one of them"),
        ({"groups": {"a": 2, "b": 3}}, "of the groups with a floor, 'b' is 2, not 3"),
        ({"too_small": {"c": 1}}, "of the groups too small for a floor, 'c' is not one of them, not 1"),
        ({"tried": ()}, "the rate 1/2 is not the best of those that were tried"),
        ({"tried": (TriedRate(HALF, {"points": 1_201}),)}, "the rate 1/2 is not worth what the certificate says"),
        ({"tried": (TriedRate(HALF, {"coverage": 2}),)}, "the rate 1/2 is not worth what the certificate says"),
        ({"tried": (*FLOORS.tried, *FLOORS.tried)}, "do not rise"),
        ({"tried": (*FLOORS.tried, TriedRate(Fraction(1), {"points": 1_300}))}, "is not the best"),
        ({"tried": (TriedRate(Fraction(1, 3), {"points": 1_200}), *FLOORS.tried)}, "is not the best"),
    ],
)
def test_floors_that_are_not_those_of_the_round_are_refused(changes: Mapping[str, object], says: str) -> None:
    assert says in refused(replace(FLOORS, **changes))  # type: ignore[arg-type]


def test_a_better_rate_without_a_lawful_plan_is_no_better() -> None:
    tried = (*FLOORS.tried, TriedRate(Fraction(1), {"points": 1_300}, is_lawful=False))
    assert refused(replace(FLOORS, tried=tried)) == ""


def test_a_share_below_the_one_that_the_plan_reaches_is_refused() -> None:
    assert "the plan reaches 100 % of the rate, so the share need not be 50 %" in refused(replace(FLOORS, share=50))


def test_the_plan_that_is_best_without_floors_is_refused() -> None:
    other = (a_pairing("M", "a1", 700), a_pairing("M", "a2", 600))
    said = refusal(ROUND, other, a_certificate(ROUND, proof(), candidates=4))
    assert said == "Pass 1, stage floors: 2 of the group 'a' get a place, not 1 to 1."


def test_floors_where_the_policy_asks_for_none_are_refused() -> None:
    free = floored(ROUND, by="")
    said = refusal(free, BEST, a_certificate(free, proof(), candidates=4))
    assert said == "Pass 1 has access floors for nothing."


class TestGroups:
    def test_groups_are_counted_from_the_people_who_can_get_a_place(self) -> None:
        roster = build_roster(ROUND)
        assert read_groups(roster) == {"a1": "a", "a2": "a", "b1": "b", "b2": "b"}
        assert count_groups(roster) == ({"a": 2, "b": 2}, {})

    def test_small_groups_are_counted_apart(self) -> None:
        assert count_groups(build_roster(floored(ROUND, group_min=3))) == ({}, {"a": 2, "b": 2})

    @pytest.mark.parametrize(("level", "groups"), [(None, {}), (3, {"e": "3"})])
    def test_a_level_is_a_group_and_an_unknown_one_is_none(self, level: int | None, groups: dict[str, str]) -> None:
        round_ = a_round(a_mentee("e", level=level), policy=bare_policy(stages=ROUND.policy.stages))
        assert read_groups(build_roster(floored(round_, by="level"))) == groups

    def test_nobody_is_in_a_group_without_floors(self) -> None:
        assert count_groups(build_roster(floored(ROUND, by=""))) == ({}, {})


class TestBounds:
    def floors(self, **changes: object) -> Floors:
        """Return floors at four fifths of a half, for a group of 41 and one of 20, of which one is locked."""
        settings = Floors(80, 80, HALF, {"a": 41, "b": 20}, {}, {"a": 0, "b": 1}, {"a": 18, "b": 9})
        return replace(settings, **changes)  # type: ignore[arg-type]

    def test_they_are_rounded_towards_each_other_and_less_what_is_locked(self) -> None:
        assert self.floors().bounds == {("group", ("a",)): (17, 20), ("group", ("b",)): (7, 9)}

    def test_what_is_locked_can_be_more_than_the_least(self) -> None:
        assert self.floors(locked={"a": 0, "b": 9}).bounds["group", ("b",)] == (0, 1)

    def test_what_is_reached_is_that_of_the_worst_group(self) -> None:
        assert self.floors().reached == 87, "18 of 20.5"
        assert self.floors(served={"a": 18, "b": 5}).reached == 50

    def test_a_share_that_is_not_what_was_asked_is_told(self) -> None:
        (line,) = self.floors(share=73).tell()
        assert line == "rate 0.500, 2 groups within 73 % of the best, where 80 % are asked for"

    def test_groups_that_are_too_small_are_named_up_to_some(self) -> None:
        few = list(self.floors(too_small={"d": 3, "c": 19}).tell())
        assert few[1] == "too small for a floor: c (19), d (3)"
        many = list(self.floors(too_small={f"{n:02}": 1 for n in range(SHOWN_GROUPS + 4)}).tell())
        assert many[1].endswith("09 (1) and 4 more")

    def test_a_group_holds_everybody_before_its_floor_and_what_it_says_after(self) -> None:
        bounds = Bounds(open_pass(read_limits(ROUND), (), 1), {})
        row = ("group", ("a",))
        assert bounds.at(row) == (0, len(ROUND.enrolments))
        assert bounds.narrow({row: (1, 2)}).at(row) == (1, 2)
        assert bounds.narrow({row: (2, 1)}).is_contradictory


class TestPrices:
    def test_a_group_asks_the_same_of_all_its_mentees(self) -> None:
        prices = RowBook(build_roster(ROUND)).read_prices({"group": {("b",): 7}, "mentee": {("b1",): 1}}, "here")
        ids = build_roster(ROUND).mentees.ids
        assert dict(zip(ids, prices.mentee.tolist(), strict=True)) == {"a1": 0, "a2": 0, "b1": 8, "b2": 7}

    @pytest.mark.parametrize("row", [("c",), ("B",), (), ("a", "b")])
    def test_a_price_is_on_a_group_that_has_a_floor(self, row: tuple[str, ...]) -> None:
        assert "there is no row of group" in refused_price(ROUND, row)

    def test_a_group_that_is_too_small_has_no_price(self) -> None:
        assert "there is no row of group a" in refused_price(floored(ROUND, group_min=3), ("a",))


def refused_price(round_: Round, row: tuple[str, ...]) -> str:
    """Return why a price on a group is refused."""
    with pytest.raises(CertificateError, match="no row of group") as caught:
        RowBook(build_roster(round_)).read_prices({"group": {row: 1}}, "here")
    return caught.value.sentence
