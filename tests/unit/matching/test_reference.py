"""The rules and the score of one pair, as docs/rules-and-score.md reads."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Rhythm
from mentormatch.domain.pairing import Criterion, PastPairing
from mentormatch.domain.people import Status
from mentormatch.domain.policy import DirectionPolicy, Measures, Policy, RuleSettings
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.errors import InputError
from mentormatch.matching.reference import RULES, build_reference, order_rounds, recent_pairs
from mentormatch.matching.reference_score import SHARES
from tests.factories import a_member, a_mentee, a_mentor, a_person, a_round, bare_policy, every_direction

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
Changes = dict[str, Any]


def two(mentor: Changes | None = None, mentee: Changes | None = None, **round_changes: Any) -> Round:
    """Return a round of the mentor M (level 3) and the mentee E (level 1), open to each other in every direction."""
    offer: Changes = {"as_mentor": every_direction(2), "max_mentees": 2} | (mentor or {})
    request: Changes = {"as_mentee": every_direction()} | (mentee or {})
    others = round_changes.pop("others", [])
    return a_round(a_mentor("M", **offer), a_mentee("E", **request), *others, **round_changes)


def broken(round_: Round, direction: Direction = UP) -> tuple[RuleId, ...]:
    """Return the rules that M and E break."""
    return build_reference(round_).broken_rules("M", "E", direction)


def points(round_: Round, criterion: Criterion, direction: Direction = UP) -> int:
    """Return the points of M and E in a criterion."""
    return build_reference(round_).components("M", "E", direction)[criterion]


def is_open(round_: Round, direction: Direction = UP) -> bool:
    """Whether a direction is open from M to E."""
    return build_reference(round_).is_open("M", "E", direction)


class TestOpenDirections:
    def test_a_direction_is_open_when_both_enrolments_and_the_policy_name_it(self) -> None:
        round_ = two({"as_mentor": {UP: 1, PEER: 1}}, {"as_mentee": {UP: 1, FORWARD: 1}})
        assert [direction for direction in DIRECTIONS if is_open(round_, direction)] == [UP]

    @pytest.mark.parametrize(
        ("mentor", "mentee"),
        [
            ({"as_mentor": {UP: 0}}, {}),
            ({"max_mentees": 0}, {}),
            ({}, {"as_mentee": {UP: 0}}),
            ({}, {"as_mentee": {}}),
            ({}, {"max_mentors": 0}),
        ],
    )
    def test_a_limit_or_a_place_of_nothing_closes_it(self, mentor: Changes, mentee: Changes) -> None:
        assert not is_open(two(mentor, mentee))

    @pytest.mark.parametrize("table", [{}, {UP: DirectionPolicy({2: 1.0}, open=False)}])
    def test_a_direction_that_the_policy_does_not_offer_is_closed(
        self, table: dict[Direction, DirectionPolicy]
    ) -> None:
        assert not is_open(two(policy=Policy(directions=table)))

    def test_nobody_meets_themselves(self) -> None:
        both = a_member("B", as_mentee=every_direction(), as_mentor=every_direction())
        reference = build_reference(a_round(both, policy=bare_policy()))
        assert not any(reference.is_open("B", "B", direction) for direction in DIRECTIONS)
        assert reference.candidate("B", "B") is None

    def test_somebody_who_is_not_enrolled_offers_and_asks_nothing(self) -> None:
        reference = build_reference(two(others=[a_person("X", level=3)]))
        assert not reference.is_open("X", "E", UP)
        assert reference.broken_rules("X", "E", UP) == ()

    def test_an_id_that_nobody_has_is_an_explained_problem(self) -> None:
        with pytest.raises(InputError) as caught:
            build_reference(two()).broken_rules("M", "Nobody", UP)
        assert str(caught.value) == "There is nobody with the id 'Nobody' in this round."


class TestRulesOnStatusAndLines:
    def test_two_people_without_any_trouble_break_no_rule(self) -> None:
        assert broken(two()) == ()

    @pytest.mark.parametrize("status", [Status.LEAVE, Status.LEFT])
    @pytest.mark.parametrize("side", ["mentor", "mentee"])
    def test_both_must_be_active(self, side: str, status: Status) -> None:
        assert broken(two(**{side: {"status": status}})) == (RuleId.INACTIVE,)

    @pytest.mark.parametrize("who", ["M", "E"])
    def test_a_quarantined_person_is_inactive_and_on_no_known_line(self, who: str) -> None:
        assert broken(two(quarantined=frozenset({who}))) == (RuleId.INACTIVE, RuleId.LINE_UNKNOWN)

    @pytest.mark.parametrize("side", ["mentor", "mentee"])
    @pytest.mark.parametrize("line", [{"manager_id": "Ghost"}, {"dotted_manager_ids": ("Ghost",)}])
    def test_a_line_to_nobody_fails_closed(self, side: str, line: Changes) -> None:
        assert broken(two(**{side: line})) == (RuleId.LINE_UNKNOWN,)

    def test_a_line_through_a_quarantined_manager_fails_closed(self) -> None:
        round_ = two(mentee={"manager_id": "Q"}, others=[a_person("Q")], quarantined=frozenset({"Q"}))
        assert broken(round_) == (RuleId.LINE_UNKNOWN,)

    def test_a_line_in_a_loop_fails_closed(self) -> None:
        loop = [a_person("A", manager_id="B"), a_person("B", manager_id="A")]
        assert broken(two(mentor={"manager_id": "A"}, others=loop)) == (RuleId.LINE_UNKNOWN,)

    @pytest.mark.parametrize("direction", DIRECTIONS)
    @pytest.mark.parametrize("gap", range(-8, 9))
    def test_the_level_gap_must_be_listed_for_the_direction(self, gap: int, direction: Direction) -> None:
        round_ = two({"level": 20 + gap, "department": "Finance"}, {"level": 20, "target_area": "finance"})
        expected = () if gap in round_.policy.directions[direction].level_gap else (RuleId.LEVEL_BAND,)
        assert broken(round_, direction) == expected

    @pytest.mark.parametrize(("mentor", "mentee"), [(None, 1), (1, None), (None, None)])
    def test_a_blank_level_is_in_no_band_not_even_beside_another_blank(
        self, mentor: int | None, mentee: int | None
    ) -> None:
        assert broken(two({"level": mentor}, {"level": mentee}), PEER) == (RuleId.LEVEL_BAND,)

    def test_ones_own_manager_is_in_the_line(self) -> None:
        assert broken(two(mentee={"manager_id": "M"})) == (RuleId.REPORTING_LINE,)

    def test_ones_own_report_is_in_the_line(self) -> None:
        assert broken(two(mentor={"manager_id": "E"})) == (RuleId.REPORTING_LINE,)

    @pytest.mark.parametrize("line", ["manager_id", "dotted_manager_ids"])
    def test_an_ancestor_at_any_distance_is_in_the_line(self, line: str) -> None:
        chain = [a_person(f"C{row}", manager_id=f"C{row + 1}" if row < 499 else "M") for row in range(500)]
        below: Changes = {line: "C0" if line == "manager_id" else ("C0",)}
        assert broken(two(mentee=below, others=chain)) == (RuleId.REPORTING_LINE,)

    def test_a_line_that_is_solid_here_and_dotted_there_is_one_line(self) -> None:
        others = [a_person("A", dotted_manager_ids=("M",)), a_person("B", manager_id="A")]
        assert broken(two(mentee={"dotted_manager_ids": ("B",)}, others=others)) == (RuleId.REPORTING_LINE,)

    def test_a_common_ancestor_is_no_line(self) -> None:
        others = [a_person("Top"), a_person("A", manager_id="Top"), a_person("B", manager_id="Top")]
        assert broken(two({"manager_id": "A"}, {"manager_id": "B"}, others=others)) == ()

    @pytest.mark.parametrize("direction", DIRECTIONS)
    def test_two_reports_of_one_manager_are_never_paired(self, direction: Direction) -> None:
        assert RuleId.SAME_MANAGER in broken(
            two({"manager_id": "T"}, {"manager_id": "T"}, others=[a_person("T")]), direction
        )

    @pytest.mark.parametrize(("direction", "is_broken"), [(PEER, False), (UP, True), (REVERSE, True)])
    def test_a_policy_may_let_peers_share_a_manager(self, direction: Direction, is_broken: bool) -> None:
        policy = Policy(rule_settings=RuleSettings(same_manager_includes_peers=False))
        round_ = two({"manager_id": "T"}, {"manager_id": "T"}, others=[a_person("T")], policy=policy)
        assert (RuleId.SAME_MANAGER in broken(round_, direction)) is is_broken

    def test_dotted_lines_to_one_manager_do_not_make_a_team(self) -> None:
        lines = {"dotted_manager_ids": ("T",)}
        assert broken(two(lines, lines, others=[a_person("T")])) == ()

    def test_two_people_without_a_manager_are_no_team(self) -> None:
        assert broken(two({"manager_id": ""}, {"manager_id": ""})) == ()

    def beside(self, mentor_department: str, mentee_department: str, upper: str = "T") -> tuple[RuleId, ...]:
        """Return what M breaks who reports, as E's manager B does, to the upper manager."""
        round_ = two(
            {"manager_id": upper, "department": mentor_department},
            {"manager_id": "B", "department": mentee_department},
            others=[a_person("T"), a_person("B", manager_id=upper)],
        )
        return broken(round_)

    def test_a_mentor_beside_the_mentees_manager_in_one_department_undermines_them(self) -> None:
        assert self.beside("Finance", " FINANCE ") == (RuleId.MANAGER_PEER,)

    @pytest.mark.parametrize(("mentor", "mentee"), [("Finance", "Sales"), ("", ""), ("Finance", "")])
    def test_in_another_or_an_unknown_department_they_do_not(self, mentor: str, mentee: str) -> None:
        assert self.beside(mentor, mentee) == ()

    def test_two_tops_are_not_beside_each_other(self) -> None:
        assert self.beside("Finance", "Finance", upper="") == ()


class TestRulesOnDeclarations:
    @pytest.mark.parametrize(
        ("name", "rule"),
        [
            ("evaluator_ids", RuleId.EVALUATOR),
            ("previous_manager_ids", RuleId.RECENT_MANAGER),
            ("conflicts", RuleId.CONFLICT),
            ("avoids", RuleId.AVOID),
        ],
    )
    def test_it_does_not_matter_which_of_the_two_names_the_other(self, name: str, rule: RuleId) -> None:
        assert broken(two(mentor={name: ("X", "E")})) == (rule,)
        assert broken(two(mentee={name: ("M",)})) == (rule,)
        assert broken(two(mentor={name: ("X",)}, mentee={name: ("Y",)})) == ()

    def test_a_preference_never_beats_a_rule(self) -> None:
        round_ = two(mentor={"prefers": ("E",)}, mentee={"prefers": ("M",), "avoids": ("M",)})
        assert broken(round_) == (RuleId.AVOID,)
        assert build_reference(round_).candidate("M", "E") is None

    @pytest.mark.parametrize(
        ("answer", "is_needed", "is_broken"),
        [
            (True, True, False),
            (True, False, False),
            (False, True, True),
            (False, False, True),
            (None, True, True),
            (None, False, False),
        ],
    )
    def test_the_mentor_must_be_trained(self, answer: bool | None, is_needed: bool, is_broken: bool) -> None:
        policy = Policy(rule_settings=RuleSettings(training_needs_answer=is_needed))
        round_ = two({"trained": answer}, {"trained": False}, policy=policy)
        assert (broken(round_) == (RuleId.UNTRAINED,)) is is_broken

    @pytest.mark.parametrize(
        ("ours", "theirs", "is_broken"),
        [
            (("English",), (" english",), False),
            (("English", "Welsh"), ("French", "Welsh"), False),
            (("English",), ("French",), True),
            ((), ("French",), False),
            (("English",), (" ",), False),
        ],
    )
    def test_languages_that_both_named_must_meet(
        self, ours: tuple[str, ...], theirs: tuple[str, ...], is_broken: bool
    ) -> None:
        assert (broken(two({"languages": ours}, {"languages": theirs})) == (RuleId.NO_COMMON_LANGUAGE,)) is is_broken

    @pytest.mark.parametrize(
        ("ours", "theirs", "is_broken"),
        [
            ("Europe/Berlin", "America/New_York", False),
            ("Europe/Berlin", "America/Chicago", True),
            ("", "America/Chicago", False),
            ("Europe/Berlin", " ", False),
        ],
    )
    def test_time_zones_that_both_named_must_share_two_hours(self, ours: str, theirs: str, is_broken: bool) -> None:
        assert (broken(two({"timezone": ours}, {"timezone": theirs})) == (RuleId.NO_SHARED_HOURS,)) is is_broken

    def test_the_policy_says_how_many_hours(self) -> None:
        policy = Policy(rule_settings=RuleSettings(shared_hours_min=2.1))
        round_ = two({"timezone": "Europe/Berlin"}, {"timezone": "America/New_York"}, policy=policy)
        assert broken(round_) == (RuleId.NO_SHARED_HOURS,)

    @pytest.mark.parametrize("direction", [UP, DOWN])
    @pytest.mark.parametrize(
        ("wanted", "offered", "is_broken"),
        [
            (("sql",), ("SQL ", "law"), False),
            (("a", "b", "c", "law"), ("law",), False),
            (("sql",), ("law",), True),
            ((), ("law",), False),
            (("sql",), (), False),
        ],
    )
    def test_one_of_the_wanted_skills_must_be_offered(
        self, direction: Direction, wanted: tuple[str, ...], offered: tuple[str, ...], is_broken: bool
    ) -> None:
        round_ = two({"skills_offered": offered}, {"skills_wanted": wanted})
        assert (broken(round_, direction) == (RuleId.NO_NEED_MET,)) is is_broken

    @pytest.mark.parametrize(
        ("area", "mentor", "department", "is_broken"),
        [
            ("Sales", {"department": "SALES"}, "Finance", False),
            ("sales lead", {"job_title": "Sales Lead"}, "Finance", False),
            ("sales lead", {"job_title": "Sales Lead", "department": "Finance"}, "", False),
            ("Sales", {"department": "Finance"}, "Works", True),
            ("", {"department": ""}, "", True),
            ("Sales", {"department": "Sales"}, "sales ", True),
            ("Lead", {"department": "Sales", "job_title": "Lead"}, "Sales", True),
        ],
    )
    def test_forward_leads_into_the_target_area_and_out_of_the_own_department(
        self, area: str, mentor: Changes, department: str, is_broken: bool
    ) -> None:
        round_ = two(
            mentor | {"skills_offered": ("law",)},
            {"target_area": area, "department": department, "skills_wanted": ("sql",)},
        )
        assert (broken(round_, FORWARD) == (RuleId.NO_NEED_MET,)) is is_broken


class TestRepeats:
    def past(self, *rounds: tuple[str, date | None], pair: tuple[str, str] = ("M", "E")) -> tuple[PastPairing, ...]:
        """Return a pairing of the two in each of some rounds."""
        return tuple(PastPairing(*pair, direction=PEER, round_name=name, started=started) for name, started in rounds)

    @pytest.mark.parametrize("pair", [("M", "E"), ("E", "M")])
    def test_a_pair_of_a_recent_round_is_not_paired_again_either_way_round(self, pair: tuple[str, str]) -> None:
        assert broken(two(history=self.past(("r1", None), pair=pair))) == (RuleId.REPEAT,)

    def test_only_the_last_three_rounds_count(self) -> None:
        later = self.past(("r2", None), ("r3", None), ("r4", None), pair=("X", "Y"))
        assert broken(two(history=self.past(("r1", None)) + later)) == ()
        assert broken(two(history=self.past(("r1", None)) + later[:2])) == (RuleId.REPEAT,)

    @pytest.mark.parametrize(("count", "is_broken"), [(0, False), (1, False), (2, True), (99, True)])
    def test_the_policy_says_how_many_rounds_count(self, count: int, is_broken: bool) -> None:
        history = self.past(("r1", None)) + self.past(("r2", None), pair=("X", "Y"))
        policy = Policy(rule_settings=RuleSettings(repeat_rounds=count))
        assert (broken(two(history=history, policy=policy)) == (RuleId.REPEAT,)) is is_broken

    def test_rounds_are_ordered_by_their_latest_start_then_by_name_with_numbers_as_numbers(self) -> None:
        history = self.past(
            ("round 10", None),
            ("round 9", None),
            ("Spring", date(2025, 4, 1)),
            ("Autumn", date(2025, 9, 1)),
            ("Spring", date(2026, 4, 1)),
            ("9 lives", None),
        )
        assert order_rounds(history) == ["9 lives", "round 9", "round 10", "Autumn", "Spring"]
        assert order_rounds(history[::-1]) == order_rounds(history)

    def test_names_that_differ_in_leading_zeros_only_have_an_order_too(self) -> None:
        history = self.past(("r1", None), ("r01", None))
        assert order_rounds(history) == order_rounds(history[::-1]) == ["r01", "r1"]

    def test_all_pairs_of_a_recent_round_are_recent(self) -> None:
        history = (*self.past(("r1", None)), *self.past(("r1", None), pair=("A", "B")))
        assert recent_pairs(history, 1) == {frozenset("ME"), frozenset("AB")}
        assert recent_pairs((), 3) == frozenset()


class TestFloorAndSwitches:
    @pytest.mark.parametrize(("floor", "is_broken"), [(495, False), (496, True)])
    def test_a_score_at_the_floor_is_good_enough(self, floor: int, is_broken: bool) -> None:
        round_ = two({"level": 2}, policy=Policy(rule_settings=RuleSettings(floor_points=floor)))
        assert sum(build_reference(round_).components("M", "E", UP).values()) == 495
        assert (broken(round_) == (RuleId.BELOW_FLOOR,)) is is_broken

    def worst(self) -> Round:
        """Return a round in which the two break every rule."""
        mentor = {
            "status": Status.LEFT,
            "level": 9,
            "manager_id": "T",
            "dotted_manager_ids": ("Ghost",),
            "department": "Finance",
            "evaluator_ids": ("E",),
            "previous_manager_ids": ("E",),
            "conflicts": ("E",),
            "avoids": ("E",),
            "rather_not": ("E",),
            "trained": False,
            "languages": ("English",),
            "timezone": "Europe/Berlin",
            "skills_offered": ("law",),
            "interests": ("chess",),
        }
        mentee = {
            "manager_id": "T",
            "dotted_manager_ids": ("M",),
            "department": "Finance",
            "languages": ("French",),
            "timezone": "America/Los_Angeles",
            "skills_wanted": ("sql",),
            "interests": ("choir",),
            "rather_not": ("M",),
        }
        return two(mentor, mentee, others=[a_person("T", manager_id="T")], history=TestRepeats().past(("r", None)))

    def test_all_broken_rules_are_named_in_the_order_of_the_rules(self) -> None:
        assert broken(self.worst()) == tuple(RuleId)

    @pytest.mark.parametrize("rule", RuleId)
    def test_each_rule_can_be_switched_off_alone(self, rule: RuleId) -> None:
        round_ = self.worst()
        lenient = replace(round_, policy=replace(round_.policy, rules={rule: False}))
        assert broken(lenient) == tuple(other for other in RuleId if other is not rule)

    def test_without_rules_everything_is_allowed(self) -> None:
        round_ = self.worst()
        assert broken(replace(round_, policy=replace(round_.policy, rules=dict.fromkeys(RuleId, False)))) == ()

    def test_every_rule_and_every_criterion_has_a_function(self) -> None:
        assert list(RULES) == list(RuleId)
        assert list(SHARES) == list(Criterion)


class TestCandidates:
    def test_the_direction_with_the_most_points_makes_the_candidate(self) -> None:
        candidate = build_reference(two({"skills_offered": ("a", "b")}, {"skills_wanted": ("b", "x", "a")})).candidate(
            "M", "E"
        )
        assert candidate is not None
        assert (candidate.mentor_id, candidate.mentee_id, candidate.direction) == ("M", "E", DOWN)
        assert candidate.components[Criterion.NEEDS] == 300
        assert candidate.points == sum(candidate.components.values())

    def test_equal_scores_go_to_the_earlier_direction(self) -> None:
        round_ = two({"as_mentor": {DOWN: 1, UP: 1}})
        candidate = build_reference(round_).candidate("M", "E")
        assert candidate is not None
        assert candidate.direction is UP

    def test_a_direction_that_breaks_a_rule_does_not_win(self) -> None:
        round_ = two({"as_mentor": {FORWARD: 1, UP: 1}, "level": 4}, policy=Policy())
        candidate = build_reference(round_).candidate("M", "E")
        assert candidate is not None
        assert candidate.direction is UP

    def test_without_an_open_direction_there_is_no_candidate(self) -> None:
        assert build_reference(two({"as_mentor": {}})).candidate("M", "E") is None
        assert build_reference(two()).candidate("E", "M") is None

    def test_shared_hours_are_those_of_the_policy(self) -> None:
        reference = build_reference(two(policy=Policy(rule_settings=RuleSettings(working_day_start=8.0))))
        assert reference.shared_hours("Europe/London", "Europe/Berlin") == 8


class TestScore:
    def test_people_of_whom_nothing_is_known_score_the_neutral_half(self) -> None:
        assert build_reference(two({"level": 3})).components("M", "E", UP) == {
            Criterion.NEEDS: 150,
            Criterion.WISHES: 100,
            Criterion.COMMON_GROUND: 75,
            Criterion.LEVEL_GAP: 100,
            Criterion.DISTANCE: 40,
            Criterion.SHARED_HOURS: 35,
            Criterion.RHYTHM: 25,
        }

    @pytest.mark.parametrize(
        ("wanted", "offered", "expected"),
        [
            ("abc", "abc", 300),
            ("abc", "a", 180),
            ("abc", "b", 75),
            ("abc", "c", 45),
            ("abc", "bc", 120),
            ("abcd", "d", 0),
            ("abcd", "ad", 180),
            ("a", "a", 300),
            ("ab", "a", 212),
            ("ab", "b", 88),
            ("aab", "a", 212),
            ("", "a", 150),
            ("a", "", 150),
        ],
    )
    def test_the_first_wanted_skills_count_most(self, wanted: str, offered: str, expected: int) -> None:
        assert (
            points(two({"skills_offered": tuple(offered)}, {"skills_wanted": tuple(wanted)}), Criterion.NEEDS)
            == expected
        )

    @pytest.mark.parametrize("direction", [REVERSE, PEER, FORWARD])
    def test_in_the_other_directions_it_is_the_mentee_who_asks_too(self, direction: Direction) -> None:
        assert points(two({"skills_offered": ("b",)}, {"skills_wanted": ("a", "b")}), Criterion.NEEDS, direction) == 88

    @pytest.mark.parametrize(
        ("offered", "wanted", "expected"), [("abc", "a", 180), ("ab", "zb", 88), ("abcd", "d", 0), ("b", "ab", 300)]
    )
    def test_downward_the_mentors_first_offers_count_most(self, offered: str, wanted: str, expected: int) -> None:
        round_ = two({"skills_offered": tuple(offered)}, {"skills_wanted": tuple(wanted)})
        assert points(round_, Criterion.NEEDS, DOWN) == expected

    @pytest.mark.parametrize(
        ("mentee", "mentor", "expected"),
        [
            ("M", "E", 250),
            ("xM", "E", 235),
            ("xyM", "E", 220),
            ("xyzM", "E", 190),
            ("x", "E", 160),
            ("", "E", 160),
            ("M", "x", 190),
            ("", "xxxxE", 120),
        ],
    )
    def test_wishes_weigh_six_to_four_by_rank(self, mentee: str, mentor: str, expected: int) -> None:
        assert points(two({"prefers": tuple(mentor)}, {"prefers": tuple(mentee)}), Criterion.WISHES) == expected

    def test_rather_not_beats_a_wish(self) -> None:
        assert points(two(mentee={"prefers": ("M",), "rather_not": ("M",)}), Criterion.WISHES) == 55
        assert points(two(mentor={"rather_not": ("E",)}), Criterion.WISHES) == 70

    @pytest.mark.parametrize(
        ("ours", "theirs", "expected"),
        [
            ("ab", "xy", 0),
            ("ab", "xa", 75),
            ("ab", "ba", 112),
            ("abc", "abc", 131),
            ("abcd", "abcd", 131),
            ("", "a", 75),
            ("a", "", 75),
            ("aA", "a", 75),
        ],
    )
    def test_each_shared_interest_is_worth_half_the_one_before(self, ours: str, theirs: str, expected: int) -> None:
        assert (
            points(two({"interests": tuple(ours)}, {"interests": tuple(theirs)}), Criterion.COMMON_GROUND) == expected
        )

    @pytest.mark.parametrize(
        ("direction", "gap", "expected"),
        [
            (UP, 1, 70),
            (UP, 2, 100),
            (UP, 3, 85),
            (UP, 4, 50),
            (UP, 5, 0),
            (REVERSE, -1, 50),
            (REVERSE, -6, 60),
            (PEER, 0, 100),
            (PEER, -1, 60),
            (FORWARD, 1, 80),
            (UP, 0, 0),
        ],
    )
    def test_the_level_gap_is_worth_what_the_direction_says(
        self, direction: Direction, gap: int, expected: int
    ) -> None:
        assert points(two({"level": 10 + gap}, {"level": 10}), Criterion.LEVEL_GAP, direction) == expected

    def test_an_unknown_level_gap_is_worth_nothing(self) -> None:
        assert points(two({"level": None}), Criterion.LEVEL_GAP) == 0
        assert points(two(policy=Policy(directions={})), Criterion.LEVEL_GAP) == 0

    @pytest.mark.parametrize(
        ("mentor", "mentee", "expected"),
        [
            (("Finance", "North"), (" finance", "South"), 16),
            (("Finance", "North"), ("Sales", "NORTH"), 48),
            (("Finance", "North"), ("Sales", "South"), 80),
            (("Finance", ""), ("Sales", ""), 80),
            (("", "North"), ("Sales", "North"), 40),
            (("Finance", "North"), (" ", "North"), 40),
        ],
    )
    def test_the_farther_apart_the_better(
        self, mentor: tuple[str, str], mentee: tuple[str, str], expected: int
    ) -> None:
        sides = ({"department": department, "division": division} for department, division in (mentor, mentee))
        assert points(two(*sides), Criterion.DISTANCE) == expected

    @pytest.mark.parametrize(
        ("ours", "theirs", "expected"),
        [
            ("Europe/London", "America/New_York", 70),
            ("Europe/Berlin", "America/New_York", 47),
            ("Europe/London", "Asia/Kolkata", 58),
            ("Europe/Berlin", "America/Chicago", 23),
            ("Europe/Berlin", "America/Los_Angeles", 0),
            ("Europe/Berlin", "", 35),
        ],
    )
    def test_three_shared_hours_are_enough(self, ours: str, theirs: str, expected: int) -> None:
        assert points(two({"timezone": ours}, {"timezone": theirs}), Criterion.SHARED_HOURS) == expected

    @pytest.mark.parametrize("timezone", ["", "Europe/London"])
    def test_without_a_common_language_no_hour_is_worth_anything(self, timezone: str) -> None:
        sides = ({"timezone": timezone, "languages": (language,)} for language in ("English", "French"))
        assert points(two(*sides), Criterion.SHARED_HOURS) == 0

    @pytest.mark.parametrize(
        ("ours", "theirs", "expected"),
        [
            (Rhythm.WEEKLY, Rhythm.WEEKLY, 50),
            (Rhythm.WEEKLY, Rhythm.FORTNIGHTLY, 25),
            (Rhythm.MONTHLY, Rhythm.FORTNIGHTLY, 25),
            (Rhythm.MONTHLY, Rhythm.WEEKLY, 0),
            (None, Rhythm.WEEKLY, 25),
        ],
    )
    def test_rhythms_agree_or_lie_steps_apart(self, ours: Rhythm | None, theirs: Rhythm, expected: int) -> None:
        assert points(two({"meeting_rhythm": ours}, {"meeting_rhythm": theirs}), Criterion.RHYTHM) == expected

    @pytest.mark.parametrize(("weight", "expected"), [(1, 0), (3, 2), (5, 2), (7, 4), (225, 112), (0, 0)])
    def test_halves_go_to_the_even_number(self, weight: int, expected: int) -> None:
        assert points(two(policy=Policy(weights={Criterion.RHYTHM: weight})), Criterion.RHYTHM) == expected

    def test_a_criterion_without_a_weight_is_worth_nothing(self) -> None:
        assert sum(build_reference(two(policy=Policy(weights={}))).components("M", "E", UP).values()) == 0

    def test_fractions_are_those_that_are_written(self) -> None:
        """100 x 0.575 is 57.5, hence 58; in binary fractions it is 57.49999999999999."""
        policy = Policy(weights={Criterion.RHYTHM: 100}, measures=Measures(unanswered=0.575))
        assert points(two(policy=policy), Criterion.RHYTHM) == 58

    def test_every_curve_is_the_policys(self) -> None:
        measures = Measures(needs=(1.0, 1.0), wish_ranks=(0.5,), wish_later=0.2, interests_counted=1, full_hours=8.0)
        mentor = {"skills_offered": ("b",), "interests": ("x", "y"), "timezone": "Europe/London", "prefers": ("E",)}
        mentee = {
            "skills_wanted": ("a", "b"),
            "interests": ("x", "y"),
            "timezone": "Europe/Berlin",
            "prefers": ("X", "M"),
        }
        found = build_reference(two(mentor, mentee, policy=Policy(measures=measures))).components("M", "E", UP)
        assert [found[criterion] for criterion in Criterion][:3] == [150, 80, 75]
        assert found[Criterion.SHARED_HOURS] == 61
