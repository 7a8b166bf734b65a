"""Why somebody has no place, in sentences for HR."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from mentormatch.domain.pairing import Role, UnpairedReason
from mentormatch.domain.reasons import SENTENCES
from mentormatch.domain.vector import Vector
from mentormatch.explanation.certified_cases import NO_LOSS
from mentormatch.explanation.change_words import say_changes
from mentormatch.explanation.crowd import Crowd
from mentormatch.explanation.draw import LostDraw
from mentormatch.explanation.stage_words import say_loss
from mentormatch.explanation.traits import Trait, TraitKind
from mentormatch.explanation.unpaired_answer import UnpairedAnswer

if TYPE_CHECKING:
    from mentormatch.explanation.remedy_search import Remedy

OTHER_ROLE = {Role.MENTEE: "mentor", Role.MENTOR: "mentee"}
FULL = {
    "mentor": ("mentor's own limit", "mentors' own limits"),
    "direction": ("mentor's places in one direction", "mentors' places in one direction"),
    "department": ("mentor's limit for one department", "mentors' limits for one department"),
    "team": ("mentor's limit for one team", "mentors' limits for one team"),
}
"""The rows of a crowd in words, one and several."""


def say_unpaired(answer: UnpairedAnswer) -> list[str]:
    """Return why somebody has no place, and what would have helped, for HR."""
    return [*SAYINGS[answer.reason](answer), *_loss(answer), *_remedy(answer)]


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _no_candidate(answer: UnpairedAnswer) -> Iterator[str]:
    """Say what the rules and locks did."""
    removal, other = answer.removal, OTHER_ROLE[answer.role]
    if removal is None or not (removal.in_all or removal.forbidden):
        yield f"{answer.person_id} has no possible {other}: no {other} is enrolled in the same direction."
        return
    yield f"{answer.person_id} has no possible {other}: rules and locks remove everybody enrolled in a same direction."
    if removal.forbidden:
        people = counted(removal.forbidden, f"{other} who keeps", f"{other}s who keep")
        yield f"Locks forbid {people} every rule."
    rule = removal.last_rule
    if rule is None:
        yield "No rule by itself stands in the way of anybody: to switch off one of them would give no candidate."
    else:
        people = counted(removal.alone[rule], f"{other} fails", f"{other}s fail")
        yield f"The last rule standing is {rule}: {people} by it alone. {SENTENCES[rule].for_hr}"


def _crowded_out(answer: UnpairedAnswer) -> Iterator[str]:
    """Say what crowd somebody is in, or that there is none."""
    yield f"{answer.person_id} has {counted(answer.candidates, 'possible mentor')}, and was crowded out."
    if answer.crowd is not None:
        yield from _crowd(answer.crowd)
    elif answer.has_way:
        yield (
            "It is not for lack of places: by the limits alone a place could be reached, but favours in return, teams "
            "that span departments or a stage that counts for more stand in the way."
        )
    else:
        yield "The places of these mentors are fewer than the people who need them; a crowd so small is not described."


def _crowd(crowd: Crowd) -> Iterator[str]:
    """Describe a crowd."""
    trait = crowd.trait
    yield f"{crowd.people:,} people share {counted(crowd.places, 'place')}{say_place(trait)}."
    if trait is not None and not say_place(trait):
        yield f"{say_trait(trait)}."
    full = ", ".join(counted(count, *FULL[name]) for name, count in crowd.limits.items())
    yield f"What is full: {full}."


def say_place(trait: Trait | None) -> str:
    """Return where all places of a crowd are, if they are in one unit or at one location."""
    is_place = trait is not None and trait.kind in (TraitKind.DEPARTMENT, TraitKind.DIVISION, TraitKind.LOCATION)
    return f" in {trait.value}" if trait is not None and is_place and trait.is_of_all else ""


def say_trait(trait: Trait) -> str:
    """Return what nearly all of a crowd have in common, with the number."""
    if trait.kind is TraitKind.DIRECTION:
        return f"{trait.count:,} of the {trait.of:,} people ask for {trait.value} alone"
    if trait.kind is TraitKind.SKILL:
        return f'{trait.count:,} of the {trait.of:,} people want "{trait.value}" first'
    return f"{trait.count:,} of the {counted(trait.of, 'mentor')} are in {trait.value}"


def _lost_draw(answer: UnpairedAnswer) -> Iterator[str]:
    """Say by what keys the draw was lost, and how to count them again."""
    draw = answer.draw
    if draw is not None:
        yield f"{answer.person_id} has {counted(answer.candidates, 'possible mentor')}, and lost the draw."
        yield from _keys(draw)


def _keys(draw: LostDraw) -> Iterator[str]:
    """Say how a draw went."""
    yield (
        f"{draw.holder_id}, an equal, got the place with {draw.mentor_id}: own key {draw.own_key:,}, threshold "
        f"{draw.threshold:,}; the larger key has the place."
    )
    yield (
        f'To count again: bits {draw.first_bit} to {draw.last_bit} of the HMAC-SHA256 under the seed "{draw.seed}" of '
        f'"{draw.own_message}" and of "{draw.holder_message}".'
    )


def _not_needed(answer: UnpairedAnswer) -> Iterator[str]:
    """Say where a mentor's possible mentees are."""
    people = counted(answer.candidates, "possible mentee")
    yield f"{answer.person_id} has {people}, {answer.placed:,} of them with a place elsewhere, and was not needed."


def _loss(answer: UnpairedAnswer) -> Iterator[str]:
    """Say what a plan with the person would lose, where the proof tells."""
    if answer.is_stopped:
        yield "The match was stopped before its proof was complete: a better plan may exist."
    elif answer.loss is not NO_LOSS and not answer.loss.stage.startswith("lottery"):
        words = say_loss(answer.loss, answer.policy)
        yield f"Every plan in which {answer.person_id} is paired loses at least this: {words}."


def _remedy(answer: UnpairedAnswer) -> Iterator[str]:
    """Say what would have helped."""
    search = answer.search
    if search is None:
        return
    if search.remedy is None:
        tried = f"none of those tried ({search.tried:,})" if search.tried else "there was none to try that"
        yield f"Of changes to answers, places and demands {tried} would have matched {answer.person_id}."
        return
    remedy, other = search.remedy, OTHER_ROLE[answer.role]
    partner = remedy.pairing.mentor_id if answer.role is Role.MENTEE else remedy.pairing.mentee_id
    yield (
        f"What would have helped: {say_changes(remedy.changes)}. Checked by matching again: the {other} then is "
        f"{partner}, {remedy.pairing.direction}, {remedy.pairing.points:,} points."
    )
    yield f"For the round: {say_effect(remedy)}."


def say_effect(remedy: "Remedy") -> str:
    """Return what a remedy does to the rest of the round."""
    moved = f"pairings that end {remedy.ended:,}, that begin {remedy.begun:,}"
    return f"{moved}; in all {say_difference(remedy.difference)}"


def say_difference(difference: Vector) -> str:
    """Return a difference of vectors in words."""
    served = difference.served
    people = f"{counted(abs(served), 'person', 'people')} {_more(served)} served" if served else "as many people served"
    points = difference.points
    return f"{people}, " + ("as many points" if not points else f"{counted(abs(points), 'point')} {_more(points)}")


def _more(number: int) -> str:
    """Return whether a difference is more or fewer."""
    return "more" if number > 0 else "fewer"


SAYINGS: dict[UnpairedReason, Callable[[UnpairedAnswer], Iterator[str]]] = {
    UnpairedReason.NO_CANDIDATE: _no_candidate,
    UnpairedReason.CROWDED_OUT: _crowded_out,
    UnpairedReason.LOST_DRAW: _lost_draw,
    UnpairedReason.NOT_NEEDED: _not_needed,
}
