"""The stages in words: what a loss in one of them means."""

from mentormatch.domain.policy import Policy
from mentormatch.explanation.certified_cases import Loss


def say_loss(loss: Loss, policy: Policy) -> str:
    """Return what a loss means, as in ``1 person fewer served``."""
    kind, _, number = loss.stage.partition(":")
    return SAYINGS[kind](loss.amount, int(number or 0), policy) if kind in SAYINGS else "nothing"


def say_stage(stage: str, policy: Policy) -> str:
    """Return what a stage is about."""
    kind, _, number = stage.partition(":")
    if kind == "bands":
        return f"as few pairings as possible at {say_band(int(number), policy.bands)}"
    if kind == "waiting":
        return f"as many served as possible of those who waited {number} {'round' if number == '1' else 'rounds'}"
    return ABOUT.get(kind, kind)


def say_band(band: int, bands: tuple[int, ...]) -> str:
    """Return a band as the points that it spans."""
    if not bands:
        return "any points"
    if band == 0:
        return f"under {bands[0]} points"
    return f"{bands[band - 1]} to {bands[band] - 1} points" if band < len(bands) else f"{bands[-1]} points and more"


def _people(amount: int, _number: int, _policy: Policy) -> str:
    return f"{amount:,} {'person' if amount == 1 else 'people'} fewer served"


def _waiting(amount: int, rounds: int, _policy: Policy) -> str:
    who = "person" if amount == 1 else "people"
    return f"{amount:,} {who} fewer served of those who waited {rounds} {'round' if rounds == 1 else 'rounds'}"


def _bands(amount: int, band: int, policy: Policy) -> str:
    return f"{amount:,} {'pairing' if amount == 1 else 'pairings'} more at {say_band(band, policy.bands)}"


def _load(amount: int, _number: int, _policy: Policy) -> str:
    return f"places spread worse over the mentors (cost of the load {amount:,} higher)"


def _points(amount: int, _number: int, _policy: Policy) -> str:
    return f"{amount:,} {'point' if amount == 1 else 'points'} fewer"


def _lottery(_amount: int, _number: int, _policy: Policy) -> str:
    return "nothing but the draw among equals"


ABOUT = {
    "coverage": "as many people served as possible",
    "load": "places spread over the mentors",
    "points": "the largest total of points",
    "lottery": "the draw among equals",
}
SAYINGS = {
    "waiting": _waiting,
    "coverage": _people,
    "bands": _bands,
    "load": _load,
    "points": _points,
    "lottery": _lottery,
}
