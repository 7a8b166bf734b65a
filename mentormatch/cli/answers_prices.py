"""Answers about a whole round, for people and programs: what its rules cost, and where one more place helps most."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from mentormatch.cli.answers_pairs import JSON, print_json
from mentormatch.cli.progress import Step, run_interruptibly, show_steps
from mentormatch.cli.rendering import count, new_table, print_line
from mentormatch.domain.policy import Policy
from mentormatch.explanation.place_bounds import UNKNOWN, PlaceBound
from mentormatch.explanation.prices import Price, PricedKind, find_price, list_priced
from mentormatch.explanation.recruiting import GroupWorth, PlaceWorth, Recruiting, rank_places
from mentormatch.explanation.stage_words import say_band
from mentormatch.explanation.what_if import Baseline

SHOWN_GROUPS = 5
TITLES = {
    PricedKind.RULE: "Without a rule",
    PricedKind.LIMIT: "Without a limit",
    PricedKind.FLOORS: "Without the access floors",
    PricedKind.LOCK: "Without a lock",
}


def answer_prices(base: Baseline, console: Console, errors: Console, layout: str) -> None:
    """Say what each rule, limit, floor and lock of a round costs; progress goes to ``errors``.

    Raises RefusedError when the round was stopped before it was proven.
    """
    with show_steps(errors) as show:
        prices = run_interruptibly(lambda: _find_all(base, show))
    if layout == JSON:
        print_json({"round": asdict(base.vector), "prices": [_price_data(price) for price in prices]})
        return
    for kind, title in TITLES.items():
        found = [price for price in prices if price.priced.kind is kind]
        if found:
            console.print(_price_table(title, found))
    for price in prices:
        if price.refusal:
            print_line(console, f"Without {price.priced.name} the round cannot be matched: {price.refusal}")
    print_line(console, "Each row is the round matched again without it, less the round as it is.")
    print_line(console, "alone: pairs that it and nothing else keeps apart; changed: pairings that would be others.")
    print_line(console, f"bands: pairings at {_say_bands(base.round.policy)}.")


def answer_recruiting(base: Baseline, console: Console, errors: Console, layout: str) -> None:
    """Say where one more place would bring most; progress goes to ``errors``. Raises RefusedError as above."""
    with show_steps(errors) as show:
        found = run_interruptibly(
            lambda: rank_places(
                base, on_slot=lambda slot, done: show(f"one more place of {slot.mentor_id}, {slot.direction}", done)
            )
        )
    if layout == JSON:
        print_json(_recruiting_data(found))
    else:
        _print_recruiting(console, found, base.round.policy)


def _find_all(base: Baseline, show: Step) -> list[Price]:
    """Return all prices, telling which one is looked for."""
    show("counting what each rule keeps apart", 0.0)
    priced, prices = list_priced(base), []
    for done, one in enumerate(priced):
        if not one.is_free:
            show(f"without {one.name}", done / len(priced))
        prices.append(find_price(base, one))
    return prices


def _price_table(title: str, prices: Sequence[Price]) -> Table:
    """Return the prices of one kind."""
    table = new_table(title, "", "alone", "served", "bands", "load", "points", "changed", right=True)
    for column in table.columns:
        column.no_wrap = True
    for price in prices:
        alone = "" if price.priced.alone is None else f"{price.priced.alone:,}"
        table.add_row(Text(price.priced.name), alone, *_figures(price))
    return table


def _figures(price: Price) -> list[str]:
    """Return the difference of a price in cells."""
    if price.difference is None:
        return ["cannot be", "", "", "", ""]
    one = price.difference
    bands = " ".join(map(_signed, one.bands))
    return [_signed(one.served), bands, _signed(one.load), _signed(one.points), f"{price.changed:,}"]


def _signed(number: int) -> str:
    return f"{number:+,}" if number else "0"


def _say_bands(policy: Policy) -> str:
    """Return the bands of a policy in words, the worst first."""
    return "; ".join(say_band(band, policy.bands) for band in range(len(policy.bands) + 1))


def _price_data(price: Price) -> dict[str, Any]:
    """Return a price as data."""
    return {
        "kind": price.priced.kind,
        "name": price.priced.name,
        "pairs_alone": price.priced.alone,
        "difference": None if price.difference is None else asdict(price.difference),
        "pairings_changed": price.changed,
        "refusal": price.refusal,
    }


def _print_recruiting(console: Console, found: Recruiting, policy: Policy) -> None:
    """Print where to recruit first."""
    if not found.places:
        print_line(console, "By the proof, one more place with any mentor would bring the first pass nothing.")
    else:
        console.print(_places(found.places, policy))
        sure = (
            "no other brings more" if found.is_certain else "others may bring as much; see the bounds in --format json"
        )
        print_line(
            console, f"Exact: the round matched again with the place. Of all places that could be added, {sure}."
        )
    for by in dict.fromkeys(group.by for group in found.groups):
        groups = [group for group in found.groups if group.by == by]
        console.print(_groups(by, groups[:SHOWN_GROUPS], policy))
    if found.groups:
        print_line(
            console, "At most: bounds by the prices of the proof; kinds of fewer than three mentors are left out."
        )


def _places(places: Sequence[PlaceWorth], policy: Policy) -> Table:
    """Return the places that bring most."""
    table = new_table(
        "One more place: recruit here first", "mentor", "direction", "brings exactly", "points", "at most"
    )
    table.columns[3].justify = "right"
    for one in places:
        slot = one.bound.slot
        cells = _first_gain(one.gains, policy), _signed(one.difference.points), _first_gain(one.bound.gains, policy)
        table.add_row(Text(slot.mentor_id), slot.direction, *cells)
    return table


def _first_gain(gains: Mapping[str, int], policy: Policy) -> str:
    """Return the most important gain in words."""
    stage, amount = next(((stage, gain) for stage, gain in gains.items() if gain), ("", 0))
    return "unknown" if amount == UNKNOWN else _say_gain(stage, amount, policy)


def _say_gain(stage: str, amount: int, policy: Policy) -> str:
    """Return what a gain in a stage means."""
    kind, _, number = stage.partition(":")
    if kind in ("coverage", "waiting"):
        waited = f", who waited {count(int(number), 'round', 'rounds')}" if number else ""
        return f"{count(amount, 'person', 'people')} more served{waited}"
    if kind == "bands":
        return f"{count(amount, 'pairing', 'pairings')} fewer at {say_band(int(number), policy.bands)}"
    if kind == "load":
        return f"load spread better by {amount:,}"
    return count(amount, "point more", "points more") if kind == "points" else "nothing"


def _groups(by: str, groups: Sequence[GroupWorth], policy: Policy) -> Table:
    """Return the kinds of mentors whose places could bring most."""
    title = f"Mentors by {by}, at most"
    table = new_table(title, by, "mentors", "people served, mean", "points, mean", "best")
    for place in (1, 2, 3):
        table.columns[place].justify = "right"
    for group in groups:
        served = sum(mean for stage, mean in group.mean.items() if stage == "coverage")
        cells = f"{group.mentors:,}", f"{served:.2f}", f"{group.mean.get('points', 0):.0f}"
        table.add_row(Text(group.name), *cells, _first_gain(group.best, policy))
    return table


def _recruiting_data(found: Recruiting) -> dict[str, Any]:
    """Return where to recruit first as data; gains that the proof does not bound are null."""
    return {
        "is_certain": found.is_certain,
        "places": [
            {
                **asdict(one.bound.slot),
                "exact": dict(one.gains),
                "difference": asdict(one.difference),
                "at_most": _known(one.bound),
            }
            for one in found.places
        ],
        "bounds": [{**asdict(bound.slot), "at_most": _known(bound)} for bound in found.bounds],
        "groups": [asdict(group) for group in found.groups],
    }


def _known(bound: PlaceBound) -> dict[str, int | None]:
    """Return the gains of a bound, null where it is unknown."""
    return {stage: None if gain == UNKNOWN else gain for stage, gain in bound.gains.items()}
