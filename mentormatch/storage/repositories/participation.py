"""Who takes part in what: all that HR may read of one person, and the little that a manager may read of a line."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, literal, null, select, union_all
from sqlalchemy.orm import Session, aliased

from mentormatch.domain.pairing import Role
from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.programme import EnrolmentState, RoundState
from mentormatch.services.reporting_lines import TakingPart
from mentormatch.services.stored import Participation
from mentormatch.storage.rows.enrolments import EnrolmentRow, PlacesRow
from mentormatch.storage.rows.organisation import PersonRow
from mentormatch.storage.rows.plans import PairingRow, PlanRow
from mentormatch.storage.rows.programmes import ProgrammeRow, RoundRow

BOTH = "both"
PAIRED = "paired"


def participation_of(transaction: Session, key: int) -> Sequence[Participation]:
    """Return the enrolments and published pairings of a person, the latest round first."""
    enrolled = select(
        literal("enrolment").label("kind"),
        EnrolmentRow.round_key.label("round_key"),
        EnrolmentRow.state.label("state"),
        _role().label("role"),
        null().label("partner_key"),
    ).where(EnrolmentRow.person_key == key, EnrolmentRow.state != EnrolmentState.DRAFT)
    found = union_all(enrolled, _pairings(key, Role.MENTEE), _pairings(key, Role.MENTOR)).subquery()
    partner = aliased(PersonRow)
    columns = (found.c.kind, ProgrammeRow.name, RoundRow.name, found.c.state, found.c.role, partner.key, partner.name)
    named = (
        select(*columns)
        .join(RoundRow, RoundRow.key == found.c.round_key)
        .join(ProgrammeRow, ProgrammeRow.key == RoundRow.programme_key)
        .outerjoin(partner, partner.key == found.c.partner_key)
        .order_by(RoundRow.key.desc(), found.c.kind, found.c.state, found.c.role, partner.sort_name, partner.key)
    )
    return [
        Participation(kind, programme, round_name, state, role, partner_key, partner or "")
        for kind, programme, round_name, state, role, partner_key, partner in transaction.execute(named)
    ]


def participation_below(transaction: Session, keys: Sequence[int]) -> Iterator[tuple[int, TakingPart]]:
    """Yield the keys of people and what a manager may know of them, the latest round first.

    Neither a partner is in it nor what anybody wishes, scores or declined; a pairing shows once both sides agreed.
    """
    of_line = _enrolled_now().add_columns(
        ProgrammeRow.name, RoundRow.name, _role(), EnrolmentRow.hours_per_month, _is_paired()
    )
    of_line = of_line.join(ProgrammeRow, ProgrammeRow.key == RoundRow.programme_key)
    of_line = of_line.where(EnrolmentRow.person_key.in_(keys)).order_by(RoundRow.key.desc())
    for key, state, programme, round_name, role, hours, is_paired in transaction.execute(of_line):
        yield key, TakingPart(programme, round_name, role, PAIRED if is_paired else state, hours)


def takes_part() -> tuple[ColumnElement[bool], ...]:
    """Return what must hold of the rows of an enrolment and its round that count now."""
    return (
        EnrolmentRow.round_key == RoundRow.key,
        EnrolmentRow.state == EnrolmentState.ENROLLED,
        RoundRow.state != RoundState.CLOSED_OUT,
    )


def _enrolled_now() -> Select[*tuple[Any, ...]]:
    """Return the enrolments that were handed in to rounds which are not over."""
    rounds = select(EnrolmentRow.person_key, EnrolmentRow.state).join(RoundRow, RoundRow.key == EnrolmentRow.round_key)
    return rounds.where(EnrolmentRow.state != EnrolmentState.DRAFT, RoundRow.state != RoundState.CLOSED_OUT)


def _pairings(key: int, role: Role) -> Select[*tuple[Any, ...]]:
    """Return the published pairings of a person in one role, in the columns of ``participation_of``."""
    sides = (PairingRow.mentee_key, PairingRow.mentor_key)
    own, other = sides if role is Role.MENTEE else sides[::-1]
    columns = (literal("pairing"), PlanRow.round_key, PairingRow.state, literal(str(role)), other)
    paired = select(*columns).select_from(PairingRow).join(PlanRow, PlanRow.key == PairingRow.plan_key)
    return paired.where(own == key, PlanRow.state == PlanState.PUBLISHED)


def _role() -> ColumnElement[str]:
    """Return as what somebody is enrolled, blank where they ask for no place and offer none."""
    asks = (EnrolmentRow.max_mentors > 0) & _has_places(Role.MENTEE)
    offers = (EnrolmentRow.max_mentees > 0) & _has_places(Role.MENTOR)
    return case((asks & offers, BOTH), (asks, str(Role.MENTEE)), (offers, str(Role.MENTOR)), else_="")


def _has_places(role: Role) -> ColumnElement[bool]:
    own = (PlacesRow.enrolment_key == EnrolmentRow.key, PlacesRow.role == role, PlacesRow.count > 0)
    return exists().where(*own).correlate(EnrolmentRow)


def _is_paired() -> ColumnElement[bool]:
    """Return whether somebody has a pairing in the round of their enrolment to which both sides agreed."""
    is_side = (PairingRow.mentor_key == EnrolmentRow.person_key) | (PairingRow.mentee_key == EnrolmentRow.person_key)
    plan = (PlanRow.key == PairingRow.plan_key, PlanRow.state == PlanState.PUBLISHED)
    agreed = (PlanRow.round_key == EnrolmentRow.round_key, PairingRow.state == PairingState.ACCEPTED, is_side)
    return exists().where(*plan, *agreed).correlate(EnrolmentRow)
