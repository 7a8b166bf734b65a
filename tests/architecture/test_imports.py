"""Who may import whom, and what the front door and the command line do without."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, imports_of, modules_of, read_module

PORTAL_PARTS = (
    "alembic",
    "altair",
    "argon2",
    "flask",
    "flask_babel",
    "flask_bootstrap",
    "flask_limiter",
    "flask_login",
    "flask_wtf",
    "gunicorn",
    "huey",
    "icalendar",
    "jinja2",
    "openpyxl",
    "prometheus_client",
    "psycopg",
    "pydantic_settings",
    "sqlalchemy",
    "structlog",
    "vl_convert",
    "xlsxwriter",
)

# Stands before the code under test: whoever asks for one of the parts is told that it is not installed.
BLOCK = """
import sys

class Missing:
    parts = {parts!r}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.parts:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
"""


def run_without(parts: tuple[str, ...], code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh interpreter in which some packages are not installed."""
    command = [sys.executable, "-c", BLOCK.format(parts=parts) + code, *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_the_import_contracts_hold() -> None:
    code = "from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    result = run_without((), code)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_room_has_its_place_in_the_layers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = next(contract for contract in contracts if contract["id"] == "layers")["layers"]
    named = {room.strip(" ()") for layer in layers for room in layer.split("|")}
    entries = [path for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
    assert {path.stem for path in entries} - {"__init__"} <= named


def test_the_words_import_nothing_but_words_and_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"mentormatch"}
    for module in modules_of("domain", "errors"):
        assert {name.partition(".")[0] for name in imports_of(module)} <= allowed, module.place


def test_only_model_and_solving_know_the_modelling_library_and_the_solver() -> None:
    knowing = {
        m.name for m in modules_of("") if {name.partition(".")[0] for name in imports_of(m)} & {"highspy", "pulp"}
    }
    assert knowing <= {"mentormatch.matching.model", "mentormatch.matching.solving"}


def test_the_yardstick_of_rules_and_score_shares_only_words_and_the_clock_with_the_engine() -> None:
    references = sorted((PACKAGE / "matching").glob("reference*.py"))
    assert references
    words = ("mentormatch.domain", "mentormatch.errors", "mentormatch.matching.clock", "mentormatch.matching.reference")
    for path in (*references, PACKAGE / "matching" / "clock.py"):
        imported = {name for name in imports_of(read_module(path)) if not name.startswith(words)}
        assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names, path.name


def test_importing_the_library_loads_no_web_framework_no_database_and_no_solver() -> None:
    code = "import mentormatch; print(sorted({name.partition('.')[0] for name in sys.modules}))"
    result = run_without(("flask", "sqlalchemy", "pulp", "highspy"), code)
    assert result.returncode == 0, result.stderr


def test_every_module_of_the_core_can_be_imported_without_the_portal() -> None:
    names = [module.name for module in modules_of("errors", "domain", "matching", "synthesis", "files", "cli")]
    result = run_without(PORTAL_PARTS, "".join(f"import {name}\n" for name in names))
    assert result.returncode == 0, result.stderr


def test_a_round_goes_from_input_to_verified_proof_without_the_portal(tmp_path: Path) -> None:
    folder, out = str(tmp_path / "in"), str(tmp_path / "out")
    for arguments in (
        ("generate", folder, "--people", "60", "--seed", "7"),
        ("match", folder, "--out", out),
        ("verify", out),
    ):
        result = run_without(PORTAL_PARTS, "from mentormatch.cli import main; main()", *arguments)
        assert result.returncode == 0, result.stdout + result.stderr
