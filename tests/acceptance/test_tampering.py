"""Whatever is changed in a published round is found by the verifier, and the round as it was published is accepted."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256

import pytest

from mentormatch.domain.direction import DIRECTIONS
from mentormatch.domain.pairing import Criterion, Pairing
from mentormatch.domain.policy import CapacityPolicy
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Lock, LockKind, Round
from mentormatch.errors import CertificateError
from mentormatch.files.result_tables import read_pairings, write_pairings
from mentormatch.matching.certificate import (
    Certificate,
    NodeCertificate,
    Row,
    Split,
    StageCertificate,
    read_certificate,
    write_certificate,
)
from mentormatch.matching.engine import match
from mentormatch.matching.reference import build_reference
from mentormatch.matching.verification import verify
from mentormatch.synthesis.organisation import generate_organisation
from tests.acceptance.plain_proofs import PlainProof
from tests.acceptance.small_rounds import small_round
from tests.oracle import check_plan, stage_value
from tests.oracle_pairs import Choice, World

SEEDS = range(400)
"""Where rounds with something special are looked for."""

DIGESTS = {name: sha256(name.encode()).hexdigest() for name in ("people.csv", "enrolments.csv", "policy.toml")}
Path = tuple[int, ...]


@dataclass(frozen=True)
class Evidence:
    """What the verifier is given: the round as its files tell it, what was published, and the digests of the files."""

    round: Round
    pairings: tuple[Pairing, ...]
    certificate: Certificate
    digests: Mapping[str, str]

    def lines(self) -> list[str]:
        """Return what the verifier says of it."""
        return list(verify(self.round, self.pairings, self.certificate, self.digests))

    def refusal(self) -> str:
        """Return why the verifier refuses it; empty when it does not."""
        try:
            self.lines()
        except CertificateError as error:
            return error.sentence
        return ""

    def with_policy(self, **changes: object) -> "Evidence":
        """Return it with another policy."""
        policy = replace(self.round.policy, **changes)  # type: ignore[arg-type]
        return replace(self, round=replace(self.round, policy=policy))

    def with_capacity(self, **changes: object) -> "Evidence":
        """Return it with other limits."""
        capacity: CapacityPolicy = replace(self.round.policy.capacity, **changes)  # type: ignore[arg-type]
        return self.with_policy(capacity=capacity)

    def with_certificate(self, **changes: object) -> "Evidence":
        """Return it with another certificate."""
        return replace(self, certificate=replace(self.certificate, **changes))  # type: ignore[arg-type]

    def with_pairing(self, number: int, **changes: object) -> "Evidence":
        """Return it with one pairing changed."""
        changed = replace(self.pairings[number], **changes)  # type: ignore[arg-type]
        return replace(self, pairings=(*self.pairings[:number], changed, *self.pairings[number + 1 :]))

    def with_values(self, values: Mapping[str, int], part: int = 0) -> "Evidence":
        """Return it with other values of one pass."""
        passes = list(self.certificate.passes)
        passes[part] = replace(passes[part], values=values)
        return self.with_certificate(passes=tuple(passes))

    def with_node(self, place: "Place", node: NodeCertificate) -> "Evidence":
        """Return it with one node of a tree replaced."""
        passes = list(self.certificate.passes)
        passes[place.part] = replace(passes[place.part], tree=replace_node(passes[place.part].tree, place.path, node))
        return self.with_certificate(passes=tuple(passes))

    def with_stage(self, place: "Place", **changes: object) -> "Evidence":
        """Return it with one stage of a node changed."""
        stage = replace(place.node.stages[place.number], **changes)  # type: ignore[arg-type]
        stages = (*place.node.stages[: place.number], stage, *place.node.stages[place.number + 1 :])
        return self.with_node(place, replace(place.node, stages=stages))

    def with_dual(self, place: "Place", family: str, row: Row, dual: int) -> "Evidence":
        """Return it with one price of a stage changed, or added; a price of 0 is left out."""
        stage = place.node.stages[place.number]
        duals = {name: dict(rows) for name, rows in stage.duals.items()}
        duals.setdefault(family, {})[row] = dual
        duals = {name: {r: d for r, d in rows.items() if d} for name, rows in duals.items()}
        return self.with_stage(place, duals=duals, equations=sum(map(len, duals.values())))

    def places(self) -> Iterator["Place"]:
        """Yield every stage of every node of every pass."""
        for part, proof in enumerate(self.certificate.passes):
            for path, node in nodes(proof.tree):
                yield from (Place(part, path, node, number) for number in range(len(node.stages)))

    def place(self, wanted: Callable[["Place"], bool]) -> "Place":
        """Return the first stage that is wanted."""
        return next(filter(wanted, self.places()))


@dataclass(frozen=True)
class Place:
    """Where a stage stands: in which pass, at which node, and the how many-th of it."""

    part: int
    path: Path
    node: NodeCertificate
    number: int

    @property
    def stage(self) -> StageCertificate:
        """The stage itself."""
        return self.node.stages[self.number]

    def duals(self) -> Iterator[tuple[str, Row, int]]:
        """Yield the prices of the stage."""
        for family, rows in self.stage.duals.items():
            yield from ((family, row, dual) for row, dual in rows.items())


def nodes(tree: NodeCertificate, path: Path = ()) -> Iterator[tuple[Path, NodeCertificate]]:
    """Yield every node of a tree with the way to it."""
    yield path, tree
    for number, branch in enumerate(tree.branches):
        yield from nodes(branch, (*path, number))


def replace_node(tree: NodeCertificate, path: Path, node: NodeCertificate) -> NodeCertificate:
    """Return a tree with one node replaced."""
    if not path:
        return node
    branches = list(tree.branches)
    branches[path[0]] = replace_node(branches[path[0]], path[1:], node)
    return replace(tree, branches=tuple(branches))


def publish(matching_round: Round) -> Evidence:
    """Match a round and publish it; the certificate is the one that is read back from its file."""
    done = match(matching_round, digests=DIGESTS)
    certificate = read_certificate(write_certificate(done.certificate))
    return Evidence(matching_round, done.outcome.pairings, certificate, DIGESTS)


@cache
def published(seed: int) -> Evidence:
    """Return a small round as it was published."""
    return publish(small_round(seed))


def split_kinds(evidence: Evidence) -> set[str]:
    """Return by what the proofs of a round split."""
    return {place.node.split.kind for place in evidence.places() if place.node.split is not None}


def families(evidence: Evidence) -> set[str]:
    """Return the families of the rows that have a price somewhere."""
    return {family for place in evidence.places() for family, _, _ in place.duals()}


def has_second_places_and_load(evidence: Evidence) -> bool:
    """Whether a round has second places, and mentors with several places in the first pass."""
    has_both = {pairing.pass_number for pairing in evidence.pairings} == {1, 2}
    return has_both and evidence.certificate.passes[0].values.get("load", 0) < 0


SPECIAL: dict[str, Callable[[Evidence], bool]] = {
    "busy": lambda e: split_kinds(e) >= {"reciprocal", "favour-exchange"} and any(empty_and_as_good(e)),
    "favours": lambda e: "favour-exchange" in split_kinds(e),
    "teams": lambda e: "split-team" in split_kinds(e) and "team" in families(e),
    "departments": lambda e: families(e) >= {"department", "direction"},
}
"""What is special about a round, beside second places and load."""


@cache
def special(name: str) -> Evidence:
    """Return the first small round that is special in some way."""
    rounds = (published(seed) for seed in SEEDS)
    return next(e for e in rounds if has_second_places_and_load(e) and SPECIAL[name](e))


@pytest.fixture
def busy() -> Evidence:
    return special("busy")


def test_there_are_rounds_with_everything_that_a_proof_can_hold() -> None:
    chosen = [special(name) for name in SPECIAL]
    assert set.union(*map(split_kinds, chosen)) == {"reciprocal", "favour-exchange", "split-team"}
    assert set.union(*map(families, chosen)) == {"mentee", "mentor", "direction", "department", "team"}
    assert {place.stage.name for place in chosen[0].places()} >= {"load", "points", "lottery:1", "unique", "empty"}
    assert any(place.stage.inherited for place in chosen[0].places())


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_a_hundred_rounds_are_accepted_as_they_were_published(first: int) -> None:
    for seed in range(first, first + 20):
        evidence = published(seed)
        assert evidence.refusal() == "", f"round {seed}"
        assert PlainProof(evidence.round, evidence.pairings).holds(evidence.certificate), f"round {seed}"


def test_an_accepted_round_is_told_stage_by_stage(busy: Evidence) -> None:
    lines = busy.lines()
    assert lines[0].startswith("inputs: enrolments.csv, people.csv, policy.toml")
    assert lines[1].startswith(f"pairings: {len(busy.pairings)}")
    assert lines[2].startswith(f"candidates: {busy.certificate.candidates}")
    for part in busy.certificate.passes:
        for name, value in part.values.items():
            told = f"pass {part.pass_number}, {name}: {value:,} of at most {value:,}, over "
            assert sum(line.startswith(told) for line in lines) == 1, told
        assert sum(line.startswith(f"pass {part.pass_number}: ") for line in lines) == 1


def test_a_made_up_organisation_is_accepted_and_a_swapped_seed_is_not() -> None:
    made = generate_organisation(300, 7)
    evidence = publish(Round(made.people, made.enrolments, made.history, seed="drawn by lot"))
    assert evidence.refusal() == ""
    other = replace(evidence.round, seed="drawn again")
    changed = replace(evidence, round=other).with_certificate(seed="drawn again")
    assert "lottery:1: the pairings are worth" in changed.refusal()


# Tampering with what was published, one thing at a time: the change, and a piece of the sentence that refuses it.

Tampering = tuple[str, Callable[[Evidence], Evidence], str]


def index_of(evidence: Evidence, pass_number: int) -> int:
    """Return the number of the first pairing of a pass."""
    return next(n for n, pairing in enumerate(evidence.pairings) if pairing.pass_number == pass_number)


def drop(evidence: Evidence, number: int) -> Evidence:
    return replace(evidence, pairings=(*evidence.pairings[:number], *evidence.pairings[number + 1 :]))


def add(evidence: Evidence) -> Evidence:
    """Add a candidate that the round did not choose, for a mentee without a second place."""
    reference, taken = build_reference(evidence.round), {(p.mentee_id, p.pass_number) for p in evidence.pairings}
    ids = sorted(entry.person_id for entry in evidence.round.enrolments)
    pairs = [(mentor, mentee) for mentor in ids for mentee in ids if mentor != mentee]
    free = [reference.candidate(*pair) for pair in pairs if (pair[1], 2) not in taken]
    chosen = next(c for c in free if c and (c.mentor_id, c.mentee_id) not in pairs_of(evidence))
    band = evidence.round.policy.band_of(chosen.points)
    extra = Pairing(chosen.mentor_id, chosen.mentee_id, chosen.direction, 2, chosen.points, band, chosen.components)
    return replace(evidence, pairings=(*evidence.pairings, extra))


def pairs_of(evidence: Evidence) -> set[tuple[str, str]]:
    return {(pairing.mentor_id, pairing.mentee_id) for pairing in evidence.pairings}


def twice(evidence: Evidence, pass_number: int) -> Evidence:
    again = replace(evidence.pairings[0], pass_number=pass_number)
    return replace(evidence, pairings=(*evidence.pairings, again))


def with_other_partner(evidence: Evidence) -> Evidence:
    first = evidence.pairings[0]
    other = next(p.mentor_id for p in evidence.pairings if p.mentor_id not in (first.mentor_id, first.mentee_id))
    return evidence.with_pairing(0, mentor_id=other)


def with_roles_swapped(evidence: Evidence) -> Evidence:
    first = evidence.pairings[0]
    return evidence.with_pairing(0, mentor_id=first.mentee_id, mentee_id=first.mentor_id)


def in_other_direction(evidence: Evidence) -> Evidence:
    other = next(direction for direction in DIRECTIONS if direction != evidence.pairings[0].direction)
    return evidence.with_pairing(0, direction=other)


def with_points_moved(evidence: Evidence) -> Evidence:
    components = dict(evidence.pairings[0].components)
    components[Criterion.NEEDS] += 1
    components[Criterion.WISHES] -= 1
    return evidence.with_pairing(0, components=components)


def without_a_criterion(evidence: Evidence) -> Evidence:
    components = dict(evidence.pairings[0].components)
    return evidence.with_pairing(0, components={name: components[name] for name in list(components)[:-1]})


PAIRINGS: list[Tampering] = [
    ("a first place is dropped", lambda e: drop(e, index_of(e, 1)), "the pairings are worth"),
    ("a second place is dropped", lambda e: drop(e, index_of(e, 2)), "the pairings are worth"),
    ("all pairings are dropped", lambda e: replace(e, pairings=()), "the pairings are worth"),
    ("a candidate is added", add, "the limit"),
    ("a pairing stands twice in one pass", lambda e: twice(e, e.pairings[0].pass_number), "paired twice"),
    ("a pairing stands in both passes", lambda e: twice(e, 3 - e.pairings[0].pass_number), "paired twice"),
    ("a mentee gets another mentor", with_other_partner, "mentors"),
    ("mentor and mentee swap roles", with_roles_swapped, "mentors"),
    ("somebody is unknown", lambda e: e.with_pairing(0, mentor_id="nobody"), "nobody with the id 'nobody'"),
    ("the direction is another", in_other_direction, "the direction of the two is"),
    ("a first place becomes a second one", lambda e: e.with_pairing(index_of(e, 1), pass_number=2), "worth"),
    ("a second place becomes a first one", lambda e: e.with_pairing(index_of(e, 2), pass_number=1), "in pass 1"),
    ("a pass does not exist", lambda e: e.with_pairing(0, pass_number=3), "there is no pass 3"),
    ("a pairing claims to be locked", lambda e: e.with_pairing(0, pass_number=0), "no lock demands it"),
    ("a pairing has a point more", lambda e: e.with_pairing(0, points=e.pairings[0].points + 1), "score"),
    ("points move between criteria", with_points_moved, "is worth"),
    ("a criterion is missing", without_a_criterion, "is worth"),
    ("the band is another", lambda e: e.with_pairing(0, band=e.pairings[0].band + 1), "points are band"),
]


def with_entry(evidence: Evidence, person_id: str, **changes: object) -> Evidence:
    """Change one enrolment."""
    entries = [
        replace(entry, **changes) if entry.person_id == person_id else entry  # type: ignore[arg-type]
        for entry in evidence.round.enrolments
    ]
    return replace(evidence, round=replace(evidence.round, enrolments=tuple(entries)))


def with_weight_moved(evidence: Evidence) -> Evidence:
    weights = dict(evidence.round.policy.weights)
    weights[Criterion.NEEDS] += 10
    weights[Criterion.WISHES] -= 10
    return evidence.with_policy(weights=weights)


def with_rule_turned(evidence: Evidence, rule: RuleId) -> Evidence:
    policy = evidence.round.policy
    return evidence.with_policy(rules={**policy.rules, rule: not policy.is_on(rule)})


def with_locks(evidence: Evidence) -> Evidence:
    first = evidence.pairings[0]
    lock = Lock(LockKind.MUST, first.mentor_id, first.mentee_id)
    return replace(evidence, round=replace(evidence.round, locks=(lock,)))


def busiest_mentor(evidence: Evidence) -> str:
    mentors = [pairing.mentor_id for pairing in evidence.pairings]
    return max(mentors, key=lambda mentor: (mentors.count(mentor), mentor))


def with_place_for_full_mentor(evidence: Evidence) -> Evidence:
    """Give another place to a mentor who is full, and whose places have a price."""
    row = next(row for place in evidence.places() for family, row, _ in place.duals() if family == "mentor")
    entry = next(entry for entry in evidence.round.enrolments if entry.person_id == row[0])
    return with_entry(evidence, entry.person_id, max_mentees=entry.max_mentees + 1)


def waited_longer(evidence: Evidence) -> Evidence:
    mentee = evidence.pairings[index_of(evidence, 1)].mentee_id
    return with_entry(evidence, mentee, waiting_rounds=9)


def without_stage(stages: Sequence[str], name: str) -> tuple[str, ...]:
    return tuple(stage for stage in stages if stage != name)


INPUTS: list[Tampering] = [
    ("a file has another byte", lambda e: replace(e, digests={**DIGESTS, "people.csv": "0" * 64}), "people.csv"),
    ("a file is missing", lambda e: replace(e, digests={"people.csv": DIGESTS["people.csv"]}), "is missing"),
    ("a file has joined", lambda e: replace(e, digests={**DIGESTS, "locks.csv": "0" * 64}), "not in the certificate"),
    ("the seed is another", lambda e: replace(e, round=replace(e.round, seed="x")), "The seed is 'x'"),
    ("the proof is of another seed", lambda e: e.with_certificate(seed="x"), "certificate says 'x'"),
    ("the round has another name", lambda e: e.with_policy(round_name="x"), "The name of the round is 'x'"),
    ("the proof is of another round", lambda e: e.with_certificate(round_name="x"), "certificate says 'x'"),
    ("somebody is set aside", lambda e: replace(e, round=replace(e.round, quarantined=frozenset({"s0"}))), "aside"),
    ("the proof sets somebody aside", lambda e: e.with_certificate(quarantined=("s0",)), "aside"),
    ("the match was stopped", lambda e: e.with_certificate(status="stopped"), "'stopped' before"),
    ("the status is unheard of", lambda e: e.with_certificate(status="fine"), "'fine' before"),
    ("the round has locks", with_locks, "a lock demands it"),
    ("a candidate more", lambda e: e.with_certificate(candidates=e.certificate.candidates + 1), "candidates"),
    ("a candidate fewer", lambda e: e.with_certificate(candidates=e.certificate.candidates - 1), "candidates"),
    ("mentors may have fewer", lambda e: e.with_capacity(mentor_limit=1), "the limit"),
    ("a full mentor has another place", with_place_for_full_mentor, "not to the bound"),
    ("teams may have more", lambda e: e.with_capacity(team_limit=9), "."),
    ("mentees may have one mentor", lambda e: e.with_capacity(mentee_limit=1), "there is no pass 2"),
    ("mentees may have three mentors", lambda e: e.with_capacity(mentee_limit=3), "the round has 3"),
    ("people may mentor each other", lambda e: e.with_capacity(forbid_reciprocal=False), "does not forbid"),
    ("favours may be returned", lambda e: e.with_capacity(forbid_favour_exchange=False), "does not forbid"),
    ("a criterion weighs more", with_weight_moved, "score"),
    ("a band begins later", lambda e: e.with_policy(bands=(360, 480, 560, 660, 760)), "band"),
    ("there is a band more", lambda e: e.with_policy(bands=(*e.round.policy.bands, 900)), "the policy asks for"),
    ("stages are in another order", lambda e: e.with_policy(stages=e.round.policy.stages[::-1]), "policy asks for"),
    ("load does not count", lambda e: e.with_policy(stages=without_stage(e.round.policy.stages, "load")), "asks for"),
    (
        "the floor is higher",
        lambda e: e.with_policy(rule_settings=replace(e.round.policy.rule_settings, floor_points=999)),
        "below-floor",
    ),
    ("a rule is turned", lambda e: with_rule_turned(e, RuleId.NO_NEED_MET), "."),
    ("a mentor has no place", lambda e: with_entry(e, busiest_mentor(e), max_mentees=0), "is not open"),
    ("a mentor has one place", lambda e: with_entry(e, busiest_mentor(e), max_mentees=1), "the limit"),
    ("a mentee has waited longer", waited_longer, "the policy asks for"),
    ("a mentee is not enrolled", lambda e: with_entry(e, e.pairings[0].mentee_id, as_mentee={}), "is not open"),
]


def splitting(evidence: Evidence, kind: str = "") -> Place:
    """Return a node that splits."""
    return evidence.place(lambda p: p.node.split is not None and kind in ("", p.node.split.kind))


def with_split(evidence: Evidence, by: str, **changes: object) -> Evidence:
    place = splitting(evidence, by)
    assert place.node.split is not None
    split: Split = replace(place.node.split, **changes)  # type: ignore[arg-type]
    return evidence.with_node(place, replace(place.node, split=split))


def split_of(evidence: Evidence, kind: str = "") -> Split:
    split = splitting(evidence, kind).node.split
    assert split is not None
    return split


def with_branches(
    evidence: Evidence, change: Callable[[tuple[NodeCertificate, ...]], object], kind: str = ""
) -> Evidence:
    place = splitting(evidence, kind)
    return evidence.with_node(place, replace(place.node, branches=change(place.node.branches)))  # type: ignore[arg-type]


def without_split(evidence: Evidence, *, keep_branches: bool) -> Evidence:
    place = splitting(evidence)
    branches = place.node.branches if keep_branches else ()
    return evidence.with_node(place, replace(place.node, split=None, branches=branches))


def with_split_added(evidence: Evidence, split: Split, ways: int = 2) -> Evidence:
    """Split the leaf that holds the plan once more, each case a copy of it."""
    place = evidence.place(lambda p: p.stage.name == "unique")
    stages = place.node.stages[:-1]
    below = tuple(StageCertificate(stage.name, 0, {}, inherited=True) for stage in stages)
    leaf = NodeCertificate((*below, place.node.stages[-1]))
    return evidence.with_node(place, NodeCertificate(stages, split, (leaf,) * ways))


def with_fewer_shares(evidence: Evidence) -> Evidence:
    place = splitting(evidence, "split-team")
    split = split_of(evidence, "split-team")
    node = replace(place.node, split=replace(split, shares=split.shares[:-1]), branches=place.node.branches[:-1])
    return evidence.with_node(place, node)


def with_same_shares(evidence: Evidence) -> Evidence:
    shares = split_of(evidence, "split-team").shares
    return with_split(evidence, "split-team", shares=(shares[0],) * len(shares))


def with_more_shares(evidence: Evidence) -> Evidence:
    first, *others = split_of(evidence, "split-team").shares
    more = tuple((name, places + 1) for name, places in first)
    return with_split(evidence, "split-team", shares=(more, *others))


def with_negative_share(evidence: Evidence) -> Evidence:
    (one, other, *_), *others = split_of(evidence, "split-team").shares
    return with_split(evidence, "split-team", shares=(((one[0], 2), (other[0], -1)), *others))


SPLITS: list[Tampering] = [
    ("a split and its cases are removed", lambda e: without_split(e, keep_branches=False), "could be worth"),
    ("a split is removed", lambda e: without_split(e, keep_branches=True), "cases below it but no split"),
    ("a case is dropped", lambda e: with_branches(e, lambda b: b[:1]), "splits into 1 cases"),
    ("all cases are dropped", lambda e: with_branches(e, lambda b: b[:0]), "splits into 0 cases"),
    ("a case is doubled", lambda e: with_branches(e, lambda b: (*b, b[0])), "splits into 3 cases"),
    ("cases swap places", lambda e: with_branches(e, lambda b: b[::-1]), "case"),
    ("a case stands for both", lambda e: with_branches(e, lambda b: (b[0], b[0])), "case"),
    ("the other case stands for both", lambda e: with_branches(e, lambda b: (b[1], b[1])), "case"),
    ("people of a split swap places", lambda e: with_split(e, "", names=split_of(e).names[::-1]), "case"),
    ("a split is of another kind", lambda e: with_split(e, "reciprocal", kind="favour-exchange"), "case"),
    ("a split is of no kind", lambda e: with_split(e, "reciprocal", kind="whim"), "does not forbid"),
    ("a split is about one person", lambda e: with_split(e, "reciprocal", names=("m0", "m0")), "two different"),
    ("a split is about three", lambda e: with_split(e, "reciprocal", names=("m0", "m1", "m2")), "two different"),
    ("a split shares what it cannot", lambda e: with_split(e, "reciprocal", shares=((("sales", 1),),)), "nothing else"),
    ("a split is made up", lambda e: with_split_added(e, Split("whim", ("m0", "m1"))), "does not forbid"),
    ("a made-up split has one case", lambda e: with_split_added(e, Split("reciprocal", ("m0", "m1")), 1), "1 cases"),
]

TEAM_SPLITS: list[Tampering] = [
    ("a way to share is left out", with_fewer_shares, "leaves out ways"),
    ("a way to share stands for all", with_same_shares, "new way each time"),
    ("a way shares more than there is", with_more_shares, "new way each time"),
    ("a share is negative", with_negative_share, "or none at all"),
    ("a team is unknown", lambda e: with_split(e, "split-team", names=("m0", "peer", "nobody")), "not in this round"),
    ("a team's mentor is unknown", lambda e: with_split(e, "split-team", names=("nobody", "peer", "m0")), "not in"),
    ("a team's words are missing", lambda e: with_split(e, "split-team", names=("m0",)), "not in this round"),
    ("a department is foreign", lambda e: with_split(e, "split-team", shares=((("moon", 1),),) * 2), "not in it"),
]


def own(evidence: Evidence, name: str = "") -> Place:
    """Return a stage that a node proves itself, with prices, of a given name if one is given."""
    return evidence.place(lambda p: bool(p.stage.duals) and name in ("", p.stage.name))


def last_of_leaf(evidence: Evidence, name: str) -> Place:
    return evidence.place(lambda p: p.stage.name == name and p.number == len(p.node.stages) - 1)


def without_stages(evidence: Evidence, place: Place, count: int = 1) -> Evidence:
    """Remove stages from a node."""
    stages = place.node.stages
    return evidence.with_node(
        place, replace(place.node, stages=(*stages[: place.number], *stages[place.number + count :]))
    )


def with_stages_swapped(evidence: Evidence) -> Evidence:
    place = own(evidence)
    one, other, *rest = place.node.stages
    return evidence.with_node(place, replace(place.node, stages=(other, one, *rest)))


def with_stage_twice(evidence: Evidence) -> Evidence:
    place = own(evidence)
    return evidence.with_node(place, replace(place.node, stages=(place.node.stages[0], *place.node.stages)))


def with_dual_moved(evidence: Evidence) -> Evidence:
    """Move the price of a mentee to another one who must be served as well."""
    place = evidence.place(lambda p: p.stage.name.startswith("bands") and bool(p.stage.duals))
    prices = dict(place.stage.duals["mentee"])
    served = {(pairing.mentee_id,) for pairing in evidence.pairings if pairing.pass_number == place.part + 1}
    prices[min(served - prices.keys())] = prices.pop(min(prices))
    return evidence.with_stage(place, duals={**place.stage.duals, "mentee": prices})


def reached(evidence: Evidence, place: Place) -> list[int]:
    """Return the bounds of a node, inherited ones too."""
    tree, bounds = evidence.certificate.passes[place.part].tree, list[int]()
    for branch in (*place.path, None):
        inherited = sum(stage.inherited for stage in tree.stages)
        bounds = [*bounds[:inherited], *(stage.bound for stage in tree.stages[inherited:])]
        tree = tree if branch is None else tree.branches[branch]
    return bounds


def empty_and_as_good(evidence: Evidence) -> list[Place]:
    """Return the ends of cases that are as good as the plan until they turn out to be empty."""

    def is_as_good(place: Place) -> bool:
        """Whether the case is as good as the plan up to its end."""
        before = reached(evidence, place)[:-1]
        values = list(evidence.certificate.passes[place.part].values.values())
        return before == values[: len(before)]

    return [place for place in evidence.places() if place.stage.name == "empty" and is_as_good(place)]


def with_row(evidence: Evidence, family: str, row: Row, dual: int = 1) -> Evidence:
    return evidence.with_dual(own(evidence), family, row, dual)


def with_values_of(evidence: Evidence, change: Callable[[list[tuple[str, int]]], list[tuple[str, int]]]) -> Evidence:
    return evidence.with_values(dict(change(list(evidence.certificate.passes[0].values.items()))))


def inherited_child(evidence: Evidence) -> Place:
    """Return the first stage that a node proves itself after inherited ones."""
    return evidence.place(lambda p: p.number > 0 and p.node.stages[p.number - 1].inherited and not p.stage.inherited)


PROOFS: list[Tampering] = [
    ("a stage is removed", lambda e: without_stages(e, own(e)), "it should have"),
    ("the last stage is removed", lambda e: without_stages(e, last_of_leaf(e, "unique")), "ends before it shows"),
    ("the end of an empty case is removed", lambda e: without_stages(e, empty_and_as_good(e)[0]), "ends before"),
    ("all stages are removed", lambda e: without_stages(e, replace(own(e), number=0), 99), "case"),
    ("stages swap places", with_stages_swapped, "it should have"),
    ("a stage stands twice", with_stage_twice, "it should have"),
    ("a stage is renamed", lambda e: e.with_stage(own(e, "coverage"), name="points"), "it should have"),
    ("a stage claims to be empty", lambda e: e.with_stage(own(e, "coverage"), name="empty"), "it should have"),
    ("a case claims to be empty", lambda e: e.with_stage(last_of_leaf(e, "unique"), name="empty"), "."),
    ("the first case inherits", lambda e: e.with_stage(replace(own(e), number=0), inherited=True), "no case above"),
    ("a case inherits what is its own", lambda e: e.with_stage(own(e, "points"), inherited=True), "that is its own"),
    ("a case inherits an end", lambda e: e.with_stage(last_of_leaf(e, "empty"), inherited=True), "no case above"),
    ("a case does not inherit", lambda e: e.with_stage(e.place(lambda p: p.stage.inherited), inherited=False), "."),
    ("a bound is larger", lambda e: e.with_stage(own(e), bound=own(e).stage.bound + 1), "not to the bound"),
    ("a bound is smaller", lambda e: e.with_stage(own(e), bound=own(e).stage.bound - 1), "not to the bound"),
    ("the last bound is smaller", lambda e: e.with_stage(last_of_leaf(e, "unique"), bound=-99), "not to the bound"),
    ("an empty case is emptier", lambda e: e.with_stage(last_of_leaf(e, "empty"), bound=-99), "not to the bound"),
    ("prices are missing", lambda e: e.with_stage(own(e), duals={}, equations=0), "not to the bound"),
    ("more rows are full", lambda e: e.with_stage(own(e), equations=own(e).stage.equations + 1), "rows have a price"),
    ("a price moves to another row", with_dual_moved, "is worth 1 more than its prices"),
    ("a price is on an unknown mentee", lambda e: with_row(e, "mentee", ("nobody",)), "no row of mentee nobody"),
    ("a price is on a mentee of two names", lambda e: with_row(e, "mentee", ("s0", "s1")), "no row of mentee"),
    ("a price is on an unknown mentor", lambda e: with_row(e, "mentor", ("nobody",)), "no row of mentor nobody"),
    ("a price is on nobody", lambda e: with_row(e, "mentor", ()), "no row of mentor"),
    ("a price is on no direction", lambda e: with_row(e, "direction", (busiest_mentor(e), "down")), "no row of"),
    ("a price is on too long a row", lambda e: with_row(e, "direction", (busiest_mentor(e), "peer", "")), "no row of"),
    ("a price is on no department", lambda e: with_row(e, "department", (busiest_mentor(e), "peer", "moon")), "no row"),
    ("a price is on no team", lambda e: with_row(e, "team", (busiest_mentor(e), "peer", "sales", "x")), "no row of"),
    ("a price is on no family", lambda e: with_row(e, "cousins", ("m0",)), "no row of cousins m0"),
    ("a price is beyond counting", lambda e: with_row(e, "mentor", (busiest_mentor(e),), 1 << 63), "beyond counting"),
    ("a value is larger", lambda e: with_values_of(e, lambda v: [(v[0][0], v[0][1] + 1), *v[1:]]), "are worth"),
    ("a stage has no value", lambda e: with_values_of(e, lambda v: v[1:]), "the policy asks for"),
    ("a stage more has a value", lambda e: with_values_of(e, lambda v: [("whim", 0), *v]), "the policy asks for"),
    ("values are in another order", lambda e: with_values_of(e, lambda v: v[::-1]), "the policy asks for"),
    ("there is no lottery", lambda e: with_values_of(e, lambda v: [p for p in v if "lot" not in p[0]]), "0 lotteries"),
    ("a second draw is claimed", lambda e: with_values_of(e, lambda v: [*v[:-1], ("lottery:2", 0), v[-1]]), "worth"),
    ("a pass is missing", lambda e: e.with_certificate(passes=e.certificate.passes[:1]), "proves the passes [1]"),
    ("a pass is doubled", lambda e: e.with_certificate(passes=e.certificate.passes[:1] * 2), "the passes [1, 1]"),
    ("passes swap places", lambda e: e.with_certificate(passes=e.certificate.passes[::-1]), "the passes [2, 1]"),
    ("no pass is proven", lambda e: e.with_certificate(passes=()), "proves the passes []"),
]

KINDS = {"busy": [*PAIRINGS, *INPUTS, *SPLITS, *PROOFS], "teams": TEAM_SPLITS}
EVERYTHING = [(name, *tampering) for name, tamperings in KINDS.items() for tampering in tamperings]


@pytest.mark.parametrize(
    ("name", "change", "piece"),
    [(name, change, piece) for name, _, change, piece in EVERYTHING],
    ids=[words.replace(" ", "-") for _, words, _, _ in EVERYTHING],
)
def test_each_change_is_refused_in_one_sentence(name: str, change: Callable[[Evidence], Evidence], piece: str) -> None:
    changed = change(special(name))
    assert repr(changed) != repr(special(name))
    sentence = changed.refusal()
    assert piece in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert len(sentence) > 25


def test_there_are_as_many_ways_to_tamper_as_were_promised() -> None:
    names = [words for _, words, _, _ in EVERYTHING]
    assert len(set(names)) == len(names) >= 100


@pytest.mark.parametrize("name", SPECIAL)
@pytest.mark.parametrize("step", [1, -1])
def test_no_value_and_no_bound_can_be_another(name: str, step: int) -> None:
    evidence = special(name)
    for part, proof in enumerate(evidence.certificate.passes):
        for stage, value in proof.values.items():
            assert "are worth" in evidence.with_values({**proof.values, stage: value + step}, part).refusal()
    own_stages = [place for place in evidence.places() if not place.stage.inherited]
    assert len(own_stages) > 20
    for place in own_stages:
        changed = evidence.with_stage(place, bound=place.stage.bound + step)
        assert "not to the bound" in changed.refusal(), place.stage


@pytest.mark.parametrize("name", SPECIAL)
def test_a_changed_price_is_refused_unless_it_proves_the_same(name: str) -> None:
    """Prices that make up the same bound, no candidate being worth more, are a proof as good; others are refused."""
    evidence = special(name)
    plain = PlainProof(evidence.round, evidence.pairings)
    refused = 0
    for place in evidence.places():
        for family, row, dual in place.duals():
            for other in (dual - 1, dual + 1):
                changed = evidence.with_dual(place, family, row, other)
                is_proof = plain.holds(changed.certificate)
                assert (changed.refusal() == "") is is_proof, (place.path, place.stage.name, family, row, dual, other)
                refused += not is_proof
    assert refused > 0


def swapped(evidence: Evidence) -> Iterator[Evidence]:
    """Yield the lawful plans in which two mentees of the first pass have swapped mentors, with their honest values."""
    reference = build_reference(evidence.round)
    first = [number for number, pairing in enumerate(evidence.pairings) if pairing.pass_number == 1]
    for one, other in ((a, b) for a in first for b in first if a < b):
        plan = list(evidence.pairings)
        for number, mentor in ((one, plan[other].mentor_id), (other, plan[one].mentor_id)):
            mentee = evidence.pairings[number].mentee_id
            found = None if mentor == mentee else reference.candidate(mentor, mentee)
            if found is None:
                break
            band = evidence.round.policy.band_of(found.points)
            plan[number] = Pairing(mentor, mentee, found.direction, 1, found.points, band, found.components)
        else:
            if plan[one].mentor_id != plan[other].mentor_id and not check_plan(evidence.round, plan):
                yield with_honest_values(replace(evidence, pairings=tuple(plan)))


def with_honest_values(evidence: Evidence) -> Evidence:
    """Return a plan with the values that it is really worth."""
    world, before = World(evidence.round), list[Choice]()
    for number, part in enumerate(evidence.certificate.passes):
        plan = [
            Choice(p.mentor_id, p.mentee_id, p.direction, p.points)
            for p in evidence.pairings
            if p.pass_number == part.pass_number
        ]
        values = {name: stage_value(world, name, plan, before) for name in part.values if name != "unique"}
        evidence = evidence.with_values({**values, "unique": -len(plan)}, number)
        before += plan
    return evidence


def test_a_plan_that_is_only_second_best_is_refused_however_honest_it_is() -> None:
    plans = [plan for seed in range(60) for plan in swapped(published(seed))]
    assert len(plans) >= 20
    refusals = [plan.refusal() for plan in plans]
    assert all("a plan could be worth" in refusal for refusal in refusals)
    assert {refusal.partition("stage ")[2].partition(":")[0] for refusal in refusals} >= {"bands", "points"}


def test_a_plan_that_is_only_second_best_is_refused_with_bounds_made_to_fit() -> None:
    for plan in (plan for seed in range(60) for plan in swapped(published(seed))):
        values = plan.certificate.passes[0].values
        place = next(p for p in plan.places() if not p.path and p.stage.bound > values.get(p.stage.name, 0))
        forged = plan.with_stage(place, bound=values[place.stage.name])
        assert "not to the bound" in forged.refusal()


@pytest.mark.parametrize("seed", [seed for seed in range(60) if small_round(seed).policy.is_on(RuleId.AVOID)][::2])
def test_the_proof_of_a_round_with_one_pair_fewer_is_no_proof_of_the_round(seed: int) -> None:
    """The best plan without a certain pair, with a proof that is sound but for that pair, is not the best plan."""
    evidence = published(seed)
    for pairing in evidence.pairings:
        without = publish(with_entry(evidence, pairing.mentee_id, avoids=(pairing.mentor_id,)).round)
        forged = replace(without, round=evidence.round).with_certificate(candidates=evidence.certificate.candidates)
        assert without.refusal() == ""
        assert without.pairings == evidence.pairings or forged.refusal() != ""


# Tampering with the files themselves, one cell or one number at a time.


def with_certificate_text(evidence: Evidence, text: str) -> Evidence:
    """Return it with the certificate that a text holds."""
    return replace(evidence, certificate=read_certificate(text.encode()))


def test_no_number_in_the_certificate_can_be_another_but_for_prices_as_good() -> None:
    evidence = special("favours")
    plain = PlainProof(evidence.round, evidence.pairings)
    text = write_certificate(evidence.certificate).decode()
    numbers = list(re.finditer(r"(?<=[ \[])-?\d+(?=[,\s])", text))
    accepted = 0
    assert len(numbers) > 50
    for found in numbers:
        changed = text[: found.start()] + str(int(found[0]) + 1) + text[found.end() :]
        sentence = refusal_of_text(evidence, changed)
        if not sentence:
            accepted += 1
            assert plain.holds(read_certificate(changed.encode()))
    assert accepted < len(numbers) / 2


def refusal_of_text(evidence: Evidence, text: str) -> str:
    """Return why a certificate is refused, be it for its form."""
    try:
        return with_certificate_text(evidence, text).refusal()
    except CertificateError as error:
        return error.sentence


def test_no_word_in_the_certificate_can_be_another() -> None:
    evidence = special("favours")
    text = write_certificate(evidence.certificate).decode()
    before, _, versions_on = text.partition(' "versions"')
    versions, _, after = versions_on.partition("}")
    skipped = range(len(before), len(before) + len(versions) + 12)
    words = [found for found in re.finditer(r'(?<=")[^"]+(?=")', text) if found.start() not in skipped]
    assert after
    assert len(words) > 200
    refused = [
        refusal_of_text(evidence, f"{text[: found.start()]}{found[0]}x{text[found.end() :]}")
        for found in words
        if found[0].strip(": ,\n[]{}0123456789-")
    ]
    assert len(refused) > 100
    assert all(refused)


@pytest.mark.parametrize("name", ["busy", "teams"])
def test_no_cell_of_the_pairings_can_be_another(name: str) -> None:
    evidence = special(name)
    header, *rows = write_pairings(evidence.pairings).decode().splitlines()
    others = {"mentor_id": "s0", "mentee_id": "s1", "direction": "peer"}
    for number, row in enumerate(rows):
        for column, title in enumerate(header.split(",")):
            cells = row.split(",")
            old = cells[column]
            cells[column] = others.get(title) or str(int(old) + 1)
            if cells[column] != old:
                changed = "\n".join([header, *rows[:number], ",".join(cells), *rows[number + 1 :]]) + "\n"
                sentence = replace(evidence, pairings=tuple(read_pairings(changed.encode()))).refusal()
                assert sentence.endswith("."), (row, title)


# Locks.


@cache
def locked() -> Evidence:
    """Return a round in which a pairing is demanded that was not chosen, and one forbidden that was."""
    evidence = special("favours")
    more = add(evidence).pairings[-1]
    taken = evidence.pairings[index_of(evidence, 1)]
    locks = (
        Lock(LockKind.MUST, more.mentor_id, more.mentee_id),
        Lock(LockKind.MUST_NOT, taken.mentor_id, taken.mentee_id),
    )
    return publish(replace(evidence.round, locks=locks))


def with_lock(evidence: Evidence, kind: LockKind, pairing: Pairing) -> Evidence:
    """Add a lock to the round."""
    lock = Lock(kind, pairing.mentor_id, pairing.mentee_id)
    return replace(evidence, round=replace(evidence.round, locks=(*evidence.round.locks, lock)))


LOCKS: list[Tampering] = [
    ("the demanded pairing is dropped", lambda e: drop(e, index_of(e, 0)), "is missing, though a lock demands it"),
    ("it moves to the first pass", lambda e: e.with_pairing(index_of(e, 0), pass_number=1), "belongs to pass 0"),
    ("another joins it", lambda e: e.with_pairing(index_of(e, 1), pass_number=0), "but no lock demands it"),
    ("another is demanded", lambda e: with_lock(e, LockKind.KEEP, e.pairings[index_of(e, 1)]), "belongs to pass 0"),
    ("another is forbidden", lambda e: with_lock(e, LockKind.MUST_NOT, e.pairings[index_of(e, 1)]), "lock forbids"),
    ("nothing is forbidden", lambda e: replace(e, round=replace(e.round, locks=e.round.locks[:1])), "candidates"),
    ("nothing is demanded", lambda e: replace(e, round=replace(e.round, locks=e.round.locks[1:])), "no lock demands"),
]


def test_a_round_with_locks_is_accepted_as_it_was_published() -> None:
    assert locked().refusal() == ""
    assert min(pairing.pass_number for pairing in locked().pairings) == 0


@pytest.mark.parametrize(("change", "piece"), [t[1:] for t in LOCKS], ids=[t[0].replace(" ", "-") for t in LOCKS])
def test_locks_are_those_of_the_round(change: Callable[[Evidence], Evidence], piece: str) -> None:
    assert piece in change(locked()).refusal()
