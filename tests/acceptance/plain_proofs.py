"""A second reading of certificates, candidate by candidate and row by row, that shares nothing with the verifier.

It rests on tests.oracle: which pairs are candidates, what they weigh, what limits they use up.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Round
from mentormatch.matching.certificate import Certificate, NodeCertificate, PassCertificate, StageCertificate
from tests.oracle import caps_of, exclusions_of, groups_of, stage_value
from tests.oracle_pairs import Choice, World, all_choices, same_word

Row = tuple[str, tuple[str, ...]]
Holding = tuple[int, int]
FAMILIES = {
    "mentee": "mentee",
    "mentor": "mentor",
    "mentor direction": "direction",
    "mentor direction department": "department",
}
CLOSING = ("mentee", "mentee direction", "mentor", "mentor direction")
"""A candidate with no place left in one of these is out of the pass; the smaller rows must have their price."""


@dataclass(frozen=True)
class State:
    """The candidates that are left, and how many of them each row holds at least and at most."""

    choices: tuple[Choice, ...]
    holds: dict[Row, Holding]

    def without(self, gone: Sequence[Choice], most: dict[Row, int]) -> "State":
        """Return the state without some candidates and with some rows lowered."""
        lowered = {row: (low, min(high, most.get(row, high))) for row, (low, high) in self.holds.items()}
        return State(tuple(choice for choice in self.choices if choice not in gone), lowered)


@dataclass(frozen=True)
class Reached:
    """How far a case has come: a stage, what no plan of it passes, and what that leaves."""

    stage: str
    bound: int
    state: State


class PlainProof:
    """Says whether a certificate's passes prove what was published; that splits are lawful is taken for granted."""

    def __init__(self, round_: Round, pairings: Sequence[Pairing]) -> None:
        """Look up the candidates of the round and the published pairings."""
        self.world = World(round_)
        self.choices = {(c.mentor_id, c.mentee_id): c for c in all_choices(self.world)}
        self.pairings = pairings

    def holds(self, certificate: Certificate) -> bool:
        """Whether every pass is proven."""
        return all(self.pass_holds(part) for part in certificate.passes)

    def pass_holds(self, part: PassCertificate) -> bool:
        """Whether one pass is proven."""
        self.part = part
        self.before = self.published(range(1, part.pass_number))
        self.plan = self.published([part.pass_number])
        self.held = Counter(choice.mentor_id for choice in self.before)
        self.found = False
        self.used = Counter(key for choice in self.before for key, _ in caps_of(self.world, choice))
        self.rows = {choice: self.rows_of(choice) for choice in self.choices.values()}
        return self.node_holds(part.tree, [], (), {}) and self.found

    def published(self, passes: Sequence[int]) -> list[Choice]:
        """Return the published pairings of some passes."""
        return [self.choices[p.mentor_id, p.mentee_id] for p in self.pairings if p.pass_number in passes]

    def rows_of(self, choice: Choice) -> dict[Row, int]:
        """Return the rows of a candidate with what is left of each after earlier passes."""
        left = dict(caps_of(self.world, choice))
        rows = {(FAMILIES[key[0]], key[1:]): left[key] - self.used[key] for key in left if key[0] in FAMILIES}
        rows["mentee", (choice.mentee_id,)] = min(rows["mentee", (choice.mentee_id,)], 1)
        mentee = self.world.people[choice.mentee_id]
        if mentee.manager_id:
            part = (choice.mentor_id, choice.direction, same_word(mentee.department), mentee.manager_id)
            whole = ("mentor direction team", choice.mentor_id, choice.direction, mentee.manager_id)
            rows["team", part] = left[whole] - self.used[whole]
        for name, members in groups_of(self.world).items():
            if choice.mentee_id in members:
                rows["group", (name,)] = len(self.world.enrolments)
        return rows

    def opening(self) -> State:
        """Return the state at the start of the pass."""
        facts = {fact for choice in self.before for fact in exclusions_of(self.world, choice)[0]}
        choices = [
            choice
            for choice in self.choices.values()
            if choice not in self.before
            and not facts.intersection(exclusions_of(self.world, choice)[1])
            and all(self.used[key] < limit for key, limit in caps_of(self.world, choice) if key[0] in CLOSING)
        ]
        everything = {row: most for rows in self.rows.values() for row, most in rows.items()}
        everything |= {("group", (name,)): len(self.world.enrolments) for name in groups_of(self.world)}
        return State(tuple(choices), {row: (0, most) for row, most in everything.items()})

    def node_holds(
        self, node: NodeCertificate, above: list[Reached], gone: tuple[Choice, ...], most: dict[Row, int]
    ) -> bool:
        """Whether a node and those below it are proven; ``above`` is how far the node above came, from its start on."""
        inherited = sum(stage.inherited for stage in node.stages)
        chain = above[: inherited + 1] or [Reached("", 0, self.opening())]
        chain[-1] = replace(chain[-1], state=chain[-1].state.without(gone, most))
        for stage in node.stages[inherited:]:
            after = self.prove(stage, chain[-1].state)
            if after is None:
                return False
            chain.append(Reached(stage.name, stage.bound, after))
        if node.split is None:
            return self.leaf_holds(chain[1:])
        return all(
            self.node_holds(branch, chain, *self.taken(node, number, gone, most))
            for number, branch in enumerate(node.branches)
        )

    def taken(
        self, node: NodeCertificate, number: int, gone: tuple[Choice, ...], most: dict[Row, int]
    ) -> tuple[tuple[Choice, ...], dict[Row, int]]:
        """Return what a branch takes away, together with what the nodes above it do."""
        assert node.split is not None
        if node.split.kind == "split-team":
            mentor, direction, manager = node.split.names
            share = dict(node.split.shares[number])
            parts = [row for row in self.opening().holds if row[0] == "team"]
            mine = [row for row in parts if (*row[1][:2], row[1][3]) == (mentor, direction, manager)]
            return gone, {**most, **{row: min(share.get(row[1][2], 0), most.get(row, 1 << 20)) for row in mine}}
        giver, taker = node.split.names if number == 0 else node.split.names[::-1]
        people = self.world.people
        more = [
            choice
            for choice in self.choices.values()
            if choice.mentor_id == giver
            and taker == (choice.mentee_id if node.split.kind == "reciprocal" else people[choice.mentee_id].manager_id)
        ]
        return (*gone, *more), most

    def weight(self, stage: str, choice: Choice) -> int:
        """Return what a candidate adds at a stage."""
        if stage in ("load", "empty", "floors"):
            return 0
        return -(choice in self.plan) if stage == "unique" else stage_value(self.world, stage, [choice], [])

    def prove(self, stage: StageCertificate, state: State) -> State | None:
        """Return the state after a stage; nothing when its duals do not prove its bound."""
        duals = {(family, row): dual for family, rows in stage.duals.items() for row, dual in rows.items()}
        excess = {c: self.weight(stage.name, c) - sum(duals.get(row, 0) for row in self.rows[c]) for c in state.choices}
        worth, holds = 0, dict(state.holds)
        for row, (low, high) in state.holds.items():
            dual = duals.get(row, 0)
            if stage.name == "load" and row[0] == "mentor":
                worths = {load: dual * load - self.load_cost(row[1][0], load) for load in range(low, high + 1)}
                best = [load for load, gain in worths.items() if gain == max(worths.values())]
                worth, holds[row] = worth + max(worths.values()), (best[0], best[-1])
            elif dual:
                end = high if dual > 0 else low
                worth, holds[row] = worth + dual * end, (end, end)
        if stage.name == "floors":
            assert self.part.floors is not None
            share, rate = Fraction(self.part.floors.share, 100), self.part.floors.rate
            worth += self.part.floors.share
            for name, members in groups_of(self.world).items():
                holds["group", (name,)] = ceil(share * rate * len(members)), floor(rate * len(members))
        if stage.name == "empty" and any(low > high for low, high in state.holds.values()):
            worth = min(worth, -1)
        if worth != stage.bound or any(more > 0 for more in excess.values()):
            return None
        return State(tuple(choice for choice, more in excess.items() if more == 0), holds)

    def load_cost(self, mentor_id: str, load: int) -> int:
        """Return what so many more places of a mentor cost, counted one by one."""
        return sum(self.held[mentor_id] + place for place in range(load))

    def leaf_holds(self, chain: Sequence[Reached]) -> bool:
        """Whether a leaf is no better than the published plan, and holds no other if it is as good."""
        is_empty = bool(chain) and chain[-1].stage == "empty"
        reached = [step.bound for step in chain if step.stage != "empty"]
        published = list(self.part.values.values())
        if is_empty:
            return chain[-1].bound < 0 and reached <= published[: len(reached)]
        self.found |= reached == published
        return reached == published or reached < published[: len(reached)]
