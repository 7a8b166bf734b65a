"""Rounds with all that belongs to them, on both databases: what is brought in comes back as it was."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from mentormatch.domain.accounts import Actor
from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import EnrolmentState, RoundCounts, RoundDates, RoundState
from mentormatch.domain.round import Round
from mentormatch.errors import CertificateError
from mentormatch.files.policy_text import show_policy
from mentormatch.matching.verification import verify
from mentormatch.services.organisation import show_card
from mentormatch.services.own_data import export_own_data
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.ports import Unit
from mentormatch.services.programmes import add_programme, check_policy
from mentormatch.services.round_import import FinishedPlan, NewRound, bring_in_round
from mentormatch.services.rounds import digest_round, list_rounds, load_round
from mentormatch.storage.engines import make_engine
from mentormatch.storage.migrating import upgrade
from mentormatch.storage.store import SqlStore
from tests.databases import Databases, Statements
from tests.factories import a_person
from tests.kept_rounds import PEOPLE, House, a_made_up_round, its_match, its_outcome, make_house
from tests.offices import START, Office, make_office
from tests.strategies import enrolments, histories, policies

IDS = tuple(f"p{number}" for number in range(6))
NUMBERS = count(1)
few = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def comes_back(policy: Policy) -> bool:
    """Whether a policy can be kept as text."""
    return check_policy(show_policy(policy))[0] == policy


@st.composite
def keepable_rounds(draw: st.DrawFn) -> Round:
    """Return a round of six people with any enrolments, under any policy that can be kept."""
    enrolled = draw(st.lists(st.sampled_from(IDS), unique=True))
    return Round(
        people=tuple(a_person(person_id) for person_id in IDS),
        enrolments=tuple(draw(enrolments(person_id, IDS)) for person_id in enrolled),
        policy=draw(policies().filter(comes_back)),
        seed=draw(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)),
    )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def kept_office(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Office]:
    """An office for many examples, with six people."""
    url = databases.empty(request.param)  # not the one that other tests empty meanwhile
    upgrade(url)
    engine = make_engine(url)
    office = make_office(SqlStore(engine))
    office.employ(*(a_person(person_id) for person_id in IDS))
    yield office
    engine.dispose()


@pytest.fixture
def house(store: SqlStore) -> House:
    """An office with the people of a made-up round."""
    return make_house(make_office(store))


def load(office: Office, key: int) -> Round:
    """Return a round as it is kept."""
    return office.store.read(lambda unit: load_round(unit, key))


@few
@given(drawn=keepable_rounds())
def test_a_round_comes_back_as_it_was_brought_in(kept_office: Office, drawn: Round) -> None:
    programme = add_programme(kept_office.ports, COMMAND_LINE, f"Programme {next(NUMBERS)}")
    new = NewRound("Spring", RoundState.OPEN)
    kept = bring_in_round(kept_office.ports, COMMAND_LINE, programme.key, new, drawn)
    assert load(kept_office, kept.record.key) == drawn


@few
@given(history=histories(IDS))
def test_a_pairing_of_the_past_is_kept_once(kept_office: Office, history: tuple[PastPairing, ...]) -> None:
    def work(unit: Unit) -> tuple[int, int, list[PastPairing]]:
        known = list(unit.history.told())
        return unit.history.add(history), unit.history.add(history), known

    added, again, known = kept_office.store.write(work)
    told = kept_office.store.read(lambda unit: list(unit.history.told()))
    names = [(past.mentor_id, past.mentee_id, past.direction, past.round_name) for past in told]
    assert again == 0
    assert len(told) == len(known) + added
    assert len(set(names)) == len(names)
    assert {past.round_name for past in history} <= {past.round_name for past in told}


def test_a_made_up_round_comes_back_with_its_plan(house: House) -> None:
    kept = house.publish(PairingState.ACCEPTED)
    assert load(house.office, kept.record.key) == a_made_up_round()
    assert kept.history_added == len(a_made_up_round().history) > 0
    (plan,) = house.office.store.read(lambda unit: unit.plans.of_round(kept.record.key))
    pairings = house.office.store.read(lambda unit: unit.plans.pairings(plan.key))
    assert tuple(stored.pairing for stored in pairings) == its_outcome().pairings
    assert {stored.state for stored in pairings} == {PairingState.ACCEPTED}
    assert {stored.answered_at for stored in pairings} == {START}
    assert tuple(house.office.store.read(lambda unit: unit.plans.unpaired(plan.key))) == its_outcome().unpaired
    assert (plan.number, plan.state, plan.published_by, plan.published_at) == (
        1,
        PlanState.PUBLISHED,
        house.hr.user_key,
        START,
    )
    assert plan.input_digest == digest_round(a_made_up_round())
    assert plan.summary["status"] == "proven"
    stages = its_outcome().stages
    assert plan.summary["stages"] == [[one.pass_number, one.name, one.value, one.bound] for one in stages]


def test_the_proof_of_a_plan_holds_for_the_round_as_it_is_kept(house: House) -> None:
    key = house.publish().record.key
    (plan,) = house.office.store.read(lambda unit: unit.plans.of_round(key))
    pairings = [stored.pairing for stored in house.office.store.read(lambda unit: unit.plans.pairings(plan.key))]
    assert list(verify(load(house.office, key), pairings, its_match().certificate, {}))
    with pytest.raises(CertificateError):
        list(verify(load(house.office, key), pairings[1:], its_match().certificate, {}))


def test_a_round_is_listed_with_how_many_take_part(house: House) -> None:
    dates = RoundDates(date(2026, 1, 1), date(2026, 2, 1), date(2026, 8, 1))
    new = NewRound("  Autumn \u2003 term ", RoundState.REVIEW, dates)
    draft = FinishedPlan(its_outcome())
    house.publish()
    bring_in_round(house.ports, house.hr, house.programme.key, new, a_made_up_round(), draft)
    drawn = a_made_up_round().enrolments
    takers = (len(drawn), sum(one.is_mentee for one in drawn), sum(one.is_mentor for one in drawn))
    (autumn, autumn_counts), (spring, spring_counts) = list_rounds(house.ports, house.hr, house.programme.key)
    assert (autumn.name, autumn.state, autumn.dates) == ("Autumn term", RoundState.REVIEW, dates)
    assert autumn_counts == RoundCounts(*takers, pairings=0)
    assert (spring.name, spring.policy_version, spring.revision) == ("Spring", 1, 1)
    assert spring_counts == RoundCounts(*takers, pairings=len(its_outcome().pairings))


def test_only_those_who_are_enrolled_are_matched(house: House) -> None:
    kept, (first, *rest) = house.bring_in().record, a_made_up_round().enrolments
    drafts = replace(first, person_id=next(iter(set(house.keys) - {one.person_id for one in (first, *rest)})))

    def work(unit: Unit) -> None:
        unit.enrolments.add(kept.key, [drafts], EnrolmentState.DRAFT, {}, START)

    house.office.store.write(work)
    assert load(house.office, kept.key).enrolments == (first, *rest)
    ((_, counts),) = list_rounds(house.ports, house.hr, house.programme.key)
    assert counts.enrolled == 1 + len(rest)


def test_a_round_moves_on_once(house: House) -> None:
    key = house.bring_in().record.key

    def close() -> bool:
        return house.office.store.write(lambda unit: unit.rounds.set_state(key, RoundState.OPEN, RoundState.CLOSED))

    assert [close(), close()] == [True, False]
    record = house.office.store.read(lambda unit: unit.rounds.get(key))
    assert record is not None
    assert (record.state, record.revision) == (RoundState.CLOSED, 2)


def test_a_lived_round_is_history_of_the_next_one_and_not_its_own(house: House) -> None:
    first, second = house.publish(PairingState.ENDED).record, house.bring_in("Autumn").record
    lived = its_outcome().pairings
    told = a_made_up_round().history
    assert load(house.office, first.key).history == told
    history = load(house.office, second.key).history
    assert history[: len(told)] == told
    assert [(past.mentor_id, past.mentee_id, past.direction) for past in history[len(told) :]] == [
        (pairing.mentor_id, pairing.mentee_id, pairing.direction) for pairing in lived
    ]
    assert {(past.round_name, past.started) for past in history[len(told) :]} == {("Spring", START.date())}


@pytest.mark.parametrize("pairings", [PairingState.PROPOSED, PairingState.DECLINED])
def test_what_nobody_accepted_is_no_history(house: House, pairings: PairingState) -> None:
    house.publish(pairings)
    second = house.bring_in("Autumn").record
    assert load(house.office, second.key).history == a_made_up_round().history


def test_a_pairing_of_a_round_that_is_kept_is_not_told_again(house: House) -> None:
    house.publish(PairingState.ENDED)
    lived = its_outcome().pairings[0]
    again = PastPairing(lived.mentor_id, lived.mentee_id, lived.direction, "Spring", date(2020, 1, 1))
    stranger = PastPairing("gone", lived.mentee_id, Direction.PEER, "2019")
    later = replace(a_made_up_round(), history=(again, stranger))
    new = NewRound("Autumn", RoundState.OPEN)
    kept = bring_in_round(house.ports, house.hr, house.programme.key, new, later)
    assert (kept.history_added, kept.history_left_out) == (0, 1)


def test_a_person_finds_what_they_take_part_in_on_the_card_and_in_the_export(house: House) -> None:
    house.publish(PairingState.ACCEPTED)
    key = house.bring_in("Autumn").record.key
    pairing = its_outcome().pairings[0]
    person_key = house.keys[pairing.mentee_id]
    card = show_card(house.ports, house.hr, person_key)
    mine = [one for one in its_outcome().pairings if pairing.mentee_id in (one.mentor_id, one.mentee_id)]
    assert [(one.kind, one.programme, one.round_name, one.state) for one in card.participation] == [
        ("enrolment", "Mentoring", "Autumn", "enrolled"),
        ("enrolment", "Mentoring", "Spring", "enrolled"),
        *(("pairing", "Mentoring", "Spring", "accepted") for _ in mine),
    ]
    exported = json.loads(export_own_data(house.ports, Actor(house.hr.user_key, person_key)))
    enrolment = next(one for one in a_made_up_round().enrolments if one.person_id == pairing.mentee_id)
    assert [row["skills_wanted"] for row in exported["enrolments"]] == [list(enrolment.skills_wanted)] * 2
    assert [row["points"] for row in exported["pairings"]] == [one.points for one in mine]
    assert len(exported["places"]) == 2 * (len(enrolment.as_mentee) + len(enrolment.as_mentor))
    told = [past for past in a_made_up_round().history if pairing.mentee_id in (past.mentor_id, past.mentee_id)]
    assert len(exported["past_pairings"]) == len(told)
    enrolled = house.office.store.read(lambda unit: unit.enrolments.of_person(person_key))
    assert enrolled[key].enrolment == enrolment
    paired = house.office.store.read(lambda unit: unit.plans.pairings_of_person(person_key))
    assert [stored.pairing for stored in paired] == mine


def test_a_draft_is_nobodys_pairing_yet(house: House) -> None:
    house.bring_in(state=RoundState.REVIEW, plan=FinishedPlan(its_outcome()))
    person_key = house.keys[its_outcome().pairings[0].mentee_id]
    assert [one.kind for one in show_card(house.ports, house.hr, person_key).participation] == ["enrolment"]
    assert house.office.store.read(lambda unit: unit.plans.pairings_of_person(person_key)) == []
    exported = json.loads(export_own_data(house.ports, Actor(house.hr.user_key, person_key)))
    assert exported["pairings"] == []


def test_a_round_costs_the_same_statements_however_many_take_part(store: SqlStore, engine: Engine) -> None:
    house = make_house(make_office(store))
    seen = []
    for name, size in (("few", 2), ("many", PEOPLE)):
        part = replace(a_made_up_round(), enrolments=a_made_up_round().enrolments[:size], history=())
        with Statements(engine) as bringing:
            kept = bring_in_round(house.ports, house.hr, house.programme.key, NewRound(name, RoundState.OPEN), part)
        with Statements(engine) as loading:
            load(house.office, kept.record.key)
        with Statements(engine) as listing:
            list_rounds(house.ports, house.hr, house.programme.key)
        seen.append((len(bringing.seen), len(loading.seen), len(listing.seen)))
    assert seen[0] == seen[1]
    assert max(seen[0]) <= 20
