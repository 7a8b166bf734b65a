"""Bringing in a round that was run from files: all of it or nothing, and nothing that no round can be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.pairing import Role as Side
from mentormatch.domain.pairing import Unpaired
from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import RoundDates, RoundState
from mentormatch.domain.round import Lock, LockKind, Outcome, Round
from mentormatch.errors import CertificateError, InputError, MentorMatchError
from mentormatch.files.problems import join_briefly
from mentormatch.services.audit_log import verify
from mentormatch.services.permissions import COMMAND_LINE
from mentormatch.services.programmes import list_versions, policy_of
from mentormatch.services.refusals import ConfirmationNeededError, ConflictError, NotAllowedError, NotFoundError
from mentormatch.services.round_import import FinishedPlan, NewRound, bring_in_round
from mentormatch.services.rounds import list_rounds, load_round
from tests.kept_rounds import House, a_made_up_round, its_outcome, make_house
from tests.offices import Office, sentence_of

OPEN = NewRound("Spring", RoundState.OPEN)
PUBLISHED = FinishedPlan(its_outcome(), PlanState.PUBLISHED)


@pytest.fixture
def house(office: Office) -> House:
    """An office with the people of a made-up round."""
    return make_house(office)


def bring(
    house: House, new: NewRound = OPEN, drawn: Round | None = None, plan: FinishedPlan | None = None, **who: Actor
) -> Any:
    """Bring a round in, that of the house unless another is given."""
    actor = who.get("actor", house.hr)
    return bring_in_round(house.ports, actor, house.programme.key, new, drawn or a_made_up_round(), plan)


def rounds_of(house: House) -> list[str]:
    """Return the names of the rounds of the programme."""
    return [record.name for record, _ in list_rounds(house.ports, house.hr, house.programme.key)]


def test_a_round_that_was_brought_in_stands_in_the_log_without_names(house: House) -> None:
    record = bring(house, NewRound("Spring", RoundState.ACTIVE), plan=PUBLISHED).record
    entry = house.office.store.read(lambda unit: unit.audit_log.page("round-brought-in", None, 1))[0]
    assert (entry.actor, entry.subject) == (house.hr.name, f"round:{record.key}")
    assert entry.data["enrolments"] == len(a_made_up_round().enrolments)
    assert entry.data["pairings"] == len(its_outcome().pairings)
    assert entry.data["plan"] == "published"
    assert "P0" not in str(entry.data)
    assert verify(house.ports).is_sound


def test_the_policy_of_a_round_becomes_a_version_only_once(house: House) -> None:
    assert bring(house).record.policy_version == 1
    other = replace(a_made_up_round(), policy=Policy(programme="Mentoring", bands=(500,)))
    assert bring(house, NewRound("Summer", RoundState.OPEN), other).record.policy_version == 2
    assert bring(house, NewRound("Autumn", RoundState.OPEN), other).record.policy_version == 2
    versions = list_versions(house.ports, house.hr, house.programme.key)
    assert [policy_of(version).bands for version in versions] == [(500,), Policy().bands]


def test_the_command_line_names_who_published(house: House) -> None:
    new = NewRound("Spring", RoundState.ACTIVE)
    for nobody in (None, 999):
        with pytest.raises(InputError, match="Name the user"):
            bring(house, new, plan=replace(PUBLISHED, published_by=nobody), actor=COMMAND_LINE)
    assert rounds_of(house) == []
    key = bring(house, new, plan=replace(PUBLISHED, published_by=house.hr.user_key), actor=COMMAND_LINE).record.key
    (plan,) = house.office.store.read(lambda unit: unit.plans.of_round(key))
    assert plan.published_by == house.hr.user_key


def test_nobody_publishes_in_the_name_of_another(house: House) -> None:
    other = house.office.user(email="other@x.example")
    plan = replace(PUBLISHED, published_by=other.key)
    key = bring(house, NewRound("Spring", RoundState.ACTIVE), plan=plan).record.key
    (kept,) = house.office.store.read(lambda unit: unit.plans.of_round(key))
    assert kept.published_by == house.hr.user_key


def test_to_publish_takes_the_password_again(house: House) -> None:
    house.office.clock.move(hours=3)
    with pytest.raises(ConfirmationNeededError):
        bring(house, NewRound("Spring", RoundState.ACTIVE), plan=PUBLISHED)
    assert rounds_of(house) == []
    bring(house, NewRound("Spring", RoundState.REVIEW), plan=FinishedPlan(its_outcome()))


@pytest.mark.parametrize("role", [None, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_hr_brings_rounds_in(house: House, role: Role | None) -> None:
    actor = Actor(house.hr.user_key, roles=frozenset({role} if role else set()))
    with pytest.raises(NotAllowedError):
        bring(house, actor=actor)
    assert rounds_of(house) == []


def test_a_list_of_rounds_is_for_hr_and_auditors(house: House) -> None:
    bring(house)
    assert len(list_rounds(house.ports, Actor(9, roles=frozenset({Role.AUDITOR})), house.programme.key)) == 1
    with pytest.raises(NotFoundError):
        list_rounds(house.ports, Actor(9), house.programme.key)
    with pytest.raises(NotFoundError):
        list_rounds(house.ports, house.hr, 999)


def test_a_round_that_is_not_there_is_not_found(house: House) -> None:
    with pytest.raises(NotFoundError, match="no such round"):
        house.office.store.read(lambda unit: load_round(unit, 999))
    with pytest.raises(NotFoundError, match="no such programme"):
        bring_in_round(house.ports, house.hr, 999, OPEN, a_made_up_round())


def test_two_rounds_of_a_programme_have_two_names(house: House) -> None:
    bring(house)
    with pytest.raises(ConflictError, match="choose another name"):
        bring(house, NewRound(" SPRING", RoundState.OPEN))
    assert rounds_of(house) == ["Spring"]


def test_a_round_that_is_refused_leaves_no_version_of_its_policy(house: House) -> None:
    bring(house)
    other = replace(a_made_up_round(), policy=Policy(programme="Mentoring", bands=(500,)))
    before = house.office.actions()
    with pytest.raises(ConflictError):
        bring(house, drawn=other)
    assert len(list_versions(house.ports, house.hr, house.programme.key)) == 1
    assert house.office.actions() == before


def with_enrolment(**changes: Any) -> Round:
    """Return the round with something changed in its first enrolment."""
    first, *rest = a_made_up_round().enrolments
    return replace(a_made_up_round(), enrolments=(replace(first, **changes), *rest))


A_PAST = a_made_up_round().history[0]
UNHOLDABLE: dict[str, tuple[Callable[[], Round], str]] = {
    "locks": (lambda: replace(a_made_up_round(), locks=(Lock(LockKind.MUST, "P0001", "P0002"),)), "locks"),
    "set aside": (lambda: replace(a_made_up_round(), quarantined=frozenset({"P0001"})), "set aside"),
    "seed": (lambda: replace(a_made_up_round(), seed="x" * 101), "seed has more than 100"),
    "area": (lambda: with_enrolment(target_area="x" * 201), "target_area of P"),
    "no character": (lambda: with_enrolment(skills_wanted=("a\0b",)), "skill or interest of P"),
    "half a pair": (lambda: with_enrolment(interests=("\ud800",)), "skill or interest of P"),
    "old round": (lambda: replace(a_made_up_round(), history=(replace(A_PAST, round_name="x" * 201),)), "history"),
    "reason": (lambda: replace(a_made_up_round(), history=(replace(A_PAST, end_reason="x" * 201),)), "end_reason"),
    "stranger": (lambda: with_enrolment(person_id="X1"), "these ids: X1; import the people"),
    "wish": (lambda: with_enrolment(avoids=("X2",)), "these ids: X2; import the people"),
    "policy": (lambda: replace(a_made_up_round(), policy=Policy(stages=("no-such",))), "policy of this round"),
}


@pytest.mark.parametrize("name", UNHOLDABLE)
def test_what_cannot_be_kept_is_refused_with_a_sentence(house: House, name: str) -> None:
    make, said = UNHOLDABLE[name]
    before = house.office.actions()
    with pytest.raises(InputError) as error:
        bring(house, drawn=make())
    assert said in sentence_of(error)
    assert sentence_of(error).endswith(".")
    assert rounds_of(house) == []
    assert house.office.actions() == before


@pytest.mark.parametrize("name", ["", " ", "\u200b", "a\nb\0", "x" * 201], ids=repr)
def test_a_round_has_a_name(house: House, name: str) -> None:
    with pytest.raises(InputError, match="name of at most 200"):
        bring(house, NewRound(name, RoundState.OPEN))


@pytest.mark.parametrize(
    "dates",
    [
        RoundDates(date(2026, 2, 1), date(2026, 1, 1)),
        RoundDates(date(2026, 2, 1), None, date(2026, 1, 1)),
        RoundDates(None, date(2026, 2, 1), date(2026, 1, 1)),
    ],
)
def test_a_round_opens_closes_and_ends_in_this_order(house: House, dates: RoundDates) -> None:
    with pytest.raises(InputError, match="correct its dates"):
        bring(house, NewRound("Spring", RoundState.OPEN, dates))


@pytest.mark.parametrize(
    ("state", "plan", "pairings", "said"),
    [
        (RoundState.MATCHING, None, None, "being matched"),
        (RoundState.OPEN, PlanState.DRAFT, PairingState.PROPOSED, "no plan yet"),
        (RoundState.ACTIVE, None, None, "needs a published plan"),
        (RoundState.ACTIVE, PlanState.DRAFT, PairingState.PROPOSED, "needs a published plan"),
        (RoundState.REVIEW, PlanState.PUBLISHED, PairingState.PROPOSED, "cannot have a published plan"),
        (RoundState.REVIEW, PlanState.DRAFT, PairingState.ACCEPTED, "of a published plan"),
        (RoundState.CLOSED_OUT, PlanState.PUBLISHED, PairingState.ACCEPTED, "no pairing goes on"),
        (RoundState.CLOSED_OUT, PlanState.PUBLISHED, PairingState.PROPOSED, "no pairing goes on"),
    ],
)
def test_round_plan_and_pairings_stand_in_states_that_go_together(
    house: House, state: RoundState, plan: PlanState | None, pairings: PairingState | None, said: str
) -> None:
    finished = FinishedPlan(its_outcome(), plan, pairings) if plan and pairings else None
    with pytest.raises(InputError, match=said):
        bring(house, NewRound("Spring", state), plan=finished)


def with_pairing(**changes: Any) -> Outcome:
    """Return the outcome with something changed in its first pairing."""
    first, *rest = its_outcome().pairings
    return replace(its_outcome(), pairings=(replace(first, **changes), *rest))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"mentor_id": its_outcome().pairings[0].mentee_id}, CertificateError),
        ({"points": 999}, CertificateError),
        ({"mentor_id": "X9"}, CertificateError),
    ],
    ids=["with oneself", "other points", "a stranger"],
)
def test_pairings_that_are_brought_in_pass_the_same_rules(
    house: House, changes: dict[str, Any], error: type[MentorMatchError]
) -> None:
    with pytest.raises(error):
        bring(house, NewRound("Spring", RoundState.REVIEW), plan=FinishedPlan(with_pairing(**changes)))
    assert rounds_of(house) == []


def test_nobody_is_left_out_who_did_not_take_part(house: House) -> None:
    others = sorted(set(house.keys) - {one.person_id for one in a_made_up_round().enrolments})
    left = tuple(Unpaired(person_id, Side.MENTEE, "no-candidate", "") for person_id in others)
    review, strangers = NewRound("Spring", RoundState.REVIEW), FinishedPlan(replace(its_outcome(), unpaired=left))
    with pytest.raises(InputError) as error:
        bring(house, review, plan=strangers)
    assert join_briefly(others) in sentence_of(error)
    wordy = replace(its_outcome().unpaired[0], reason="x" * 61)
    talker = FinishedPlan(replace(its_outcome(), unpaired=(wordy,)))
    with pytest.raises(InputError, match="write its code"):
        bring(house, review, plan=talker)
