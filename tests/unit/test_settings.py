"""Settings: every one explained in its file, the environment wins, and an unsafe start is refused by name (CF-01)."""

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from mentormatch.errors import InputError
from mentormatch.settings import DEVELOPMENT_KEY, Settings, load_settings
from tests.architecture.source import ROOT

KEY = "kX9-2fQ_vb7LmZt0RwYc5sHnJd8uAePg"
SAFE = {
    "ENVIRONMENT": "production",
    "SECRET_KEYS": KEY,
    "PUBLIC_URL": "https://mentoring.company.example",
    "TRUSTED_HOSTS": "mentoring.company.example",
}
DEFAULTS = tomllib.loads((ROOT / "config" / "default.toml").read_text(encoding="utf-8"))


@pytest.fixture(autouse=True)
def no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out whatever the machine has set."""
    for name in ("CONFIG", *SAFE, "DEBUG", "DATABASE_URL"):
        monkeypatch.delenv(f"MENTORMATCH_{name}", raising=False)


def load(monkeypatch: pytest.MonkeyPatch, **values: str) -> Settings:
    """Return the settings with values in the environment."""
    for name, value in values.items():
        monkeypatch.setenv(f"MENTORMATCH_{name}", value)
    return load_settings()


def names_of(model: type[BaseModel]) -> dict[str, object]:
    """Return the names of the settings of a table, with those of tables inside it."""
    parts = {name: field.annotation for name, field in model.model_fields.items()}
    return {
        name: names_of(kind) if isinstance(kind, type) and issubclass(kind, BaseModel) else None
        for name, kind in parts.items()
    }


def shape_of(table: dict[str, object]) -> dict[str, object]:
    """Return the names in a file of settings."""
    return {name: shape_of(value) if isinstance(value, dict) else None for name, value in table.items()}


def test_the_defaults_hold_every_setting_and_no_other() -> None:
    assert shape_of(DEFAULTS) == names_of(Settings)


@pytest.mark.parametrize("name", ["default.toml", "production.toml.example"])
def test_every_setting_is_explained_where_it_stands(name: str) -> None:
    lines = (ROOT / "config" / name).read_text(encoding="utf-8").splitlines()
    explained = False
    for line in lines:
        if not line.strip():
            explained = False
        elif line.startswith("#"):
            explained = True
        elif "=" in line:
            assert explained, line


def test_the_example_for_production_is_safe_once_it_has_a_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    example = tmp_path / "production.toml"
    example.write_bytes((ROOT / "config" / "production.toml.example").read_bytes())
    settings = load(monkeypatch, CONFIG=str(example), SECRET_KEYS=KEY)
    assert settings.is_production
    assert settings.mail.port == 587
    assert settings.limits.page_rows == DEFAULTS["limits"]["page_rows"]
    with pytest.raises(InputError, match="secret_keys"):
        load(monkeypatch, SECRET_KEYS="")


def test_the_defaults_are_for_development(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load(monkeypatch)
    assert not settings.is_production
    assert settings.database == "sqlite:///var/mentormatch.sqlite"
    assert settings.signing_keys == (DEVELOPMENT_KEY,)


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("proxy_count = 2\n[limits]\npage_rows = 20\nimport_rows = 7\n", encoding="utf-8")
    settings = load(monkeypatch, CONFIG=str(mine), LIMITS__PAGE_ROWS="30", TRUSTED_HOSTS="127.0.0.1, other.example")
    assert (settings.proxy_count, settings.limits.page_rows, settings.limits.import_rows) == (2, 30, 7)
    assert settings.limits.upload_megabytes == DEFAULTS["limits"]["upload_megabytes"]
    assert settings.trusted_hosts == ("127.0.0.1", "other.example")


def test_settings_cannot_be_changed_and_do_not_show_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    secret = {
        "DATABASE_URL": "postgresql://u:hidden-1@h/d",
        "MAIL__PASSWORD": "hidden-2",
        "JOBS__QUEUE_URL": "hidden-3",
    }
    settings = load(monkeypatch, **SAFE, **secret)
    with pytest.raises(ValidationError):
        settings.debug = True
    assert "hidden" not in repr(settings)
    assert KEY not in repr(settings)


def test_a_safe_production_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, **SAFE).signing_keys == (KEY,)


def test_keys_are_changed_by_putting_the_new_one_first_cf_02(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load(monkeypatch, **SAFE | {"SECRET_KEYS": f"{KEY[::-1]},{KEY}"}).signing_keys == (KEY[::-1], KEY)


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"SECRET_KEYS": ""}, "secret_keys"),
        ({"SECRET_KEYS": "short"}, "secret_keys"),
        ({"SECRET_KEYS": "a" * 64}, "secret_keys"),
        ({"SECRET_KEYS": DEVELOPMENT_KEY}, "secret_keys"),
        ({"SECRET_KEYS": f"{KEY},old"}, "secret_keys"),
        ({"DEBUG": "true"}, "debug"),
        ({"PUBLIC_URL": "http://mentoring.company.example"}, "public_url"),
        ({"TRUSTED_HOSTS": "other.example"}, "trusted_hosts"),
        ({"TRUSTED_HOSTS": "mentoring.company.example,*"}, "trusted_hosts"),
        ({"TRUSTED_HOSTS": "mentoring.company.example,.company.example"}, "trusted_hosts"),
    ],
)
def test_an_unsafe_production_is_refused_with_the_name_of_the_setting_cf_01(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], setting: str
) -> None:
    with pytest.raises(InputError) as refused:
        load(monkeypatch, **SAFE | changes)
    sentence = refused.value.sentence
    assert sentence.startswith(f"The setting {setting} (MENTORMATCH_{setting.upper()}) ")
    assert re.fullmatch(r"[^\n]*\.", sentence)
    assert "kX9" not in sentence
    assert load(monkeypatch, **SAFE | {"DEBUG": "false"}).is_production


def test_a_production_on_this_machine_alone_may_do_without_https(monkeypatch: pytest.MonkeyPatch) -> None:
    local = {"PUBLIC_URL": "http://localhost:8000", "TRUSTED_HOSTS": "localhost"}
    assert load(monkeypatch, **SAFE | local).is_production


@pytest.mark.parametrize(
    ("name", "value", "setting"),
    [
        ("MAIL__PORT", "no number", "mail.port"),
        ("MAIL__PORT", "70000", "mail.port"),
        ("MAIL__SECURITY", "hope", "mail.security"),
        ("ENVIRONMENT", "staging", "environment"),
        ("PUBLIC_URL", "mentoring.example", "public_url"),
        ("PUBLIC_URL", "http://127.0.0.1:8000/", "public_url"),
        ("SESSIONS__IDLE_MINUTES", "0", "sessions.idle_minutes"),
        ("TRUSTED_HOSTS", "", "trusted_hosts"),
        ("LIMITS__NO_SUCH", "1", "limits.no_such"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_the_name_of_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, setting: str
) -> None:
    with pytest.raises(InputError) as refused:
        load(monkeypatch, **{name: value})
    assert refused.value.sentence.startswith(f"The setting {setting} cannot be used: ")
    assert refused.value.data["setting"] == setting


def test_an_unknown_setting_in_a_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("debugg = true\n", encoding="utf-8")
    with pytest.raises(InputError, match="The setting debugg cannot be used"):
        load(monkeypatch, CONFIG=str(mine))


def test_a_file_that_is_not_there_or_no_toml_is_refused_fi_18(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"MENTORMATCH_CONFIG names .*nowhere"):
        load(monkeypatch, CONFIG=str(tmp_path / "nowhere.toml"))
    broken = tmp_path / "broken.toml"
    broken.write_text("debug = \n", encoding="utf-8")
    with pytest.raises(InputError, match="settings cannot be read"):
        load(monkeypatch, CONFIG=str(broken))


def test_a_missing_setting_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = (ROOT / "config" / "default.toml").read_text(encoding="utf-8")
    (tmp_path / "default.toml").write_text(text.replace("proxy_count = 0\n", ""), encoding="utf-8")
    monkeypatch.setattr("mentormatch.settings.find_folder", lambda _name: tmp_path)
    with pytest.raises(InputError, match=r"The setting proxy_count is missing\."):
        load(monkeypatch)
