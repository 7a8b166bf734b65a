"""Answers about pairs, for people and for programs: why a pairing is in a round, and why another is not."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentormatch.cli.progress import run_interruptibly
from mentormatch.cli.rendering import count, new_table, print_line
from mentormatch.domain.change import Forbid
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.policy import Policy
from mentormatch.domain.vector import Vector, vector_of
from mentormatch.explanation.certified_cases import NO_LOSS, Loss
from mentormatch.explanation.pair_answer import PairAnswer, explain_pair
from mentormatch.explanation.refusal import Refusal, explain_refusal, solve_refused
from mentormatch.explanation.stage_losses import first_loss
from mentormatch.explanation.stage_words import say_band, say_loss, say_stage
from mentormatch.explanation.what_if import Baseline, solve_variant

Pair = tuple[str, str]
JSON = "json"


@dataclass(frozen=True, slots=True)
class Changed:
    """A round that was solved again with one thing changed: its pairings, and how it differs from the published one."""

    pairings: Sequence[Pairing]
    removed: Sequence[Pairing]
    added: Sequence[Pairing]
    loss: Loss


def answer_pair(base: Baseline, pair: Pair, console: Console, layout: str, *, exact: bool) -> None:
    """Say why a pairing is in a round; with ``exact``, what the round would be without it.

    Raises InputError when it is not in it.
    """
    answer = explain_pair(base, *pair)
    changed = run_interruptibly(lambda: _without(base, pair)) if exact else None
    if layout == JSON:
        print_json(asdict(answer) | _exact_data(base, changed))
        return
    print_pair(console, answer, base.round.policy)
    if changed is not None:
        print_changed(console, "Without it", base, changed)


def answer_refusal(
    base: Baseline, pair: Pair, console: Console, layout: str, *, exact: bool, for_employee: bool
) -> None:
    """Say why two people are not paired; with ``exact`` and where it is possible, what pairing them would change."""
    refusal = explain_refusal(base, *pair)
    is_solved = exact and refusal.can_be_forced and not for_employee
    changed = run_interruptibly(lambda: _with(base, pair)) if is_solved else None
    if layout == JSON:
        print_json(_refusal_data(refusal, for_employee=for_employee) | _exact_data(base, changed))
    elif for_employee:
        print_line(console, refusal.for_employee)
    else:
        print_refusal(console, refusal)
        if changed is not None:
            print_changed(console, "With it", base, changed)


def _without(base: Baseline, pair: Pair) -> Changed:
    """Return the round without a pairing."""
    variant = solve_variant(base, Forbid(*pair))
    return Changed(variant.outcome.pairings, variant.removed, variant.added, first_loss(base, variant))


def _with(base: Baseline, pair: Pair) -> Changed:
    """Return the round with a pair demanded."""
    answer = solve_refused(base, *pair)
    losses = enumerate(answer.loss.items())
    loss = next((Loss(number, name, lost) for number, (name, lost) in losses if lost), NO_LOSS)
    return Changed(answer.pairings, answer.removed, answer.added, loss)


def print_json(data: Mapping[str, Any]) -> None:
    """Print an answer as data."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


def print_pair(console: Console, answer: PairAnswer, policy: Policy) -> None:
    """Print why a pairing is in a round."""
    pairing = answer.pairing
    band = say_band(pairing.band, policy.bands)
    print_line(console, f"{pairing.mentor_id} mentors {pairing.mentee_id}, {pairing.direction}: {_origin(pairing)}.")
    table = new_table(f"{pairing.points} points ({band})", "criterion", "points", "of at most", right=True)
    for criterion, points in pairing.components.items():
        table.add_row(criterion.replace("_", " "), f"{points:,}", f"{policy.weights.get(criterion, 0):,}")
    table.add_row("in all", f"{pairing.points:,}", f"{sum(policy.weights.values()):,}")
    console.print(table)
    for line in _decision(answer, policy):
        print_line(console, line)


def _origin(pairing: Pairing) -> str:
    """Return how a pairing came about."""
    if pairing.pass_number == 0:
        return "demanded by HR before the match"
    return "the mentee's first place" if pairing.pass_number == 1 else "a further place of the mentee"


def _decision(answer: PairAnswer, policy: Policy) -> Sequence[str]:
    """Return what decided for a pairing, in sentences."""
    if answer.pairing.pass_number == 0:
        return [f"HR gave the reason: {answer.lock_reason}" if answer.lock_reason else "HR gave no reason."]
    lines = (
        [f"Decided at stage {answer.decided_by}: {say_stage(answer.decided_by, policy)}."] if answer.decided_by else []
    )
    rivals = sum(answer.ruled_out.values())
    lines.append(
        f"{count(rivals, 'other mentor was', 'other mentors were')} possible for this mentee in the same pass."
    )
    for stage, number in answer.ruled_out.items():
        loses = f"every plan with one of them loses at stage {stage} or before ({say_stage(stage, policy)})"
        lines.append(f"  {number:,}: {loses if stage else 'the prices do not tell'}")
    if answer.taken_before:
        lines.append(f"  {answer.taken_before:,} more had given their places to locked pairings or first places")
    lines.append(_place(answer, policy))
    return lines


def _decided(stage: str, policy: Policy) -> str:
    """Return which stage decided, in a sentence."""
    if not stage:
        return "The proof's prices do not tell which stage decided; --exact matches again without the pairing and does."
    return f"Decided at stage {stage} at the latest: {say_stage(stage, policy)}."


def _place(answer: PairAnswer, policy: Policy) -> str:
    """Return what the mentor's place is worth, in a sentence."""
    first = next(((stage, price) for stage, price in answer.place_prices.items() if price > 0), None)
    if first is None:
        return "The mentor's place: by the proof's prices, one place fewer would cost nothing."
    points = answer.place_prices.get("points", 0)
    worth = f"one place fewer would cost at least {say_loss(Loss(0, *first), policy)}"
    more = f"; its price in points is {points:,}" if points and first[0] != "points" else ""
    return f"The mentor's place: {worth}{more}."


def print_refusal(console: Console, refusal: Refusal) -> None:
    """Print why two people are not paired."""
    print_line(console, f"{refusal.mentor_id} does not mentor {refusal.mentee_id}: {refusal.for_hr}")
    if refusal.rule is not None:
        print_line(console, f"Rule {refusal.rule}, in the direction {refusal.direction}.")
    if refusal.candidate is not None:
        print_line(
            console, f"The pair would be worth {refusal.candidate.points} points, {refusal.candidate.direction}."
        )


def print_changed(console: Console, title: str, base: Baseline, changed: Changed) -> None:
    """Print what a change to the round would cost exactly, and which pairings it would change."""
    policy = base.round.policy
    print_line(console, f"{title}, exactly: {say_loss(changed.loss, policy)}.")
    console.print(vector_table("The two rounds", base.vector, vector_of(changed.pairings, policy), policy))
    for name, pairings in (("Pairings that would go", changed.removed), ("Pairings that would come", changed.added)):
        table = new_table(f"{name}: {len(pairings):,}", "mentor", "mentee", "direction", "points")
        table.columns[-1].justify = "right"
        for one in pairings:
            table.add_row(Text(one.mentor_id), Text(one.mentee_id), one.direction, f"{one.points:,}")
        console.print(table)


def vector_table(title: str, before: Vector, after: Vector, policy: Policy) -> Table:
    """Return two vectors side by side, with the difference."""
    table = new_table(title, "", "published", "changed", "difference", right=True)
    for name, (one, other) in _vector_rows(before, after, policy).items():
        table.add_row(name, f"{one:,}", f"{other:,}", f"{other - one:+,}" if other != one else "0")
    return table


def _vector_rows(before: Vector, after: Vector, policy: Policy) -> Mapping[str, tuple[int, int]]:
    """Return the numbers of two vectors by name."""
    rows = {"people served": (before.served, after.served)}
    rows |= {
        f"pairings at {say_band(band, policy.bands)}": (before.bands[band], after.bands[band])
        for band in range(len(before.bands))
    }
    return rows | {"cost of the load": (before.load, after.load), "points": (before.points, after.points)}


def _refusal_data(refusal: Refusal, *, for_employee: bool) -> dict[str, Any]:
    """Return a refusal as data; an employee gets the sentence and nothing else."""
    if for_employee:
        return {"sentence": refusal.for_employee}
    return asdict(refusal) | {"loss": None if refusal.loss is NO_LOSS else asdict(refusal.loss)}


def _exact_data(base: Baseline, changed: Changed | None) -> dict[str, Any]:
    """Return an exact answer as data."""
    if changed is None:
        return {}
    vector = vector_of(changed.pairings, base.round.policy)
    exact = {
        "loss": None if changed.loss is NO_LOSS else asdict(changed.loss),
        "published": asdict(base.vector),
        "changed": asdict(vector),
        "difference": asdict(vector - base.vector),
        "removed": [asdict(pairing) for pairing in changed.removed],
        "added": [asdict(pairing) for pairing in changed.added],
    }
    return {"exact": exact}
