"""The verifier: checks a published round against its certificate, counting everything again, without any solver.

It starts from the round as the input files tell it and believes nothing that the engine remembered. All of it is
whole-number arithmetic (docs/method.md, section 10). It reaches no module that builds or solves a programme, not even
through others.
"""

from collections.abc import Iterator, Mapping, Sequence

from mentormatch.domain.pairing import Pairing
from mentormatch.domain.round import Round, SolveStatus
from mentormatch.errors import CertificateError
from mentormatch.matching.certificate import Certificate, PassCertificate
from mentormatch.matching.reference import build_reference
from mentormatch.matching.roster import build_roster
from mentormatch.matching.verified_cases import PassFigures, PassVerifier
from mentormatch.matching.verified_floors import FLOORS, Floors, read_floors
from mentormatch.matching.verified_limits import Limits, open_pass, read_limits
from mentormatch.matching.verified_pairings import check_pairings
from mentormatch.matching.verified_rows import Bounds, RowBook
from mentormatch.matching.verified_stages import DRAWS_MOST, Draw, Plan, Scales, name_stages
from mentormatch.matching.verified_table import Table, build_table, open_candidates


def verify(
    matching_round: Round, pairings: Sequence[Pairing], certificate: Certificate, digests: Mapping[str, str]
) -> Iterator[str]:
    """Check that the pairings are the only best outcome of a round; yield a line for each step and stage that holds.

    ``digests`` are the SHA-256 of the input files as they are now, by name. Raises CertificateError at the first thing
    that does not hold: one sentence that says where and what.
    """
    check_inputs(matching_round, certificate, digests)
    yield f"inputs: {', '.join(sorted(digests)) or 'no files'}; round, seed and people set aside as in the proof"
    limits, pass_count = read_limits(matching_round), max(matching_round.policy.capacity.mentee_limit, 1)
    check_pairings(build_reference(matching_round), limits, pairings, pass_count)
    yield f"pairings: {len(pairings):,}, each a candidate with its points; together they keep every limit"
    table = build_table(build_roster(matching_round))
    check_table(table, pairings, certificate)
    yield f"candidates: {certificate.candidates:,}, as the proof says"
    check_pass_numbers(certificate, pass_count)
    draw = Draw(matching_round.seed, matching_round.policy.round_name)
    for part in certificate.passes:
        yield from verify_pass(part, table, limits, pairings, draw)


def check_inputs(matching_round: Round, certificate: Certificate, digests: Mapping[str, str]) -> None:
    """Check that the certificate is a finished proof about exactly this round."""
    if certificate.status != SolveStatus.PROVEN:
        raise CertificateError(
            f"The match ended as {certificate.status!r} before everything was proven, so there is no proof to check."
        )
    for name in sorted(digests.keys() | certificate.digests.keys()):
        if name not in digests or name not in certificate.digests:
            here, there = ("missing", "in") if name in certificate.digests else ("there", "not in")
            raise CertificateError(f"The input {name} is {here}, but it is {there} the certificate.")
        if digests[name] != certificate.digests[name]:
            raise CertificateError(f"The input {name} is not the one that was matched: its SHA-256 is another.")
    stated = (certificate.round_name, certificate.seed, certificate.quarantined)
    actual = (matching_round.policy.round_name, matching_round.seed, tuple(sorted(matching_round.quarantined)))
    for what, told, found in zip(
        ("name of the round", "seed", "list of people set aside"), stated, actual, strict=True
    ):
        if told != found:
            raise CertificateError(f"The {what} is {found!r}, but the certificate says {told!r}.")


def check_table(table: Table, pairings: Sequence[Pairing], certificate: Certificate) -> None:
    """Check the candidates counted in blocks: how many there are, and that both readings agree on each pairing."""
    count = table.count()
    if count != certificate.candidates:
        raise CertificateError(
            f"The round has {count:,} candidates, but the certificate says {certificate.candidates:,}."
        )
    for pairing in pairings:
        table.check(pairing)


def check_pass_numbers(certificate: Certificate, pass_count: int) -> None:
    """Check that each pass has its proof, in order."""
    numbers = [part.pass_number for part in certificate.passes]
    if numbers != list(range(1, pass_count + 1)):
        raise CertificateError(f"The certificate proves the passes {numbers}; the round has {pass_count}, from 1 on.")


def verify_pass(
    part: PassCertificate, table: Table, limits: Limits, pairings: Sequence[Pairing], draw: Draw
) -> Iterator[str]:
    """Check one pass, given the pairings of those before it; yield a line for each stage and one for the whole."""
    earlier = [pairing for pairing in pairings if pairing.pass_number < part.pass_number]
    opening = open_pass(limits, earlier, part.pass_number)
    floors = read_floors(part, table.roster, pairings)
    published = [pairing for pairing in pairings if pairing.pass_number == part.pass_number]
    plan = Plan(opening, draw, published, 0 if floors is None else floors.share)
    check_values(part, table, plan)
    verifier = PassVerifier(
        part,
        open_candidates(table, opening, earlier),
        Bounds(opening, {}),
        Scales(table.roster, plan),
        RowBook(table.roster),
        floors,
    )
    yield from tell(part, verifier.check(), floors)


def check_values(part: PassCertificate, table: Table, plan: Plan) -> None:
    """Check that the certificate has the stages of the policy and gives each the value of the published plan."""
    draws = sum(name.startswith("lottery:") for name in part.values)
    if not 1 <= draws <= DRAWS_MOST:
        raise CertificateError(f"Pass {part.pass_number} has {draws} lotteries; it should have 1 to {DRAWS_MOST}.")
    names = name_stages(table.roster.policy, table.roster, draws, part.pass_number)
    if list(part.values) != names:
        raise CertificateError(
            f"Pass {part.pass_number} has the stages {', '.join(part.values)}; the policy asks for {', '.join(names)}."
        )
    for name, value in part.values.items():
        if plan.value(name) != value:
            where = f"Pass {part.pass_number}, stage {name}"
            raise CertificateError(
                f"{where}: the pairings are worth {plan.value(name):,}, the certificate says {value:,}."
            )


def tell(part: PassCertificate, figures: PassFigures, floors: Floors | None = None) -> Iterator[str]:
    """Yield what has been proven of a pass."""
    for (name, value), size in zip(part.values.items(), figures.sizes, strict=True):
        if name == FLOORS and floors is not None:
            yield from (f"pass {part.pass_number}, {name}: {line}" for line in floors.tell())
            continue
        noun = "candidate" if size == 1 else "candidates"
        yield f"pass {part.pass_number}, {name}: {value:,} of at most {value:,}, over {size:,} {noun}"
    cases = "1 case holds" if figures.cases == 1 else f"{figures.cases:,} cases hold"
    yield f"pass {part.pass_number}: {cases} every lawful plan, and none but the published one is as good"
