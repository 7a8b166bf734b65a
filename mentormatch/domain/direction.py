"""The five directions in which one person can mentor another."""

from enum import StrEnum


class Direction(StrEnum):
    """Which way a pairing points; the order of the members breaks ties between directions.

    In upward, reverse, peer and forward the mentee asks and the mentor accepts;
    in downward the mentor asks and the mentee accepts.
    """

    UPWARD = "upward"
    DOWNWARD = "downward"
    REVERSE = "reverse"
    PEER = "peer"
    FORWARD = "forward"


DIRECTIONS: tuple[Direction, ...] = tuple(Direction)
DIRECTION_INDEX: dict[Direction, int] = {direction: k for k, direction in enumerate(DIRECTIONS)}
