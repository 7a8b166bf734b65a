"""What a policy may say: bounds of its numbers, and what must fit together."""

from collections.abc import Iterator
from itertools import pairwise

from mentormatch.domain.policy import GROUPINGS, STAGES, Policy

WEIGHTS_TOGETHER = 4095
"""The largest score: what the optimiser's whole-number arithmetic has room for."""
PLACES = 20
Flaw = tuple[str, object, str, str]
"""The setting, its value, what is wrong, what to do."""
Bound = tuple[str, float, float, float]
"""The setting, its value, the lowest and the highest value allowed."""


def find_flaws(policy: Policy) -> Iterator[Flaw]:
    """Yield every setting that cannot be, by its name in the file."""
    for name, value, lowest, highest in list_bounds(policy):
        if not lowest <= value <= highest:
            yield name, value, f"not a number from {lowest:g} to {highest:g}", "choose a number within these bounds"
    yield from _find_weight_flaws(policy)
    yield from _find_curve_flaws(policy)
    yield from _find_hour_flaws(policy)
    yield from _find_stage_flaws(policy.stages)
    yield from _find_floor_flaws(policy)
    yield from _find_name_flaws(policy)


def list_bounds(policy: Policy) -> Iterator[Bound]:
    """Yield every number of the policy that has bounds of its own, by its name in the file."""
    yield from ((f"weights.{c}", weight, 0, WEIGHTS_TOGETHER) for c, weight in policy.weights.items())
    yield from _rule_bounds(policy)
    yield from _capacity_bounds(policy)
    yield from _share_bounds(policy)
    yield "floors.share", policy.floors.share, 0.01, 1
    yield "floors.group_min", policy.floors.group_min, 1, 1_000_000
    yield "measures.interests_counted", policy.measures.interests_counted, 0, PLACES
    yield "measures.full_hours", policy.measures.full_hours, 0.25, 24
    yield "solve.shortlist", policy.solve.shortlist, 1, 100_000
    yield "solve.threads", policy.solve.threads, 1, 1024
    if policy.solve.time_limit_seconds is not None:
        yield "solve.time_limit_seconds", policy.solve.time_limit_seconds, 0, 1_000_000


def _rule_bounds(policy: Policy) -> Iterator[Bound]:
    """Yield the numbers of the rules."""
    rules = policy.rule_settings
    yield "rule_settings.repeat_rounds", rules.repeat_rounds, 0, 1000
    yield "rule_settings.shared_hours_min", rules.shared_hours_min, 0, 24
    yield "rule_settings.floor_points", rules.floor_points, 0, WEIGHTS_TOGETHER
    yield "rule_settings.working_day_start", rules.working_day_start, 0, 24
    yield "rule_settings.working_day_end", rules.working_day_end, 0, 24
    yield "rule_settings.hours_year", rules.hours_year, 1970, 2100


def _capacity_bounds(policy: Policy) -> Iterator[Bound]:
    """Yield the limits."""
    capacity = policy.capacity
    yield "capacity.mentor_limit", capacity.mentor_limit, 0, PLACES
    yield "capacity.mentee_limit", capacity.mentee_limit, 0, PLACES
    yield "capacity.mentee_direction_limit", capacity.mentee_direction_limit, 0, PLACES
    yield "capacity.team_limit", capacity.team_limit, 0, PLACES
    yield "capacity.department_share", capacity.department_share, 0, 1


def _share_bounds(policy: Policy) -> Iterator[Bound]:
    """Yield the numbers that are shares of something, all from 0 to 1."""
    for direction, settings in policy.directions.items():
        for gap, share in settings.level_gap.items():
            yield f"directions.{direction}.level_gap.{gap}", share, 0, 1
    measures = policy.measures
    for name in ("needs", "wish_ranks", "rhythm"):
        yield from ((f"measures.{name}", share, 0, 1) for share in getattr(measures, name))
    for name in ("wish_later", "wish_not_listed", "wish_rather_not", "wish_mentee_share", "interest_halving"):
        yield f"measures.{name}", getattr(measures, name), 0, 1
    for name in ("same_department", "same_division", "other_division", "unanswered"):
        yield f"measures.{name}", getattr(measures, name), 0, 1


def _find_weight_flaws(policy: Policy) -> Iterator[Flaw]:
    """Yield weights that are too many together, and bands that do not rise."""
    total = sum(policy.weights.values())
    if total > WEIGHTS_TOGETHER:
        yield "weights", total, f"the weights make more than {WEIGHTS_TOGETHER} together", "make them smaller"
    bands = policy.bands
    if not all(lower < upper for lower, upper in pairwise((0, *bands))):
        remedy = "list positive points from the lowest bound to the highest, each once"
        yield "bands", list(bands), "the bounds do not rise", remedy


def _find_curve_flaws(policy: Policy) -> Iterator[Flaw]:
    """Yield curves that have too few numbers, or gaps that stand for nobody."""
    measures = policy.measures
    if not measures.needs or not measures.needs[0] > 0:
        remedy = "give the most wanted skill a share above 0"
        yield "measures.needs", list(measures.needs), "the first skill counts nothing", remedy
    if len(measures.rhythm) != 3:
        wrong, remedy = "not three numbers", "write one for the same rhythm, one step apart and two"
        yield "measures.rhythm", list(measures.rhythm), wrong, remedy
    for direction, settings in policy.directions.items():
        for gap in settings.level_gap:
            if abs(gap) > 1000:
                yield f"directions.{direction}.level_gap.{gap}", gap, "no level gap is so large", "take it out"


def _find_hour_flaws(policy: Policy) -> Iterator[Flaw]:
    """Yield a working day that ends before it starts."""
    start, end = policy.rule_settings.working_day_start, policy.rule_settings.working_day_end
    if start >= end:
        wrong, remedy = f"the working day starts at {start:g} and ends at {end:g}", "let it end after it starts"
        yield "rule_settings.working_day_end", end, wrong, remedy


def _find_stage_flaws(stages: tuple[str, ...]) -> Iterator[Flaw]:
    """Yield stages that do not exist, stand twice, or stand where they cannot be."""
    for stage in dict.fromkeys(stages):
        if stage not in STAGES:
            yield "stages", stage, "there is no such stage", f"choose from {', '.join(STAGES)}"
        elif stages.count(stage) > 1:
            yield "stages", stage, "the stage stands twice", "keep one of the two"
    if not stages or stages[-1] != "lottery":
        wrong, remedy = "lottery is not the last stage", "end with lottery, so that one plan alone is best"
        yield "stages", list(stages), wrong, remedy
    served = stages.index("coverage") if "coverage" in stages else len(stages)
    for stage in ("floors", "bands", "load"):
        if stage in stages[:served]:
            wrong = f"{stage} stands before coverage, and would be best with nobody paired"
            yield "stages", stage, wrong, f"put coverage before {stage}"


def _find_floor_flaws(policy: Policy) -> Iterator[Flaw]:
    """Yield access floors for groups that do not exist, at a share that has no name, or that never take effect."""
    floors = policy.floors
    if floors.by not in ("", *GROUPINGS):
        wrong, remedy = "the mentees are not in such groups", f'choose one of {", ".join(GROUPINGS)}, or "" for none'
        yield "floors.by", floors.by, wrong, remedy
    if 0.01 <= floors.share <= 1 and abs(100 * floors.share - floors.percent) > 1e-9:
        yield "floors.share", floors.share, "not a whole number of hundredths", "write a share such as 0.8"
    if floors.by and "floors" not in policy.stages:
        remedy = 'put floors after coverage, or write by = ""'
        yield "floors.by", floors.by, "the stages do not name floors, so that there would be none", remedy


def _find_name_flaws(policy: Policy) -> Iterator[Flaw]:
    """Yield names that are blank or cannot be printed."""
    for name in ("programme", "round_name"):
        value = getattr(policy, name)
        if not value.strip() or not value.isprintable():
            yield name, value, "blank, or not printable on one line", "write a short name"
