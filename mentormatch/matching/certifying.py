"""From a solved pass to its certificate: row numbers become the words of the round."""

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

from mentormatch import __version__
from mentormatch.domain.round import SolveStatus
from mentormatch.matching.cases import Node, PassResult
from mentormatch.matching.certificate import (
    Certificate,
    FloorsCertificate,
    NodeCertificate,
    PassCertificate,
    Split,
    StageCertificate,
    TriedRate,
)
from mentormatch.matching.exclusions import Exclusion
from mentormatch.matching.pricing import Proof
from mentormatch.matching.roster import Roster
from mentormatch.matching.rows import RowKeys
from mentormatch.matching.stages import FLOORS


def certify(
    roster: Roster, passes: Sequence[PassResult], candidate_count: int, digests: Mapping[str, str]
) -> Certificate:
    """Return the certificate of a round's passes; a pass that was stopped has none."""
    finished = [result for result in passes if not result.is_stopped]
    status = SolveStatus.PROVEN if len(finished) == len(passes) else SolveStatus.STOPPED
    keys = RowKeys(roster)
    return Certificate(
        digests=dict(digests),
        round_name=roster.policy.round_name,
        seed=roster.round.seed,
        quarantined=tuple(sorted(roster.round.quarantined)),
        status=status.value,
        candidates=candidate_count,
        passes=tuple(_pass(result, keys) for result in finished),
        versions={"mentormatch": __version__, **{name: _version(name) for name in ("pulp", "highspy")}},
    )


def _pass(result: PassResult, keys: RowKeys) -> PassCertificate:
    """Certify one pass."""
    values = {proof.stage.name: proof.value for proof in result.proofs}
    return PassCertificate(result.number, values, _node(result.tree, keys), _floors(result, keys.roster))


def _floors(result: PassResult, roster: Roster) -> FloorsCertificate | None:
    """Certify the access floors of a pass, where it has any."""
    if result.levelling is None or FLOORS not in {proof.stage.name for proof in result.proofs}:
        return None
    level, groups = result.levelling.level, roster.groups
    return FloorsCertificate(
        share=level.percent,
        rate=level.rate,
        groups=dict(zip(groups.names, groups.sizes.tolist(), strict=True)),
        too_small=groups.too_small,
        tried=tuple(TriedRate(trial.level.rate, trial.values, trial.is_lawful) for trial in result.levelling.trials),
    )


def _node(node: Node, keys: RowKeys) -> NodeCertificate:
    """Certify one node and those below it."""
    stages = [
        StageCertificate(proof.stage.name, proof.bound, {}, inherited=True)
        if number < node.inherited
        else _stage(proof, keys)
        for number, proof in enumerate(node.proofs)
    ]
    return NodeCertificate(tuple(stages), _split(node.split), tuple(_node(branch, keys) for branch in node.branches))


def _stage(proof: Proof, keys: RowKeys) -> StageCertificate:
    """Certify one stage."""
    duals = {
        family.value: {
            keys.label(family, key): dual
            for key, dual in zip(sparse.keys.tolist(), sparse.values.tolist(), strict=True)
        }
        for family, sparse in proof.duals.items()
    }
    return StageCertificate(proof.stage.name, proof.bound, duals, equations=sum(map(len, duals.values())))


def _split(exclusion: Exclusion | None) -> Split | None:
    """Return the words of a split."""
    return None if exclusion is None else Split(exclusion.kind.value, exclusion.names, exclusion.shares)


def _version(name: str) -> str:
    """Return a package's version."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "unknown"
