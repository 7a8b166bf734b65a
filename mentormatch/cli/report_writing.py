"""What the command ``report`` does: read an outcome, solve its trade-off, write the page in one go."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rich.console import Console

from mentormatch.cli.progress import run_interruptibly, show_steps
from mentormatch.errors import InputError
from mentormatch.files.outcome_files import OUTCOME_FILES, REPORT_FILE
from mentormatch.files.outcome_folder import OutcomeFolder, read_outcome

PARTS = ("altair", "jinja2", "vl_convert")
"""The packages of the extra ``report``."""


def check_parts() -> None:
    """Raise ``InputError`` with the command that installs what is missing for drawing."""
    missing = [part for part in PARTS if not _is_installed(part)]
    if missing:
        raise InputError(
            f"Drawing a report needs what is not installed ({', '.join(missing)}); "
            "install it with: pip install 'mentormatch[report]' (in a checkout: make install)."
        )


def _is_installed(part: str) -> bool:
    try:
        return find_spec(part) is not None
    except ModuleNotFoundError:
        return False


def write_report(out: Path, place: Path, *, with_trade_off: bool, console: Console) -> None:
    """Write the report of the outcome in ``out`` to ``place``; progress goes to ``console``.

    Raises ``RefusedError`` when ``out`` holds no outcome, ``InputError`` when ``place`` is no place for a file.
    """
    folder = read_outcome(out)
    if place.is_dir() or not place.resolve().parent.is_dir():
        raise InputError(f"{place} cannot be written; name a file in a directory that exists.")
    if place.resolve().parent == out.resolve() and place.name in OUTCOME_FILES - {REPORT_FILE}:
        raise InputError(f"{place} is a file of the outcome and would be lost; name another file.")
    _write_whole(place, _draw(folder, with_trade_off, console))


def _draw(folder: OutcomeFolder, with_trade_off: bool, console: Console) -> bytes:
    """Work out the trade-off, gather the figures and draw the page."""
    from mentormatch.explanation.trade_off import TradeOffPoint, trade_off
    from mentormatch.reporting.figures import gather
    from mentormatch.reporting.page import render

    is_proven = folder.certificate.status == "proven"
    with show_steps(console) as show:

        def work() -> bytes:
            """Do all steps, one after the other."""
            curve: Sequence[TradeOffPoint] = ()
            if with_trade_off:
                curve = trade_off(
                    folder.round,
                    folder.pairings,
                    is_proven=is_proven,
                    on_floor=lambda floor, done: show(f"solving with a floor of {floor} points", done * 0.8),
                )
            show("gathering the figures", 0.8)
            report = gather(folder, curve)
            show("drawing the page", 0.9)
            return render(report)

        return run_interruptibly(work)


def _write_whole(place: Path, data: bytes) -> None:
    """Write a file beside its place, then let it take the name: it appears whole or not at all."""
    aside = place.with_name(f".{place.name}-new")
    try:
        aside.write_bytes(data)
        aside.replace(place)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
