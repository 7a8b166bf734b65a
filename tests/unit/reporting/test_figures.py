"""The figures of a report: counted from the round and its pairings, and equal to what the match itself said."""

import json
from collections import Counter
from dataclasses import replace

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Role, Unpaired
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import LockKind
from mentormatch.files.outcome_folder import OutcomeFolder
from mentormatch.files.summary import write_summary
from mentormatch.matching.reference import build_reference
from mentormatch.reporting.figures import Report, gather, is_confidential
from tests.unit.reporting.conftest import CURVE


def test_the_summary_of_a_report_is_the_one_that_the_match_wrote(
    report: Report, outcome_folder: OutcomeFolder, made_summary: bytes
) -> None:
    written, counted = json.loads(made_summary), json.loads(write_summary(report.summary))
    measured = {"seconds", "total_seconds", "memory_mb"}
    assert {key: counted[key] for key in written.keys() - measured} == {
        key: written[key] for key in written.keys() - measured
    }
    assert report.seed == outcome_folder.certificate.seed


def test_the_load_of_each_mentor_adds_up_to_the_pairings(report: Report, outcome_folder: OutcomeFolder) -> None:
    taken = Counter(pairing.mentor_id for pairing in outcome_folder.pairings)
    assert {load.mentor_id: load.mentees for load in report.loads if load.mentees} == dict(taken)
    assert sum(load.places for load in report.loads) == report.summary.load.places
    assert all(load.mentees <= load.places for load in report.loads)
    assert all((load.mean_points is None) == (load.mentees == 0) for load in report.loads)


def test_mentors_with_most_places_left_come_first(report: Report) -> None:
    left = [load.places - load.mentees for load in report.loads]
    assert left == sorted(left, reverse=True)


def test_people_without_a_place_are_counted_by_reason_and_remedy() -> None:
    from mentormatch.reporting.figures import _left_out

    people = [
        Unpaired("A", Role.MENTOR, "not-needed", "Wait."),
        Unpaired("B", Role.MENTEE, "lost-draw", "Wait."),
        Unpaired("C", Role.MENTEE, "no-candidate", "Recruit."),
        Unpaired("D", Role.MENTEE, "no-candidate", "Recruit."),
    ]
    found = [(one.role, one.reason, one.remedy, one.people) for one in _left_out(people)]
    assert found == [
        (Role.MENTEE, "no-candidate", "Recruit.", 2),
        (Role.MENTEE, "lost-draw", "Wait.", 1),
        (Role.MENTOR, "not-needed", "Wait.", 1),
    ]


def test_everybody_in_unpaired_is_counted_once(report: Report, outcome_folder: OutcomeFolder) -> None:
    assert sum(one.people for one in report.left_out) == len(outcome_folder.unpaired)


def test_each_rule_is_counted_as_the_plain_reading_counts_it(report: Report, outcome_folder: OutcomeFolder) -> None:
    reference = build_reference(outcome_folder.round)
    expected: Counter[str] = Counter()
    mentees = [one.person_id for one in outcome_folder.round.enrolments if one.is_mentee]
    mentors = [one.person_id for one in outcome_folder.round.enrolments if one.is_mentor]
    for mentor, mentee in ((mentor, mentee) for mentor in mentors for mentee in mentees if mentor != mentee):
        for direction in DIRECTIONS:
            if reference.is_open(mentor, mentee, direction):
                expected.update(reference.broken_rules(mentor, mentee, direction)[:1])
    counted = {one.rule: one.removed for one in report.rules if one.removed is not None}
    assert sum(counted.values()) > 100
    assert counted == {rule: expected[rule] for rule in counted}
    assert [one.rule for one in report.rules] == list(RuleId)


def test_a_rule_that_is_off_says_so_and_removes_nothing(outcome_folder: OutcomeFolder) -> None:
    policy = outcome_folder.round.policy
    off = replace(policy, rules={**policy.rules, RuleId.LEVEL_BAND: False})
    changed = gather(replace(outcome_folder, round=replace(outcome_folder.round, policy=off)))
    found = {one.rule: (one.is_on, one.removed) for one in changed.rules}
    assert found[RuleId.LEVEL_BAND] == (False, 0)
    assert found[RuleId.SAME_MANAGER][0]


def test_small_counts_of_what_people_said_in_confidence_are_hidden() -> None:
    assert [is_confidential(RuleId.AVOID, count) for count in (0, 1, 4, 5)] == [False, True, True, False]
    assert not is_confidential(RuleId.SAME_MANAGER, 1)


def test_what_was_fixed_by_hand_stands_with_the_pairing_that_came_of_it(locked_folder: OutcomeFolder) -> None:
    kept, forbidden = gather(locked_folder).overrides
    assert (kept.lock.kind, kept.pairing) == (LockKind.KEEP, locked_folder.pairings[0])
    assert (forbidden.lock.kind, forbidden.pairing) == (LockKind.MUST_NOT, None)


def test_the_stages_are_those_of_the_certificate(report: Report, outcome_folder: OutcomeFolder) -> None:
    values = {(part.pass_number, *pair) for part in outcome_folder.certificate.passes for pair in part.values.items()}
    assert {(stage.pass_number, stage.name, stage.value) for stage in report.stages} == values


def test_the_trade_off_is_taken_as_it_is_given(report: Report) -> None:
    assert report.trade_off == CURVE


def test_lost_wishes_are_counted_by_rule(report: Report) -> None:
    assert sum(report.wishes.values()) == len(report.summary.lost_wishes)
    assert list(report.wishes.values()) == sorted(report.wishes.values(), reverse=True)
