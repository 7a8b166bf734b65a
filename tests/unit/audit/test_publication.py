"""What of an audit is shown: no small count, no rate on few people, nothing that gives a hidden one away."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from random import Random

import pytest

from mentormatch.audit.guards import RATE_DENOMINATOR
from mentormatch.audit.impact import Impact, Verdict
from mentormatch.audit.publication import COLUMNS_OF, FEW, ShownAudit, ShownImpact, say_count, say_rarity, show_audit
from mentormatch.audit.random_plans import Finding, Null, Rarity
from mentormatch.audit.report import Audit, audit
from mentormatch.domain.round import Lock, LockKind
from mentormatch.matching.engine import match
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_mentee, a_mentor, a_round
from tests.unit.audit.plans import a_crowd, an_open_round, pairings_of


@pytest.fixture(scope="module")
def found() -> Audit:
    organisation = generate_organisation(220, 6)
    round_ = a_round(*organisation.people, enrolments=organisation.enrolments)
    rng = Random(2)
    genders = {person.person_id: rng.choice(["f", "f", "m", "x"]) for person in round_.people}
    pairings = match(round_, digests={}).outcome.pairings
    return audit(round_, pairings, attributes={"gender": genders}, solve=lambda _: pairings)


@pytest.fixture(scope="module")
def shown(found: Audit) -> ShownAudit:
    return show_audit(found)


def rows_of(found: Audit, shown: ShownAudit) -> Iterator[tuple[Impact, ShownImpact]]:
    by_name = {(impact.attribute, impact.measure.value): impact for impact in found.impacts}
    return ((by_name[row.attribute, row.measure], row) for row in shown.impacts)


def test_rates_stand_on_shown_counts_of_ten_and_more(shown: ShownAudit) -> None:
    rates = [row for row in shown.impacts if row.rate is not None]
    assert rates
    for row in rates:
        assert row.whole is not None
        assert row.part is not None
        assert row.whole >= RATE_DENOMINATOR
        assert row.rate == pytest.approx(row.part / row.whole)


def test_a_row_without_its_counts_shows_nothing_else(shown: ShownAudit) -> None:
    hidden = [row for row in shown.impacts if row.part is None]
    for row in hidden:
        figures = (row.rate, row.interval, row.ratio, row.difference, row.difference_interval, row.adjusted_p)
        assert figures == (None,) * 6
        assert row.stratified_p is None
        assert row.is_flagged or row.verdict == "hidden"
    assert hidden


def test_a_ratio_stands_only_beside_the_shown_counts_of_the_best_placed(found: Audit, shown: ShownAudit) -> None:
    funnels = {funnel.attribute: {one.group: one.counts for one in funnel.groups} for funnel in shown.funnels}
    kinds = set()
    for impact, row in rows_of(found, shown):
        part, whole = COLUMNS_OF[impact.measure]
        best = [one.group for one in impact.groups if one.ratio == 1]
        counts = [funnels[row.attribute].get(name, {}) for name in best]
        is_best_open = all(one.get(part) is not None and one.get(whole) is not None for one in counts)
        assert row.ratio is None or is_best_open
        kinds.add(is_best_open)
    assert True in kinds


def test_mean_points_stand_only_on_ten_served_and_more(shown: ShownAudit) -> None:
    groups = [group for funnel in shown.funnels for group in funnel.groups]
    for group in groups:
        served = group.counts["served"]
        assert group.mean_points is None or (served is not None and served >= RATE_DENOMINATOR)
    assert any(group.mean_points is not None for group in groups)


def test_what_is_shown_can_be_written_as_json(shown: ShownAudit) -> None:
    data = json.loads(json.dumps(asdict(shown)))
    assert data["flags"] == shown.flags
    assert len(data["impacts"]) == len(shown.impacts)


def test_groups_too_small_to_tell_are_not_compared(found: Audit, shown: ShownAudit) -> None:
    names = {(row.attribute, row.measure, row.group) for row in shown.impacts}
    small = [
        (impact.attribute, impact.measure.value, one.group)
        for impact in found.impacts
        for one in impact.groups
        if one.verdict is Verdict.TOO_FEW
    ]
    assert small
    assert not names & set(small)


def test_sensitivity_is_not_shown_of_a_handful_of_people() -> None:
    round_ = an_open_round(*a_crowd(4, 2))
    pairings = pairings_of(round_, [("M0", "E0"), ("M1", "E1")])
    found = audit(round_, pairings, solve=lambda _: pairings)
    assert found.sensitivity
    assert show_audit(found).sensitivity is None


def test_small_counts_are_said_as_such() -> None:
    assert [say_count(count) for count in (0, 1, 4, 5, 1200)] == ["0", FEW, FEW, "5", "1,200"]


@pytest.mark.parametrize(("near", "words"), [(0.01, "1 in 100 random plans"), (0.2, "not unusual")])
def test_a_figure_is_as_unusual_as_it_is_among_the_kinder_random_plans(near: float, words: str) -> None:
    finding = Finding("x", 3, {Null.ANY: Rarity(1, 2, 0.001), Null.NEAR: Rarity(2, 3, near)})
    assert words in say_rarity(finding)


@pytest.fixture(scope="module")
def planted() -> ShownAudit:
    mentees = [a_mentee(f"E{t}{k}", manager_id=f"boss{t}", prefers=("M0",)) for t in range(8) for k in range(5)]
    mentors = [a_mentor(f"M{k}") for k in range(40)]
    locks = tuple(Lock(LockKind.MUST, f"M{k}", f"E0{k}", "asked for") for k in range(4))
    round_ = an_open_round(mentees, mentors, locks=locks)
    pairs = [(f"M{5 * t + k}", f"E{t}{k}") for t in range(8) for k in range(5)]
    return show_audit(audit(round_, pairings_of(round_, pairs)))


def test_a_manager_favoured_by_overrides_is_named_and_the_small_counts_are_not(planted: ShownAudit) -> None:
    (sign,) = planted.override_signs
    assert sign.what == "must locks: one manager's people (boss0)"
    assert sign.observed == f"{FEW} of {FEW}"
    assert sign.is_flagged
    assert sign.rarity.startswith("as unusual as 1 in ")
    assert planted.flags == 1


def test_every_lock_is_listed_with_its_reason(planted: ShownAudit) -> None:
    assert len(planted.locks) == 4
    assert {lock.reason for lock in planted.locks} == {"asked for"}


def test_only_managers_that_are_flagged_are_named(found: Audit) -> None:
    managers = found.favouritism.managers
    assert managers
    calm = replace(found.favouritism, managers=tuple(replace(one, adjusted_p=1.0) for one in managers))
    alarmed = replace(found.favouritism, managers=(replace(managers[0], adjusted_p=0.001), *calm.managers[1:]))
    assert not any("people of" in sign.what for sign in show_audit(replace(found, favouritism=calm)).signs)
    (named,) = (s for s in show_audit(replace(found, favouritism=alarmed)).signs if "people of" in s.what)
    assert managers[0].manager_id in named.what
