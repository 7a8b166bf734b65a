"""The settings of an installation: frozen, from files and the environment; what is unsafe stops the start by name."""

import os
from pathlib import Path
from typing import Annotated, Literal, override
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from mentormatch.errors import InputError
from mentormatch.files.carried_folders import find_folder

PREFIX = "MENTORMATCH_"
CONFIG_VARIABLE = "MENTORMATCH_CONFIG"
KEY_LENGTH = 32
KEY_LETTERS = 10
"""Least number of different characters of a secret key: fewer are a word typed again and again."""
LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
DEVELOPMENT_KEY = "for-development-only-and-known-to-everybody"


def _split(value: object) -> object:
    """Return the entries of a list that the environment gives with commas."""
    return tuple(filter(None, (part.strip() for part in value.split(",")))) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class _Part(BaseModel):
    """A table of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class MailSettings(_Part):
    """The server that takes letters; without a host they stay in the outbox."""

    host: str
    port: int = Field(ge=1, le=65535)
    security: Literal["none", "starttls", "tls"]
    username: str
    password: str = Field(repr=False)
    sender: str = Field(min_length=3)


class LimitSettings(_Part):
    """How much is accepted: of files, of rows, of failed log-ins in one window."""

    upload_megabytes: int = Field(ge=1, le=100)
    import_rows: int = Field(ge=1, le=1_000_000)
    page_rows: int = Field(ge=5, le=500)
    attempts_per_account: int = Field(ge=1)
    attempts_per_device: int = Field(ge=1)
    attempts_per_address: int = Field(ge=1)
    attempts_in_all: int = Field(ge=1)
    attempts_window_minutes: int = Field(ge=1)


class SessionSettings(_Part):
    """How long a log-in, a link and a password just given count."""

    idle_minutes: int = Field(ge=1)
    absolute_hours: int = Field(ge=1)
    reauthentication_minutes: int = Field(ge=1)
    known_device_days: int = Field(ge=1)
    invitation_hours: int = Field(ge=1)
    reset_minutes: int = Field(ge=1)
    first_administrator_minutes: int = Field(ge=1)


class JobSettings(_Part):
    """Where background work waits and how many processes work it off."""

    queue_url: str = Field(repr=False)
    workers: int = Field(ge=1, le=64)


class Settings(BaseSettings):
    """Everything an administrator may choose. config/default.toml explains each setting and holds its default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", frozen=True, extra="forbid", hide_input_in_errors=True
    )

    environment: Literal["development", "test", "production"]
    debug: bool
    secret_keys: Names = Field(repr=False)
    data_folder: Path
    database_url: str = Field(repr=False)
    public_url: str = Field(pattern=r"^https?://[^/\s]+$")
    trusted_hosts: Names = Field(min_length=1)
    proxy_count: int = Field(ge=0, le=10)
    mail: MailSettings
    limits: LimitSettings
    sessions: SessionSettings
    jobs: JobSettings

    @property
    def is_production(self) -> bool:
        """Whether real people's data is at stake."""
        return self.environment == "production"

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """The secret keys, the one that signs first; a well-known one where none is needed."""
        return self.secret_keys or (DEVELOPMENT_KEY,)

    @property
    def database(self) -> str:
        """The URL of the database in use."""
        return self.database_url or f"sqlite:///{self.data_folder / 'mentormatch.sqlite'}"

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the named file, and that over the defaults."""
        files = (TomlConfigSettingsSource(settings_cls, path) for path in reversed(_files()))
        return init_settings, env_settings, *files


def load_settings() -> Settings:
    """Return the settings in force.

    Raises ``InputError`` with the name of the first setting that is missing, cannot be used or is unsafe.
    """
    try:
        # Every value comes from the files and the environment.
        settings = Settings()  # type: ignore[call-arg]
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"] if not isinstance(part, int))
        what = "is missing" if first["type"] == "missing" else f"cannot be used: {first['msg'].lower()}"
        raise InputError(f"The setting {name} {what}.", setting=name) from error
    except ValueError as error:
        raise InputError(f"The settings cannot be read: {error}.") from error
    refuse_unsafe(settings)
    return settings


def refuse_unsafe(settings: Settings) -> None:
    """Raise ``InputError`` for a public address that is not trusted and, in production, whatever is unsafe."""
    host = urlsplit(settings.public_url).hostname or ""
    if host not in settings.trusted_hosts:
        raise _unsafe("trusted_hosts", f"must name {host}, the host of public_url")
    if not settings.is_production:
        return
    if not settings.secret_keys:
        raise _unsafe("secret_keys", "is missing; production needs a key of its own")
    if any(_is_weak(key) for key in settings.secret_keys):
        raise _unsafe("secret_keys", f"holds a weak key; use at least {KEY_LENGTH} random characters")
    if settings.debug:
        raise _unsafe("debug", "must be off in production: it shows the inside of the portal to everybody")
    if not settings.public_url.startswith("https://") and host not in LOCAL_HOSTS:
        raise _unsafe("public_url", "must begin with https:// in production")
    if any("*" in name or name.startswith(".") for name in settings.trusted_hosts):
        raise _unsafe("trusted_hosts", "must name each host in full in production")


def _is_weak(key: str) -> bool:
    return len(key) < KEY_LENGTH or len(set(key)) < KEY_LETTERS or key == DEVELOPMENT_KEY


def _unsafe(setting: str, what: str) -> InputError:
    return InputError(f"The setting {setting} ({PREFIX}{setting.upper()}) {what}.", setting=setting)


def _files() -> tuple[Path, ...]:
    """Return the files of settings, the defaults first."""
    named = os.environ.get(CONFIG_VARIABLE)
    if named and not Path(named).is_file():
        raise InputError(f"{CONFIG_VARIABLE} names {named}, which is no file.", setting=CONFIG_VARIABLE)
    return (find_folder("config") / "default.toml", *((Path(named),) if named else ()))
