"""The whole audit of a round: all figures at once, as plain values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from mentormatch.audit.concentration import Concentration, find_concentration
from mentormatch.audit.favouritism import Favouritism, find_favouritism
from mentormatch.audit.funnel import Funnel, build_funnel
from mentormatch.audit.groups import Attributes, find_groupings, find_nested
from mentormatch.audit.impact import Impact, find_impacts
from mentormatch.audit.overrides import Overrides, find_overrides
from mentormatch.audit.random_plans import Null, draw_plans
from mentormatch.audit.sensitivity import Solve, WeightChange, find_sensitivity
from mentormatch.audit.solved_round import read_solved_round
from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Round

PLANS = 999
"""Random plans of each kind for all figures but those of single managers, which take more."""


@dataclass(frozen=True, slots=True)
class Audit:
    """All figures of the fairness audit of a round; small cells are not hidden yet.

    ``divisions`` says where each department belongs that lies in one division. ``plans`` is the number of random
    plans of each kind, for all figures but those of single managers, which take more. ``sensitivity`` is None when the
    round was not solved again. ``dataclasses.asdict`` gives what JSON can hold.
    """

    divisions: Mapping[str, str]
    funnels: tuple[Funnel, ...]
    impacts: tuple[Impact, ...]
    concentration: Concentration
    favouritism: Favouritism
    overrides: Overrides
    sensitivity: tuple[WeightChange, ...] | None
    plans: int
    seed: int

    @property
    def flags(self) -> int:
        """How many things are flagged in all."""
        impacts = sum(group.is_flagged for impact in self.impacts for group in impact.groups)
        ties = sum(tie.is_flagged for tie in self.favouritism.ties) + bool(self.favouritism.second_helpings)
        managers = sum(access.is_flagged for access in self.favouritism.managers)
        return impacts + ties + managers + sum(test.is_flagged for test in self.overrides.tests)


def audit(
    matching_round: Round,
    pairings: Collection[Pairing],
    *,
    attributes: Attributes | None = None,
    seed: int = 0,
    solve: Solve | None = None,
) -> Audit:
    """Audit the pairings of a round.

    ``attributes`` are protected attributes, name to person to value: they make groups to count in, and nothing else
    reads them. ``seed`` is that of the random plans. With ``solve`` the round is solved again with other weights.
    """
    solved = read_solved_round(matching_round, pairings)
    groupings = find_groupings(matching_round.people, attributes)
    samples = {null: draw_plans(solved, null, seed=seed, plans=PLANS) for null in Null}
    return Audit(
        divisions=find_nested(groupings, "department", "division"),
        funnels=tuple(build_funnel(solved, grouping) for grouping in groupings),
        impacts=find_impacts(solved, groupings),
        concentration=find_concentration(solved, samples),
        favouritism=find_favouritism(solved, samples, seed=seed),
        overrides=find_overrides(solved),
        sensitivity=None if solve is None else find_sensitivity(matching_round, pairings, solve),
        plans=PLANS,
        seed=seed,
    )
