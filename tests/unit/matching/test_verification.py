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
from mentormatch.domain.enrolment import Enrolment
from mentormatch.domain.pairing import Criterion, Pairing
from mentormatch.domain.policy import STAGES, CapacityPolicy, Policy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round
from mentormatch.errors import CertificateError
from mentormatch.matching.certificate import (
    Certificate,
    NodeCertificate,
    PassCertificate,
    Row,
    Split,
    StageCertificate,
)
from mentormatch.matching.reference import build_reference
from mentormatch.matching.roster import build_roster
from mentormatch.matching.verification import verify
from mentormatch.matching.verified_limits import Limits, open_pass, read_limits
from mentormatch.matching.verified_pairings import check_favours, check_limits
from mentormatch.matching.verified_rows import DUAL_MOST, Bounds, Duals, RowBook, best_loads, cost_of_load
from mentormatch.matching.verified_splits import SplitReader
from mentormatch.matching.verified_stages import Draw, Plan, Scales, name_stages
from mentormatch.matching.verified_table import NO_CELLS, Table, build_table, open_candidates
from tests.acceptance.small_rounds import small_round
from tests.factories import a_member, a_mentee, a_mentor, a_round, a_scored_round, bare_policy, loose_capacity

ROOT = Path(__file__).resolve().parents[3]
UP, PEER = Direction.UPWARD, Direction.PEER
SOLVER_PARTS = ("branching", "certifying", "engine", "exclusions", "face", "model", "outcome", "pricing", "rows")


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

    M has two places, so at most two are served. Both places are then taken, so the load costs 1. Of three who score 700, 600
    and 500 the best two make 1,300: M's places are worth 500 each, a's gain is 200 and b's 100. c's gain is nothing, so c
    is still on the face, but the rows of a and b are full. So the draw is between a and b alone, and there is one plan.
    """
    return {
        "coverage": a_stage("coverage", 2, mentor={"M": 1}),
        "load": a_stage("load", -1),
        "points": a_stage("points", 1_300, mentor={"M": 500}, mentee={"a": 200, "b": 100}),
        "lottery:1": a_stage("lottery:1", KEYS["a"] + KEYS["b"], mentee={"a": KEYS["a"], "b": KEYS["b"], "c": KEYS["c"]}),
        "unique": a_stage("unique", -2, mentee={"a": -1, "b": -1}),
    }


def scarce_certificate(stages: Mapping[str, StageCertificate] | None = None, **values: int) -> Certificate:
    """Return the certificate of the scarce round, with other stages or values."""
    tree = NodeCertificate(tuple((stages or scarce_stages()).values()))
    told = {"coverage": 2, "load": -1, "points": 1_300, "lottery:1": KEYS["a"] + KEYS["b"], "unique": -2}
    return a_certificate(SCARCE, PassCertificate(1, {**told, **values}, tree), candidates=3)


def scarce_refusal(**stages: StageCertificate) -> str:
    """Return why the scarce round is refused with some stages replaced (``lottery`` for the first draw)."""
    named = {stage.name: stage for stage in stages.values()}
    return refusal(SCARCE, BEST, scarce_certificate({**scarce_stages(), **named}))
