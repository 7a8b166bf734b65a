"""Whatever is changed in the access floors of a published round is found by the verifier."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache

import pytest

from mentormatch.domain.policy import FloorPolicy
from mentormatch.matching.certificate import FloorsCertificate, Row, TriedRate
from mentormatch.matching.rates import Rates
from mentormatch.matching.roster import Ints
from tests.acceptance.floor_rounds import biased_round, floor_round
from tests.acceptance.test_floor_rates import round_of
from tests.acceptance.test_tampering import Evidence, Place, publish

Tampering = tuple[str, Callable[[Evidence], Evidence], str]


@cache
def evidence_of(seed: int) -> Evidence:
    """Return a round of three groups, of which each scores less than the one before, as it was published."""
    return publish(round_of(seed))


@pytest.fixture
def evidence() -> Evidence:
    """Return a round at whose rate some groups' bounds have prices."""
    return next(e for e in map(evidence_of, range(8)) if len(floors_of(e).tried) > 1)


def floors_of(evidence: Evidence) -> FloorsCertificate:
    """Return the floors of the first pass."""
    floors = evidence.certificate.passes[0].floors
    assert floors is not None
    return floors


def with_floors(evidence: Evidence, floors: FloorsCertificate | None = None, **changes: object) -> Evidence:
    """Return it with other floors."""
    changed: FloorsCertificate = replace(floors or floors_of(evidence), **changes)  # type: ignore[arg-type]
    first, *others = evidence.certificate.passes
    return evidence.with_certificate(passes=(replace(first, floors=changed), *others))


def without_floors(evidence: Evidence) -> Evidence:
    first, *others = evidence.certificate.passes
    return evidence.with_certificate(passes=(replace(first, floors=None), *others))


def with_share(evidence: Evidence, share: int) -> Evidence:
    """Return it with another share wherever the certificate speaks of it."""
    values = evidence.certificate.passes[0].values
    changed = with_floors(evidence.with_values({**values, "floors": share}), share=share)
    for place in [place for place in changed.places() if place.stage.name == "floors"]:
        changed = changed.with_stage(place, bound=share)
    return changed


def with_rate(evidence: Evidence, rate: Fraction) -> Evidence:
    """Return it with another rate wherever the certificate speaks of it."""
    own = floors_of(evidence)
    tried = tuple(replace(one, rate=rate) if one.rate == own.rate else one for one in own.tried)
    return with_floors(evidence, rate=rate, tried=tuple(sorted(tried, key=lambda one: one.rate)))


def with_sizes(evidence: Evidence, **sizes: int) -> Evidence:
    return with_floors(evidence, groups={**floors_of(evidence).groups, **sizes})


def without_group(evidence: Evidence, name: str, *, is_small: bool) -> Evidence:
    groups = dict(floors_of(evidence).groups)
    size = groups.pop(name)
    return with_floors(evidence, groups=groups, too_small={name: size} if is_small else {})


def with_tried(evidence: Evidence, change: Callable[[tuple[TriedRate, ...]], tuple[TriedRate, ...]]) -> Evidence:
    return with_floors(evidence, tried=change(floors_of(evidence).tried))


def with_chosen(evidence: Evidence, **changes: object) -> Evidence:
    """Return it with what is said of the chosen rate changed."""
    rate = floors_of(evidence).rate
    return with_tried(
        evidence,
        lambda tried: tuple(replace(one, **changes) if one.rate == rate else one for one in tried),  # type: ignore[arg-type]
    )


def with_other_chosen(evidence: Evidence) -> Evidence:
    own = floors_of(evidence)
    return with_floors(evidence, rate=next(one.rate for one in own.tried if one.rate != own.rate))


def priced(evidence: Evidence) -> Place:
    """Return a stage in which a group has a price."""
    return evidence.place(lambda place: bool(place.stage.duals.get("group")))


def with_group_price(evidence: Evidence, change: Callable[[int], int]) -> Evidence:
    place = priced(evidence)
    row, dual = next(iter(place.stage.duals["group"].items()))
    return evidence.with_dual(place, "group", row, change(dual))


def with_prices_swapped(evidence: Evidence) -> Evidence:
    """Return it with the prices of two groups swapped that have different ones."""
    place = priced(evidence)
    prices = {(name,): place.stage.duals["group"].get((name,), 0) for name in floors_of(evidence).groups}
    one, other = next((a, b) for a in prices for b in prices if prices[a] != prices[b])
    swapped = {**prices, one: prices[other], other: prices[one]}
    duals: dict[str, Mapping[Row, int]] = {
        **place.stage.duals,
        "group": {row: dual for row, dual in swapped.items() if dual},
    }
    return evidence.with_stage(place, duals=duals, equations=sum(len(rows) for rows in duals.values()))


def without_stage(evidence: Evidence) -> Evidence:
    place = evidence.place(lambda p: p.stage.name == "floors")
    stages = tuple(stage for stage in place.node.stages if stage.name != "floors")
    return evidence.with_node(place, replace(place.node, stages=stages))


def with_policy(evidence: Evidence, **changes: object) -> Evidence:
    floors: FloorPolicy = replace(evidence.round.policy.floors, **changes)  # type: ignore[arg-type]
    return evidence.with_policy(floors=floors)


def with_person_moved(evidence: Evidence) -> Evidence:
    people = tuple(replace(p, department="b") if p.person_id == "e00" else p for p in evidence.round.people)
    return replace(evidence, round=replace(evidence.round, people=people))


def next_rate(evidence: Evidence) -> Fraction:
    """Return a rate at which each group may get one more than at the chosen one."""
    return floors_of(evidence).rate + Fraction(1, min(floors_of(evidence).groups.values()))


TAMPERINGS: list[Tampering] = [
    ("the share is lower", lambda e: with_floors(e, share=79), "need not be 79 %"),
    ("the share is lower everywhere", lambda e: with_share(e, 79), "need not be 79 %"),
    ("the share is none", lambda e: with_share(e, 0), "need not be 0 %"),
    ("the share is more than is asked for", lambda e: with_share(e, 81), "cannot be"),
    ("the share is under nothing", lambda e: with_share(e, -1), "cannot be"),
    ("the rate is higher", lambda e: with_floors(e, rate=next_rate(e)), "."),
    ("the rate is higher everywhere", lambda e: with_rate(e, next_rate(e)), "."),
    ("the rate is lower everywhere", lambda e: with_rate(e, Fraction(1, 100)), "not 1 to 0"),
    ("the rate is nothing", lambda e: with_rate(e, Fraction(0)), "cannot be"),
    ("the rate is more than everybody", lambda e: with_rate(e, Fraction(3, 2)), "cannot be"),
    ("a group is larger", lambda e: with_sizes(e, a=25), "'a' is 24, not 25"),
    ("a group is smaller", lambda e: with_sizes(e, b=19), "'b' is 20, not 19"),
    ("a group is made up", lambda e: with_sizes(e, x=30), "'x' is not one of them"),
    ("a group is left out", lambda e: without_group(e, "c", is_small=False), "'c' is 21"),
    ("a group is called too small", lambda e: without_group(e, "c", is_small=True), "'c' is 21"),
    (
        "a group is too small that does not exist",
        lambda e: with_floors(e, too_small={"x": 1}),
        "'x' is not one of them",
    ),
    ("no rate was tried", lambda e: with_tried(e, lambda _: ()), "not the best"),
    ("another rate was chosen", with_other_chosen, "."),
    ("the chosen rate is worth more", lambda e: with_chosen(e, values={"points": 10**6}), "is not worth"),
    ("the chosen rate is worth something else", lambda e: with_chosen(e, values={"coverage": 10**6}), "is not worth"),
    ("the chosen rate has no lawful plan", lambda e: with_chosen(e, is_lawful=False), "not the best"),
    ("rates fall", lambda e: with_tried(e, lambda tried: tried[::-1]), "do not rise"),
    ("a rate stands twice", lambda e: with_tried(e, lambda tried: (tried[0], *tried)), "do not rise"),
    ("there are no floors", without_floors, "no access floors, which the policy asks for"),
    ("the stage is left out", without_stage, "it should have"),
    ("a group's price is higher", lambda e: with_group_price(e, lambda dual: dual + 1), "."),
    ("a group's price is lower", lambda e: with_group_price(e, lambda dual: dual - 1), "."),
    ("a group's price has the other sign", lambda e: with_group_price(e, lambda dual: -dual), "."),
    ("a group's price is left out", lambda e: with_group_price(e, lambda _: 0), "."),
    ("prices of groups are swapped", with_prices_swapped, "."),
    ("a price is on no group", lambda e: e.with_dual(priced(e), "group", ("x",), 1), "no row of group x"),
    ("a group's words are too many", lambda e: e.with_dual(priced(e), "group", ("a", "b"), 1), "no row of group a / b"),
    ("the policy asks for other groups", lambda e: with_policy(e, by="level"), "is"),
    ("the policy asks for no floors", lambda e: with_policy(e, by=""), "access floors for nothing"),
    ("the policy asks for more", lambda e: with_policy(e, share=0.9), "."),
    ("the policy asks for less", lambda e: with_policy(e, share=0.7), "cannot be"),
    ("more groups are too small", lambda e: with_policy(e, group_min=21), "'b' is not one of them, not 20"),
    ("somebody is in another group", with_person_moved, "'a' is 23, not 24"),
]


def test_it_is_accepted_as_it_was_published(evidence: Evidence) -> None:
    lines = evidence.lines()
    rate = f"{float(floors_of(evidence).rate):.3f}"
    assert f"pass 1, floors: rate {rate}, 3 groups within 80 % of the best" in lines


@pytest.mark.parametrize(("change", "says"), [case[1:] for case in TAMPERINGS], ids=[case[0] for case in TAMPERINGS])
def test_every_change_is_refused(evidence: Evidence, change: Callable[[Evidence], Evidence], says: str) -> None:
    refusal = change(evidence).refusal()
    assert refusal
    assert says in refusal


def test_a_second_pass_has_no_floors() -> None:
    found = next(e for seed in range(40) if len((e := publish(floor_round(seed))).certificate.passes) == 2)
    first, second = found.certificate.passes
    tampered = found.with_certificate(passes=(first, replace(second, floors=first.floors)))
    assert tampered.refusal() == "Pass 2 has access floors for nothing."


def test_a_plan_that_serves_too_many_of_a_group_is_refused() -> None:
    """Equal points, another group: everything but the floors is as good."""
    published = publish(biased_round(share=1.0))
    served = {pairing.mentee_id for pairing in published.pairings}
    number = next(n for n, pairing in enumerate(published.pairings) if pairing.mentee_id.startswith("O"))
    other = next(f"F{n:02}" for n in range(20) if f"F{n:02}" not in served)
    components = next(p.components for p in published.pairings if p.mentee_id.startswith("F"))
    points = sum(components.values())
    band = published.round.policy.band_of(points)
    moved = published.with_pairing(number, mentee_id=other, points=points, components=components, band=band)
    assert "11 of the group 'favoured' get a place, not 10 to 10" in moved.refusal()


@pytest.mark.parametrize("side", ["upper", "lower"])
def test_an_engine_that_counts_a_groups_bounds_wrongly_is_found_out(side: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right = getattr(Rates, side)

    def wrong(rates: Rates, group: int) -> Ints:
        """Give each group two places too many, at either end."""
        found: Ints = right(rates, group)
        return found + 2 if side == "upper" else (found - 2).clip(0)

    monkeypatch.setattr(Rates, side, wrong)
    refusals = [publish(round_of(seed)).refusal() for seed in range(4)]
    assert any(refusals)
