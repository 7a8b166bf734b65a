"""The parts of the form of a policy: which settings stand together, in which order."""

from dataclasses import dataclass

from mentormatch.domain.direction import Direction


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: its key for links, its title, the table that explains it, if any, and its settings."""

    key: str
    title: str
    explained_by: str
    names: tuple[str, ...]


SECTIONS: tuple[Section, ...] = (
    Section(
        "directions",
        "Directions",
        "directions",
        tuple(f"directions.{direction}.{name}" for direction in Direction for name in ("open", "level_gap")),
    ),
    Section(
        "rules",
        "Rules against favour and conflict",
        "",
        (
            "rules.inactive",
            "rules.line-unknown",
            "rules.reporting-line",
            "rules.same-manager",
            "rule_settings.same_manager_includes_peers",
            "rules.manager-peer",
            "rules.evaluator",
            "rules.recent-manager",
            "rules.conflict",
            "rules.avoid",
        ),
    ),
    Section(
        "rule_settings",
        "Rules for a pairing that can work",
        "",
        (
            "rules.level-band",
            "rules.repeat",
            "rule_settings.repeat_rounds",
            "rules.untrained",
            "rule_settings.training_needs_answer",
            "rules.no-common-language",
            "rules.no-shared-hours",
            "rule_settings.shared_hours_min",
            "rule_settings.working_day_start",
            "rule_settings.working_day_end",
            "rule_settings.hours_year",
            "rules.no-need-met",
            "rules.below-floor",
            "rule_settings.floor_points",
        ),
    ),
    Section(
        "capacity",
        "Limits",
        "capacity",
        (
            "capacity.mentor_limit",
            "capacity.mentee_limit",
            "capacity.mentee_direction_limit",
            "capacity.department_share",
            "capacity.team_limit",
            "capacity.forbid_favour_exchange",
            "capacity.forbid_reciprocal",
        ),
    ),
    Section(
        "weights",
        "Weights",
        "weights",
        (
            "weights.needs",
            "weights.wishes",
            "weights.common_ground",
            "weights.level_gap",
            "weights.distance",
            "weights.shared_hours",
            "weights.rhythm",
        ),
    ),
    Section(
        "measures",
        "How each criterion is measured",
        "measures",
        (
            "measures.needs",
            "measures.wish_ranks",
            "measures.wish_later",
            "measures.wish_not_listed",
            "measures.wish_rather_not",
            "measures.wish_mentee_share",
            "measures.interest_halving",
            "measures.interests_counted",
            "measures.same_department",
            "measures.same_division",
            "measures.other_division",
            "measures.full_hours",
            "measures.rhythm",
            "measures.unanswered",
        ),
    ),
    Section("order", "What counts first", "", ("stages", "bands")),
    Section("floors", "Access floors", "floors", ("floors.by", "floors.share", "floors.group_min")),
    Section("names", "Names", "", ("programme", "round_name")),
    Section(
        "solve",
        "How the optimiser works",
        "solve",
        ("solve.shortlist", "solve.threads", "solve.time_limit_seconds"),
    ),
)
