"""Several uses in one transaction: all of what they change is kept, or nothing of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from mentormatch.services.ports import Ports, Unit


@dataclass(frozen=True, slots=True)
class OneTransaction:
    """Implements ``services.ports.Store`` within a transaction that has begun and that somebody else ends.

    An error must not be caught within: what was changed before it would stay.
    """

    unit: Unit

    def read[T](self, work: Callable[[Unit], T]) -> T:
        """Do work on what the transaction sees."""
        return work(self.unit)

    def write[T](self, work: Callable[[Unit], T]) -> T:
        """Do work that counts when the transaction ends well."""
        return work(self.unit)


def within(ports: Ports, unit: Unit) -> Ports:
    """Return the ports with a store that does everything in the transaction of a unit."""
    return replace(ports, store=OneTransaction(unit))
