"""`recourse read`: what the reader finds in a text, with spans. The text is neither stored nor logged."""

from __future__ import annotations

import datetime as dt
import json
import sys

from rich.console import Console
from rich.table import Table

from casework.errors import AskAgain
from casework.reader import load_reader, read_to_dict


def run(*, as_json: bool, today: str | None) -> None:
    """
    Read standard input.

    Raises
    ------
    AskAgain
        `today` is not a day, or the input is not text.
    """
    try:
        day = dt.date.fromisoformat(today) if today else dt.datetime.now(dt.UTC).date()
        text = sys.stdin.buffer.read().decode("utf-8")
    except ValueError as error:
        raise AskAgain("Give UTF-8 text on standard input, and --today as 2026-11-22.") from error
    found = read_to_dict(load_reader(), text, day)
    if as_json:
        json.dump(found, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
        return
    table = Table("field", "value", "span", "confidence")
    for finding in found["findings"]:
        span = f"{finding['start']}–{finding['end']}"
        table.add_row(finding["field"], str(finding["value"]), span, f"{finding['confidence']:.2f}")
    Console().print(table)
