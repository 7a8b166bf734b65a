"""What became of the access floors of a round: which groups had one, and at what rate each got its places."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class GroupAccess:
    """One group of mentees: its name, how many they are, and how many have a place after the first pass."""

    name: str
    size: int
    served: int


@dataclass(frozen=True, slots=True)
class AccessFloors:
    """The floors of a round: of each group, places for at most ``rate`` and at least ``share`` percent of that.

    ``asked`` is the percentage that the policy asks for, ``by`` what the groups are. Those that are ``too_small`` for a
    floor have none.
    """

    by: str
    asked: int
    share: int
    rate: Fraction
    groups: tuple[GroupAccess, ...]
    too_small: tuple[GroupAccess, ...]
