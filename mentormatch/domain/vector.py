"""What a plan is worth, as the vector by which rounds, prices and exceptions are compared."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Vector:
    """People served, pairings in each quality band (the worst first), what the load costs, and points in all.

    ``load`` adds up, over the mentors, 1 for the second place, 2 for the third, and so on. A difference of two vectors
    is one too, and its numbers may be negative.
    """

    served: int
    bands: tuple[int, ...]
    load: int
    points: int

    @property
    def pairings(self) -> int:
        """How many pairings there are."""
        return sum(self.bands)

    def __sub__(self, other: "Vector") -> "Vector":
        """Return what this plan has more than another one under the same bands."""
        bands = tuple(mine - theirs for mine, theirs in zip(self.bands, other.bands, strict=True))
        return Vector(self.served - other.served, bands, self.load - other.load, self.points - other.points)


def vector_of(pairings: Collection[Pairing], policy: Policy) -> Vector:
    """Return the vector of a plan; bands are counted from the points by the policy's bounds."""
    loads = Counter(pairing.mentor_id for pairing in pairings)
    counts = Counter(policy.band_of(pairing.points) for pairing in pairings)
    return Vector(
        served=len({pairing.mentee_id for pairing in pairings}),
        bands=tuple(counts[band] for band in range(len(policy.bands) + 1)),
        load=sum(load * (load - 1) // 2 for load in loads.values()),
        points=sum(pairing.points for pairing in pairings),
    )
