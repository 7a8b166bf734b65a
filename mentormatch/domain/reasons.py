"""Coded causes: the rules with their sentences, for HR and for the employee."""

from dataclasses import dataclass
from enum import StrEnum


class RuleId(StrEnum):
    """The rules in the order in which they are tried: the first that deletes a candidate is its reason."""

    INACTIVE = "inactive"
    LINE_UNKNOWN = "line-unknown"
    LEVEL_BAND = "level-band"
    REPORTING_LINE = "reporting-line"
    SAME_MANAGER = "same-manager"
    MANAGER_PEER = "manager-peer"
    EVALUATOR = "evaluator"
    RECENT_MANAGER = "recent-manager"
    CONFLICT = "conflict"
    AVOID = "avoid"
    REPEAT = "repeat"
    UNTRAINED = "untrained"
    NO_COMMON_LANGUAGE = "no-common-language"
    NO_SHARED_HOURS = "no-shared-hours"
    NO_NEED_MET = "no-need-met"
    BELOW_FLOOR = "below-floor"


@dataclass(frozen=True, slots=True)
class RuleSentences:
    """What a rule says: to HR, and to the employee (who learns no third person and no private reason)."""

    for_hr: str
    for_employee: str


PRIVATE = "This pairing is not open in this round."

SENTENCES: dict[RuleId, RuleSentences] = {
    RuleId.INACTIVE: RuleSentences(
        "One of the two is not active for the whole term.",
        "One of you is not at work for the whole term.",
    ),
    RuleId.LINE_UNKNOWN: RuleSentences(
        "The reporting line of one of the two is unknown, so a chain of command cannot be ruled out.",
        "The reporting lines on file are incomplete; HR can complete them.",
    ),
    RuleId.LEVEL_BAND: RuleSentences(
        "The level gap is outside the band of this direction.",
        "Your levels are too close or too far apart for this direction.",
    ),
    RuleId.REPORTING_LINE: RuleSentences(
        "One is in the chain of command of the other, on solid or dotted lines.",
        "You work in one chain of command.",
    ),
    RuleId.SAME_MANAGER: RuleSentences(
        "Both report to the same manager.",
        "You report to the same manager.",
    ),
    RuleId.MANAGER_PEER: RuleSentences(
        "The mentor stands beside the mentee's own manager in one department and could undermine them.",
        "This mentor works too closely beside your own line.",
    ),
    RuleId.EVALUATOR: RuleSentences(
        "One evaluates the other, now or within twelve months.",
        "One of you has a say in the other's appraisal, pay or promotion.",
    ),
    RuleId.RECENT_MANAGER: RuleSentences(
        "One managed the other within the last twelve months.",
        "One of you managed the other within the last twelve months.",
    ),
    RuleId.CONFLICT: RuleSentences("One of the two has declared a relation to the other.", PRIVATE),
    RuleId.AVOID: RuleSentences("One of the two has asked never to be paired with the other.", PRIVATE),
    RuleId.REPEAT: RuleSentences(
        "They were paired in one of the last rounds.",
        "You were paired in one of the last rounds.",
    ),
    RuleId.UNTRAINED: RuleSentences(
        "The mentor has not done the training that the policy asks for.",
        "This mentor is not available in this round.",
    ),
    RuleId.NO_COMMON_LANGUAGE: RuleSentences(
        "They share no language.",
        "You share no language.",
    ),
    RuleId.NO_SHARED_HOURS: RuleSentences(
        "They share too few working hours.",
        "Your working hours hardly overlap.",
    ),
    RuleId.NO_NEED_MET: RuleSentences(
        "None of the wanted skills is offered; forward: the mentor is not in the target area or in the own department.",
        "The skills or the area asked for are not offered here.",
    ),
    RuleId.BELOW_FLOOR: RuleSentences(
        "The score is under the floor; waiting is better than a bad pair.",
        "There is too little in common for a good pairing.",
    ),
}
"""Two sentences a rule. A test holds that each rule has both and that private rules say the same thing."""
