"""A match from end to end: the same outcome for the same input, told while it works, stopped when its time is up."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.policy import CapacityPolicy, Policy, SolvePolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Outcome, Progress, Round, SolveStatus
from mentormatch.errors import StoppedError
from mentormatch.matching import candidates as candidates_module
from mentormatch.matching import engine as module
from mentormatch.matching.candidates import build_candidates
from mentormatch.matching.certificate import write_certificate
from mentormatch.matching.engine import Match, Reporter, match
from mentormatch.matching.roster import build_roster
from mentormatch.synthesis.organisation import generate_organisation
from tests.acceptance.small_rounds import small_round
from tests.factories import (
    a_member,
    a_mentee,
    a_mentor,
    a_round,
    a_scored_round,
    bare_policy,
    every_direction,
    loose_capacity,
)
from tests.oracle import check_plan

UP, DOWN, REVERSE, PEER, FORWARD = DIRECTIONS
ROOT = Path(__file__).resolve().parents[3]
SPLITTING = (3, 43, 51, 79)
"""Small rounds whose first pass splits into several cases."""


@cache
def organisation(people_count: int = 150, seed: int = 14) -> Round:
    """Return a made-up organisation under the published policy."""
    made = generate_organisation(people_count, seed)
    return Round(made.people, made.enrolments, made.history, seed="engine")


def roomy_round() -> Round:
    """Return eight mentees who all get two mentors, with wishes that tell the mentors apart."""
    mentors = [a_mentor(f"M{k}", places=3) for k in range(6)]
    wishes = [tuple(f"M{(k * step) % 6}" for step in (1, 2, 5)) for k in range(8)]
    mentees = [a_mentee(f"E{k}", as_mentee={UP: 2}, max_mentors=2, prefers=wishes[k]) for k in range(8)]
    policy = bare_policy(capacity=loose_capacity(mentee_limit=2, mentee_direction_limit=2))
    return a_round(*mentees, *mentors, policy=policy)


def with_solve(round_: Round, **changes: Any) -> Round:
    """Return a round whose optimiser works otherwise."""
    return replace(round_, policy=replace(round_.policy, solve=replace(round_.policy.solve, **changes)))


def essence(found: Match) -> tuple[object, bytes]:
    """Return all of an outcome but the time it took, and the proof."""
    outcome = found.outcome
    figures = replace(outcome.figures, seconds={})
    return replace(outcome, figures=figures), write_certificate(found.certificate)


@cache
def expected(seed: int | None) -> tuple[object, bytes]:
    """Return the essence of a small round, or of the organisation."""
    return essence(match(organisation() if seed is None else small_round(seed), digests={}))


class TestTheStory:
    def test_pairings_people_left_out_stages_and_figures_come_together(self) -> None:
        points = {("A", "M"): 900, ("B", "M"): 800, ("C", "N"): 500}
        found = match(a_scored_round(points), digests={"people.csv": "ab"})
        outcome = found.outcome
        assert outcome.status is SolveStatus.PROVEN
        assert [(p.mentor_id, p.mentee_id, p.pass_number, p.points) for p in outcome.pairings] == [
            ("M", "A", 1, 900),
            ("N", "C", 1, 500),
        ]
        assert [left.person_id for left in outcome.unpaired] == ["B"]
        assert {stage.name: stage.value for stage in outcome.stages if stage.name in ("coverage", "points")} == {
            "coverage": 2,
            "points": 1400,
        }
        assert (outcome.figures.mentees, outcome.figures.mentors, outcome.figures.candidates) == (3, 2, 3)
        assert set(outcome.figures.seconds) == {"scoring", "solving"}
        assert found.certificate.digests == {"people.csv": "ab"}

    @pytest.mark.parametrize(
        ("as_mentor", "limit", "places"), [({UP: 1, PEER: 1}, 3, 2), ({UP: 3, PEER: 3}, 2, 2), ({UP: 9}, 9, 3)]
    )
    def test_places_are_what_mentors_can_give_at_most(self, as_mentor: dict[Any, int], limit: int, places: int) -> None:
        mentor = a_mentor("M", as_mentor=as_mentor, max_mentees=limit)
        assert match(a_round(mentor), digests={}).outcome.figures.places == places

    @pytest.mark.parametrize(("limit", "passes"), [(0, [1]), (1, [1]), (2, [1, 2]), (4, [1, 2, 3, 4])])
    def test_there_are_as_many_passes_as_somebody_may_have_mentors(self, limit: int, passes: list[int]) -> None:
        capacity = CapacityPolicy(mentee_limit=limit, mentee_direction_limit=4)
        members = [a_mentee("A", as_mentee={UP: 4}, max_mentors=4), *(a_mentor(f"M{k}") for k in range(5))]
        outcome = match(a_round(*members, policy=bare_policy(capacity=capacity)), digests={}).outcome
        assert sorted({stage.pass_number for stage in outcome.stages}) == passes
        assert sorted(pairing.pass_number for pairing in outcome.pairings) == passes[: limit or None] * bool(limit)

    def test_a_second_place_never_costs_a_first(self) -> None:
        capacity = loose_capacity(mentee_limit=2, mentee_direction_limit=2)
        members = [*(a_mentee(who, as_mentee={UP: 2}, max_mentors=2) for who in "ABC"), a_mentor("M"), a_mentor("N")]
        outcome = match(a_round(*members, policy=bare_policy(capacity=capacity)), digests={}).outcome
        assert len({pairing.mentee_id for pairing in outcome.pairings}) == 2

    @pytest.mark.parametrize("round_", [a_round(), a_round(a_mentee("A")), a_round(a_mentor("M"))])
    def test_a_round_without_pairs_is_solved_like_any_other(self, round_: Round) -> None:
        outcome = match(round_, digests={}).outcome
        assert outcome.status is SolveStatus.PROVEN
        assert outcome.pairings == ()
        assert all(stage.value == stage.bound == 0 for stage in outcome.stages)

    def test_one_person_in_all_roles_meets_nobody(self) -> None:
        everything: dict[str, Any] = {"as_mentee": every_direction(), "as_mentor": every_direction()}
        assert match(a_round(a_member("A", **everything)), digests={}).outcome.pairings == ()

    def test_a_match_leaves_its_round_as_it_was(self) -> None:
        round_ = small_round(43)
        match(round_, digests={})
        assert round_ == small_round(43)


class TestTheSameOutcome:
    @pytest.mark.parametrize("threads", [1, 2, 5])
    @pytest.mark.parametrize("seed", [None, SPLITTING[0]])
    def test_whatever_the_number_of_threads(
        self, seed: int | None, threads: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        round_ = organisation() if seed is None else small_round(seed)
        monkeypatch.setattr(candidates_module, "PAIRS_PER_BLOCK", 200)
        assert essence(match(with_solve(round_, threads=threads), digests={})) == expected(seed)

    @pytest.mark.parametrize("shuffle", range(2))
    @pytest.mark.parametrize("seed", [None, *SPLITTING[::2]])
    def test_whatever_the_order_of_the_rows(self, seed: int | None, shuffle: int) -> None:
        round_ = organisation() if seed is None else small_round(seed)
        rng = Random(shuffle)
        shuffled = replace(
            round_,
            people=tuple(rng.sample(round_.people, len(round_.people))),
            enrolments=tuple(rng.sample(round_.enrolments, len(round_.enrolments))),
            history=tuple(rng.sample(round_.history, len(round_.history))),
        )
        assert essence(match(shuffled, digests={})) == expected(seed)

    @pytest.mark.parametrize("seed", SPLITTING)
    def test_whatever_the_order_of_what_a_policy_maps(self, seed: int) -> None:
        policy = small_round(seed).policy
        turned: dict[str, Any] = {
            name: dict(reversed(list(getattr(policy, name).items()))) for name in ("directions", "rules", "weights")
        }
        round_ = replace(small_round(seed), policy=replace(policy, **turned))
        assert essence(match(round_, digests={})) == expected(seed)

    @pytest.mark.parametrize("shortlist", [1, 40])
    @pytest.mark.parametrize("seed", [None, *SPLITTING[1::2]])
    def test_whatever_the_shortlist(self, seed: int | None, shortlist: int) -> None:
        """The proof may be another one; pairings, values and reasons are not."""
        round_ = organisation() if seed is None else small_round(seed)
        assert essence(match(with_solve(round_, shortlist=shortlist), digests={}))[0] == expected(seed)[0]

    def test_whatever_the_hash_seed_of_the_process(self) -> None:
        code = (
            "import json, sys\n"
            "from mentormatch.matching.engine import match\n"
            "from tests.acceptance.small_rounds import small_round\n"
            "outcomes = [match(small_round(seed), digests={}).outcome for seed in map(int, sys.argv[1:])]\n"
            "print(json.dumps([[[p.mentor_id, p.mentee_id, p.direction, p.pass_number] for p in outcome.pairings]"
            " + [[s.name, s.value] for s in outcome.stages] for outcome in outcomes]))\n"
        )
        seeds = [str(seed) for seed in SPLITTING]
        environment = {**os.environ, "PYTHONHASHSEED": "77", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-c", code, *seeds], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        here = [match(small_round(seed), digests={}).outcome for seed in SPLITTING]
        assert json.loads(done.stdout) == [
            [[p.mentor_id, p.mentee_id, p.direction.value, p.pass_number] for p in outcome.pairings]
            + [[s.name, s.value] for s in outcome.stages]
            for outcome in here
        ]

    def test_another_seed_may_draw_otherwise_but_is_worth_the_same(self) -> None:
        points = {(f"E{row}", f"M{column}"): 500 for row in range(4) for column in range(4)}
        found = [match(a_scored_round(points, seed=str(seed)), digests={}).outcome for seed in range(4)]
        assert len({tuple((p.mentor_id, p.mentee_id) for p in outcome.pairings) for outcome in found}) > 1
        assert (
            len({tuple(s.value for s in outcome.stages if s.name in ("coverage", "points")) for outcome in found}) == 1
        )


class TestProgress:
    @staticmethod
    def heard(round_: Round) -> list[Progress]:
        """Return what a match tells on its way."""
        steps: list[Progress] = []
        match(round_, digests={}, on_progress=steps.append)
        return steps

    @pytest.mark.parametrize("seed", [None, *SPLITTING])
    def test_shares_stay_between_nought_and_one_and_never_fall(self, seed: int | None) -> None:
        steps = self.heard(organisation() if seed is None else small_round(seed))
        shares = [step.done_share for step in steps]
        assert len(shares) >= 3
        assert all(0 <= share <= 1 for share in shares)
        assert shares == sorted(shares)

    def test_each_step_tells_the_stage_its_value_and_its_bound(self) -> None:
        steps = self.heard(organisation())
        assert {step.pass_number for step in steps} == {1, 2}
        assert {"coverage", "points", "lottery:1", "unique"} <= {step.stage for step in steps}
        assert all(step.value is not None and step.bound is not None and step.value <= step.bound for step in steps)

    def test_within_a_stage_values_rise_and_bounds_fall(self) -> None:
        for before, after in pairwise(self.heard(organisation())):
            if (before.pass_number, before.stage) == (after.pass_number, after.stage):
                assert (before.value or 0) <= (after.value or 0)
                assert (before.bound or 0) >= (after.bound or 0)

    @pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
    def test_what_the_listener_raises_passes_through(self, error: type[BaseException]) -> None:
        def refuse(_: Progress) -> None:
            raise error

        with pytest.raises(error):
            match(organisation(), digests={}, on_progress=refuse)

    def test_a_listener_changes_nothing(self) -> None:
        assert essence(match(organisation(), digests={}, on_progress=lambda _: None)) == expected(None)


class TestReporter:
    @staticmethod
    def reporter(listener: Callable[[Progress], None] | None = None, **policy: Any) -> Reporter:
        """Return the reporter of the second pass of two, which started at second 100."""
        policy = {"stages": ("coverage", "points", "lottery")} | policy
        round_ = a_round(a_mentee("A"), a_mentor("M"), policy=Policy(**policy))
        return Reporter(build_candidates(build_roster(round_)), 2, 100.0, listener)

    @pytest.mark.parametrize(
        ("stage", "share"),
        [("coverage", 0.5), ("points", 0.625), ("lottery:1", 0.75), ("unique", 0.875), ("lottery:2", 0.875)],
    )
    def test_the_share_grows_from_stage_to_stage(self, stage: str, share: float) -> None:
        steps: list[Progress] = []
        self.reporter(steps.append)(stage, 3, 5)
        assert steps == [Progress(2, stage, 3, 5, share)]

    def test_the_share_stays_where_it_was_when_an_earlier_stage_comes_back(self) -> None:
        """So it is where the search splits into cases."""
        steps: list[Progress] = []
        reporter = self.reporter(steps.append)
        for stage in ("points", "coverage", "lottery:1"):
            reporter(stage, 1, 1)
        assert [step.done_share for step in steps] == [0.625, 0.625, 0.75]

    @pytest.mark.parametrize(("now", "is_over"), [(101.0, False), (102.5, False), (102.6, True)])
    def test_the_work_ends_when_its_time_is_up(
        self, now: float, is_over: bool, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        steps: list[Progress] = []
        reporter = self.reporter(steps.append, solve=SolvePolicy(time_limit_seconds=2.5))
        monkeypatch.setattr(module, "perf_counter", lambda: now)
        if is_over:
            with pytest.raises(StoppedError) as caught:
                reporter("points", 1, 2)
            assert caught.value.sentence == "The time limit was reached at stage points of pass 2."
        else:
            reporter("points", 1, 2)
        assert len(steps) == 1

    def test_without_a_limit_the_work_takes_its_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "perf_counter", lambda: 1e12)
        self.reporter()("points", 1, 2)


class TestTimeLimit:
    """The time is a clock that ticks at each look, so that the work ends at the same step on every machine."""

    @staticmethod
    def stopped_after(round_: Round, looks: int, monkeypatch: pytest.MonkeyPatch) -> Match:
        """Match with a clock of which each look takes a second."""
        seen = iter(range(10**6))
        monkeypatch.setattr(module, "perf_counter", lambda: float(next(seen)))
        return match(with_solve(round_, time_limit_seconds=float(looks)), digests={})

    @pytest.mark.parametrize("seconds", [0.0, 0.0001])
    def test_no_time_gives_a_lawful_plan_and_no_proof(self, seconds: float) -> None:
        round_ = organisation()
        found = match(with_solve(round_, time_limit_seconds=seconds), digests={})
        assert found.outcome.status is SolveStatus.STOPPED
        assert found.certificate.status == "stopped"
        assert found.certificate.passes == ()
        assert len(found.outcome.pairings) >= 1
        assert check_plan(round_, found.outcome.pairings) == []

    @pytest.mark.parametrize("seed", [None, *SPLITTING[::2]])
    def test_at_any_step_the_plan_is_lawful_and_no_value_above_its_bound(
        self, seed: int | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        round_ = organisation() if seed is None else small_round(seed)
        stopped = 0
        for looks in range(1, 50, 9):
            found = self.stopped_after(round_, looks, monkeypatch)
            assert check_plan(round_, found.outcome.pairings) == []
            assert [stage for stage in found.outcome.stages if stage.value > stage.bound] == []
            assert found.certificate.status == found.outcome.status.value
            stopped += found.outcome.status is SolveStatus.STOPPED
        assert stopped >= 1

    def test_a_stop_in_the_first_pass_ends_the_match(self, monkeypatch: pytest.MonkeyPatch) -> None:
        found = self.stopped_after(roomy_round(), 3, monkeypatch)
        assert found.outcome.status is SolveStatus.STOPPED
        assert {pairing.pass_number for pairing in found.outcome.pairings} == {1}
        assert {stage.pass_number for stage in found.outcome.stages} == {1}

    def test_a_stop_in_the_second_pass_keeps_the_first_and_its_proof(self, monkeypatch: pytest.MonkeyPatch) -> None:
        whole = match(roomy_round(), digests={})
        found = self.first_stop_in_the_second_pass(monkeypatch)
        first, kept = (
            [pairing for pairing in outcome.pairings if pairing.pass_number == 1]
            for outcome in (whole.outcome, found.outcome)
        )
        assert kept == first
        assert found.outcome.status is SolveStatus.STOPPED
        assert found.certificate.passes == whole.certificate.passes[:1]
        assert {pairing.pass_number for pairing in found.outcome.pairings} == {1, 2}

    def first_stop_in_the_second_pass(self, monkeypatch: pytest.MonkeyPatch) -> Match:
        """Return the match with the shortest time that reaches the second pass."""
        return next(
            found
            for looks in range(1, 200)
            if (found := self.stopped_after(roomy_round(), looks, monkeypatch)).certificate.passes
        )

    def test_the_stages_of_a_stopped_pass_are_told_with_what_they_could_reach(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        best = {(s.pass_number, s.name): s.value for s in match(organisation(), digests={}).outcome.stages}
        found = self.stopped_after(organisation(), 12, monkeypatch)
        assert found.outcome.status is SolveStatus.STOPPED
        assert len(found.outcome.stages) >= 1
        for stage in found.outcome.stages:
            assert stage.value <= best[stage.pass_number, stage.name] <= stage.bound

    def test_a_limit_that_is_not_reached_changes_nothing(self) -> None:
        assert essence(match(with_solve(organisation(), time_limit_seconds=1e6), digests={})) == expected(None)


class TestLocksInTheEngine:
    @staticmethod
    def outcome(*locks: Lock) -> Outcome:
        """Match a round of two by two with locks."""
        points = {("A", "M"): 900, ("A", "N"): 600, ("B", "M"): 800, ("B", "N"): 100}
        return match(a_scored_round(points, locks=locks, policy=bare_policy(RuleId.LEVEL_BAND)), digests={}).outcome

    def test_a_demanded_pairing_has_pass_nought(self) -> None:
        found = self.outcome(Lock(LockKind.MUST, "N", "B"))
        assert {(p.mentee_id, p.mentor_id): p.pass_number for p in found.pairings} == {("B", "N"): 0, ("A", "M"): 1}

    def test_candidates_are_counted_without_the_forbidden_ones(self) -> None:
        assert self.outcome(Lock(LockKind.MUST_NOT, "N", "B")).figures.candidates == 3
        assert self.outcome().figures.candidates == 4
