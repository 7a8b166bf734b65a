"""Why somebody has no place, in sentences for that person: they name nobody else and tell nobody's private answers."""

from collections.abc import Callable, Iterator

from mentormatch.domain.pairing import Role, UnpairedReason
from mentormatch.domain.reasons import SENTENCES, RuleId
from mentormatch.explanation.change_words import say_own_changes
from mentormatch.explanation.unpaired_answer import UnpairedAnswer
from mentormatch.explanation.unpaired_words import OTHER_ROLE, counted, say_place, say_trait

PUBLIC_RULES = (
    RuleId.LEVEL_BAND,
    RuleId.REPEAT,
    RuleId.NO_COMMON_LANGUAGE,
    RuleId.NO_SHARED_HOURS,
    RuleId.NO_NEED_MET,
    RuleId.BELOW_FLOOR,
)
"""Rules that tell nobody's private answers, lines or appraisals."""
COUNTED_MIN = 5
"""Fewer people are not counted."""
OTHERS_BETTER = "Other pairings serve the round better, or as well by the draw."


def say_to_person(answer: UnpairedAnswer) -> list[str]:
    """Return why somebody has no place, and which answers of their own would have helped, for that person."""
    return [*SAYINGS[answer.reason](answer), *_wait(answer), *_remedy(answer)]


def public_removal(answer: UnpairedAnswer) -> dict[RuleId, int]:
    """Return how many the public rules were the first to remove, where they are enough to be counted."""
    in_all = {} if answer.removal is None else answer.removal.in_all
    return {rule: in_all[rule] for rule in PUBLIC_RULES if in_all.get(rule, 0) >= COUNTED_MIN}


def _no_candidate(answer: UnpairedAnswer) -> Iterator[str]:
    """Say what stood in the way, as far as it is public or the person's own."""
    other = OTHER_ROLE[answer.role]
    if answer.policy.is_on(RuleId.INACTIVE) and not answer.is_active:
        yield "You are not on file as being at work for the whole term, or HR has set your data aside. Ask HR."
    elif answer.policy.is_on(RuleId.LINE_UNKNOWN) and not answer.is_line_known:
        yield SENTENCES[RuleId.LINE_UNKNOWN].for_employee
    elif answer.removal is not None and not answer.removal.in_all and not answer.removal.forbidden:
        yield f"No {other} is enrolled in a direction that you named."
    elif answer.removal is not None and answer.role is Role.MENTOR and RuleId.UNTRAINED in answer.removal.in_all:
        yield "You have not done the training that this programme asks of mentors."
    else:
        yield f"No {other} in this round could be paired with you."
        for rule, count in public_removal(answer).items():
            yield f"{counted(count, 'possibility', 'possibilities')}: {SENTENCES[rule].for_employee}"


def _crowded_out(answer: UnpairedAnswer) -> Iterator[str]:
    """Say how many people share how few places, where they are enough to be described."""
    crowd = answer.crowd
    if crowd is None:
        yield OTHERS_BETTER if answer.has_way else "There were too few places with the mentors who suit you."
        return
    yield f"You are one of {crowd.people:,} people who share {counted(crowd.places, 'place')}{say_place(crowd.trait)}."
    if crowd.trait is not None and not say_place(crowd.trait):
        yield f"{say_trait(crowd.trait)}."


def _lost_draw(answer: UnpairedAnswer) -> Iterator[str]:
    """Say by what numbers the draw was lost."""
    if answer.draw is not None:
        yield (
            f"Somebody who is as well suited got the place by the draw: your number was {answer.draw.own_key:,}, the "
            f"other {answer.draw.threshold:,}; the larger one has the place. HR can show how both were drawn."
        )


def _not_needed(_: UnpairedAnswer) -> Iterator[str]:
    """Say that others were chosen."""
    yield "Your offer suits people in this round, and all of them were paired with others or found no place."


def _wait(answer: UnpairedAnswer) -> Iterator[str]:
    """Say what the wait is good for."""
    has_waited = answer.role is Role.MENTEE and answer.reason is not UnpairedReason.NO_CANDIDATE
    if has_waited and "waiting" in answer.policy.stages:
        yield "In the next round you come before those who have waited less."


def _remedy(answer: UnpairedAnswer) -> Iterator[str]:
    """Say which answers of the person's own would have helped."""
    search = answer.search
    if search is None:
        return
    if search.remedy is not None and search.remedy.is_own:
        yield f"Checked by matching again: if {say_own_changes(search.remedy.changes)}, this round pairs you."
    else:
        yield "No other answer of your own that was tried would have changed this."


SAYINGS: dict[UnpairedReason, Callable[[UnpairedAnswer], Iterator[str]]] = {
    UnpairedReason.NO_CANDIDATE: _no_candidate,
    UnpairedReason.CROWDED_OUT: _crowded_out,
    UnpairedReason.LOST_DRAW: _lost_draw,
    UnpairedReason.NOT_NEEDED: _not_needed,
}
