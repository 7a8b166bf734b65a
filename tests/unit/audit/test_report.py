"""The whole audit at once: every part is there, it can be written as JSON, and attributes touch nothing else."""

import json
from dataclasses import asdict, replace
from random import Random

import pytest

from mentormatch.audit.report import PLANS, Audit, audit
from mentormatch.domain.round import Round
from mentormatch.matching.certificate import write_certificate
from mentormatch.matching.engine import Match, match
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_mentee, a_mentor, a_round, a_scored_round
from tests.unit.audit.plans import a_crowd, an_open_round, pairings_of


@pytest.fixture(scope="module")
def solved() -> tuple[Round, Match]:
    organisation = generate_organisation(150, 8)
    round_ = a_round(*organisation.people, enrolments=organisation.enrolments, history=organisation.history)
    return round_, match(round_, digests={})


@pytest.fixture(scope="module")
def attributes(solved: tuple[Round, Match]) -> dict[str, dict[str, str]]:
    rng = Random(1)
    return {"gender": {person.person_id: rng.choice(["f", "m", ""]) for person in solved[0].people}}


@pytest.fixture(scope="module")
def found(solved: tuple[Round, Match], attributes: dict[str, dict[str, str]]) -> Audit:
    return audit(solved[0], solved[1].outcome.pairings, attributes=attributes, seed=3)


def test_an_audit_has_every_part(found: Audit) -> None:
    names = ["department", "division", "location", "level", "gender"]
    assert [funnel.attribute for funnel in found.funnels] == names
    assert list(dict.fromkeys(impact.attribute for impact in found.impacts)) == names
    assert len(found.concentration.access) == 6
    assert (found.sensitivity, found.seed) == (None, 3)
    assert found.divisions


def test_an_audit_can_be_written_as_json(found: Audit) -> None:
    data = json.loads(json.dumps(asdict(found)))
    assert data["plans"] == found.plans == PLANS
    assert len(data["funnels"][0]["groups"]) == len(found.funnels[0].groups)


def test_the_same_seed_gives_the_same_audit_whatever_the_order_of_rows(
    found: Audit, solved: tuple[Round, Match], attributes: dict[str, dict[str, str]]
) -> None:
    round_, done = solved
    turned = replace(round_, people=round_.people[::-1], enrolments=round_.enrolments[::-1])
    assert audit(turned, done.outcome.pairings[::-1], attributes=attributes, seed=3) == found


def test_attributes_change_no_pairing_and_no_certificate(solved: tuple[Round, Match], found: Audit) -> None:
    round_, done = solved
    again = match(round_, digests={})
    assert again.outcome.pairings == done.outcome.pairings
    assert write_certificate(again.certificate) == write_certificate(done.certificate)
    assert any(funnel.is_protected for funnel in found.funnels)


def test_attributes_change_nothing_of_the_audit_but_their_own_groups_and_the_number_of_tests(
    solved: tuple[Round, Match], found: Audit
) -> None:
    without = audit(solved[0], solved[1].outcome.pairings, seed=3)
    assert without.funnels == tuple(funnel for funnel in found.funnels if not funnel.is_protected)
    for part in ("concentration", "favouritism", "overrides", "divisions", "plans"):
        assert getattr(without, part) == getattr(found, part)
    kept = [impact for impact in found.impacts if not impact.is_protected]
    assert [one.p for impact in without.impacts for one in impact.groups] == [
        one.p for impact in kept for one in impact.groups
    ]


def test_with_a_solver_the_audit_says_how_sensitive_the_plan_is() -> None:
    round_ = a_scored_round({("A", "M"): 500})
    pairings = pairings_of(round_, [("M", "A")])
    found = audit(round_, pairings, solve=lambda _: pairings)
    assert found.sensitivity is not None
    assert [change.pairings_kept for change in found.sensitivity] == [1, 1]


def test_a_round_without_anything_has_an_audit_in_which_nothing_is_flagged() -> None:
    found = audit(a_round(), ())
    assert (found.funnels, found.impacts, found.flags) == ((), (), 0)
    assert audit(an_open_round(*a_crowd(2, 2)), ()).flags == 0


def test_flags_are_counted_over_all_parts() -> None:
    """Sales gets all places and Works none: that, and nothing else, is to be looked into."""
    mentees = [a_mentee(f"E{k}", department="Sales" if k < 20 else "Works") for k in range(50)]
    mentors = [a_mentor(f"M{k}") for k in range(20)]
    round_ = an_open_round(mentees, mentors)
    found = audit(round_, pairings_of(round_, [(f"M{k}", f"E{k}") for k in range(20)]))
    flagged = {(impact.measure.value, one.group) for impact in found.impacts for one in impact.groups if one.is_flagged}
    assert flagged == {("served", "Works")}
    assert found.flags == 1
