"""The verifier part by part, on rounds and proofs that are made by hand."""

import hashlib
import hmac
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentormatch.domain.direction import Direction
from mentormatch.domain.pairing import Criterion, Pairing
from mentormatch.domain.policy import STAGES, CapacityPolicy, Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.errors import CertificateError
from mentormatch.matching.certificate import (
    Certificate,
    NodeCertificate,
    PassCertificate,
    Row,
    Split,
    StageCertificate,
)
from mentormatch.matching.engine import match
from mentormatch.matching.reference import build_reference
from mentormatch.matching.roster import build_roster
from mentormatch.matching.verification import verify
from mentormatch.matching.verified_limits import open_pass, read_limits
from mentormatch.matching.verified_pairings import check_favours, check_limits, check_locks, check_pairing, check_passes
from mentormatch.matching.verified_rows import DUAL_MOST, Batch, Bounds, Duals, RowBook, best_loads, cost_of_load
from mentormatch.matching.verified_splits import SplitReader
from mentormatch.matching.verified_stages import Draw, Plan, Scales, name_stages
from mentormatch.matching.verified_table import NO_CELLS, Table, build_table, open_candidates
from tests.acceptance.small_rounds import small_round
from tests.factories import a_member, a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity

ROOT = Path(__file__).resolve().parents[3]
UP, PEER = Direction.UPWARD, Direction.PEER
SOLVER_PARTS = (
    "branching",
    "cases",
    "certifying",
    "engine",
    "exclusions",
    "face",
    "floors_price",
    "levelling",
    "locking",
    "model",
    "outcome",
    "pricing",
    "rates",
    "rows",
    "solving",
    "stages",
    "unpaired",
)


# What a handmade proof is made of.


def a_pairing(mentor: str, mentee: str, points: int = 600, pass_number: int = 1, **changes: object) -> Pairing:
    """Return an upward pairing whose points are all for the level gap, in band 0."""
    components = {criterion: points * (criterion is Criterion.LEVEL_GAP) for criterion in Criterion}
    return replace(Pairing(mentor, mentee, UP, pass_number, points, 0, components), **changes)  # type: ignore[arg-type]


def a_stage(name: str, bound: int, **duals: Mapping[str | Row, int]) -> StageCertificate:
    """Return a stage with its prices by family; a row of one word may be written as the word."""
    rows = {
        family: {(row,) if isinstance(row, str) else row: dual for row, dual in prices.items()}
        for family, prices in duals.items()
    }
    return StageCertificate(name, bound, rows, equations=sum(map(len, rows.values())))


def inherited(*names: str) -> tuple[StageCertificate, ...]:
    """Return stages that are those of the node above."""
    return tuple(StageCertificate(name, 0, {}, inherited=True) for name in names)


def a_certificate(matching_round: Round, *parts: PassCertificate, candidates: int) -> Certificate:
    """Return the certificate of a round without files."""
    policy, quarantined = matching_round.policy, tuple(sorted(matching_round.quarantined))
    return Certificate({}, policy.round_name, matching_round.seed, quarantined, "proven", candidates, parts, {})


def key(matching_round: Round, mentor: str, mentee: str, direction: str = "upward", draw: int = 1) -> int:
    """Return a lottery key as docs/rules-and-score.md says it: 20 bits of an HMAC, counted from the front."""
    message = f"{matching_round.policy.round_name}|{mentor}|{mentee}|{direction}".encode()
    digest = hmac.new(matching_round.seed.encode(), message, hashlib.sha256).hexdigest()
    return int(digest[5 * (draw - 1) : 5 * draw], 16)


def refusal(matching_round: Round, pairings: Iterable[Pairing], certificate: Certificate) -> str:
    """Return why the verifier refuses something; empty when it does not."""
    try:
        list(verify(matching_round, tuple(pairings), certificate, {}))
    except CertificateError as error:
        return error.sentence
    return ""


# One mentor with two places, three mentees who want one: who is left out, and what the second place costs.

SCARCE = a_scored_round({("a", "M"): 700, ("b", "M"): 600, ("c", "M"): 500}, places={"M": 2}, seed="scarce")
BEST = (a_pairing("M", "a", 700), a_pairing("M", "b", 600))
KEYS = {who: key(SCARCE, "M", who) for who in "abc"}


def scarce_stages() -> dict[str, StageCertificate]:
    """Return the proof that M mentors a and b, stage by stage, as a person would write it.

    M has two places, so at most two are served. Both places are then taken, so the load costs 1. Of three who score
    700, 600 and 500 the best two make 1,300: each place is worth 500, a gains 200 and b 100. That leaves a and b with
    a place, and c as a candidate who would gain nothing. There is only one such plan, whatever is drawn.
    """
    a, b, c = KEYS.values()
    return {
        "coverage": a_stage("coverage", 2, mentor={"M": 1}),
        "load": a_stage("load", -1),
        "points": a_stage("points", 1_300, mentor={"M": 500}, mentee={"a": 200, "b": 100}),
        "lottery:1": a_stage("lottery:1", a + b, mentor={"M": c}, mentee={"a": a - c, "b": b - c}),
        "unique": a_stage("unique", -2, mentee={"a": -1, "b": -1}),
    }


def scarce_certificate(
    stages: Mapping[str, StageCertificate] | None = None, values: Mapping[str, int] | None = None
) -> Certificate:
    """Return the certificate of the scarce round, with other stages or some other values."""
    tree = NodeCertificate(tuple((stages or scarce_stages()).values()))
    told = {"coverage": 2, "load": -1, "points": 1_300, "lottery:1": KEYS["a"] + KEYS["b"], "unique": -2}
    return a_certificate(SCARCE, PassCertificate(1, {**told, **(values or {})}, tree), candidates=3)


def scarce_refusal(**stages: StageCertificate) -> str:
    """Return why the scarce round is refused with some stages replaced (``lottery`` for the first draw)."""
    named = {stage.name: stage for stage in stages.values()}
    return refusal(SCARCE, BEST, scarce_certificate({**scarce_stages(), **named}))


def test_a_proof_that_is_written_by_hand_is_accepted() -> None:
    lines = list(verify(SCARCE, BEST, scarce_certificate(), {}))
    drawn = KEYS["a"] + KEYS["b"]
    assert lines == [
        "inputs: no files; round, seed and people set aside as in the proof",
        "pairings: 2, each a candidate with its points; together they keep every limit",
        "candidates: 3, as the proof says",
        "pass 1, coverage: 2 of at most 2, over 3 candidates",
        "pass 1, load: -1 of at most -1, over 3 candidates",
        "pass 1, points: 1,300 of at most 1,300, over 3 candidates",
        f"pass 1, lottery:1: {drawn:,} of at most {drawn:,}, over 3 candidates",
        "pass 1, unique: -2 of at most -2, over 3 candidates",
        "pass 1: 1 case holds every lawful plan, and none but the published one is as good",
    ]


def test_other_prices_that_prove_the_same_are_as_good() -> None:
    points = a_stage("points", 1_300, mentor={"M": 550}, mentee={"a": 150, "b": 50})
    lottery = a_stage("lottery:1", KEYS["a"] + KEYS["b"], mentee={"a": KEYS["a"], "b": KEYS["b"]})
    assert scarce_refusal(points=points, lottery=lottery) == ""


def test_a_price_on_a_row_within_a_row_is_as_good() -> None:
    """Both places of M in a direction are filled: the load's price on M is taken back on the row that must hold two."""
    coverage = a_stage("coverage", 2, direction={("M", "upward"): 1})
    load = a_stage("load", -1, mentor={"M": 1}, direction={("M", "upward"): -1})
    assert scarce_refusal(coverage=coverage, load=load) == ""


def test_a_price_must_reach_what_its_candidates_are_worth() -> None:
    points = a_stage("points", 1_300, mentor={"M": 499}, mentee={"a": 201, "b": 101})
    assert scarce_refusal(points=points) == (
        "Pass 1, stage points: M mentors c (upward) is worth 1 more than its prices, so that they prove nothing."
    )


def test_a_bound_must_be_what_the_prices_add_up_to() -> None:
    points = a_stage("points", 1_299, mentor={"M": 500}, mentee={"a": 200, "b": 100})
    assert scarce_refusal(points=points) == (
        "Pass 1, stage points: the prices add up to 1,300, not to the bound 1,299."
    )


def test_a_bound_above_the_plan_proves_nothing_about_it() -> None:
    coverage = a_stage("coverage", 3, mentee={"a": 1, "b": 1, "c": 1})
    assert refusal(SCARCE, BEST, scarce_certificate({"coverage": coverage})) == (
        "Pass 1, stage coverage: a plan could be worth 3, the published one is worth 2."
    )


def test_the_price_of_a_load_counts_the_best_load_at_it() -> None:
    """Both of M's places are taken, at a cost of 1: a price of 5 for each makes 9 at most."""
    assert "the prices add up to 9, not" in scarce_refusal(load=a_stage("load", -1, mentor={"M": 5}))


def test_a_plan_that_is_worse_than_the_best_is_refused_with_the_proof_of_the_best() -> None:
    worse = (a_pairing("M", "a", 700), a_pairing("M", "c", 500))
    values = {"points": 1_200, "lottery:1": KEYS["a"] + KEYS["c"]}
    assert refusal(SCARCE, worse, scarce_certificate(values=values)) == (
        "Pass 1, stage points: a plan could be worth 1,300, the published one is worth 1,200."
    )


def test_values_are_those_of_the_pairings_whatever_the_proof_says() -> None:
    assert refusal(SCARCE, BEST, scarce_certificate(values={"points": 1_301})) == (
        "Pass 1, stage points: the pairings are worth 1,300, the certificate says 1,301."
    )


# Two mentees who are equal, and one place: the draw decides, and the other one is as good until then.

TIE = a_scored_round({("a", "M"): 700, ("b", "M"): 700}, seed="tie")


def tie_certificate(served: str) -> Certificate:
    """Return the certificate that somebody of the two is best; it proves something for the luckier one alone."""
    drawn = max(key(TIE, "M", who) for who in "ab")
    tree = NodeCertificate(
        (
            a_stage("coverage", 1, mentor={"M": 1}),
            a_stage("load", 0),
            a_stage("points", 700, mentor={"M": 700}),
            a_stage("lottery:1", drawn, mentor={"M": drawn}),
            a_stage("unique", -1, mentor={"M": -1}),
        )
    )
    values = {"coverage": 1, "load": 0, "points": 700, "lottery:1": key(TIE, "M", served), "unique": -1}
    return a_certificate(TIE, PassCertificate(1, values, tree), candidates=2)


def test_equals_are_told_apart_by_the_draw_alone() -> None:
    lucky, unlucky = sorted("ab", key=lambda who: -key(TIE, "M", who))
    assert refusal(TIE, [a_pairing("M", lucky, 700)], tie_certificate(lucky)) == ""
    sentence = refusal(TIE, [a_pairing("M", unlucky, 700)], tie_certificate(unlucky))
    assert sentence.startswith("Pass 1, stage lottery:1: a plan could be worth")


def test_a_draw_that_is_left_out_leaves_two_plans() -> None:
    """Without a draw between equals the other plan is as good, and no price can prove that there is none."""
    free = a_stage("lottery:1", 2 << 20, mentor={"M": 2 << 20})
    lucky = max("ab", key=lambda who: key(TIE, "M", who))
    certificate = tie_certificate(lucky)
    part = certificate.passes[0]
    stages = part.tree.stages
    forged = replace(part, tree=NodeCertificate((*stages[:3], free, stages[4])))
    assert "could be worth 2,097,152" in refusal(
        TIE, [a_pairing("M", lucky, 700)], replace(certificate, passes=(forged,))
    )


# What a round is before it is proven.


def test_a_round_in_which_nobody_can_be_paired_is_proven_with_nothing() -> None:
    empty = a_round(a_mentee("a"), policy=bare_policy())
    values = {"coverage": 0, "load": 0, "points": 0, "lottery:1": 0, "unique": 0}
    tree = NodeCertificate(tuple(a_stage(name, 0) for name in values))
    assert refusal(empty, (), a_certificate(empty, PassCertificate(1, values, tree), candidates=0)) == ""


@pytest.mark.parametrize("size", [0, 1])
def test_a_round_without_anybody_is_proven_with_nothing(size: int) -> None:
    empty = a_round(*[a_mentor("M")] * size, policy=bare_policy(capacity=loose_capacity(mentee_limit=0)))
    values = {"coverage": 0, "load": 0, "points": 0, "lottery:1": 0, "unique": 0}
    tree = NodeCertificate(tuple(a_stage(name, 0) for name in values))
    assert refusal(empty, (), a_certificate(empty, PassCertificate(1, values, tree), candidates=0)) == ""


def test_stopped_work_is_no_proof() -> None:
    stopped = replace(scarce_certificate(), status="stopped")
    assert refusal(SCARCE, BEST, stopped) == (
        "The match ended as 'stopped' before everything was proven, so there is no proof to check."
    )


@pytest.mark.parametrize(
    ("digests", "sentence"),
    [
        ({}, "The input people.csv is missing, but it is in the certificate."),
        ({"people.csv": "2"}, "The input people.csv is not the one that was matched: its SHA-256 is another."),
        ({"people.csv": "1", "x.csv": "1"}, "The input x.csv is there, but it is not in the certificate."),
    ],
)
def test_the_files_are_those_that_were_matched(digests: Mapping[str, str], sentence: str) -> None:
    certificate = replace(scarce_certificate(), digests={"people.csv": "1"})
    assert next(iter(verify(SCARCE, BEST, certificate, {"people.csv": "1"}))).startswith("inputs: people.csv;")
    with pytest.raises(CertificateError) as caught:
        list(verify(SCARCE, BEST, certificate, digests))
    assert caught.value.sentence == sentence


def test_the_same_people_are_set_aside() -> None:
    certificate = replace(scarce_certificate(), quarantined=("c",))
    assert refusal(SCARCE, BEST, certificate) == (
        "The list of people set aside is (), but the certificate says ('c',)."
    )


def with_draws(count: int) -> Certificate:
    """Return the certificate of the scarce round with so many draws that say nothing new."""
    stages = scarce_stages()
    unique = stages.pop("unique")
    for draw in range(2, count + 1):
        bits = [key(SCARCE, "M", who, draw=draw) for who in "ab"]
        stages[f"lottery:{draw}"] = a_stage(f"lottery:{draw}", sum(bits), mentee=dict(zip("ab", bits, strict=True)))
    values = {name: stage.bound for name, stage in {**stages, "unique": unique}.items()}
    tree = NodeCertificate((*stages.values(), unique))
    return a_certificate(SCARCE, PassCertificate(1, values, tree), candidates=3)


def test_a_key_has_bits_for_twelve_draws_and_no_more() -> None:
    """With a price of nothing for c, the draws after the first need c's own price: c has no gain in any of them."""
    assert "lottery:2: M mentors c (upward) is worth" in refusal(SCARCE, BEST, with_draws(12))
    assert refusal(SCARCE, BEST, with_draws(13)) == "Pass 1 has 13 lotteries; it should have 1 to 12."


# One pairing at a time.

ASKED = a_round(
    a_mentor("M", trained=False),
    a_mentor("N"),
    a_mentee("a"),
    a_member("b", as_mentee={PEER: 1}),
    policy=bare_policy(
        RuleId.UNTRAINED,
        weights={criterion: 1000 * (criterion is Criterion.LEVEL_GAP) for criterion in Criterion},
        bands=(500, 900),
    ),
)
FINE = a_pairing("N", "a", 1000, band=2)


def wrong(pairing: Pairing) -> str:
    """Return what is wrong with a pairing."""
    try:
        check_pairing(build_reference(ASKED), pairing)
    except CertificateError as error:
        return error.sentence
    return ""


def test_a_candidate_with_its_points_is_fine() -> None:
    assert wrong(FINE) == ""


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"mentor_id": "X"}, "X mentors a (upward): there is nobody with the id 'X' in this round."),
        ({"mentee_id": "X"}, "N mentors X (upward): there is nobody with the id 'X' in this round."),
        (
            {"mentee_id": "N"},
            "N mentors N (upward): the two are no candidate, as the direction is not open between them.",
        ),
        (
            {"mentee_id": "b"},
            "N mentors b (upward): the two are no candidate, as the direction is not open between them.",
        ),
        ({"mentor_id": "M"}, "M mentors a (upward): the two are no candidate, as the rule untrained forbids it."),
        ({"direction": PEER}, "N mentors a (peer): the direction of the two is upward."),
        ({"points": 999}, "N mentors a (upward): the two score 1000 points, not 999."),
        ({"band": 1}, "N mentors a (upward): 1000 points are band 2, not 1."),
        ({"components": {}}, "points, not None."),
        (
            {"components": {**FINE.components, Criterion.NEEDS: 1}},
            "N mentors a (upward): needs is worth 0 points, not 1.",
        ),
    ],
)
def test_a_pairing_that_is_not_so_is_told_apart(changes: Mapping[str, object], sentence: str) -> None:
    changed = replace(FINE, **changes)  # type: ignore[arg-type]
    assert wrong(changed).endswith(sentence)


@pytest.mark.parametrize(
    ("pairings", "sentence"),
    [
        ([a_pairing("M", "a", pass_number=3)], "M mentors a (upward): there is no pass 3, only 1 to 2."),
        ([a_pairing("M", "a", pass_number=-1)], "M mentors a (upward): there is no pass -1, only 1 to 2."),
        ([a_pairing("M", "a"), a_pairing("M", "a", pass_number=2)], "M mentors a (upward): the two are paired twice."),
        ([a_pairing("M", "a"), a_pairing("N", "a")], "N mentors a (upward): a has two pairings in pass 1."),
    ],
)
def test_each_pair_and_each_place_stands_once(pairings: list[Pairing], sentence: str) -> None:
    with pytest.raises(CertificateError) as caught:
        check_passes(pairings, 2)
    assert caught.value.sentence == sentence


def test_a_mentee_may_have_a_second_place_without_a_first_as_far_as_passes_go() -> None:
    """Whether a first place was possible is for the proof of the first pass to say."""
    check_passes([a_pairing("M", "a", pass_number=2), a_pairing("N", "b")], 2)


MUST, MUST_NOT, KEEP = (Lock(kind, "M", "a") for kind in (LockKind.MUST, LockKind.MUST_NOT, LockKind.KEEP))


@pytest.mark.parametrize(
    ("locks", "passes", "sentence"),
    [
        ([], [1], ""),
        ([MUST], [0], ""),
        ([KEEP], [0], ""),
        ([MUST_NOT], [], ""),
        ([MUST], [], "M mentors a is missing, though a lock demands it."),
        ([KEEP], [2], "M mentors a (upward): it stands in pass 2, but a lock demands it, so it belongs to pass 0."),
        ([], [0], "M mentors a (upward): it stands in pass 0, but no lock demands it."),
        ([MUST_NOT], [1], "M mentors a (upward): a lock forbids this pairing."),
        ([MUST_NOT], [0], "M mentors a (upward): a lock forbids this pairing."),
    ],
)
def test_pass_0_is_what_locks_demand(locks: list[Lock], passes: list[int], sentence: str) -> None:
    pairings = [a_pairing("M", "a", pass_number=number) for number in passes]
    if not sentence:
        check_locks(locks, pairings)
        return
    with pytest.raises(CertificateError) as caught:
        check_locks(locks, pairings)
    assert caught.value.sentence == sentence


def test_a_candidate_that_a_lock_forbids_is_none() -> None:
    table = build_table(build_roster(replace(SCARCE, locks=(Lock(LockKind.MUST_NOT, "M", "b"),))))
    assert table.count() == 2


def test_a_place_that_was_locked_is_the_first_one_of_its_mentee() -> None:
    """Somebody with a locked pairing waits until everybody else could have a first place."""
    locked = [a_pairing("ann", "bea", pass_number=0)]
    assert [open_pass(LIMITS, locked, number).upper(("mentee", ("bea",))) for number in (1, 2)] == [0, 1]


# Limits, as docs/rules-and-score.md gives them.

CAPACITY = CapacityPolicy(mentor_limit=4, mentee_limit=2, mentee_direction_limit=2, department_share=0.3, team_limit=2)
ANN = a_mentor("ann", places=3, max_mentees=9)
BEA = a_member("bea", as_mentee={UP: 3, PEER: 1}, max_mentors=5, manager_id="boss", department=" Sales ")
CEM = a_member("cem", as_mentee={UP: 1}, max_mentors=1, department="sales")
LIMITS = read_limits(a_round(ANN, BEA, CEM, policy=Policy(capacity=CAPACITY)))


@pytest.mark.parametrize(
    ("family", "words", "most"),
    [
        ("mentor", ("ann",), 4),
        ("direction", ("ann", "upward"), 3),
        ("direction", ("ann", "peer"), 0),
        ("department", ("ann", "upward", "sales"), 2),
        ("whole team", ("ann", "upward", "boss"), 2),
        ("mentee", ("bea",), 2),
        ("mentee", ("cem",), 1),
        ("mentee's direction", ("bea", "upward"), 2),
        ("mentee's direction", ("bea", "peer"), 1),
        ("mentee's direction", ("cem", "forward"), 0),
    ],
)
def test_each_row_has_its_limit(family: str, words: Row, most: int) -> None:
    assert LIMITS.most((family, words)) == most


def test_a_pairing_counts_in_all_its_rows_under_folded_names() -> None:
    assert list(LIMITS.rows(a_pairing("ann", "bea"))) == [
        ("mentee", ("bea",)),
        ("mentee's direction", ("bea", "upward")),
        ("mentor", ("ann",)),
        ("direction", ("ann", "upward")),
        ("department", ("ann", "upward", "sales")),
        ("whole team", ("ann", "upward", "boss")),
    ]


def test_somebody_without_a_manager_is_in_no_team() -> None:
    assert "whole team" not in dict(LIMITS.rows(a_pairing("ann", "cem")))


def test_a_share_of_the_limit_is_exact_and_rounded_up() -> None:
    limits = read_limits(
        a_round(a_mentor("ann", places=10), policy=Policy(capacity=replace(CAPACITY, mentor_limit=10)))
    )
    assert limits.most(("department", ("ann", "upward", ""))) == 3


def test_later_passes_open_with_what_earlier_ones_left() -> None:
    opening = open_pass(LIMITS, [a_pairing("ann", "bea"), a_pairing("ann", "cem")], 2)
    left = {
        ("mentee", ("bea",)): 1,
        ("mentee", ("cem",)): 0,
        ("mentee's direction", ("bea", "upward")): 1,
        ("mentor", ("ann",)): 2,
        ("direction", ("ann", "upward")): 1,
        ("department", ("ann", "upward", "sales")): 0,
        ("team", ("ann", "upward", "elsewhere", "boss")): 1,
        ("team", ("ann", "upward", "sales", "other")): 2,
    }
    assert {row: opening.upper(row) for row in left} == left
    assert (opening.held("ann"), opening.held("bea")) == (2, 0)


def test_no_pass_gives_a_mentee_two() -> None:
    assert open_pass(LIMITS, (), 1).upper(("mentee", ("bea",))) == 1


def overfull(**changes: object) -> str:
    """Return why three pairings of ann are too many under some capacity."""
    members = [
        a_member(who, as_mentee={UP: 1}, manager_id="boss", department=d) for who, d in zip("abc", "xyz", strict=True)
    ]
    capacity = replace(loose_capacity(), **changes)  # type: ignore[arg-type]
    limits = read_limits(a_round(a_mentor("ann", places=3), *members, policy=Policy(capacity=capacity)))
    with pytest.raises(CertificateError) as caught:
        check_limits(limits, [a_pairing("ann", who) for who in "abc"])
    return caught.value.sentence


def test_a_team_that_spans_departments_is_one_team() -> None:
    assert overfull(team_limit=2) == (
        "There are 3 pairings of mentor ann in direction upward for the team of boss, where 2 are the limit."
    )


def test_a_mentor_gives_no_more_than_the_policy_allows() -> None:
    assert overfull(mentor_limit=2) == "There are 3 pairings of mentor ann, where 2 are the limit."


def test_limits_hold_over_all_passes_together() -> None:
    limits = read_limits(a_round(a_mentor("M"), a_mentee("a"), a_mentee("b"), policy=Policy(capacity=loose_capacity())))
    with pytest.raises(CertificateError, match="2 pairings of mentor M, where 1"):
        check_limits(limits, [a_pairing("M", "a"), a_pairing("M", "b", pass_number=2)])


def favours(*pairs: tuple[str, str], **changes: object) -> str:
    """Return why some pairings return a favour; ``ann`` leads ``a`` and herself, ``bob`` leads ``b``."""
    people = [
        a_member(who, manager_id=manager) for who, manager in (("a", "ann"), ("b", "bob"), ("ann", ""), ("bob", ""))
    ]
    policy = Policy(capacity=replace(CapacityPolicy(), **changes))  # type: ignore[arg-type]
    try:
        check_favours(read_limits(a_round(*people, policy=policy)), [a_pairing(*pair) for pair in pairs])
    except CertificateError as error:
        return error.sentence
    return ""


def test_two_people_do_not_mentor_each_other() -> None:
    assert "forbids people who mentor each other" in favours(("a", "b"), ("b", "a"))
    assert favours(("a", "b"), ("b", "a"), forbid_reciprocal=False) == ""


def test_managers_do_not_mentor_for_each_other() -> None:
    assert "forbids a favour exchange" in favours(("ann", "b"), ("bob", "a"))
    assert favours(("ann", "b"), ("bob", "a"), forbid_favour_exchange=False) == ""
    assert favours(("ann", "b"), ("bob", "ann")) == ""


def test_to_mentor_the_own_team_is_no_favour_to_a_manager() -> None:
    assert favours(("ann", "a"), ("ann", "b")) == ""


# Rows, prices and bounds.


def plain_price(table: Table, duals: Duals, mentee: int, mentor: int, direction: str) -> int:
    """Return what the rows of one candidate ask, read by their words."""
    person, mentor_id = table.roster.mentees.people[mentee], table.roster.mentors.ids[mentor]
    department = person.department.strip().lower()
    rows: list[tuple[str, Row]] = [
        ("mentee", (person.person_id,)),
        ("mentor", (mentor_id,)),
        ("direction", (mentor_id, direction)),
        ("department", (mentor_id, direction, department)),
    ]
    if person.manager_id:
        rows.append(("team", (mentor_id, direction, department, person.manager_id)))
    return sum(duals.get(family, {}).get(row, 0) for family, row in rows)


@pytest.mark.parametrize("seed", range(1, 40, 3))
def test_prices_of_many_candidates_are_those_of_each(seed: int) -> None:
    table = build_table(build_roster(small_round(seed)))
    book, draw = RowBook(table.roster), np.random.default_rng(seed)
    opening = open_pass(read_limits(table.roster.round), (), 1)
    batches = list(open_candidates(table, opening, ()).batches(NO_CELLS))
    names = [name for batch in batches for name in Scales(table.roster, Plan(opening, Draw("", ""), ())).names(batch)]
    people = {person.person_id: person for person in table.roster.round.people}
    duals: dict[str, dict[Row, int]] = {
        family: {} for family in ("mentee", "mentor", "direction", "department", "team")
    }
    for mentor, mentee, direction in names:
        department, manager = people[mentee].department.lower(), people[mentee].manager_id
        for family, row in (
            ("mentee", (mentee,)),
            ("mentor", (mentor,)),
            ("direction", (mentor, direction)),
            ("department", (mentor, direction, department)),
            ("team", (mentor, direction, department, manager)),
        ):
            if draw.random() < 0.4 and all(row[3:]):
                duals[family][row] = int(draw.integers(-9, 9))
    prices = book.read_prices(duals, "here")
    for batch in batches:
        told = zip(batch.mentee.tolist(), batch.mentor.tolist(), prices.of(batch).tolist(), strict=True)
        for name, (mentee, mentor, price) in zip(names, told, strict=True):
            assert price == plain_price(table, duals, mentee, mentor, name[2])


BOOK = RowBook(
    build_roster(
        a_round(
            a_mentor("M"),
            a_mentee("a", manager_id="boss", department="Sales"),
            a_mentee("b", manager_id="boss", department=""),
            a_mentee("c", department="Works"),
        )
    )
)


@pytest.mark.parametrize(
    ("family", "row"),
    [
        ("mentee", ("M",)),
        ("mentee", ()),
        ("mentor", ("a",)),
        ("mentor", ("M", "upward")),
        ("direction", ("M",)),
        ("direction", ("M", "Upward")),
        ("direction", ("M", "upward", "")),
        ("department", ("M", "upward", "Sales")),
        ("department", ("M", "upward", "nowhere")),
        ("department", ("M", "upward")),
        ("team", ("M", "upward", "works", "")),
        ("team", ("M", "upward", "works", "boss")),
        ("team", ("M", "upward", "boss")),
        ("whole team", ("M", "upward", "boss")),
        ("", ()),
    ],
)
def test_a_price_is_on_a_row_that_exists(family: str, row: Row) -> None:
    with pytest.raises(CertificateError, match=r"^here: there is no row of .* to be priced\.$"):
        BOOK.read_prices({family: {row: 1}}, "here")


@pytest.mark.parametrize(
    ("family", "row"),
    [
        ("department", ("M", "upward", "sales")),
        ("department", ("M", "upward", "")),
        ("team", ("M", "upward", "sales", "boss")),
        ("team", ("M", "peer", "", "boss")),
    ],
)
def test_a_row_is_named_by_folded_words(family: str, row: Row) -> None:
    assert BOOK.read_prices({family: {row: 1}}, "here").parts


def test_somebody_without_a_manager_pays_for_no_team() -> None:
    last = max(BOOK.parts["team"][0].items(), key=lambda item: item[1])[0]
    duals = {"team": {("M", "upward", *last): 5, ("M", "downward", *last): 7}}
    prices = BOOK.read_prices(duals, "here")
    everybody = np.arange(3)
    batches = [Batch(everybody, np.full(3, column), np.zeros(3, np.int64)) for column in range(3)]
    paid = [dict(zip(BOOK.roster.mentees.ids, prices.of(batch).tolist(), strict=True)) for batch in batches]
    member = "a" if last[0] == "sales" else "b"
    assert paid == [{**dict.fromkeys("abc", 0), member: price} for price in (5, 7, 0)]


@pytest.mark.parametrize("dual", [DUAL_MOST + 1, -DUAL_MOST - 1, 1 << 64, 1 << 200])
def test_prices_that_64_bits_cannot_count_are_refused(dual: int) -> None:
    with pytest.raises(CertificateError, match="beyond counting"):
        BOOK.read_prices({"mentee": {("a",): dual}}, "here")


def test_the_largest_prices_are_still_counted_exactly() -> None:
    duals: dict[str, dict[Row, int]] = {
        "mentee": {("a",): DUAL_MOST},
        "mentor": {("M",): DUAL_MOST},
        "direction": {("M", "upward"): DUAL_MOST},
    }
    opening = open_pass(read_limits(BOOK.roster.round), (), 1)
    worth, _ = Bounds(opening, {}).settle(duals)
    assert worth == 3 * DUAL_MOST
    prices = BOOK.read_prices(duals, "here")
    assert int(prices.mentee.max() + prices.column.max()) == 3 * DUAL_MOST


def a_bounds(**narrowed: tuple[int, int]) -> Bounds:
    """Return bounds of a round in which M has three places and a, b and c one each."""
    members = [a_mentee("a"), a_mentee("b"), a_mentee("c"), a_mentor("M", places=3)]
    opening = open_pass(read_limits(a_round(*members, policy=bare_policy())), (), 1)
    return Bounds(opening, {("mentor" if who == "M" else "mentee", (who,)): held for who, held in narrowed.items()})


def test_a_row_holds_from_nothing_to_its_limit_at_first() -> None:
    assert a_bounds().at(("mentor", ("M",))) == (0, 3)
    assert a_bounds(M=(1, 2)).at(("mentor", ("M",))) == (1, 2)


def test_a_price_above_zero_counts_the_most_and_fills_the_row() -> None:
    worth, after = a_bounds(M=(1, 2)).settle({"mentor": {("M",): 5}})
    assert (worth, after.at(("mentor", ("M",)))) == (10, (2, 2))


def test_a_price_below_zero_counts_the_least_and_empties_the_row_to_it() -> None:
    worth, after = a_bounds(M=(1, 2)).settle({"mentor": {("M",): -5}})
    assert (worth, after.at(("mentor", ("M",)))) == (-5, (1, 1))


def test_a_price_of_zero_says_nothing() -> None:
    worth, after = a_bounds(M=(1, 2)).settle({"mentor": {("M",): 0}})
    assert (worth, after.at(("mentor", ("M",)))) == (0, (1, 2))


def test_a_row_can_be_lowered_but_never_raised() -> None:
    row = ("mentor", ("M",))
    assert a_bounds(M=(1, 2)).lowered({row: 1}).at(row) == (1, 1)
    assert a_bounds(M=(1, 2)).lowered({row: 9}).at(row) == (1, 2)


def test_a_row_that_must_hold_more_than_it_may_contradicts_itself() -> None:
    bounds = a_bounds(M=(2, 2))
    assert not bounds.is_contradictory
    assert bounds.lowered({("mentor", ("M",)): 1}).is_contradictory


def test_loads_are_left_open_where_the_next_place_costs_the_price() -> None:
    """M's first place is free, the second costs 1, the third 2: at a price of 1 one place is as good as two."""
    worth, after = a_bounds().settle_load({"mentor": {("M",): 1}, "mentee": {("a",): 7}}, ("M",))
    assert worth == 7 + 1
    assert after.at(("mentor", ("M",))) == (1, 2)
    assert after.at(("mentee", ("a",))) == (1, 1)


def test_loads_are_narrowed_without_any_price_too() -> None:
    worth, after = a_bounds().settle_load({}, ("M",))
    assert (worth, after.at(("mentor", ("M",)))) == (0, (0, 1))


SMALL = st.integers(0, 6)


@given(price=st.integers(-3, 12), held=SMALL, least=SMALL, more=SMALL)
def test_the_best_loads_are_those_that_trying_all_of_them_finds(price: int, held: int, least: int, more: int) -> None:
    cost = {load: sum(held + place for place in range(load)) for load in range(least, least + more + 1)}
    gains = {load: price * load - spent for load, spent in cost.items()}
    best = [load for load, gain in gains.items() if gain == max(gains.values())]
    assert best_loads(price, held, least, least + more) == (best[0], best[-1])
    assert all(cost_of_load(held, load) == spent for load, spent in cost.items())


# Stages.


def test_stages_stand_in_the_order_of_the_policy_with_the_longest_wait_first() -> None:
    members = [a_mentee(str(wait), waiting_rounds=wait) for wait in (0, 2, 10, 2)]
    idle = a_mentor("M", waiting_rounds=5)
    policy = Policy(bands=(1, 2), stages=("coverage", "waiting", "points", "load", "bands", "lottery"))
    roster = build_roster(a_round(*members[:3], idle, policy=policy))
    assert name_stages(policy, roster, 2) == [
        "coverage",
        "waiting:10",
        "waiting:2",
        "points",
        "load",
        "bands:0",
        "bands:1",
        "lottery:1",
        "lottery:2",
        "unique",
    ]


def test_floors_are_no_stage_as_long_as_no_policy_sets_any() -> None:
    policy = Policy(stages=STAGES)
    assert not [name for name in name_stages(policy, build_roster(a_round(policy=policy)), 1) if "floors" in name]


def a_plan(*earlier: Pairing) -> Plan:
    """Return a plan of M with a and b and N with c, after earlier pairings."""
    members = [a_mentee(who, waiting_rounds=wait) for who, wait in (("a", 1), ("b", 1), ("c", 2))]
    matching_round = a_round(a_mentor("M", places=9), a_mentor("N"), *members, policy=Policy(bands=(500, 650)))
    opening = open_pass(read_limits(matching_round), earlier, 2)
    pairings = (a_pairing("M", "a", 600), a_pairing("M", "b", 700), a_pairing("N", "c", 400))
    return Plan(opening, Draw("seed", "round"), pairings)


@pytest.mark.parametrize(
    ("stage", "value"),
    [
        ("waiting:1", 2),
        ("waiting:2", 1),
        ("waiting:3", 0),
        ("coverage", 3),
        ("bands:0", -1),
        ("bands:1", -1),
        ("bands:2", -1),
        ("load", -1),
        ("points", 1_700),
        ("unique", -3),
    ],
)
def test_each_stage_has_its_value(stage: str, value: int) -> None:
    assert a_plan().value(stage) == value


def test_the_cost_of_places_is_counted_on_from_earlier_passes() -> None:
    """M's third and fourth place cost 2 and 3, N's second one 1."""
    earlier = [a_pairing("M", "b"), a_pairing("M", "c"), a_pairing("N", "a")]
    assert a_plan(*earlier).value("load") == -6


@pytest.mark.parametrize("draw", [1, 2, 12])
def test_a_draw_adds_up_20_bits_of_each_key(draw: int) -> None:
    matching_round = replace(a_round(policy=Policy(round_name="round")), seed="seed")
    expected = sum(key(matching_round, *pair, draw=draw) for pair in (("M", "a"), ("M", "b"), ("N", "c")))
    assert a_plan().value(f"lottery:{draw}") == expected


def test_keys_that_are_too_many_to_remember_are_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    value = a_plan().value("lottery:1")
    monkeypatch.setattr("mentormatch.matching.verified_stages.DRAWN_MOST", 2)
    plan = a_plan()
    assert [plan.value("lottery:1"), plan.value("lottery:1")] == [value, value]
    assert len(plan.draw.drawn) <= 2


@pytest.mark.parametrize("seed", [2, 7, 8, 13])
def test_weights_of_candidates_add_up_to_the_value_of_a_plan(seed: int) -> None:
    """Take all candidates for a plan: the weights of a stage add up to its value, load apart."""
    matching_round = small_round(seed)
    table = build_table(build_roster(matching_round))
    limits, reference = read_limits(matching_round), build_reference(matching_round)
    opening = open_pass(limits, (), 1)
    batches = list(open_candidates(table, opening, ()).batches(NO_CELLS))
    bare = Scales(table.roster, Plan(opening, Draw("", ""), ()))
    found = [reference.candidate(*names[:2]) for batch in batches for names in bare.names(batch)]
    pairings = [Pairing(c.mentor_id, c.mentee_id, c.direction, 1, c.points, 0, c.components) for c in found if c]
    assert len(pairings) == len(found) == table.count() > 0
    plan = Plan(opening, Draw(matching_round.seed, matching_round.policy.round_name), pairings)
    scales = Scales(table.roster, plan)
    for name in name_stages(matching_round.policy, table.roster, 2):
        if name != "load":
            assert sum(int(scales.weigh(name, batch).sum()) for batch in batches) == plan.value(name), name


# Splits.

TEAM = a_round(
    a_mentor("M", places=3, as_mentee={UP: 1}),
    a_mentor("N", as_mentee={UP: 1}),
    a_mentee("a", manager_id="boss", department="Sales"),
    a_mentee("b", manager_id="boss", department="Works"),
    a_mentee("c", manager_id="N", department="Works"),
    a_mentee("d", manager_id="N", department="Works"),
    policy=bare_policy(capacity=loose_capacity(team_limit=2, forbid_reciprocal=True, forbid_favour_exchange=True)),
)
TWO_PLACES = ((("sales", 2), ("works", 0)), (("sales", 1), ("works", 1)), (("sales", 0), ("works", 2)))


def reader(matching_round: Round = TEAM, *earlier: Pairing) -> SplitReader:
    """Return a reader of splits of a round, in a pass after earlier pairings."""
    table = build_table(build_roster(matching_round))
    return SplitReader(table, RowBook(table.roster), open_pass(read_limits(matching_round), earlier, 2))


def team_split(*shares: tuple[tuple[str, int], ...], names: Row = ("M", "upward", "boss")) -> Split:
    """Return the split of a team."""
    return Split("split-team", names, shares)


def split_refusal(split: Split, matching_round: Round = TEAM) -> str:
    """Return why a split is refused; empty when it is not."""
    try:
        reader(matching_round).ways(split, "Here")
    except CertificateError as error:
        return error.sentence
    return ""


def struck_pairs(kind: str, *names: str) -> list[set[tuple[str, str]]]:
    """Return the pairs (mentor, mentee) that each way of a split takes away."""
    roster = reader().table.roster
    pairs = [
        [divmod(int(cell), len(roster.mentors)) for cell in way.struck]
        for way in reader().ways(Split(kind, names), "Here")
    ]
    return [{(roster.mentors.ids[mentor], roster.mentees.ids[mentee]) for mentee, mentor in cells} for cells in pairs]


def test_people_who_mentor_each_other_part_in_two_ways() -> None:
    assert struck_pairs("reciprocal", "M", "N") == [{("M", "N")}, {("N", "M")}]


def test_managers_who_return_a_favour_part_in_two_ways() -> None:
    assert struck_pairs("favour-exchange", "M", "N") == [{("M", "c"), ("M", "d")}, set()]


def test_a_way_about_somebody_without_a_role_takes_nothing_away() -> None:
    assert struck_pairs("reciprocal", "a", "nobody") == [set(), set()]


def test_a_split_team_parts_in_all_ways_to_share_its_places() -> None:
    ways = reader().ways(team_split(*TWO_PLACES), "Here")
    parts = [("team", ("M", "upward", name, "boss")) for name in ("sales", "works")]
    assert [[way.lowered[part] for part in parts] for way in ways] == [[2, 0], [1, 1], [0, 2]]
    assert all(len(way.lowered) == 2 and not len(way.struck) for way in ways)


def test_places_of_a_team_that_earlier_passes_took_are_not_shared_again() -> None:
    one_place = team_split((("sales", 1),), (("works", 1),))
    assert len(reader(TEAM, a_pairing("M", "a")).ways(one_place, "Here")) == 2
    with pytest.raises(CertificateError, match="a team's 1 places"):
        reader(TEAM, a_pairing("M", "a")).ways(team_split(*TWO_PLACES), "Here")


def test_a_department_without_a_share_has_none() -> None:
    ways = reader().ways(team_split((("sales", 2),), (("sales", 1), ("works", 1)), (("works", 2),)), "Here")
    assert ways[0].lowered["team", ("M", "upward", "works", "boss")] == 0


@pytest.mark.parametrize(
    ("split", "piece"),
    [
        (Split("reciprocal", ("M",)), "two different people"),
        (Split("reciprocal", ("M", "M")), "two different people"),
        (Split("favour-exchange", ("M", "N", "M")), "two different people"),
        (Split("favour-exchange", ("N", "N")), "two different people"),
        (Split("reciprocal", ("M", "N"), TWO_PLACES), "nothing else"),
        (Split("floors", ("M", "N")), "does not forbid"),
        (team_split(*TWO_PLACES[:2]), "leaves out ways"),
        (team_split(), "leaves out ways"),
        (team_split(*TWO_PLACES[:2], TWO_PLACES[0]), "in a new way each time"),
        (team_split(*TWO_PLACES[:2], (("sales", 0), ("works", 3))), "in a new way each time"),
        (team_split(*TWO_PLACES[:2], (("works", 1),)), "in a new way each time"),
        (team_split(*TWO_PLACES[:2], (("sales", 2),)), "in a new way each time"),
        (team_split(*TWO_PLACES, (("sales", 3), ("works", -1))), "not in it, or none"),
        (team_split(*TWO_PLACES[:2], (("works", 1), ("works", 1))), "not in it, or none"),
        (team_split(*TWO_PLACES[:2], (("moon", 2),)), "not in it, or none"),
        (team_split(*TWO_PLACES, names=("M", "upward", "nobody")), "not in this round"),
        (team_split(*TWO_PLACES, names=("a", "upward", "boss")), "not in this round"),
        (team_split(*TWO_PLACES, names=("M", "sideways", "boss")), "not in this round"),
        (team_split(*TWO_PLACES, names=("M", "upward")), "not in this round"),
    ],
)
def test_a_split_that_could_lose_a_lawful_plan_is_refused(split: Split, piece: str) -> None:
    sentence = split_refusal(split)
    assert sentence.startswith("Here ")
    assert piece in sentence


def test_only_what_the_policy_forbids_may_split() -> None:
    allowed = replace(TEAM, policy=bare_policy())
    for kind in ("reciprocal", "favour-exchange"):
        assert "which the policy does not forbid" in split_refusal(Split(kind, ("M", "N")), allowed)


def test_what_two_splits_take_away_adds_up() -> None:
    ways = reader().ways(team_split(*TWO_PLACES), "Here")
    parts = [("team", ("M", "upward", name, "boss")) for name in ("sales", "works")]
    both = ways[0].joined(ways[1]).joined(reader().ways(Split("reciprocal", ("M", "N")), "Here")[0])
    assert [both.lowered[part] for part in parts] == [1, 0]
    assert len(both.struck) == 1


# The table of candidates, and what is open in a pass.


def open_pairs(matching_round: Round, *earlier: Pairing) -> set[tuple[str, str]]:
    """Return the (mentor, mentee) that can still be paired after earlier pairings."""
    table = build_table(build_roster(matching_round))
    opening = open_pass(read_limits(matching_round), earlier, 2)
    scales = Scales(table.roster, Plan(opening, Draw("", ""), ()))
    batches = open_candidates(table, opening, earlier).batches(NO_CELLS)
    return {names[:2] for batch in batches for names in scales.names(batch)}


def two_by_two(**capacity: object) -> Round:
    """Return a round in which M and N can each mentor a and b and each other, upward and as peers."""
    both = {UP: 1, PEER: 1}
    members = [
        a_member("M", as_mentor=both, as_mentee={PEER: 2}, max_mentees=2, max_mentors=2, manager_id="top"),
        a_member("N", as_mentor=both, as_mentee={PEER: 2}, max_mentees=2, max_mentors=2, manager_id="top"),
        a_member("a", as_mentee={UP: 2}, max_mentors=2, manager_id="M"),
        a_member("b", as_mentee={UP: 1}, max_mentors=2, manager_id="N"),
    ]
    limits = loose_capacity(mentee_limit=2, mentee_direction_limit=2, **capacity)
    return a_round(*members, policy=bare_policy(capacity=limits))


ALL_PAIRS = {(mentor, mentee) for mentor in "MN" for mentee in "abMN" if mentor != mentee}


def test_everything_is_open_at_first() -> None:
    assert open_pairs(two_by_two()) == ALL_PAIRS


def test_a_pair_is_open_once() -> None:
    assert ("M", "a") not in open_pairs(two_by_two(), a_pairing("M", "a"))


def test_a_direction_that_is_used_up_is_closed_on_either_side() -> None:
    left = open_pairs(two_by_two(), a_pairing("M", "a"))
    assert ("M", "b") not in left, "M's one upward place is taken"
    assert ("N", "a") in left
    assert ("M", "N") in left
    assert ("N", "b") not in open_pairs(two_by_two(), a_pairing("M", "b")), "b asked for one upward place"


def test_people_who_have_all_that_they_may_have_are_closed() -> None:
    left = open_pairs(two_by_two(mentor_limit=1), a_pairing("M", "a"))
    assert left == {("N", "a"), ("N", "b"), ("N", "M")}


def test_what_was_given_cannot_be_given_back_in_a_later_pass() -> None:
    given = a_pairing("M", "N", direction=PEER)
    assert ("N", "M") in open_pairs(two_by_two(), given)
    assert ("N", "M") not in open_pairs(two_by_two(forbid_reciprocal=True), given)
    favour = a_pairing("M", "b")
    assert ("N", "a") in open_pairs(two_by_two(), favour)
    assert ("N", "a") not in open_pairs(two_by_two(forbid_favour_exchange=True), favour)


def test_a_pairing_scores_the_same_in_blocks_and_pair_by_pair() -> None:
    table = build_table(build_roster(SCARCE))
    table.check(BEST[0])
    for wrong in (a_pairing("M", "a", 699), a_pairing("M", "a", 700, direction=PEER)):
        with pytest.raises(CertificateError, match="the plain reading of rules and score disagrees"):
            table.check(wrong)
    table.codes[:] = -1
    with pytest.raises(CertificateError, match="disagrees"):
        table.check(BEST[0])


def test_a_round_whose_blocks_read_otherwise_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    table = build_table(build_roster(SCARCE))
    table.codes[table.roster.mentees.position["b"], 0] += 1 << 3
    monkeypatch.setattr("mentormatch.matching.verification.build_table", lambda _: table)
    assert refusal(SCARCE, BEST, scarce_certificate()) == (
        "M mentors b (upward): the plain reading of rules and score disagrees with that in blocks."
    )


# Trees.

MUTUAL = a_scored_round(
    {("a", "M"): 700},
    policy=bare_policy(RuleId.LEVEL_BAND, capacity=loose_capacity(forbid_reciprocal=True)),
)


def mutual_certificate(tree: NodeCertificate) -> Certificate:
    """Return the certificate of a round with one candidate."""
    values = {"coverage": 1, "load": 0, "points": 700, "lottery:1": key(MUTUAL, "M", "a"), "unique": -1}
    return a_certificate(MUTUAL, PassCertificate(1, values, tree), candidates=1)


def mutual_stages() -> tuple[StageCertificate, ...]:
    """Return the proof of the round with one candidate, but for its uniqueness."""
    drawn = key(MUTUAL, "M", "a")
    prices = {"coverage": 1, "points": 700, "lottery:1": drawn}
    return tuple(
        a_stage(name, prices.get(name, 0), mentee={"a": prices[name]} if name in prices else {})
        for name in ("coverage", "load", "points", "lottery:1")
    )


NAMES = ("coverage", "load", "points", "lottery:1")
UNIQUE = a_stage("unique", -1, mentee={"a": -1})
SPLIT = Split("reciprocal", ("a", "M"))


def test_a_tree_of_any_depth_is_checked() -> None:
    depth = 2 * sys.getrecursionlimit()
    leaf = NodeCertificate((*inherited(*NAMES), UNIQUE))
    tree = leaf
    for _ in range(depth):
        tree = NodeCertificate(inherited(*NAMES), SPLIT, (tree, leaf))
    root = replace(tree, stages=mutual_stages())
    lines = list(verify(MUTUAL, [a_pairing("M", "a", 700)], mutual_certificate(root), {}))
    assert lines[-1].startswith(f"pass 1: {2 * depth + 1:,} cases hold every lawful plan")


def test_only_a_case_that_does_not_split_says_that_it_holds_one_plan() -> None:
    leaf = NodeCertificate((*inherited(*NAMES), UNIQUE))
    root = NodeCertificate((*mutual_stages(), UNIQUE), SPLIT, (leaf, leaf))
    assert "it should have coverage, load, points, lottery:1." in refusal(
        MUTUAL, [a_pairing("M", "a", 700)], mutual_certificate(root)
    )


def test_a_case_looks_at_the_candidates_of_its_own_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first case leaves c open after points, the case above does not: c needs a price at the first case's draw."""
    policy = replace(SCARCE.policy, capacity=loose_capacity(forbid_reciprocal=True))
    matching_round, split = replace(SCARCE, policy=policy), Split("reciprocal", ("a", "b"))
    stages, drawn = scarce_stages(), KEYS["a"] + KEYS["b"]
    closed = a_stage("points", 1_300, mentor={"M": 550}, mentee={"a": 150, "b": 50})
    free_draw = a_stage("lottery:1", drawn, mentee={"a": KEYS["a"], "b": KEYS["b"]})

    def certificate(last_draw: StageCertificate) -> Certificate:
        """Return the certificate of a case within a case, whose last draw is given."""
        below = NodeCertificate((*inherited("coverage", "load", "points"), last_draw, stages["unique"]))
        first = (*inherited("coverage"), stages["load"], stages["points"], stages["lottery:1"])
        beside = NodeCertificate((*inherited("coverage", "load", "points"), free_draw, stages["unique"]))
        branches = (NodeCertificate(first, split, (below, below)), beside)
        root = NodeCertificate((stages["coverage"], stages["load"], closed, free_draw), split, branches)
        part = replace(scarce_certificate().passes[0], tree=root)
        return a_certificate(matching_round, part, candidates=3)

    for most in (0, 2, 3):
        monkeypatch.setattr("mentormatch.matching.verified_cases.KEPT_MOST", most)
        assert refusal(matching_round, BEST, certificate(stages["lottery:1"])) == ""
        sentence = refusal(matching_round, BEST, certificate(free_draw))
        assert sentence.startswith("Pass 1, case 1.1, stage lottery:1: M mentors c (upward) is worth")


def spanning_round() -> Round:
    """Return a round in which M can mentor a and b, who are one team in two departments, and N can mentor a."""
    policy = bare_policy(RuleId.LEVEL_BAND, capacity=loose_capacity(team_limit=1))
    scored = a_scored_round({("a", "N"): 700, ("a", "M"): 600, ("b", "M"): 650}, policy=policy)
    units = {"a": "sales", "b": "works"}
    people = [
        replace(person, manager_id="boss", department=units[person.person_id]) if person.person_id in units else person
        for person in scored.people
    ]
    return replace(scored, people=tuple(people))


def spanning_refusal(*first: StageCertificate, second: StageCertificate | None = None) -> str:
    """Return why the round is refused when the case in which M's place goes to sales ends with the ``first`` stages.

    That both are served takes b, whom only M can serve: the row of works must hold one. So the case holds no plan. The
    ``second`` stage ends the other case, when one is given, in place of its proof.
    """
    works: Row = ("M", "upward", "works", "boss")
    matching_round = spanning_round()
    keys = [key(matching_round, *pair) for pair in (("N", "a"), ("M", "b"))]
    root = (a_stage("coverage", 2, mentee={"a": 1}, team={works: 1}),)
    proof = (
        a_stage("load", 0),
        a_stage("points", 1_350, mentee={"a": 700}, team={works: 650}),
        a_stage("lottery:1", sum(keys), mentee={"a": keys[0]}, team={works: keys[1]}),
        a_stage("unique", -2, mentee={"a": -1}, team={works: -1}),
    )
    split = team_split((("sales", 1),), (("works", 1),))
    cases = (NodeCertificate((*inherited("coverage"), *(case))) for case in (first, (second,) if second else proof))
    values = {"coverage": 2, "load": 0, "points": 1_350, "lottery:1": sum(keys), "unique": -2}
    part = PassCertificate(1, values, NodeCertificate(root, split, tuple(cases)))
    pairings = (a_pairing("N", "a", 700), a_pairing("M", "b", 650))
    return refusal(matching_round, pairings, a_certificate(matching_round, part, candidates=3))


def test_a_case_whose_rows_contradict_themselves_is_empty_without_any_price() -> None:
    assert spanning_refusal(a_stage("empty", -1)) == ""
    assert spanning_refusal(a_stage("load", 0), a_stage("empty", -1)) == ""


def test_a_case_whose_rows_do_not_contradict_themselves_is_not_empty_for_nothing() -> None:
    sentence = "the prices add up to 0, not to the bound -1."
    assert sentence in spanning_refusal(a_stage("empty", -1), second=a_stage("empty", -1))


def test_a_case_that_is_empty_must_say_so() -> None:
    assert spanning_refusal(a_stage("load", 0)) == (
        "Pass 1, case 1 ends before it shows that it holds nothing as good as the published plan."
    )


def test_a_fault_far_down_a_tree_is_found_and_placed() -> None:
    wrong = NodeCertificate((*inherited(*NAMES), a_stage("unique", -2, mentee={"a": -2})))
    right = NodeCertificate((*inherited(*NAMES), UNIQUE))
    below = NodeCertificate(inherited(*NAMES), SPLIT, (wrong, right))
    root = NodeCertificate(mutual_stages(), SPLIT, (below, right))
    sentence = refusal(MUTUAL, [a_pairing("M", "a", 700)], mutual_certificate(root))
    assert sentence.startswith("Pass 1, case 1.1, stage unique: M mentors a (upward) is worth 1 more than its prices")


def test_a_case_that_a_split_has_emptied_holds_nothing_whatever_its_prices() -> None:
    """The second case forbids the only pair there is."""
    other = NodeCertificate((*inherited(*NAMES), a_stage("unique", -2, mentee={"a": -2})))
    right = NodeCertificate((*inherited(*NAMES), UNIQUE))
    root = NodeCertificate(mutual_stages(), SPLIT, (right, other))
    assert refusal(MUTUAL, [a_pairing("M", "a", 700)], mutual_certificate(root)) == ""


def test_somewhere_the_published_plan_must_be() -> None:
    """A bound that is too small for the plan is no bound: here by a case that is not a case of the round."""
    behind = NodeCertificate((*inherited("coverage", "load"), a_stage("points", 699, mentee={"a": 699})))
    root = NodeCertificate(mutual_stages(), SPLIT, (behind, behind))
    assert "is worth 1 more than its prices" in refusal(MUTUAL, [a_pairing("M", "a", 700)], mutual_certificate(root))


def published(seed: int) -> tuple[Round, tuple[Pairing, ...], Certificate]:
    """Return a small round, its pairings and its certificate."""
    done = match(small_round(seed), digests={})
    return small_round(seed), done.outcome.pairings, done.certificate


@pytest.mark.parametrize("seed", [7, 33, 87])
def test_the_size_of_blocks_and_batches_makes_no_difference(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = published(seed)
    lines = list(verify(*evidence, {}))
    for pairs in (1, 9, 20):
        monkeypatch.setattr("mentormatch.matching.candidates.PAIRS_PER_BLOCK", pairs)
        assert list(verify(*evidence, {})) == lines


@pytest.mark.parametrize("seed", [7, 33, 87])
def test_the_order_of_rows_makes_no_difference(seed: int) -> None:
    matching_round, pairings, certificate = published(seed)
    turned = replace(
        matching_round,
        people=matching_round.people[::-1],
        enrolments=matching_round.enrolments[::-1],
        history=matching_round.history[::-1],
    )
    lines = list(verify(matching_round, pairings, certificate, {}))
    assert list(verify(turned, pairings[::-1], certificate, {})) == lines


@pytest.mark.parametrize("seed", [7, 33, 87])
def test_candidates_that_are_too_many_to_be_kept_are_worked_out_again(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = published(seed)
    lines = list(verify(*evidence, {}))
    for most in (0, 3):
        monkeypatch.setattr("mentormatch.matching.verified_cases.KEPT_MOST", most)
        assert list(verify(*evidence, {})) == lines


# Independence.


def test_the_verifier_loads_nothing_that_builds_or_solves_a_programme() -> None:
    code = "import sys, mentormatch.matching.verification; print(*sorted(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    loaded = run.stdout.split()
    assert "mentormatch.matching.verified_cases" in loaded
    forbidden = {"pulp", "highspy", *(f"mentormatch.matching.{part}" for part in SOLVER_PARTS)}
    assert forbidden.isdisjoint(loaded)
