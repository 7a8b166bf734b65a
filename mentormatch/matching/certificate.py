"""The certificate: the numbers that let anyone check, without a solver, that no better round exists."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mentormatch.errors import CertificateError

FORMAT = 1

Row = tuple[str, ...]
"""The words that name a row: ids of people, direction, department, manager."""


@dataclass(frozen=True)
class StageCertificate:
    """One stage: its bound and the whole-number duals that prove it, by row family; rows without a dual are left out.

    ``inherited`` says that duals and bound are those of the node above. ``equations`` counts the rows that hold with
    equality from here on, ``candidates`` those that stood at the start of the stage and ``face`` those left after it.
    """

    name: str
    bound: int
    duals: Mapping[str, Mapping[Row, int]]
    inherited: bool = False
    equations: int = 0


@dataclass(frozen=True)
class Split:
    """The exclusion by which a node splits: kind, people, and for a split team the shares of each way."""

    kind: str
    names: tuple[str, ...]
    shares: tuple[tuple[tuple[str, int], ...], ...] = ()


@dataclass(frozen=True)
class NodeCertificate:
    """One case of a pass: the proofs of its stages, and the cases it splits into (way k is branch k)."""

    stages: tuple[StageCertificate, ...]
    split: Split | None = None
    branches: tuple["NodeCertificate", ...] = ()


@dataclass(frozen=True)
class TriedRate:
    """A rate that access floors were tried at: the stages after them as far as the rate kept up with better ones.

    It is not ``is_lawful`` when the exclusions were found to leave no plan at it.
    """

    rate: Fraction
    values: Mapping[str, int]
    is_lawful: bool = True


@dataclass(frozen=True)
class FloorsCertificate:
    """The access floors of a pass: the share in percent, the rate that was chosen among those tried.

    ``groups`` are the sizes of those that have a floor, ``too_small`` of those that have none, by name.
    """

    share: int
    rate: Fraction
    groups: Mapping[str, int]
    too_small: Mapping[str, int]
    tried: tuple[TriedRate, ...]


@dataclass(frozen=True)
class PassCertificate:
    """One pass: the value of each stage, the tree of cases that proves them, and its access floors if it has any."""

    pass_number: int
    values: Mapping[str, int]
    tree: NodeCertificate
    floors: FloorsCertificate | None = None


@dataclass(frozen=True)
class Certificate:
    """What a proof holds: the digests of the inputs, the seed, and for each pass the values and their proofs.

    ``candidates`` counts all candidates of the round, ``versions`` names the package and the solver for the record.
    """

    digests: Mapping[str, str]
    round_name: str
    seed: str
    quarantined: tuple[str, ...]
    status: str
    candidates: int
    passes: tuple[PassCertificate, ...]
    versions: Mapping[str, str]


def write_certificate(certificate: Certificate) -> bytes:
    """Return a certificate as JSON with one dual a line or so, the same bytes for the same proof."""
    data = {
        "format": FORMAT,
        "status": certificate.status,
        "round": certificate.round_name,
        "seed": certificate.seed,
        "versions": dict(certificate.versions),
        "inputs": dict(certificate.digests),
        "quarantined": list(certificate.quarantined),
        "candidates": certificate.candidates,
        "passes": list(map(_pass_data, certificate.passes)),
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _pass_data(part: PassCertificate) -> dict[str, object]:
    """Return a pass as plain data."""
    data: dict[str, object] = {"pass": part.pass_number, "values": dict(part.values)}
    if part.floors is not None:
        data["floors"] = _floors_data(part.floors)
    return {**data, "tree": _node_data(part.tree)}


def _floors_data(floors: FloorsCertificate) -> dict[str, object]:
    """Return access floors as plain data; a rate is its numerator and denominator."""
    return {
        "share": floors.share,
        "rate": list(floors.rate.as_integer_ratio()),
        "groups": dict(floors.groups),
        "too_small": dict(floors.too_small),
        "tried": [
            {"rate": list(one.rate.as_integer_ratio()), "values": dict(one.values), "lawful": one.is_lawful}
            for one in floors.tried
        ],
    }


def _node_data(node: NodeCertificate) -> dict[str, object]:
    """Return a node as plain data."""
    data: dict[str, object] = {"stages": [_stage_data(stage) for stage in node.stages]}
    if node.split is not None:
        shares = [[list(share) for share in way] for way in node.split.shares]
        data["split"] = {"kind": node.split.kind, "names": list(node.split.names), "shares": shares}
        data["branches"] = [_node_data(branch) for branch in node.branches]
    return data


def _stage_data(stage: StageCertificate) -> dict[str, object]:
    """Return a stage as plain data; an inherited one by its name alone."""
    if stage.inherited:
        return {"name": stage.name, "inherited": True}
    duals = {family: [[*row, dual] for row, dual in rows.items()] for family, rows in stage.duals.items() if rows}
    return {"name": stage.name, "bound": stage.bound, "equations": stage.equations, "duals": duals}


def read_certificate(data: bytes) -> Certificate:
    """Read a certificate. Raises CertificateError when it is not one, or of another format."""
    try:
        content = json.loads(data)
        if content["format"] != FORMAT:
            raise CertificateError(
                f"certificate.json has format {content['format']}; this version reads format {FORMAT}."
            )
        return Certificate(
            digests={str(k): str(v) for k, v in content["inputs"].items()},
            round_name=_text(content["round"]),
            seed=_text(content["seed"]),
            quarantined=tuple(map(_text, content["quarantined"])),
            status=_text(content["status"]),
            candidates=_whole(content["candidates"]),
            passes=tuple(map(_read_pass, content["passes"])),
            versions={str(k): str(v) for k, v in content["versions"].items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise CertificateError(
            f"certificate.json cannot be read as a certificate ({type(error).__name__}: {error})."
        ) from error


def _read_pass(data: Any) -> PassCertificate:
    """Read one pass."""
    floors = _read_floors(data["floors"]) if "floors" in data else None
    return PassCertificate(_whole(data["pass"]), _read_counts(data["values"]), _read_node(data["tree"]), floors)


def _read_floors(data: Any) -> FloorsCertificate:
    """Read access floors."""
    return FloorsCertificate(
        share=_whole(data["share"]),
        rate=_read_rate(data["rate"]),
        groups=_read_counts(data["groups"]),
        too_small=_read_counts(data["too_small"]),
        tried=tuple(
            TriedRate(_read_rate(one["rate"]), _read_counts(one["values"]), one["lawful"] is True)
            for one in data["tried"]
        ),
    )


def _read_rate(data: Any) -> Fraction:
    """Read a rate; a denominator of 0 is no rate."""
    numerator, denominator = map(_whole, data)
    if denominator <= 0:
        raise ValueError("a rate is divided by a number under 1")
    return Fraction(numerator, denominator)


def _read_counts(data: Any) -> dict[str, int]:
    """Read whole numbers by name."""
    return {str(name): _whole(value) for name, value in data.items()}


def _read_node(data: Any) -> NodeCertificate:
    """Read one node and those below it."""
    stages = tuple(map(_read_stage, data["stages"]))
    if "split" not in data:
        return NodeCertificate(stages)
    shares = tuple(tuple((_text(name), _whole(places)) for name, places in way) for way in data["split"]["shares"])
    split = Split(_text(data["split"]["kind"]), tuple(map(_text, data["split"]["names"])), shares)
    return NodeCertificate(stages, split, tuple(map(_read_node, data["branches"])))


def _read_stage(data: Any) -> StageCertificate:
    """Read one stage."""
    if data.get("inherited") is True:
        return StageCertificate(_text(data["name"]), 0, {}, inherited=True)
    duals = {str(family): _read_rows(rows) for family, rows in data["duals"].items()}
    return StageCertificate(_text(data["name"]), _whole(data["bound"]), duals, equations=_whole(data["equations"]))


def _read_rows(rows: Sequence[Any]) -> dict[Row, int]:
    """Read the duals of one family; a row may stand there once."""
    duals = {tuple(map(_text, row[:-1])): _whole(row[-1]) for row in rows}
    if len(duals) != len(rows):
        raise ValueError("a row has two duals")
    return duals


def _whole(value: object) -> int:
    """Return a whole number as it is."""
    if type(value) is not int:
        raise ValueError(f"{value!r} is not a whole number")
    return value


def _text(value: object) -> str:
    """Return a text as it is."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a text")
    return value
