"""``make bench``: whole-process time and memory of MentorMatch beside other solvers, on generated rounds.

    python -m tests.benchmarks.run [ROWS ...]

Rows are named points-N, all-stages-N and verify-N for N people; without names all are run. Prints a table and writes
``build/bench.json``. Each figure is one run of a process of its own, from start to end: Python, imports and reading
the files included.

- points-N: the single objective "points" over all candidates (see ``points.py``), ours and the peers' values compared.
- all-stages-N: ``mentormatch match``, every stage and both passes of the default policy, proof and output included.
- verify-N: ``mentormatch verify`` on that outcome.
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from tests.benchmarks.machine import describe_machine
from tests.benchmarks.measuring import ROOT, FailedError, Measurement, measure, measure_command

SEED = 7
SIZES = (1_000, 5_000, 20_000)
KINDS = ("points", "all-stages", "verify")
ROWS = tuple(f"{kind}-{size}" for kind in KINDS for size in SIZES)
WARM_UP = 100
OURS = "mentormatch"
PEERS = {"OR-tools SimpleMinCostFlow": "ortools", "SciPy linear_sum_assignment": "scipy"}
"""The peers by name; the first is the one that the ratio of a row speaks of."""
TABLE = "{:<17} {:>9} {:>9}  {:<28} {:>9} {:>9} {:>7}"
REPORT = ROOT / "build" / "bench.json"


@dataclass(frozen=True, slots=True)
class Solved:
    """A process that solved a round: its measurement, and what it found as ``points.py`` prints it."""

    measurement: Measurement
    found: dict[str, object]


@dataclass(frozen=True, slots=True)
class Figures:
    """A row: our measurement, the peers' by name, and what else is worth keeping."""

    name: str
    ours: Measurement
    peers: dict[str, Measurement] = field(default_factory=dict)
    details: dict[str, object] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """Return the row as ``bench.json`` holds it; ``ratio`` is our seconds divided by the peer's."""
        peers = [
            {
                "peer": name,
                "peer_seconds": round(theirs.seconds, 2),
                "peer_memory_mb": round(theirs.memory_mb),
                "ratio": round(self.ours.seconds / theirs.seconds, 3),
            }
            for name, theirs in self.peers.items()
        ]
        nobody = dict.fromkeys(("peer", "peer_seconds", "peer_memory_mb", "ratio"))
        ours = {
            "name": self.name,
            "seconds": round(self.ours.seconds, 2),
            "memory_mb": round(self.ours.memory_mb),
        }
        others = {"other_peers": peers[1:]} if peers[1:] else {}
        return ours | (peers[0] if peers else nobody) | others | self.details

    def as_lines(self) -> list[str]:
        """Return the row as a person reads it, a line a peer."""
        ours = [self.name, *_show(self.ours)]
        lines = []
        for name, theirs in self.peers.items():
            ratio = f"{self.ours.seconds / theirs.seconds:.2f}"
            lines.append(TABLE.format(*ours, name, *_show(theirs), ratio))
            ours = [""] * len(ours)
        return lines or [TABLE.format(*ours, "", "", "", "").rstrip()]


def _show(measurement: Measurement) -> tuple[str, str]:
    """Return seconds and megabytes as text."""
    return f"{measurement.seconds:.2f}", f"{measurement.memory_mb:.0f}"


class Bench:
    """Measures rows; an organisation is made once a size, and matched once for both all-stages and verify."""

    def __init__(self, place: Path) -> None:
        """Work in an empty directory."""
        self.place = place
        self.organisation = cache(self._generate)
        self.outcome = cache(self._match)
        self.warm_up = cache(self._warm_up)

    def measure(self, row: str) -> Figures:
        """Return the figures of a row."""
        kind, _, size = row.rpartition("-")
        self.warm_up(kind)
        return self._measure(kind, int(size))

    def _measure(self, kind: str, size: int) -> Figures:
        """Measure one kind of row at one size."""
        if kind == "points":
            return self._measure_points(size)
        outcome, matched = self.outcome(size)
        if kind == "all-stages":
            return Figures(f"all-stages-{size}", matched)
        return Figures(f"verify-{size}", measure_command("verify", str(outcome)))

    def _warm_up(self, kind: str) -> None:
        """Run a kind of row once on a small round, so that no row pays for a cold disk or missing bytecode."""
        self._measure(kind, WARM_UP)

    def _generate(self, size: int) -> Path:
        """Return a directory with a generated organisation."""
        directory = self.place / f"organisation-{size}"
        measure_command("generate", str(directory), "--people", str(size), "--seed", str(SEED))
        return directory

    def _match(self, size: int) -> tuple[Path, Measurement]:
        """Match an organisation with all stages; return where the outcome is, and the measurement."""
        outcome = self.place / f"outcome-{size}"
        return outcome, measure_command("match", str(self.organisation(size)), "--out", str(outcome))

    def _measure_points(self, size: int) -> Figures:
        """Return our figures beside each peer's; raises ``FailedError`` unless all found the same value."""
        ours = self._solve(OURS, size)
        peers = {name: self._solve(side, size) for name, side in PEERS.items()}
        for name, theirs in peers.items():
            if any(theirs.found[key] != ours.found[key] for key in ("value", "size")):
                raise FailedError(f"points-{size}: we found {ours.found}, {name} found {theirs.found}.")
        steps = {OURS: ours.found["steps"]} | {name: theirs.found["steps"] for name, theirs in peers.items()}
        details = {"value": ours.found["value"], "size": ours.found["size"], "steps": steps}
        measured = {name: theirs.measurement for name, theirs in peers.items()}
        return Figures(f"points-{size}", ours.measurement, measured, details)

    def _solve(self, side: str, size: int) -> Solved:
        """Solve the single objective in a process of its own."""
        words = ["tests.benchmarks.points", side, str(self.organisation(size))]
        done = measure(["-m", *words], " ".join(words))
        return Solved(done, json.loads(done.printed))


def measure_rows(rows: Sequence[str]) -> tuple[list[Figures], bool]:
    """Measure rows one after the other and print each as it comes; return them, and whether all went well."""
    print(TABLE.format("row", "seconds", "MB", "peer", "seconds", "MB", "ratio"), flush=True)
    found = []
    with tempfile.TemporaryDirectory(prefix="mentormatch-bench-") as place:
        bench = Bench(Path(place))
        for row in rows:
            try:
                found.append(bench.measure(row))
            except FailedError as error:
                print(f"{row} failed. {error}", file=sys.stderr)
            else:
                print(*found[-1].as_lines(), sep="\n", flush=True)
    return found, len(found) == len(rows)


def main(rows: Sequence[str]) -> int:
    """Measure the named rows, or all, and write the report; return the exit code."""
    unknown = [row for row in rows if row not in ROWS]
    if unknown:
        print(f"There is no row {', '.join(unknown)}; the rows are {', '.join(ROWS)}.", file=sys.stderr)
        return 2
    machine = describe_machine()
    print(machine)
    found, is_complete = measure_rows(rows or ROWS)
    REPORT.parent.mkdir(exist_ok=True)
    report = {"machine": machine, "rows": [figures.as_json() for figures in found]}
    REPORT.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(f"Written to {REPORT.relative_to(ROOT)}. The ratio is our time divided by the peer's.")
    return 0 if is_complete else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
