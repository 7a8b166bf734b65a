"""Icons: taken from the installed package one by one and set into the page, so that no page loads all of them."""

import re
from functools import cache
from pathlib import Path

import flask_bootstrap
from markupsafe import Markup

SPRITE = Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "icons" / "bootstrap-icons.svg"


@cache
def icon(name: str) -> Markup:
    """Return an icon as an image that screen readers pass over; the text beside it says what it means."""
    found = re.search(
        rf'<symbol[^>]*viewBox="([^"]+)"[^>]*id="{re.escape(name)}"[^>]*>(.*?)</symbol>', _sprite(), re.DOTALL
    )
    if found is None:
        raise LookupError(f"there is no icon {name}")
    box, shapes = found.groups()
    drawn = f'<svg class="icon" viewBox="{box}" aria-hidden="true" focusable="false">{shapes}</svg>'
    # The shapes come from the installed package; nothing in them was typed by anybody.
    return Markup(drawn)  # nosec B704


@cache
def _sprite() -> str:
    return SPRITE.read_text(encoding="utf-8")
