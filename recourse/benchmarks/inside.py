"""What happens inside one process: sealing, planning, and a whole submission to SQLite."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from casework.documents import drafts, to_pdf
from casework.facts import facts_from_dict
from casework.handover import Destination, Words, hand_over
from casework.interview.draft import Details, Draft
from casework.interview.outcome import Effect
from casework.interview.planning import show_plan
from casework.law import Law
from casework.lawbook import load_law
from casework.plan import plan
from casework.reader.encoder import Encoder
from casework.wordbook import load_wordbook
from encryption.envelope import Context
from encryption.keys import new_private_key
from encryption.open import open_
from encryption.seal import seal
from encryption.token import Token, conversation_keys
from recourse.benchmarks.budget import percentile
from recourse.benchmarks.serving import home_for
from recourse.compose import utc_now
from recourse.home import open_home
from recourse.settings import Settings

Figures = Mapping[str, float]

ROUNDS, SUBMISSIONS, LETTERS, LINKS = 200, 40, 20, 50
MESSAGE = "someone made a fake picture of me and posted it"
TODAY = dt.date(2026, 11, 22)
PLACE = Context(table="bench", column="body", case="c", record="r", kind="k", compartment="content")
FACTS = {
    "person": {
        "acting_for": "self",
        "age_now": "adult",
        "age_in_image": "adult",
        "country": "GB",
        "uk_nation": "GB-ENG",
    },
    "acts": ["created", "shared"],
    "image": {"kind": "altered"},
    "generator": "x_grok",
    "places": [{"platform": "x", "url": "https://x.com/someone/status/1790000000000000000", "still_up": True}],
    "wants": ["erase", "know_who", "regulator"],
    "identity": {"mode": "named", "contact": "email"},
}


def measure_seal() -> Figures:
    """To a public key and back, 2 kB each time."""
    key, text = new_private_key(), os.urandom(2048)
    envelope = seal(text, to=key.public, context=PLACE)
    sealing = _times(lambda: seal(text, to=key.public, context=PLACE), ROUNDS)
    opening = _times(lambda: open_(envelope, key=key, context=PLACE), ROUNDS)
    return {"seal": percentile(sealing, 0.5), "open": percentile(opening, 0.5)}


def measure_plan() -> Figures:
    law, facts = load_law(), facts_from_dict(FACTS)
    return {"p50": percentile(_times(lambda: plan(facts, law, TODAY), ROUNDS), 0.5)}


def measure_encoder() -> Figures:
    encoder = Encoder.load()
    times = _times(lambda: encoder.encode([MESSAGE]), ROUNDS)
    return {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}


def measure_pdf() -> Figures:
    """A request to erase 50 posts, each time another text: nothing is remembered but the fonts."""
    law, place = load_law(), FACTS["places"][0]  # type: ignore[index]  # written out above
    facts = facts_from_dict({**FACTS, "places": [{**place, "url": f"{place['url']}{n}"} for n in range(LINKS)]})
    made = next(each for each in drafts(plan(facts, law, TODAY), facts, law, TODAY) if each.document == "doc-art17")
    to_pdf(made.title, made.text)
    numbers = iter(range(LETTERS))
    times = _times(lambda: to_pdf(made.title, f"{made.text}\n{next(numbers)}"), LETTERS)
    return {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}


def measure_submission(settings: Settings) -> Figures:
    """From the last yes to the commit on disk, each time another case."""
    with home_for(settings) as given:
        times = submit_cases(given, [Token.new() for _ in range(SUBMISSIONS)])
    return {"p50": percentile(times[1:], 0.5), "p95": percentile(times[1:], 0.95)}


def submit_cases(settings: Settings, tokens: Sequence[Token]) -> list[float]:
    """One case a token, in the home of these settings; milliseconds of each."""
    law, now = load_law(), utc_now()
    draft = _agreed_draft(law, now)
    home = open_home(settings, now)
    teams = home.teams(now)

    def submit(token: Token) -> None:
        keys = conversation_keys(token)
        to = Destination(case_id=keys.case_id, receipt=keys.receipt, teams=teams)
        words = Words(talk=[{"me": "hello", "messages": ["Hi."] * 3}] * 25, statement="It is me. " * 80)
        hand_over(home.databases, draft, Effect.SUBMIT, words, to, law, now)

    try:
        return [_times(lambda token=token: submit(token), 1)[0] for token in tokens]  # type: ignore[misc]  # bound at once
    finally:
        home.databases.close()


def _agreed_draft(law: Law, now: dt.datetime) -> Draft:
    """A draft whose every letter was shown and agreed to."""
    details = Details(name="Robin Example", email="robin@example.org")
    draft = Draft(facts=facts_from_dict(FACTS), details=details, answers={"keep_talk": "yes"})
    shown = show_plan(draft, law, load_wordbook(), now).draft
    return replace(shown, chosen=dict.fromkeys(shown.recipients, "yes"))


def _times(work: Callable[[], object], rounds: int) -> list[float]:
    taken = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return taken
