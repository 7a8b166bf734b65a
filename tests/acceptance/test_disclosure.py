"""Nobody can tell a small count from everything that is published: a linear programme over all tables tries."""

from collections.abc import Sequence
from random import Random

import pytest

from mentormatch.audit.cells import Earlier, Link, Table, hide
from mentormatch.audit.guards import small_counts
from mentormatch.audit.suppression import find_exposed, suppress
from tests.acceptance.plain_attack import SLACK, Key, PlainAttack
from tests.unit.audit.counted import Crowd, some_crowd

AUDITS = range(200)


def everyone(crowd: Crowd) -> list[int]:
    return list(range(len(crowd.reached)))


def only_small_hidden(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Return tables that hide small counts and nothing for their sake."""
    return tuple(hide(table, [guard.cell for guard in small_counts(table) if guard.is_of_count]) for table in tables)


def count_hidden(tables: Sequence[Table]) -> int:
    return sum(count is None for table in tables for row in table.cells for count in row)


@pytest.mark.parametrize("tens", range(0, len(AUDITS), 10))
def test_no_hidden_count_can_be_narrowed_to_below_the_threshold(tens: int) -> None:
    for seed in AUDITS[tens : tens + 10]:
        crowd = some_crowd(seed)
        tables, relations = crowd.count(everyone(crowd))
        assert PlainAttack(suppress(tables, relations)).narrowed() == [], seed


def test_the_attack_succeeds_where_small_counts_alone_are_hidden() -> None:
    attacked = []
    for seed in AUDITS[:40]:
        crowd = some_crowd(seed)
        tables, _ = crowd.count(everyone(crowd))
        published = only_small_hidden(tables)
        if count_hidden(published):
            attacked.append(bool(PlainAttack(published).narrowed()))
    assert len(attacked) > 20
    assert sum(attacked) > len(attacked) / 2


def test_most_of_a_report_is_still_shown() -> None:
    needless = total = 0
    for seed in AUDITS[:40]:
        crowd = some_crowd(seed)
        tables, relations = crowd.count(everyone(crowd))
        needless += count_hidden(suppress(tables, relations)) - count_hidden(only_small_hidden(tables))
        total += sum(len(table.counts()) for table in tables) - count_hidden(only_small_hidden(tables))
    assert needless < total / 4


def two_reports_of_one_round(seed: int, *, is_careful: bool) -> PlainAttack:
    """Publish a round by its first attributes, later by others; the second report heeds the first if careful."""
    random = Random(f"attributes {seed}")
    crowd = Crowd(seed, random.choice([60, 90, 150]), (3, 6, 8), 4)
    first, first_relations = crowd.count(everyone(crowd), (1, 2))
    second, relations = crowd.count(everyone(crowd), (0, 1))
    published = suppress(first, first_relations)
    earlier = [Earlier(published, first_relations, Link.SAME)] if is_careful else []
    assert not is_careful or find_exposed(second, relations, earlier) == ()
    return PlainAttack(published, suppress(second, relations, earlier), is_same=True)


def test_two_reports_of_one_round_tell_no_more_together() -> None:
    assert {seed: two_reports_of_one_round(seed, is_careful=True).narrowed() for seed in range(25)} == {
        seed: [] for seed in range(25)
    }


def test_two_reports_of_one_round_tell_more_if_the_second_knows_nothing_of_the_first() -> None:
    assert any(two_reports_of_one_round(seed, is_careful=False).narrowed() for seed in range(25))


def nested_reports(seed: int, link: Link, *, is_careful: bool) -> list[float]:
    """Publish about all people and about most of them, in either order; return how small differences can be told.

    That is the most that each small difference between the two can be, as a share of its threshold.
    """
    random = Random(f"part {seed}")
    crowd = Crowd(seed, random.choice([80, 150, 300]), (3, 6), 4)
    part = sorted(random.sample(everyone(crowd), len(crowd.reached) - random.choice([2, 6, 20])))
    big, small = crowd.count(everyone(crowd)), crowd.count(part)
    first, second = (big, small) if link is Link.WHOLE else (small, big)
    published = suppress(*first)
    earlier = [Earlier(published, first[1], link)] if is_careful else []
    later = suppress(*second, earlier)
    reports = (published, later) if link is Link.WHOLE else (later, published)
    attack = PlainAttack(*reports, is_nested=True)
    counts = [
        {cell: count or 0 for table in tables for cell, count in table.counts().items()} for tables, _ in (big, small)
    ]
    shares = []
    for cell, count in counts[0].items():
        keys = [(number, cell.table, cell.row, cell.column) for number in range(2)]
        if 0 < count - counts[1][cell] < attack.thresholds[keys[0]]:
            shares.append(attack.most({keys[0]: 1, keys[1]: -1}) / attack.thresholds[keys[0]])
    return shares if attack.narrowed() == [] or not is_careful else [0.0]


@pytest.mark.parametrize("link", [Link.WHOLE, Link.PART])
def test_a_report_taken_off_one_about_more_people_leaves_nothing_small(link: Link) -> None:
    shares = [share for seed in range(12) for share in nested_reports(seed, link, is_careful=True)]
    assert len(shares) > 30
    assert min(shares) >= 1 - SLACK


@pytest.mark.parametrize("link", [Link.WHOLE, Link.PART])
def test_it_would_if_the_second_report_knew_nothing_of_the_first(link: Link) -> None:
    shares = [share for seed in range(12) for share in nested_reports(seed, link, is_careful=False)]
    assert min(shares) < 1


def reports_before_and_after(seed: int, *, is_careful: bool) -> tuple[PlainAttack, list[tuple[Key, int]]]:
    """Publish a round, let a few people lose or gain some stages, and publish it again.

    Return the attack on the second report by somebody who knows of every count that the first one printed whether it
    has changed, and the cells of the counts that changed by less than the threshold, with what they were. Cells that
    the first report gives away by itself are not among them.
    """
    random = Random(f"change {seed}")
    crowd = Crowd(seed, random.choice([80, 150, 300]), (3, 6), 4)
    first, relations = crowd.count(everyone(crowd))
    for person in random.sample(everyone(crowd), random.choice([1, 3, 8])):
        crowd.reached[person] = random.randint(1, 4)
    second, _ = crowd.count(everyone(crowd))
    published = suppress(first, relations)
    earlier = [Earlier(published, relations, Link.BEFORE)] if is_careful else []
    attack = PlainAttack(suppress(second, relations, earlier))
    lost = find_exposed(second, relations, earlier)
    then = {cell: count for table in published for cell, count in table.counts().items() if count is not None}
    now = {cell: count for table in second for cell, count in table.counts().items()}
    keys = {cell: (0, *cell[:3]) for cell in then}
    attack.known |= {keys[cell]: count for cell, count in then.items() if count == now[cell]}
    assert all(keys[cell] in attack.hidden for cell in lost if cell in keys)
    steps = {cell: abs(count - (now[cell] or 0)) for cell, count in then.items()}
    changed = [
        (keys[cell], then[cell])
        for cell in then
        if cell not in lost and 0 < steps[cell] < attack.thresholds[keys[cell]]
    ]
    return attack, changed


def can_be_far(attack: PlainAttack, key: Key, before: int) -> bool:
    """Whether a count can have changed by the threshold, for all an attacker can tell."""
    threshold = attack.thresholds[key] - SLACK
    return attack.most({key: 1}) >= before + threshold or attack.end({key: 1}) <= before - threshold


def test_reports_before_and_after_a_change_do_not_tell_how_few_it_concerned() -> None:
    changes = 0
    for seed in range(25):
        attack, changed = reports_before_and_after(seed, is_careful=True)
        changes += len(changed)
        assert [key for key, before in changed if not can_be_far(attack, key, before)] == [], seed
        assert [key for key in attack.hidden if attack.most({key: 1}) < attack.thresholds[key] - SLACK] == [], seed
    assert changes > 50


def test_they_would_if_the_second_report_knew_nothing_of_the_first() -> None:
    attack, changed = reports_before_and_after(0, is_careful=False)
    assert not all(can_be_far(attack, key, before) for key, before in changed)
