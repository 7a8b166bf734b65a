"""Small random rounds whose policy sets access floors, and biased ones in which they matter."""

from dataclasses import replace
from random import Random

from mentormatch.domain.policy import FloorPolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from tests.acceptance.small_rounds import small_round
from tests.factories import a_mentee, a_mentor, a_round, bare_policy

ORDERS = (
    ("waiting", "coverage", "floors", "bands", "load", "points", "lottery"),
    ("coverage", "floors", "points", "lottery"),
    ("waiting", "coverage", "bands", "floors", "load", "points", "lottery"),
)


def floor_round(seed: int) -> Round:
    """Return a small round with floors for departments, divisions or levels, at an easy or a hard share.

    Every other one is biased and short of places: mentees of some groups want a skill that nobody offers.
    """
    rng, round_ = Random(seed), small_round(seed)
    floors = FloorPolicy(
        by=rng.choice(("department", "division", "level")),
        share=rng.choice((0.5, 0.8, 0.8, 1.0)),
        group_min=rng.choice((1, 2, 2, 3)),
    )
    policy = replace(round_.policy, floors=floors, stages=rng.choice(ORDERS))
    return with_bias(replace(round_, policy=policy)) if seed % 2 else replace(round_, policy=policy)


def with_bias(round_: Round) -> Round:
    """Return a round in which each mentor has one place, and half of the groups' mentees score less with everybody."""
    by = round_.policy.floors.by
    names = sorted({str(getattr(person, by)) for person in round_.people})
    behind = {person.person_id for person in round_.people if str(getattr(person, by)) in names[::2]}
    rules = {**round_.policy.rules, RuleId.NO_NEED_MET: False, RuleId.BELOW_FLOOR: False}
    entries = [
        replace(entry, max_mentees=min(entry.max_mentees, 1), skills_wanted=("rare",))
        if entry.person_id in behind
        else replace(entry, max_mentees=min(entry.max_mentees, 1), skills_wanted=())
        for entry in round_.enrolments
    ]
    return replace(round_, enrolments=tuple(entries), policy=replace(round_.policy, rules=rules))


def biased_round(by: str = "department", **floors: object) -> Round:
    """Return a round with one place for two mentees, in which the mentees of one group are worth more to every mentor.

    Forty mentees of two groups of twenty, twenty mentors; without floors the favoured group, whose skill is on offer
    by every mentor, takes each place. The others' skill is offered as well, behind it.
    """
    policy = bare_policy(stages=("coverage", "floors", "points", "lottery"), floors=FloorPolicy(by, **floors))  # type: ignore[arg-type]
    mentees = [
        a_mentee(f"{name[0]}{number:02}", skills_wanted=wanted, **{by: name})  # type: ignore[arg-type]
        for name, wanted in (("Favoured", ("sql",)), ("Other", ("law", "sql")))
        for number in range(20)
    ]
    mentors = [a_mentor(f"M{number:02}", skills_offered=("sql",)) for number in range(20)]
    return a_round(*mentees, *mentors, policy=policy)
