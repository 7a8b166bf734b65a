"""What a plan of a pass is worth by stage, and what another one is worth less."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mentormatch.matching.roster import Ints
from mentormatch.matching.rows import Columns
from mentormatch.matching.stages import Stage


@dataclass(frozen=True, eq=False)
class PlanWorth:
    """Counts plans by the stages of a pass; ``held`` are the places that each mentor held before it."""

    stages: Sequence[Stage]
    held: Ints

    def loss(self, plan: Columns, other: Columns) -> Mapping[str, int]:
        """Return by how much another plan is worth less, by stage."""
        width = len(self.held)
        here, there = (part.mentee * width + part.mentor for part in (plan, other))
        removed, added = plan.where(~np.isin(here, there)), other.where(~np.isin(there, here))
        spread = self._load(other) - self._load(plan)
        return {
            stage.name: int(stage.weigh(removed).sum() - stage.weigh(added).sum()) + spread * stage.spreads_load
            for stage in self.stages
        }

    def _load(self, plan: Columns) -> int:
        """Return what the load of a plan costs: each mentor's places, counted on from those held."""
        count = np.bincount(plan.mentor, minlength=len(self.held))
        return int((count * self.held + count * (count - 1) // 2).sum())
