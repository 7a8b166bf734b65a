"""The score of one pair in one direction, criterion by criterion, written to be read beside docs/rules-and-score.md.

Nothing here is vectorised: what computes whole blocks elsewhere must agree with this, pair by pair.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mentormatch.domain.direction import Direction
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.pairing import Criterion
from mentormatch.domain.people import Person
from mentormatch.domain.policy import Measures, Policy
from mentormatch.domain.text import fold
from mentormatch.matching.clock import exact, shared_hours

RHYTHMS = tuple(Rhythm)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two people in one direction, each with their enrolment: the mentor's offer and the mentee's request."""

    mentor: Person
    mentee: Person
    offer: Enrolment
    request: Enrolment
    direction: Direction

    @property
    def gap(self) -> int | None:
        """How many levels the mentor stands above the mentee; ``None`` while one of the levels is blank."""
        if self.mentor.level is None or self.mentee.level is None:
            return None
        return self.mentor.level - self.mentee.level


def score_components(pair: Pair, policy: Policy) -> dict[Criterion, int]:
    """Return the points of each criterion: ``round(weight x share)`` in exact fractions, halves to the even number."""
    weights = policy.weights
    return {criterion: round(weights.get(criterion, 0) * share(pair, policy)) for criterion, share in SHARES.items()}


def listed_names(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names of a list as they are compared, in the order of the list, blanks left out and each name once."""
    return tuple(dict.fromkeys(filter(None, map(fold, texts))))


def is_same_name(text: str, other: str) -> bool:
    """Whether both texts are the same name; a blank is nobody's name, so two blanks are not the same."""
    return fold(text) != "" and fold(text) == fold(other)


def lack_common_name(texts: Iterable[str], others: Iterable[str]) -> bool:
    """Whether both lists name something and no name is in both; a blank list lacks nothing."""
    ours, theirs = set(listed_names(texts)), set(listed_names(others))
    return bool(ours) and bool(theirs) and not ours & theirs


def have_time_zones(pair: Pair) -> bool:
    """Whether both sides say in which time zone they work."""
    return bool(pair.mentor.timezone.strip()) and bool(pair.mentee.timezone.strip())


def pair_hours(pair: Pair, policy: Policy) -> Fraction:
    """Return the working hours that the two share; both must have a time zone."""
    return shared_hours(pair.mentor.timezone.strip(), pair.mentee.timezone.strip(), policy.rule_settings)


def _needs_share(pair: Pair, policy: Policy) -> Fraction:
    """Return how much of what the asking side ranks first the other side covers; downward it is the mentor who asks."""
    wanted, offered = listed_names(pair.request.skills_wanted), listed_names(pair.offer.skills_offered)
    if not wanted or not offered:
        return exact(policy.measures.unanswered)
    asked, met = (offered, wanted) if pair.direction is Direction.DOWNWARD else (wanted, offered)
    ranked = list(zip(asked, map(exact, policy.measures.needs), strict=False))
    return sum((worth for name, worth in ranked if name in met), Fraction(0)) / sum(worth for _, worth in ranked)


def _wishes_share(pair: Pair, policy: Policy) -> Fraction:
    """Return how much each wishes for the other, the mentee's wish weighing more."""
    mentee_part = exact(policy.measures.wish_mentee_share)
    mentee_wish = _wish_share(pair.request, pair.mentor.person_id, policy.measures)
    mentor_wish = _wish_share(pair.offer, pair.mentee.person_id, policy.measures)
    return mentee_part * mentee_wish + (1 - mentee_part) * mentor_wish


def _wish_share(enrolment: Enrolment, other_id: str, measures: Measures) -> Fraction:
    """Return what an enrolment says about another person; ``rather_not`` beats ``prefers``."""
    if other_id in enrolment.rather_not:
        return exact(measures.wish_rather_not)
    if other_id not in enrolment.prefers:
        return exact(measures.wish_not_listed)
    rank = enrolment.prefers.index(other_id)
    return exact(measures.wish_ranks[rank] if rank < len(measures.wish_ranks) else measures.wish_later)


def _common_ground_share(pair: Pair, policy: Policy) -> Fraction:
    """Return how much the interests overlap; each further shared interest halves what is missing."""
    ours, theirs = set(listed_names(pair.offer.interests)), set(listed_names(pair.request.interests))
    if not ours or not theirs:
        return exact(policy.measures.unanswered)
    return 1 - exact(policy.measures.interest_halving) ** min(len(ours & theirs), policy.measures.interests_counted)


def _level_gap_share(pair: Pair, policy: Policy) -> Fraction:
    """Return the worth of the level gap in the direction; a gap outside the table is worth nothing."""
    return exact(gap_worth(pair, policy) or 0)


def gap_worth(pair: Pair, policy: Policy) -> float | None:
    """Return what the policy's table of the direction says of the level gap; None for one outside it or unknown."""
    if pair.gap is None or pair.direction not in policy.directions:
        return None
    return policy.directions[pair.direction].level_gap.get(pair.gap)


def _distance_share(pair: Pair, policy: Policy) -> Fraction:
    """Return how far apart the two work in the organisation."""
    measures = policy.measures
    if not fold(pair.mentor.department) or not fold(pair.mentee.department):
        return exact(measures.unanswered)
    if is_same_name(pair.mentor.department, pair.mentee.department):
        return exact(measures.same_department)
    is_same_division = is_same_name(pair.mentor.division, pair.mentee.division)
    return exact(measures.same_division if is_same_division else measures.other_division)


def _shared_hours_share(pair: Pair, policy: Policy) -> Fraction:
    """Return how much of a comfortable number of working hours the two share; nothing without a common language."""
    if lack_common_name(pair.mentor.languages, pair.mentee.languages):
        return Fraction(0)
    if not have_time_zones(pair):
        return exact(policy.measures.unanswered)
    return min(Fraction(1), pair_hours(pair, policy) / exact(policy.measures.full_hours))


def _rhythm_share(pair: Pair, policy: Policy) -> Fraction:
    """Return how well the wished rhythms of meeting agree, by the number of steps between them."""
    if pair.offer.meeting_rhythm is None or pair.request.meeting_rhythm is None:
        return exact(policy.measures.unanswered)
    return exact(policy.measures.rhythm[_steps(pair.offer.meeting_rhythm, pair.request.meeting_rhythm, RHYTHMS)])


def _steps(one: Rhythm, other: Rhythm, scale: Sequence[Rhythm]) -> int:
    """Return how many steps apart two values stand on a scale."""
    return abs(scale.index(one) - scale.index(other))


SHARES: dict[Criterion, Callable[[Pair, Policy], Fraction]] = {
    Criterion.NEEDS: _needs_share,
    Criterion.WISHES: _wishes_share,
    Criterion.COMMON_GROUND: _common_ground_share,
    Criterion.LEVEL_GAP: _level_gap_share,
    Criterion.DISTANCE: _distance_share,
    Criterion.SHARED_HOURS: _shared_hours_share,
    Criterion.RHYTHM: _rhythm_share,
}
"""How each criterion turns a pair into a share between 0 and 1."""
