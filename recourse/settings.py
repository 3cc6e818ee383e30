"""Configuration: read once from the environment into a frozen dataclass. docs/reference/settings.md has every one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from casework.errors import RefuseToStart

PREFIX = "RECOURSE_"
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Settings:
    home: Path = ROOT / "var"
    root: Path = ROOT  # where config.yml, domain.yml, data/ and models/ lie
    bind: str = "127.0.0.1"
    intake_port: int = 8080
    desk_port: int = 8081
    exit_url: str = "https://www.bbc.co.uk/weather"
    host_name: str = "A helpline"
    host_contact: str = ""
    host_hours: str = "in office hours"  # when the people behind the assistant can be reached
    embedders: tuple[str, ...] = ()  # origins that may embed the widget
    audit_folder: str = ""  # where the daily heads of the record go; empty: HOME/audit
    root_fingerprint: str = ""  # of this home's root, from elsewhere: `recourse keys status` prints it
    key_provider: str = "files"  # files | systemd: where the pepper and the signing seeds come from
    secure_cookies: bool = False  # True behind TLS: the desk's cookie then takes the __Host- name
    worker_seconds: float = 30.0

    @property
    def db(self) -> Path:
        return self.home / "db"

    @property
    def keys(self) -> Path:
        return self.home / "keys"

    @property
    def audit_export(self) -> Path:
        return Path(self.audit_folder) if self.audit_folder else self.home / "audit"

    @property
    def worker_socket(self) -> Path:
        return self.home / "run" / "worker.sock"


def read_settings(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """
    Settings from `RECOURSE_*`, overridden by what the command line gave.

    Raises
    ------
    RefuseToStart
        A variable is not known, or its value is not of its type. The value is not repeated.
    """
    environment = os.environ if environment is None else environment
    values: dict[str, object] = {}
    for name, text in environment.items():
        if name.startswith(PREFIX):
            values[name.removeprefix(PREFIX).lower()] = text
    values |= {name: value for name, value in given.items() if value is not None}
    unknown = sorted(set(values) - set(Settings.__dataclass_fields__))
    if unknown:
        raise RefuseToStart(f"Unknown setting: {', '.join(PREFIX + name.upper() for name in unknown)}")
    return Settings(**{name: _typed(name, value) for name, value in values.items()})  # type: ignore[arg-type]  # typed just above


def _typed(name: str, value: object) -> object:
    if not isinstance(value, str):
        return value
    default = getattr(Settings(), name)
    try:
        if isinstance(default, bool):
            return {"1": True, "true": True, "0": False, "false": False}[value.casefold()]
        if isinstance(default, tuple):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return type(default)(value)
    except (ValueError, KeyError) as error:
        raise RefuseToStart(f"{PREFIX}{name.upper()} cannot be read") from error
