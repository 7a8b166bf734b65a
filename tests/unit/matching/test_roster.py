"""The arrays of a round: who stands on which side, with which places and codes, whatever the order of the rows."""

from dataclasses import fields, replace
from random import Random
from typing import Any

import numpy as np
import pytest

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Rhythm
from mentormatch.domain.pairing import Role
from mentormatch.domain.people import Status
from mentormatch.domain.policy import CapacityPolicy, DirectionPolicy, Policy, RuleSettings
from mentormatch.domain.round import Round
from mentormatch.domain.text import fold
from mentormatch.matching.roster import LEVEL_UNKNOWN, NOBODY, Coder, Roster, Side, build_roster, rank_weights
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import Member, a_member, a_mentee, a_mentor, a_person, a_round, every_direction

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS


def roster_of(*members: Any, **changes: Any) -> Roster:
    """Return the roster of a small round."""
    return build_roster(a_round(*members, **changes))


def generated_round(people_count: int, seed: int) -> Round:
    """Return a round of a made-up organisation."""
    made = generate_organisation(people_count, seed)
    return Round(made.people, made.enrolments, made.history)


def arrays_of(side: Side) -> dict[str, list[object]]:
    """Return everything that a side holds, comparable."""
    values = {field.name: getattr(side, field.name) for field in fields(side)}
    return {name: value.tolist() if isinstance(value, np.ndarray) else list(value) for name, value in values.items()}


class TestWhoStandsOnASide:
    def test_somebody_in_both_roles_stands_on_both_sides(self) -> None:
        both = a_member("B", as_mentee={PEER: 1}, as_mentor={UP: 1})
        roster = roster_of(both, a_mentee("E"), a_mentor("M"))
        assert (roster.mentees.ids, roster.mentors.ids) == (("B", "E"), ("B", "M"))

    def test_people_who_are_not_enrolled_stand_on_neither(self) -> None:
        roster = roster_of(a_person("X"), a_mentee("E"))
        assert (roster.mentees.ids, roster.mentors.ids) == (("E",), ())

    @pytest.mark.parametrize("changes", [{"as_mentee": {}}, {"as_mentee": {UP: 0}}, {"max_mentors": 0}])
    def test_a_mentee_asks_for_a_place_and_has_a_limit(self, changes: dict[str, Any]) -> None:
        assert roster_of(a_mentee("E", **changes)).mentees.ids == ()

    @pytest.mark.parametrize("changes", [{"as_mentor": {}}, {"as_mentor": {UP: 0}}, {"max_mentees": 0}])
    def test_a_mentor_offers_a_place_and_has_a_limit(self, changes: dict[str, Any]) -> None:
        assert roster_of(a_mentor("M", **changes)).mentors.ids == ()

    @pytest.mark.parametrize("table", [{}, {UP: DirectionPolicy({2: 1.0}, open=False)}])
    def test_a_direction_that_the_policy_does_not_offer_counts_for_nobody(
        self, table: dict[Direction, DirectionPolicy]
    ) -> None:
        roster = roster_of(a_mentee("E"), a_mentor("M"), policy=Policy(directions=table))
        assert (len(roster.mentees), len(roster.mentors)) == (0, 0)

    @pytest.mark.parametrize("changes", [{"status": Status.LEAVE}, {"status": Status.LEFT}, {"level": None}])
    def test_a_person_whom_a_rule_deletes_stays_in_the_arrays(self, changes: dict[str, Any]) -> None:
        assert roster_of(a_mentee("E", **changes)).mentees.ids == ("E",)

    def test_positions_are_the_rows(self) -> None:
        side = roster_of(a_mentee("B"), a_mentee("A"), a_mentee("C")).mentees
        assert side.position == {"A": 0, "B": 1, "C": 2}

    def test_a_round_of_nobody_has_two_empty_sides(self) -> None:
        roster = roster_of()
        assert (len(roster.mentees), len(roster.mentors)) == (0, 0)
        assert roster.mentees.places.shape == (0, len(DIRECTIONS))
        assert (roster.team_count, roster.department_count, roster.team_labels) == (0, 1, {})


class TestPlaces:
    def test_places_stand_in_the_order_of_the_directions(self) -> None:
        asked = {FORWARD: 1, UP: 1}
        offered = {PEER: 2, DOWN: 1}
        roster = roster_of(a_mentee("E", as_mentee=asked), a_mentor("M", as_mentor=offered, max_mentees=3))
        assert roster.mentees.places.tolist() == [[1, 0, 0, 0, 1]]
        assert roster.mentors.places.tolist() == [[0, 1, 0, 2, 0]]

    @pytest.mark.parametrize(("asked", "limit", "places"), [(1, 1, 1), (2, 1, 1), (2, 2, 2), (3, 2, 2)])
    def test_a_mentee_gets_no_more_per_direction_than_the_policy_allows(
        self, asked: int, limit: int, places: int
    ) -> None:
        policy = Policy(capacity=CapacityPolicy(mentee_direction_limit=limit))
        assert roster_of(a_mentee("E", as_mentee={UP: asked}), policy=policy).mentees.places[0, 0] == places

    @pytest.mark.parametrize(("offered", "limit", "places"), [(1, 3, 1), (4, 3, 3), (2, 1, 1)])
    def test_a_mentor_gives_no_more_per_direction_than_the_policy_allows(
        self, offered: int, limit: int, places: int
    ) -> None:
        policy = Policy(capacity=CapacityPolicy(mentor_limit=limit))
        assert roster_of(a_mentor("M", places=offered), policy=policy).mentors.places[0, 0] == places

    @pytest.mark.parametrize(("own", "policys", "limit"), [(1, 2, 1), (2, 2, 2), (5, 2, 2)])
    def test_the_limit_is_the_lower_of_the_own_and_the_policys(self, own: int, policys: int, limit: int) -> None:
        policy = Policy(capacity=CapacityPolicy(mentor_limit=policys, mentee_limit=policys))
        mentor = a_mentor("M", as_mentor={UP: 9}, max_mentees=own)
        roster = roster_of(a_mentee("E", max_mentors=own), mentor, policy=policy)
        assert (roster.mentees.limit.tolist(), roster.mentors.limit.tolist()) == ([limit], [limit])


class TestCodes:
    @pytest.mark.parametrize("other", ["Finance", " finance ", "FINANCE", "Ｆｉｎａｎｃｅ"])
    def test_a_department_has_one_code_however_it_is_written(self, other: str) -> None:
        roster = roster_of(a_mentee("E", department="Finance"), a_mentor("M", department=other))
        assert roster.mentees.department.tolist() == roster.mentors.department.tolist()

    def test_areas_departments_and_titles_share_their_codes(self) -> None:
        mentee = a_mentee("E", FORWARD, target_area="Tax")
        roster = roster_of(mentee, a_mentor("D", department="TAX"), a_mentor("T", job_title="tax "))
        area = roster.mentees.target_area[0]
        assert (roster.mentors.department[1], roster.mentors.job_title[0]) == (area, area)
        assert roster.area_name(area) == "tax"

    @pytest.mark.parametrize("name", ["department", "division", "job_title", "manager", "timezone", "upper_manager"])
    def test_what_is_blank_has_the_code_of_nobody(self, name: str) -> None:
        roster = roster_of(a_mentee("E"), a_mentor("M"))
        assert getattr(roster.mentees, name).tolist() == [NOBODY]
        assert getattr(roster.mentors, name).tolist() == [NOBODY]

    def test_a_blank_area_has_no_name(self) -> None:
        assert roster_of(a_mentee("E")).area_name(NOBODY) == ""

    def test_the_upper_manager_is_the_managers_manager(self) -> None:
        people = [a_person("T"), a_person("B", manager_id="T")]
        roster = roster_of(*people, a_mentee("E", manager_id="B"), a_mentor("M", manager_id="T"))
        assert roster.mentees.upper_manager.tolist() == roster.mentors.manager.tolist()
        assert roster.managers[roster.mentees.manager[0]] == "B"

    def test_nobody_is_above_a_manager_who_does_not_exist(self) -> None:
        side = roster_of(a_mentee("E", manager_id="ghost")).mentees
        assert side.manager.tolist() != [NOBODY]
        assert side.upper_manager.tolist() == [NOBODY]
        assert side.is_line_known.tolist() == [False]

    def test_codes_of_both_sides_are_those_of_one_book(self) -> None:
        roster = roster_of(a_mentee("E", timezone="Asia/Kolkata"), a_mentor("M", timezone="Europe/London"))
        zones = [roster.timezones[side.timezone[0]] for side in (roster.mentees, roster.mentors)]
        assert zones == ["Asia/Kolkata", "Europe/London"]

    def test_a_coder_numbers_new_values_from_zero_and_leaves_out_the_empty_one(self) -> None:
        coder = Coder()
        assert coder.all(["b", "", "a", "b"]).tolist() == [0, NOBODY, 1, 0]
        assert coder.code("c") == 2


class TestAnswers:
    @pytest.mark.parametrize(("rhythm", "code"), [(None, NOBODY), *((r, k) for k, r in enumerate(Rhythm))])
    def test_rhythms_are_numbered_from_the_most_frequent_on(self, rhythm: Rhythm | None, code: int) -> None:
        assert roster_of(a_mentee("E", meeting_rhythm=rhythm)).mentees.rhythm.tolist() == [code]

    @pytest.mark.parametrize(
        ("answer", "needs_answer", "is_trained"),
        [(True, True, True), (False, False, False), (None, False, True), (None, True, False)],
    )
    def test_a_blank_on_training_counts_as_the_policy_says(
        self, answer: bool | None, needs_answer: bool, is_trained: bool
    ) -> None:
        policy = Policy(rule_settings=RuleSettings(training_needs_answer=needs_answer))
        assert roster_of(a_mentor("M", trained=answer), policy=policy).mentors.is_trained.tolist() == [is_trained]

    def test_an_unknown_level_is_far_from_every_level(self) -> None:
        roster = roster_of(a_mentee("E", level=None), a_mentor("M", level=-3))
        assert roster.mentees.level.tolist() == [LEVEL_UNKNOWN[Role.MENTEE]]
        assert roster.mentors.level.tolist() == [-3]

    def test_two_unknown_levels_are_far_from_each_other(self) -> None:
        assert abs(LEVEL_UNKNOWN[Role.MENTOR] - LEVEL_UNKNOWN[Role.MENTEE]) > 10**6

    def test_waiting_rounds_are_kept(self) -> None:
        assert roster_of(a_mentee("E", waiting_rounds=4)).mentees.waiting.tolist() == [4]

    @pytest.mark.parametrize("status", Status)
    def test_only_the_active_are_active(self, status: Status) -> None:
        expected = [status is Status.ACTIVE]
        assert roster_of(a_mentee("E", status=status)).mentees.is_active.tolist() == expected

    def test_the_quarantined_are_not_active_and_their_lines_are_not_known(self) -> None:
        members = [a_mentee("E"), a_mentee("F", manager_id="E"), a_mentee("G")]
        side = roster_of(*members, quarantined=frozenset({"E"})).mentees
        assert dict(zip(side.ids, side.is_active.tolist(), strict=True)) == {"E": False, "F": True, "G": True}
        assert dict(zip(side.ids, side.is_line_known.tolist(), strict=True)) == {"E": False, "F": False, "G": True}

    def test_who_is_set_aside_but_whose_line_is_settled_leaves_no_doubt_about_lines(self) -> None:
        members = [a_mentee("E"), a_mentee("F", manager_id="E")]
        aside = frozenset({"E"})
        side = roster_of(*members, quarantined=aside, settled_lines=aside).mentees
        assert dict(zip(side.ids, side.is_active.tolist(), strict=True)) == {"E": False, "F": True}
        assert side.is_line_known.all()


class TestTeams:
    def test_a_team_is_a_department_and_a_manager(self) -> None:
        places = {"A": ("X", "B"), "C": ("X", "B"), "D": ("Y", "B"), "E": ("X", "N"), "F": ("X", "")}
        members = [a_mentee(who, department=unit, manager_id=boss) for who, (unit, boss) in places.items()]
        roster = roster_of(a_person("B"), a_person("N"), *members)
        team = dict(zip(roster.mentees.ids, roster.team.tolist(), strict=True))
        assert team["A"] == team["C"]
        assert team["F"] == NOBODY
        assert len({team["A"], team["D"], team["E"]}) == roster.team_count == 3
        assert roster.team_labels[team["D"]] == ("y", "B")

    def test_people_without_a_department_form_teams_too(self) -> None:
        roster = roster_of(a_person("B"), a_mentee("E", manager_id="B"), a_mentee("F", manager_id="B"))
        assert roster.team.tolist() == [0, 0]
        assert roster.team_labels[0] == ("", "B")

    def test_departments_are_counted_with_one_more_for_blank(self) -> None:
        roster = roster_of(a_mentee("E", department="X"), a_mentor("M", department="Y"), a_mentor("N"))
        assert roster.department_count == 3

    @pytest.mark.parametrize("seed", [1, 2])
    def test_departments_and_teams_are_runs_of_rows(self, seed: int) -> None:
        roster = build_roster(generated_round(160, seed))
        for codes in (roster.mentees.department, roster.team[roster.team >= 0]):
            starts = np.count_nonzero(np.diff(codes)) + 1
            assert starts == len(np.unique(codes))

    def test_mentees_stand_in_the_order_of_department_manager_and_id(self) -> None:
        roster = build_roster(generated_round(160, 3))
        keys = [(fold(person.department), person.manager_id, person.person_id) for person in roster.mentees.people]
        assert keys == sorted(keys)


class TestTheOrderOfRows:
    @pytest.mark.parametrize("seed", range(3))
    def test_shuffled_rows_give_the_same_arrays(self, seed: int) -> None:
        round_ = generated_round(120, 5)
        rng = Random(seed)
        people = tuple(rng.sample(round_.people, len(round_.people)))
        enrolments = tuple(rng.sample(round_.enrolments, len(round_.enrolments)))
        one, other = build_roster(round_), build_roster(replace(round_, people=people, enrolments=enrolments))
        assert arrays_of(one.mentees) == arrays_of(other.mentees)
        assert arrays_of(one.mentors) == arrays_of(other.mentors)
        assert one.team.tolist() == other.team.tolist()
        assert (one.areas, one.managers, one.timezones) == (other.areas, other.managers, other.timezones)

    def test_enrolments_and_people_of_a_row_belong_together(self) -> None:
        roster = build_roster(generated_round(120, 5))
        for side in (roster.mentees, roster.mentors):
            assert side.ids == tuple(person.person_id for person in side.people)
            assert side.ids == tuple(entry.person_id for entry in side.enrolments)


class TestRankedLists:
    def test_the_first_mention_of_a_name_gives_its_rank(self) -> None:
        coder = Coder()
        table = rank_weights([("SQL", "law", " sql "), ("law",)], coder, lambda rank: 10 - rank)
        columns = [coder.codes["sql"], coder.codes["law"]]
        assert table.toarray()[:, columns].tolist() == [[10, 9], [0, 10]]

    def test_blanks_take_no_rank(self) -> None:
        coder = Coder()
        table = rank_weights([("", "  ", "law")], coder, lambda rank: rank + 1)
        assert table.toarray().tolist() == [[1]]

    @pytest.mark.parametrize("lists", [[], [()], [("",), ()]])
    def test_lists_of_nothing_make_an_empty_table(self, lists: list[tuple[str, ...]]) -> None:
        table = rank_weights(lists, Coder(), lambda _: 1)
        assert table.shape[0] == len(lists)
        assert table.nnz == 0

    def test_a_book_that_is_in_use_keeps_its_codes(self) -> None:
        coder = Coder()
        rank_weights([("a", "b")], coder, lambda _: 1)
        table = rank_weights([("b", "c")], coder, lambda _: 1)
        assert table.toarray().tolist() == [[0, 1, 1]]


def test_every_direction_that_is_asked_for_is_counted() -> None:
    members: list[Member] = [a_mentee("E", as_mentee=every_direction()), a_mentor("M", as_mentor=every_direction(2))]
    roster = roster_of(*members)
    assert roster.mentees.places.tolist() == [[1] * 5]
    assert roster.mentors.places.tolist() == [[2] * 5]
