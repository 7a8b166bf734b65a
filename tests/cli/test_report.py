"""mentormatch report: a page about an outcome, whole or not at all, and one sentence when it cannot be drawn."""

import io
import re
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from mentormatch.cli import report_writing
from mentormatch.cli.progress import show_steps
from tests.architecture.test_imports import run_without
from tests.cli.command import names_in, run, start

DRAWING = ("altair", "jinja2", "vl_convert")
PROGRAM = "from mentormatch.cli import main; main()"


@pytest.fixture(scope="module")
def drawn(made_outcome: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the outcome with its report."""
    place = Path(shutil.copytree(made_outcome, tmp_path_factory.mktemp("drawn") / "outcome"))
    result = run("report", place)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"Written to {place / 'report.html'}.\n"
    return place


def test_the_page_lies_in_the_outcome(drawn: Path, made_outcome: Path) -> None:
    assert names_in(drawn) == names_in(made_outcome) | {"report.html"}
    assert (drawn / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_everything_else_in_the_outcome_stays_as_it_was(drawn: Path, made_outcome: Path) -> None:
    for path in made_outcome.iterdir():
        assert (drawn / path.name).read_bytes() == path.read_bytes()


def test_the_page_has_a_trade_off_with_a_point_for_each_bound_of_the_bands(drawn: Path) -> None:
    page = (drawn / "report.html").read_text(encoding="utf-8")
    section = page[page.index('id="trade-off"') :]
    table = section[section.index("<tbody>") : section.index("</tbody>")]
    floors = re.findall(r'<th scope="row">([^<]*)</th>', table)
    assert floors == ["350 (now)", "450", "550", "650", "750"]
    served = [
        int(cells[0]) for cells in re.findall(r'<td class="number">(\d+)</td>\n<td class="number">(\d+)</td>', table)
    ]
    assert served == sorted(served, reverse=True), "a higher floor never serves more"


def test_the_same_outcome_gives_the_same_page_in_another_process(drawn: Path, tmp_path: Path) -> None:
    process = start("report", drawn, "--out", tmp_path / "again.html", PYTHONHASHSEED="7")
    _, stderr = process.communicate(timeout=120)
    assert process.returncode == 0, stderr
    assert (tmp_path / "again.html").read_bytes() == (drawn / "report.html").read_bytes()


def test_the_page_can_be_written_elsewhere_without_the_trade_off(outcome: Path, tmp_path: Path) -> None:
    result = run("report", outcome, "--out", tmp_path / "page.html", "--no-trade-off")
    assert (result.exit_code, result.stdout) == (0, f"Written to {tmp_path / 'page.html'}.\n")
    assert result.stderr.splitlines() == ["gathering the figures", "drawing the page"]
    assert "report.html" not in names_in(outcome)
    assert "Left out of this report" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_an_outcome_with_a_report_is_verified_and_may_be_replaced(
    drawn: Path, organisation: Path, tmp_path: Path
) -> None:
    copy = Path(shutil.copytree(drawn, tmp_path / "copy"))
    assert run("verify", copy).exit_code == 0
    assert run("match", organisation, "--out", copy).exit_code == 0
    assert "report.html" not in names_in(copy), "it told of the outcome that is gone"


def test_a_folder_that_is_no_outcome_gets_one_sentence(tmp_path: Path) -> None:
    result = run("report", tmp_path / "missing")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "name a directory that match has written" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["pairings.csv", "people.csv", "certificate.json"])
def test_a_file_of_the_outcome_is_never_written_over(outcome: Path, name: str) -> None:
    before = (outcome / name).read_bytes()
    result = run("report", outcome, "--out", outcome / name, "--no-trade-off")
    assert result.exit_code == 2
    assert "would be lost; name another file" in result.stderr
    assert (outcome / name).read_bytes() == before


@pytest.mark.parametrize("place", ["", "missing/page.html"])
def test_a_place_that_is_none_for_a_file_gets_one_sentence(outcome: Path, tmp_path: Path, place: str) -> None:
    result = run("report", outcome, "--out", tmp_path / place, "--no-trade-off")
    assert result.exit_code == 2
    assert "name a file in a directory that exists" in result.stderr


def test_a_page_that_cannot_be_written_leaves_nothing_half_written(
    outcome: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_writing, "_draw", lambda *_: b"page")
    monkeypatch.setattr(Path, "replace", _fail)
    before = names_in(outcome)
    result = run("report", outcome)
    assert result.exit_code == 2
    assert "no space left on device" in result.stderr
    assert names_in(outcome) == before


def _fail(_: Path, target: Path) -> None:
    raise OSError(28, "No space left on device", str(target))


@pytest.mark.parametrize("missing", [DRAWING, ("vl_convert",)])
def test_without_the_extra_one_sentence_says_how_to_install_it(outcome: Path, missing: tuple[str, ...]) -> None:
    result = run_without(missing, PROGRAM, "report", str(outcome))
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == (
        f"Drawing a report needs what is not installed ({', '.join(missing)}); "
        "install it with: pip install 'mentormatch[report]' (in a checkout: make install).\n"
    )


def test_no_other_command_loads_what_draws(outcome: Path) -> None:
    code = (
        "import atexit\n"
        f"parts = {DRAWING!r}\n"
        "atexit.register(lambda: print([part for part in parts if part in sys.modules]))\n"
        f"{PROGRAM}"
    )
    result = run_without((), code, "verify", str(outcome))
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines()[-1] == "[]"


def test_steps_are_lines_where_there_is_no_terminal() -> None:
    assert steps_shown(is_terminal=False).splitlines() == ["first", "second"]


def test_steps_are_a_bar_on_a_terminal() -> None:
    assert "second" in steps_shown(is_terminal=True)
    assert "first\nsecond" not in steps_shown(is_terminal=True)


def steps_shown(*, is_terminal: bool) -> str:
    """Return what two steps leave on a console."""
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=80, highlight=False)
    with show_steps(console) as show:
        show("first", 0.0)
        show("second", 0.5)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()
