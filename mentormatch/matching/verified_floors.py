"""Access floors for the verifier: groups counted again, bounds worked out again, the choice of the rate looked through.

Written beside docs/rules-and-score.md (Access floors), and shared with nothing that builds or solves a programme.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.text import fold
from mentormatch.errors import CertificateError
from mentormatch.matching.certificate import FloorsCertificate, PassCertificate, TriedRate
from mentormatch.matching.roster import Roster
from mentormatch.matching.verified_limits import GROUP, NamedRow

FLOORS = "floors"
SHOWN_GROUPS = 10


def read_groups(roster: Roster) -> dict[str, str]:
    """Return each mentee's group, for those who are in one, whatever its size."""
    floors, groups = roster.policy.floors, dict[str, str]()
    for person in roster.mentees.people if roster.policy.has_floors else ():
        name = getattr(person, floors.by)
        groups[person.person_id] = "" if name is None else fold(str(name))
    return {person: name for person, name in groups.items() if name}


def count_groups(roster: Roster) -> tuple[dict[str, int], dict[str, int]]:
    """Return the sizes of the groups that have a floor, and of those that are too small for one."""
    sizes, least = Counter(read_groups(roster).values()), roster.policy.floors.group_min
    large = {name: size for name, size in sizes.items() if size >= least}
    return large, {name: size for name, size in sizes.items() if size < least}


@dataclass(frozen=True)
class Floors:
    """The access floors of a pass, believed: the share in percent, the rate, the size of each group.

    ``locked`` counts the mentees of each group who have a locked pairing, ``served`` those who have one after the pass.
    """

    asked: int
    share: int
    rate: Fraction
    sizes: Mapping[str, int]
    too_small: Mapping[str, int]
    locked: Mapping[str, int]
    served: Mapping[str, int]

    @property
    def bounds(self) -> dict[NamedRow, tuple[int, int]]:
        """How many of each group the pass itself serves at least and at most."""
        bounds: dict[NamedRow, tuple[int, int]] = {}
        for name, size in self.sizes.items():
            least, most = ceil(self.rate * size * self.share / 100), floor(self.rate * size)
            bounds[GROUP, (name,)] = (max(least - self.locked[name], 0), most - self.locked[name])
        return bounds

    @property
    def reached(self) -> int:
        """What percentage of the rate every group gets in the published plan."""
        return min(
            (floor(100 * self.served[name] / (self.rate * size)) for name, size in self.sizes.items()), default=0
        )

    def tell(self) -> Iterator[str]:
        """Yield what has been proven of the floors, and which groups they leave out."""
        groups = "1 group" if len(self.sizes) == 1 else f"{len(self.sizes)} groups"
        asked = "" if self.share == self.asked else f", where {self.asked} % are asked for"
        yield f"rate {float(self.rate):.3f}, {groups} within {self.share} % of the best{asked}"
        if self.too_small:
            names = [f"{name} ({size})" for name, size in sorted(self.too_small.items())]
            more = f" and {len(names) - SHOWN_GROUPS} more" if len(names) > SHOWN_GROUPS else ""
            yield f"too small for a floor: {', '.join(names[:SHOWN_GROUPS])}{more}"


def read_floors(part: PassCertificate, roster: Roster, pairings: Sequence[Pairing]) -> Floors | None:
    """Return the access floors of a pass, if any. Raises CertificateError when they are not those of the round."""
    where = f"Pass {part.pass_number}, stage {FLOORS}"
    if (part.floors is not None) is not (roster.policy.has_floors and part.pass_number == 1):
        what = "no access floors, which the policy asks for" if part.floors is None else "access floors for nothing"
        raise CertificateError(f"Pass {part.pass_number} has {what}.")
    if part.floors is None:
        return None
    check_groups(part.floors, roster, where)
    floors = _count_served(part.floors, roster, pairings)
    check_level(floors, where)
    check_share(floors, part, where)
    check_trials(part.floors, part, where)
    return floors


def check_groups(told: FloorsCertificate, roster: Roster, where: str) -> None:
    """Check that the groups and their sizes are those of the round."""
    large, small = count_groups(roster)
    for found, stated in ((large, told.groups), (small, told.too_small)):
        for name in sorted(found.keys() | stated.keys()):
            if found.get(name) != stated.get(name):
                size, claim = found.get(name, "not one of them"), stated.get(name, "not one of them")
                kind = "with a floor" if found is large else "too small for a floor"
                raise CertificateError(f"{where}: of the groups {kind}, {name!r} is {size}, not {claim}.")


def _count_served(told: FloorsCertificate, roster: Roster, pairings: Sequence[Pairing]) -> Floors:
    """Return the floors with what locks and the pass give each group."""
    group = read_groups(roster)
    passes = ({p.mentee_id for p in pairings if p.pass_number <= last} for last in (0, 1))
    locked, served = (Counter(group[who] for who in mentees if who in group) for mentees in passes)
    asked = roster.policy.floors.percent
    return Floors(asked, told.share, told.rate, told.groups, told.too_small, locked, served)


def check_level(floors: Floors, where: str) -> None:
    """Check that rate and share can be, and that the published plan keeps them."""
    if not 0 < floors.rate <= 1 or not 0 <= floors.share <= floors.asked:
        raise CertificateError(
            f"{where}: a rate of {floors.rate} at {floors.share} % cannot be, where {floors.asked} % are asked for."
        )
    for (_, (name,)), (least, most) in floors.bounds.items():
        served = floors.served[name] - floors.locked[name]
        if not least <= served <= most:
            raise CertificateError(f"{where}: {served} of the group {name!r} get a place, not {least} to {most}.")


def check_share(floors: Floors, part: PassCertificate, where: str) -> None:
    """Check that a share under the one asked for is not one that the plan itself shows to be too small.

    A plan that is worth less in the stages before than the pass without exclusions shows nothing about that.
    """
    names = list(part.values)
    before = names[: names.index(FLOORS)] if FLOORS in names else names
    bounds = {stage.name: stage.bound for stage in part.tree.stages}
    is_best = all(bounds.get(name) == part.values[name] for name in before)
    if is_best and floors.share < min(floors.asked, floors.reached):
        raise CertificateError(
            f"{where}: the plan reaches {floors.reached} % of the rate, so the share need not be {floors.share} %."
        )


def check_trials(told: FloorsCertificate, part: PassCertificate, where: str) -> None:
    """Check that the rate is the best of those tried, the lowest of equals, and worth what the proof says."""
    rates = [one.rate for one in told.tried]
    if any(lower >= higher for lower, higher in pairwise(rates)) or not all(0 < rate <= 1 for rate in rates):
        raise CertificateError(f"{where}: the rates that were tried do not rise from above 0 to 1.")
    best = max((one for one in told.tried if one.is_lawful), key=_worth, default=None)
    if best is None or best.rate != told.rate:
        raise CertificateError(f"{where}: the rate {told.rate} is not the best of those that were tried.")
    proven = {stage.name: stage.bound for stage in part.tree.stages}
    names = [name for name in part.values if not name.startswith(("lottery:", "unique"))]
    after = names[names.index(FLOORS) + 1 :] if FLOORS in names else []
    if list(best.values) != after[: len(best.values)] or any(proven.get(n) != v for n, v in best.values.items()):
        raise CertificateError(f"{where}: the rate {told.rate} is not worth what the certificate says.")


def _worth(one: TriedRate) -> tuple[list[int], Fraction]:
    """Return what rates are compared by."""
    return list(one.values.values()), -one.rate
