"""Whether the portal is well: for whoever watches over the machine."""

from mentormatch.portal.access import open_to_everybody
from mentormatch.portal.context import get_ports
from mentormatch.portal.employee.blueprint import employee


@employee.get("/health")
@open_to_everybody
def show_health() -> tuple[str, int, dict[str, str]]:
    """Answer "ok" when the database answers; otherwise the error of the database does."""
    get_ports().store.read(lambda unit: unit.accounts.has_administrator())
    return "ok", 200, {"Content-Type": "text/plain; charset=utf-8"}
