"""Hypothesis strategies for the words of matching: hierarchies of any shape, enrolments, policies, whole rounds."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.pairing import Criterion, PastPairing
from mentormatch.domain.people import Person, Status
from mentormatch.domain.policy import STAGES, CapacityPolicy, Measures, Policy, RuleSettings
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round

GHOST = "ghost"
DEPARTMENTS = st.sampled_from(["", "Finance", " finance ", "Sales", "Works"])
TIMEZONES = st.sampled_from(["", "Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])
NAMES = st.sampled_from(["sql", "SQL ", "law", "talks", "ta\u0308x", "t\u00e4x", " "])
LEVELS = st.one_of(st.none(), st.integers(1, 6), st.integers(1, 6), st.integers(1, 6))
MOST_PEOPLE = 9


def names(most: int = 4) -> st.SearchStrategy[tuple[str, ...]]:
    """Return short lists of names, some of them the same name in other letters."""
    return st.lists(NAMES, max_size=most).map(tuple)


def some_of(ids: Sequence[str], most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    """Return a few of some ids, in any order, none twice."""
    return st.lists(st.sampled_from(ids), max_size=most, unique=True).map(tuple)


@st.composite
def forests(draw: st.DrawFn, ids: Sequence[str]) -> list[Person]:
    """Return people in one or several trees, with dotted lines between them; every line leads upwards."""
    people = []
    for row, person_id in enumerate(ids):
        above = ["", *ids[:row]]
        dotted = draw(some_of(ids[:row], 1)) if row else ()
        people.append(Person(person_id, person_id, manager_id=draw(st.sampled_from(above)), dotted_manager_ids=dotted))
    return people


@st.composite
def tangles(draw: st.DrawFn, ids: Sequence[str]) -> list[Person]:
    """Return people whose lines lead anywhere: into loops, to themselves, to somebody who does not exist."""
    managers = st.sampled_from(["", "", GHOST, *ids])
    return [
        Person(person_id, person_id, manager_id=draw(managers), dotted_manager_ids=draw(some_of([GHOST, *ids], 1)))
        for person_id in ids
    ]


@st.composite
def chains(draw: st.DrawFn, ids: Sequence[str], deepest: int = 500) -> list[Person]:
    """Return people at drawn places of one chain of command; those between them are not enrolled."""
    depth = draw(st.integers(len(ids), deepest))
    places = draw(st.lists(st.integers(0, depth - 1), min_size=len(ids), max_size=len(ids), unique=True))
    enrolled = dict(zip(places, ids, strict=True))
    links = [enrolled.get(place, f"link {place}") for place in range(depth)]
    return [Person(who, who, manager_id=above) for above, who in zip(["", *links], links, strict=False)]


@st.composite
def described(draw: st.DrawFn, person: Person, ids: Sequence[str]) -> Person:
    """Return a person with everything that people.csv can say beside the lines."""
    return replace(
        person,
        level=draw(LEVELS),
        job_title=draw(st.sampled_from(["", "Sales", "Clerk"])),
        division=draw(st.sampled_from(["", "North", "south"])),
        department=draw(DEPARTMENTS),
        timezone=draw(TIMEZONES),
        languages=draw(st.sampled_from([(), (), ("en",), ("EN", "de"), ("fr",)])),
        status=draw(st.sampled_from([Status.ACTIVE] * 9 + [Status.LEAVE])),
        evaluator_ids=draw(some_of(ids, 1)),
        previous_manager_ids=draw(some_of(ids, 1)),
    )


def places(most: int) -> st.SearchStrategy[dict[Direction, int]]:
    """Return places in some directions, none in others."""
    return st.dictionaries(st.sampled_from(DIRECTIONS), st.integers(0, most), max_size=len(DIRECTIONS))


@st.composite
def enrolments(draw: st.DrawFn, person_id: str, ids: Sequence[str]) -> Enrolment:
    """Return an enrolment in any roles, with any answers."""
    others = [other for other in ids if other != person_id] or [GHOST]
    return Enrolment(
        person_id,
        as_mentee=draw(places(2)),
        as_mentor=draw(places(3)),
        max_mentors=draw(st.integers(0, 3)),
        max_mentees=draw(st.integers(0, 3)),
        skills_wanted=draw(names()),
        skills_offered=draw(names()),
        target_area=draw(DEPARTMENTS),
        interests=draw(names()),
        prefers=draw(some_of(others, 4)),
        rather_not=draw(some_of(others, 1)),
        avoids=draw(some_of(others, 1)),
        conflicts=draw(some_of(others, 1)),
        meeting_rhythm=draw(st.sampled_from([None, *Rhythm])),
        trained=draw(st.sampled_from([None, None, True, False])),
        waiting_rounds=draw(st.integers(0, 2)),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Return a policy with rules on and off, and with other numbers everywhere."""
    off = draw(st.sets(st.sampled_from(list(RuleId)), max_size=len(RuleId)))
    return Policy(
        rules={rule: rule not in off for rule in RuleId},
        rule_settings=RuleSettings(
            same_manager_includes_peers=draw(st.booleans()),
            repeat_rounds=draw(st.integers(0, 3)),
            training_needs_answer=draw(st.booleans()),
            shared_hours_min=draw(st.sampled_from([0.0, 2.0, 2.5])),
            floor_points=draw(st.sampled_from([0, 200, 350])),
            working_day_end=draw(st.sampled_from([17.0, 18.5])),
        ),
        capacity=draw(capacities()),
        weights=draw(st.fixed_dictionaries({criterion: st.integers(0, 300) for criterion in Criterion})),
        measures=Measures(needs=draw(st.sampled_from([(0.6, 0.25, 0.15), (1.0,), (0.5, 0.5)])), full_hours=3.5),
        bands=draw(st.sampled_from([(), (350, 450, 550, 650, 750), (500,)])),
        stages=draw(st.sampled_from([STAGES, ("coverage", "points", "load", "lottery")])),
    )


@st.composite
def capacities(draw: st.DrawFn) -> CapacityPolicy:
    """Return tight and loose caps."""
    return CapacityPolicy(
        mentor_limit=draw(st.integers(1, 4)),
        mentee_limit=draw(st.integers(1, 3)),
        mentee_direction_limit=draw(st.integers(1, 2)),
        department_share=draw(st.sampled_from([0.25, 0.5, 1.0])),
        team_limit=draw(st.integers(1, 2)),
        forbid_favour_exchange=draw(st.booleans()),
        forbid_reciprocal=draw(st.booleans()),
    )


@st.composite
def histories(draw: st.DrawFn, ids: Sequence[str]) -> tuple[PastPairing, ...]:
    """Return a few pairings of a few earlier rounds, dated or not."""
    if len(ids) < 2:
        return ()
    pairs = draw(st.lists(some_of(ids, 2).filter(lambda pair: len(pair) == 2), max_size=3))
    return tuple(
        PastPairing(
            mentor_id=mentor,
            mentee_id=mentee,
            direction=Direction.UPWARD,
            round_name=draw(st.sampled_from(["r2", "r10", "spring"])),
            started=draw(st.sampled_from([None, date(2025, 1, 1), date(2026, 1, 1)])),
        )
        for mentor, mentee in pairs
    )


@st.composite
def rounds(
    draw: st.DrawFn,
    hierarchy: str = "any",
    policy: st.SearchStrategy[Policy] | None = None,
    most_people: int = MOST_PEOPLE,
) -> Round:
    """Return a whole round. ``hierarchy`` is ``forest``, ``tangle``, ``chain`` or ``any`` of them."""
    ids = [f"p{number}" for number in range(draw(st.integers(1, most_people)))]
    shapes = {"forest": forests, "tangle": tangles, "chain": chains}
    shape = draw(st.sampled_from(sorted(shapes))) if hierarchy == "any" else hierarchy
    people = draw(shapes[shape](ids))
    details = {person_id: draw(described(Person(person_id, person_id), ids)) for person_id in ids}
    lines = ("manager_id", "dotted_manager_ids")
    return Round(
        people=tuple(
            replace(details[p.person_id], **{name: getattr(p, name) for name in lines}) if p.person_id in details else p
            for p in people
        ),
        enrolments=tuple(draw(enrolments(person_id, ids)) for person_id in ids),
        history=draw(histories(ids)),
        policy=draw(policies() if policy is None else policy),
        seed=str(draw(st.integers(0, 9))),
        quarantined=frozenset(draw(some_of(ids, 1))) if draw(st.integers(0, 5)) == 5 else frozenset(),
    )
