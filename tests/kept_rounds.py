"""Rounds that are kept in a database, for tests: an organisation that is stored, its round, and what was matched."""

from dataclasses import dataclass
from functools import cache

from mentormatch.domain.accounts import Actor, Role
from mentormatch.domain.plan import PairingState, PlanState
from mentormatch.domain.policy import Policy
from mentormatch.domain.programme import Programme, RoundState
from mentormatch.domain.round import Outcome, Round
from mentormatch.matching.engine import Match, match
from mentormatch.services.ports import Ports
from mentormatch.services.programmes import add_programme
from mentormatch.services.round_import import BroughtIn, FinishedPlan, NewRound, bring_in_round
from mentormatch.synthesis.organisation import generate_organisation
from tests.offices import Office

SCHEME = "Mentoring"
PEOPLE = 70


@cache
def a_made_up_round(seed: int = 5) -> Round:
    """Return the round of a made-up organisation."""
    made = generate_organisation(PEOPLE, seed)
    return Round(made.people, made.enrolments, made.history, Policy(programme=SCHEME), seed=f"drawn {seed}")


@cache
def its_match(seed: int = 5) -> Match:
    """Return how that round ends, with the proof."""
    return match(a_made_up_round(seed), digests={})


def its_outcome(seed: int = 5) -> Outcome:
    """Return how that round ends."""
    return its_match(seed).outcome


@dataclass(frozen=True, slots=True)
class House:
    """An office in which the people of a made-up round are stored, with a programme and somebody of HR."""

    office: Office
    hr: Actor
    programme: Programme
    keys: dict[str, int]

    @property
    def ports(self) -> Ports:
        """The ports of the office."""
        return self.office.ports

    def bring_in(
        self,
        name: str = "Spring",
        *,
        state: RoundState = RoundState.OPEN,
        plan: FinishedPlan | None = None,
        seed: int = 5,
    ) -> BroughtIn:
        """Bring the round in."""
        return bring_in_round(
            self.ports, self.hr, self.programme.key, NewRound(name, state), a_made_up_round(seed), plan
        )

    def publish(self, pairings: PairingState = PairingState.PROPOSED, name: str = "Spring") -> BroughtIn:
        """Bring the round in as one that is published, all of whose pairings are in a state."""
        state = RoundState.CLOSED_OUT if pairings is PairingState.ENDED else RoundState.ACTIVE
        return self.bring_in(name, state=state, plan=FinishedPlan(its_outcome(), PlanState.PUBLISHED, pairings))


def make_house(office: Office, seed: int = 5) -> House:
    """Store the people of a made-up round, and make a programme."""
    keys = office.employ(*a_made_up_round(seed).people)
    hr = office.actor(Role.HR)
    return House(office, hr, add_programme(office.ports, hr, SCHEME), keys)
