"""Every page that somebody can open, as tests/access/matrix.toml has it, and how else a page may look.

A page is here as soon as it stands in the matrix; only what looks different at another address is added by hand.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.access.grounds import VISITORS, Grounds

MATRIX = Path(__file__).parents[1] / "access" / "matrix.toml"
NO_PAGES = (
    "bootstrap.static",
    "employee.show_health",
    "hr.download_policy",
    "hr.download_problems",
    "hr.example_import",
    "hr.follow_import",
    "hr.show_branch",
    "static",
)
"""What answers with something else than a page: files, and parts for scripts."""
OTHER_LOOKS: Mapping[str, Mapping[str, Mapping[str, object]]] = {
    "admin.list_users": {"search": {"search": "spare", "state": "active"}, "nothing": {"search": "nobody"}},
    "admin.show_user": {"invited": {"user_key": "@invited"}},
    "auditor.read_log": {"nothing": {"subject": "Person 999999"}},
    "hr.compare_versions": {"same": {"old": 1, "new": 1}},
    "hr.list_people": {"search": {"search": "er", "status": "active"}, "nothing": {"search": "nobody at all"}},
    "hr.show_import": {"running": {"run_key": 1}, "problems": {"run_key": 2}, "done": {"run_key": 4}},
    "hr.show_organisation": {"search": {"search": "an"}, "nothing": {"search": "nobody at all"}},
    "hr.show_person": {"manager": {"person_key": "@manager"}, "mentee": {"person_key": 3}},
    "hr.show_version": {"first": {"number": 1}},
}
"""More addresses of an endpoint, by a name for each; the values go over those of the matrix, or after the ``?``."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as somebody may see it; ``others`` may open the same."""

    endpoint: str
    look: str
    visitor: str
    others: tuple[str, ...]
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of its pictures."""
        name = self.endpoint.replace(".", "-").replace("_", "-")
        return f"{name}-{self.look}" if self.look else name

    def path(self, grounds: Grounds) -> str:
        """Return its address within the portal."""
        return grounds.address(self.endpoint, self.values, self.visitor)


def list_shown_pages() -> Iterator[Shown]:
    """Yield every page that answers 200 to somebody, in each of its looks."""
    for endpoint, entry in tomllib.loads(MATRIX.read_text(encoding="utf-8")).items():
        readers = [name for name, status in zip(VISITORS[:-1], entry["GET"], strict=False) if status == 200]
        if not readers or endpoint in NO_PAGES:
            continue
        values = entry.get("values", {})
        for look, more in {"": {}, **OTHER_LOOKS.get(endpoint, {})}.items():
            yield Shown(endpoint, look, readers[0], tuple(readers[1:]), {**values, **more})


PAGES = tuple(list_shown_pages())
