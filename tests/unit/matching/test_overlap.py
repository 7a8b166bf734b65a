"""What two sides share, over blocks: ranked skills as bits, interests and languages as counts, hours by time zone."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.policy import Measures, Policy, RuleSettings
from mentormatch.domain.round import Round
from mentormatch.matching.clock import shared_hours
from mentormatch.matching.overlap import Overlaps, Shared, share
from mentormatch.matching.reference_score import lack_common_name, listed_names
from mentormatch.matching.roster import Ints, build_roster
from mentormatch.synthesis.organisation import generate_organisation
from tests.factories import a_mentee, a_mentor, a_round

ZONES = ("Europe/London", "Asia/Kolkata", "America/New_York", "Pacific/Auckland")
WORDS = st.lists(st.sampled_from(["sql", "SQL ", "law", "talks", "tax", "", " "]), max_size=6).map(tuple)
LISTS = st.lists(WORDS, min_size=1, max_size=4)


def overlaps_of(*members: Any, **changes: Any) -> Overlaps:
    """Return the overlaps of a small round."""
    return Overlaps(build_roster(a_round(*members, **changes)))


def generated_overlaps(seed: int = 11) -> Overlaps:
    """Return the overlaps of a made-up organisation."""
    made = generate_organisation(150, seed)
    return Overlaps(build_roster(Round(made.people, made.enrolments, made.history)))


def everybody(overlaps: Overlaps) -> tuple[Ints, Ints]:
    """Return the numbers of all mentees and all mentors."""
    return np.arange(len(overlaps.roster.mentees)), np.arange(len(overlaps.roster.mentors))


def product(shared: Shared) -> list[list[int]]:
    """Return the weighted overlap of all pairs."""
    rows, columns = len(shared.mentees_named), len(shared.mentors_named)
    found: list[list[int]] = shared.product(np.arange(rows), np.arange(columns)).tolist()
    return found


class TestCounts:
    def test_a_flat_overlap_counts_the_names_in_both_lists(self) -> None:
        assert product(share([("a", "b"), ("c",), ()], [("b", "a", "d"), ("c", "c")])) == [[2, 0], [0, 1], [0, 0]]

    def test_a_name_counts_once_however_often_and_however_it_is_written(self) -> None:
        assert product(share([("SQL", "sql ", "ｓｑｌ")], [("sql", "Sql")])) == [[1]]

    def test_who_named_nothing_has_not_answered(self) -> None:
        shared = share([("a",), ("", " ")], [(), ("b",)])
        assert shared.unanswered(np.arange(2), np.arange(2)).tolist() == [[True, False], [True, True]]

    def test_a_block_is_a_part_of_the_whole(self) -> None:
        shared = share([("a", "b"), ("b",), ("c",)], [("a",), ("b", "c"), ("a", "b")])
        whole = np.array(product(shared))
        rows, columns = np.array([2, 0]), np.array([1])
        assert shared.product(rows, columns).tolist() == whole[np.ix_(rows, columns)].tolist()
        assert shared.unanswered(rows, columns).shape == (2, 1)

    @pytest.mark.parametrize(("mentees", "mentors"), [(0, 2), (2, 0), (0, 0)])
    def test_sides_of_nobody_share_nothing(self, mentees: int, mentors: int) -> None:
        shared = share([("a",)] * mentees, [("a",)] * mentors)
        assert shared.product(np.arange(mentees), np.arange(mentors)).shape == (mentees, mentors)

    @given(LISTS, LISTS)
    def test_counts_are_those_of_sets(
        self, mentees: Sequence[tuple[str, ...]], mentors: Sequence[tuple[str, ...]]
    ) -> None:
        expected = [[len({*listed_names(one)} & {*listed_names(other)}) for other in mentors] for one in mentees]
        assert product(share(mentees, mentors)) == expected


class TestRanks:
    @pytest.mark.parametrize(
        ("offered", "bits"),
        [(("a",), 0b001), (("b",), 0b010), (("c", "a"), 0b101), (("x",), 0), (("d",), 0b1000), (("d", "e"), 0b10000)],
    )
    def test_the_lowest_bits_say_which_of_the_first_names_are_shared(self, offered: tuple[str, ...], bits: int) -> None:
        assert product(share([("a", "b", "c", "d", "e")], [offered], top=3, ranked="mentees")) == [[bits]]

    def test_the_other_side_can_be_the_one_that_ranks(self) -> None:
        assert product(share([("b",), ("a", "c")], [("a", "b", "c")], top=2, ranked="mentors")) == [[0b10], [0b101]]

    def test_a_name_written_twice_keeps_the_later_ones_in_their_place(self) -> None:
        assert product(share([("a", "A", "b")], [("b",)], top=3, ranked="mentees")) == [[0b10]]

    @given(LISTS, LISTS, st.integers(1, 3))
    def test_ranked_overlaps_are_those_of_the_lists(
        self, mentees: Sequence[tuple[str, ...]], mentors: Sequence[tuple[str, ...]], top: int
    ) -> None:
        """The first names by their bits, and above zero exactly when anything is shared."""
        found = product(share(mentees, mentors, top, "mentees"))
        for row, one in enumerate(mentees):
            for column, other in enumerate(mentors):
                names, theirs = listed_names(one), listed_names(other)
                bits = sum(1 << rank for rank, name in enumerate(names[:top]) if name in theirs)
                assert found[row][column] & ((1 << top) - 1) == bits
                assert (found[row][column] > 0) == bool({*names} & {*theirs})


class TestNeeds:
    def test_wanted_skills_are_ranked_by_the_mentee_and_offered_ones_by_the_mentor(self) -> None:
        mentee = a_mentee("E", skills_wanted=("sql", "law"))
        mentor = a_mentor("M", skills_offered=("law", "tax"))
        overlaps = overlaps_of(mentee, mentor)
        assert (product(overlaps.needs), product(overlaps.offers)) == ([[0b10]], [[0b01]])

    @pytest.mark.parametrize("needs", [(1.0,), (0.6, 0.25, 0.15), (0.4, 0.3, 0.2, 0.1)])
    def test_as_many_skills_count_as_the_policy_has_shares(self, needs: tuple[float, ...]) -> None:
        policy = Policy(measures=Measures(needs=needs))
        mentee = a_mentee("E", skills_wanted=("a", "b", "c", "d", "e"))
        overlaps = overlaps_of(mentee, a_mentor("M", skills_offered=("e",)), policy=policy)
        assert overlaps.top == len(needs)
        assert product(overlaps.needs) == [[1 << len(needs)]]

    @pytest.mark.parametrize(
        ("wanted", "offered", "is_unmet"),
        [
            (("a",), ("b",), True),
            (("a",), ("A ",), False),
            ((), ("b",), False),
            (("a",), (), False),
            (("x", "x", "x", "x", "late"), ("late",), False),
            (("1", "2", "3", "4", "late"), ("late",), False),
        ],
    )
    def test_a_need_is_unmet_when_both_sides_name_skills_and_share_none(
        self, wanted: tuple[str, ...], offered: tuple[str, ...], is_unmet: bool
    ) -> None:
        overlaps = overlaps_of(a_mentee("E", skills_wanted=wanted), a_mentor("M", skills_offered=offered))
        assert overlaps.no_need_met(*everybody(overlaps)).tolist() == [[is_unmet]]

    def test_interests_are_counted(self) -> None:
        mentor = a_mentor("M", interests=("Chess ", "choir", "cycling"))
        overlaps = overlaps_of(a_mentee("E", interests=("chess", "cycling", "tea")), mentor)
        assert product(overlaps.interests) == [[2]]


class TestLanguages:
    def test_the_order_of_languages_does_not_make_another_set(self) -> None:
        mentees = [a_mentee("A", languages=("en", "de")), a_mentee("B", languages=("DE", "en")), a_mentee("C")]
        mentees_sets, _, _ = overlaps_of(*mentees, a_mentor("M", languages=("fr",))).language_sets
        assert mentees_sets[0] == mentees_sets[1] != mentees_sets[2]

    @pytest.mark.parametrize(
        ("ours", "theirs", "is_disjoint"),
        [(("en",), ("de",), True), (("en",), ("EN",), False), ((), ("de",), False), (("en",), (" ",), False)],
    )
    def test_two_people_lack_a_language_only_when_both_named_some(
        self, ours: tuple[str, ...], theirs: tuple[str, ...], is_disjoint: bool
    ) -> None:
        overlaps = overlaps_of(a_mentee("E", languages=ours), a_mentor("M", languages=theirs))
        assert overlaps.no_common_language(*everybody(overlaps)).tolist() == [[is_disjoint]]

    def test_blocks_agree_with_the_reference_in_a_whole_organisation(self) -> None:
        overlaps = generated_overlaps()
        rows, columns = everybody(overlaps)
        found = overlaps.no_common_language(rows[::-1], columns[1::2])
        mentees, mentors = overlaps.roster.mentees.people[::-1], overlaps.roster.mentors.people[1::2]
        assert found.any()
        assert found.tolist() == [[lack_common_name(b.languages, a.languages) for b in mentors] for a in mentees]


class TestHours:
    def test_the_table_holds_the_hours_of_each_two_zones_and_nothing_for_blank(self) -> None:
        members = [a_mentee("E", timezone=ZONES[0]), a_mentee("F"), a_mentor("M", timezone=ZONES[1])]
        overlaps = overlaps_of(*members)
        settings = RuleSettings()
        between = shared_hours(*ZONES[:2], settings)
        assert overlaps.hours == ((Fraction(8), between, None), (between, Fraction(8), None), (None, None, None))

    @pytest.mark.parametrize("least", [0.0, 2.0, 3.5, 8.0, 8.5])
    def test_hours_are_too_few_under_the_policys_least_and_never_for_blank(self, least: float) -> None:
        settings = RuleSettings(shared_hours_min=least)
        mentees = [a_mentee(f"E{k}", timezone=zone) for k, zone in enumerate(("", *ZONES))]
        mentors = [a_mentor(f"M{k}", timezone=zone) for k, zone in enumerate(("", *ZONES))]
        overlaps = overlaps_of(*mentees, *mentors, policy=Policy(rule_settings=settings))
        expected = [
            [bool(one and other) and shared_hours(one, other, settings) < least for other in ("", *ZONES)]
            for one in ("", *ZONES)
        ]
        assert overlaps.no_shared_hours(*everybody(overlaps)).tolist() == expected

    def test_hours_equal_to_the_least_are_enough(self) -> None:
        hours = float(shared_hours(ZONES[0], ZONES[1], RuleSettings()))
        policy = Policy(rule_settings=RuleSettings(shared_hours_min=hours))
        overlaps = overlaps_of(a_mentee("E", timezone=ZONES[0]), a_mentor("M", timezone=ZONES[1]), policy=policy)
        assert not overlaps.no_shared_hours(*everybody(overlaps)).any()

    def test_a_table_by_time_zone_is_read_for_any_block(self) -> None:
        members = [a_mentee("E"), a_mentee("F", timezone=ZONES[0]), a_mentor("M", timezone=ZONES[1])]
        overlaps = overlaps_of(*members)
        table = np.arange(9).reshape(3, 3)
        assert overlaps.by_timezone(table, np.array([1, 0]), np.array([0])).tolist() == [[1], [7]]

    def test_nobody_with_a_time_zone_makes_a_table_of_blanks(self) -> None:
        overlaps = overlaps_of(a_mentee("E"), a_mentor("M"))
        assert overlaps.hours == ((None,),)
        assert overlaps.no_shared_hours(*everybody(overlaps)).tolist() == [[False]]


def test_nothing_is_computed_before_somebody_asks() -> None:
    overlaps = generated_overlaps()
    overlaps.no_common_language(np.arange(3), np.arange(3))
    assert set(vars(overlaps)) == {"roster", "languages", "language_sets"}


def test_a_whole_organisation_shares_what_its_lists_share() -> None:
    overlaps = generated_overlaps()
    mentees, mentors = overlaps.roster.mentees.enrolments, overlaps.roster.mentors.enrolments
    expected = [[len({*listed_names(a.interests)} & {*listed_names(b.interests)}) for b in mentors] for a in mentees]
    assert product(overlaps.interests) == expected
    unmet = [[lack_common_name(b.skills_offered, a.skills_wanted) for b in mentors] for a in mentees]
    assert overlaps.no_need_met(*everybody(overlaps)).tolist() == unmet


def test_another_policy_leaves_the_overlaps_of_the_first_alone() -> None:
    made = generate_organisation(60, 3)
    round_ = Round(made.people, made.enrolments)
    before = Overlaps(build_roster(round_)).hours
    late = replace(round_, policy=Policy(rule_settings=RuleSettings(working_day_end=13.0)))
    assert Overlaps(build_roster(late)).hours != before
    assert Overlaps(build_roster(round_)).hours == before
