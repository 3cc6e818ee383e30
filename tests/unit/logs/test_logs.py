"""What reaches the log: our own events, so that an operator sees trouble, and nothing that a person wrote."""

import json
import re
import subprocess
import sys
from pathlib import Path

from recourse.logs import EVENTS

ROOT = Path(__file__).parents[3]
WORDS = "marrowfat"

# As intake starts: Rasa is silenced first, our own logging comes after it.
START = """
import threading, structlog
from bot.runtime import quiet
from recourse import hardening, logs
quiet.silence()
logs.configure("intake")
hardening.harden()
log = structlog.get_logger()
"""


def lines_of(code: str) -> list[dict[str, object]]:
    done = subprocess.run([sys.executable, "-c", START + code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert WORDS not in done.stdout + done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_trouble_is_logged_after_rasa_was_silenced():
    lines = lines_of("log.info('listening', port=1); log.error('request_failed', route='/x', error='KeyError')")

    assert [(line["event"], line["level"], line["process"]) for line in lines] == [
        ("listening", "info", "intake"),
        ("request_failed", "error", "intake"),
    ]


def test_an_intake_without_the_sentence_encoder_says_so_at_its_start():
    (line,) = lines_of("from recourse.serve import announce; announce(None)")

    assert (line["event"], line["level"]) == ("encoder_missing", "warning")


def test_an_event_of_rasa_stays_out_whatever_it_carries():
    assert lines_of(f"log.error('processor.message.parse', text='{WORDS}'); log.warning('{WORDS}')") == []


def test_a_field_that_nobody_allowed_is_dropped():
    (line,) = lines_of(f"log.error('request_failed', text='{WORDS}', error='KeyError')")

    assert set(line) == {"at", "event", "level", "process", "error"}


def test_an_error_that_nobody_caught_is_told_by_its_class_and_place():
    raising = f"def work(): raise ValueError('{WORDS}')\n"
    thread = lines_of(raising + "thread = threading.Thread(target=work); thread.start(); thread.join()")
    main = lines_of(raising + "work()")
    dying = lines_of(raising + "class Dying:\n    def __del__(self): work()\nDying()")

    for (line,) in (thread, main, dying):
        assert (line["event"], line["error"]) == ("uncaught", "ValueError")
        assert re.fullmatch(r"<string>:\d+", str(line["where"]))


def test_every_event_that_the_code_logs_is_let_through():
    """A new event that is not on the list would be lost when it is needed."""
    rooms = [p for room in ("bot", "casework", "actions", "desk", "recourse") for p in (ROOT / room).rglob("*.py")]
    logged = {event for p in rooms for event in re.findall(r"\blog\.\w+\(\s*\"(\w+)\"", p.read_text(encoding="utf-8"))}

    assert "request_failed" in logged
    assert logged <= EVENTS
