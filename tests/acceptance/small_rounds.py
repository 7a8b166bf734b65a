"""Random rounds small enough for exhaustive search, and dense enough that rules, caps and exclusions bind in many.

Two to four managers and their staff: managers mentor each other's staff (favour exchanges), staff mentor managers and
each other (reciprocal pairs), and teams span departments.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from mentormatch.domain.direction import DIRECTIONS, Direction
from mentormatch.domain.enrolment import Enrolment, Rhythm
from mentormatch.domain.pairing import PastPairing
from mentormatch.domain.people import Person, Status
from mentormatch.domain.policy import STAGES, CapacityPolicy, Policy, RuleSettings
from mentormatch.domain.reasons import RuleId
from mentormatch.domain.round import Round

SIDE_MOST = 7
TOP, GHOST = "top", "ghost"
DEPARTMENTS = ("Finance", "Sales", "Works", "")
SKILLS = ("sql", "law", "talks", "tax")
INTERESTS = ("chess", "choir", "cycling")
TIMEZONES = ("Europe/London", "Europe/Berlin", "Asia/Kolkata", "")
LANGUAGES = ((), (), ("en",), ("en", "de"), ("de", "fr"))
DIRECTION_SETS = (
    (Direction.UPWARD,),
    (Direction.UPWARD, Direction.REVERSE),
    (Direction.PEER, Direction.DOWNWARD),
    (Direction.UPWARD, Direction.FORWARD, Direction.PEER),
    DIRECTIONS,
    DIRECTIONS,
)
STAGE_ORDERS = (
    STAGES,
    STAGES,
    STAGES,
    ("waiting", "coverage", "floors", "bands", "points", "load", "lottery"),
    ("coverage", "points", "lottery"),
)


def small_round(seed: int) -> Round:
    """Return a random round of at most 7 mentees and 7 mentors with 0 to 3 places each."""
    return Draw(Random(seed), trouble=(0.0, 0.3, 1.0)[seed % 3], is_plain=seed % 5 == 0).round(str(seed))


def crowded_round(seed: int) -> Round:
    """Return a random round of about 15 people, of whom two in five offer places: many of those who ask get none."""
    rng = Random(seed)
    draw = Draw(rng, 0.3, is_plain=seed % 2 == 0, managers=range(3, 4), staff=range(11, 13), side_most=14)
    round_ = draw.round(str(seed))
    offers = [entry if rng.random() < 0.4 else replace(entry, as_mentor={}) for entry in round_.enrolments]
    return replace(round_, enrolments=tuple(offers))


@dataclass(frozen=True)
class Draw:
    """Draws one round: ``trouble`` (0 to 1) scales how often people stand in each other's way.

    In a plain round nobody answers any question, so that many pairs score the same and the lottery decides. The ranges
    say how many managers and staff there may be, ``side_most`` how many of them at most are mentees, or mentors.
    """

    rng: Random
    trouble: float
    is_plain: bool
    managers: range = range(2, 6)
    staff: range = range(2, 10)
    side_most: int = SIDE_MOST

    def round(self, seed: str) -> Round:
        """Return a round with everything that a round can hold."""
        managers = [f"m{number}" for number in range(self.rng.choice(self.managers))]
        staff = [f"s{number}" for number in range(self.rng.choice(self.staff))]
        everybody = [*managers, *staff]
        people = [Person(TOP, "Top", level=6, department="Board")]
        people += [self.person(who, ["", "", "", TOP, *managers[:row]], everybody) for row, who in enumerate(managers)]
        people += [self.person(who, managers, everybody) for who in staff]
        entries = self.enrolments(everybody)
        return Round(
            people=tuple(self.rng.sample(people, len(people))),
            enrolments=tuple(self.rng.sample(entries, len(entries))),
            history=self.history(everybody) if self.trouble else (),
            policy=self.policy(),
            seed=seed,
            quarantined=frozenset(self.some(everybody, 0.02)),
        )

    def person(self, who: str, managers: Sequence[str], everybody: Sequence[str]) -> Person:
        """Return a manager (level 3 to 5) or a member of staff (level 1 to 3) with lines and a unit."""
        lowest = 1 if who.startswith("s") else 3
        person = Person(
            who,
            who.upper(),
            manager_id=GHOST if self.happens(0.02) else self.rng.choice(managers),
            level=None if self.happens(0.08) else self.rng.randint(lowest, lowest + 2),
            department=self.rng.choice(DEPARTMENTS),
            dotted_manager_ids=tuple(name for name in self.some(managers, 0.1) if name not in ("", who)),
            evaluator_ids=self.some(everybody, 0.04),
            previous_manager_ids=self.some(everybody, 0.04),
            status=Status.LEAVE if self.happens(0.03) else Status.ACTIVE,
        )
        return person if self.is_plain else self.with_details(person)

    def with_details(self, person: Person) -> Person:
        """Return a person with title, division, clock and languages."""
        return replace(
            person,
            job_title=self.rng.choice(("Sales", "Clerk")),
            division=self.rng.choice(("North", "South")),
            timezone=self.rng.choice(TIMEZONES),
            languages=self.rng.choice(LANGUAGES) if self.trouble else (),
        )

    def enrolments(self, everybody: Sequence[str]) -> list[Enrolment]:
        """Return an enrolment of everybody, as mentee, as mentor or as both."""
        directions = self.rng.choice(DIRECTION_SETS)
        size = min(self.side_most, len(everybody))
        mentees, mentors = self.rng.sample(everybody, size), self.rng.sample(everybody, size)
        return [
            self.answers(
                Enrolment(
                    who,
                    as_mentee={d: self.rng.choice((0, 1, 1, 2)) for d in directions} if who in mentees else {},
                    as_mentor={d: self.rng.choice((0, 1, 2, 2, 3)) for d in directions} if who in mentors else {},
                    max_mentors=self.rng.choice((0, 1, 1, 2, 2, 2, 2)),
                    max_mentees=self.rng.choice((0, 1, 2, 2, 3, 3, 3)),
                    target_area=self.rng.choice(DEPARTMENTS),
                    waiting_rounds=self.rng.choice((0, 0, 0, 1, 2)),
                ),
                everybody,
            )
            for who in everybody
        ]

    def answers(self, entry: Enrolment, everybody: Sequence[str]) -> Enrolment:
        """Return an enrolment with what somebody wants, offers, wishes and refuses; none of it in a plain round."""
        if self.is_plain:
            return entry
        return replace(
            entry,
            skills_wanted=tuple(self.rng.sample(SKILLS, self.rng.choice((0, 2, 3)))),
            skills_offered=tuple(self.rng.sample(SKILLS, self.rng.choice((0, 2, 3, 4)))),
            interests=tuple(self.rng.sample(INTERESTS, self.rng.choice((0, 1, 2, 3)))),
            prefers=tuple(self.rng.sample(everybody, self.rng.choice((0, 1, 3)))),
            rather_not=self.some(everybody, 0.05),
            avoids=self.some(everybody, 0.03),
            conflicts=self.some(everybody, 0.03),
            meeting_rhythm=self.rng.choice((None, *Rhythm)),
            trained=False if self.happens(0.1) else self.rng.choice((None, True)),
        )

    def history(self, everybody: Sequence[str]) -> tuple[PastPairing, ...]:
        """Return a pairing of each of five earlier rounds, of which the last three count."""
        rounds = (("r9", None), ("r10", None), ("r1", date(2024, 1, 1)), ("r2", date(2025, 1, 1)), ("r3", None))
        pairs = [self.rng.sample(everybody, 2) for _ in rounds]
        return tuple(
            PastPairing(mentor, mentee, Direction.PEER, name, started)
            for (mentor, mentee), (name, started) in zip(pairs, rounds, strict=True)
        )

    def policy(self) -> Policy:
        """Return a policy with every rule on in most rounds, and varied caps, floors, bands and stages."""
        off = self.rng.sample(tuple(RuleId), self.rng.choice((0, 0, 0, 5)))
        return Policy(
            rules={rule: rule not in off for rule in RuleId},
            rule_settings=RuleSettings(
                same_manager_includes_peers=self.rng.random() < 0.5,
                training_needs_answer=self.happens(0.1),
                floor_points=self.rng.choice((0, 200, 350)),
            ),
            capacity=CapacityPolicy(
                mentor_limit=self.rng.choice((2, 3, 3)),
                mentee_limit=self.rng.choice((1, 2, 2, 2)),
                mentee_direction_limit=self.rng.choice((1, 1, 2)),
                department_share=self.rng.choice((0.3, 0.5, 0.5, 1.0)),
                team_limit=self.rng.choice((1, 1, 2)),
                forbid_favour_exchange=self.rng.random() < 0.9,
                forbid_reciprocal=self.rng.random() < 0.9,
            ),
            bands=self.rng.choice(((350, 450, 550, 650, 750), (400, 500, 600), ())),
            stages=self.rng.choice(STAGE_ORDERS),
        )

    def happens(self, share: float) -> bool:
        """Whether something happens that happens with the given probability in a round full of trouble."""
        return self.rng.random() < share * self.trouble

    def some(self, names: Sequence[str], share: float) -> tuple[str, ...]:
        """Return each name with the given probability, in a round full of trouble."""
        return tuple(name for name in names if self.happens(share))
