"""Brings one database to the newest schema with Alembic, inside the transaction of the caller."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from casework.errors import RefuseToStart

_FOLDER = Path(__file__).parent / "migrations"


def migrate_engine(name: str, connection: Connection) -> None:
    """
    Apply what is missing of the history `name` (conversations, cases, keys).

    Raises
    ------
    RefuseToStart
        The database names a revision that this version does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.set_main_option("version_locations", str(_FOLDER / name))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise RefuseToStart(f"The {name} database was written by a newer version.") from error
