"""Which two things can meet in a step: found by a wide sweep of made-up facts, and looked for in the scenarios."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from casework.facts import Facts, facts_from_dict
from casework.law import Law
from casework.plan import Plan, Step, plan
from casework.routes import Situation, situation

SEED, SAMPLES = 2026, 6_000
TODAY = dt.date(2026, 11, 24)
SERVICES = ("x", "meta", "reddit", "xai", "telegram", "pornhub", "google_search", "bing", "whatsapp", "forum.example")
PEOPLE: tuple[dict[str, str], ...] = (
    {"country": "GB", "uk_nation": "GB-ENG"},
    {"country": "GB", "uk_nation": "GB-SCT"},
    {"country": "DE", "region": "DE-BE"},
    {"country": "DE"},
    {"country": "FR"},
    {"country": "IE"},
    {"country": "IT"},
    {"country": "NO"},
    {"country": "US"},
    {"country": "AU"},
    {"country": "IN"},
    {"country": "BR"},
    {},
)
ACTS = ("created", "shared", "threatened", "extorted", "searchable", "trained_on")
WANTS = ("erase", "stop_processing", "know_who", "preserve", "regulator", "police", "compensation")
ANSWERS = ("none", "refused", "partial", "removed", "extended", "unknown")
REFUSALS = ("identity", "public_interest", "not_us", "use_form", "fee", "other", None)
IDENTITIES = (
    {"mode": "anonymous", "contact": "none"},
    {"mode": "anonymous", "contact": "email"},
    {"mode": "pseudonym", "contact": "email"},
    {"mode": "named", "contact": "email"},
    {"mode": "named", "contact": "phone"},
    {"mode": "named", "contact": "post"},
)


def pairs_of(step: Step, facts: Facts, view: Situation) -> Iterator[str]:
    """What meets in one step, as «document × the other»."""
    document = step.document
    if document is None:
        return
    yield f"{document} × {view.person.area or 'elsewhere'}"
    yield f"{document} × {facts.identity.mode}, {step.state}"
    yield f"{document} × {_service(step, view)}"
    for need in step.needs:
        yield f"{document} × lacks {need}"
    if facts.person.acting_for == "other":
        yield f"{document} × for someone else"
    for prior in step.concerns:
        yield f"{document} × after {prior.document}"
        yield f"{document} × {prior.answer}"


def _service(step: Step, view: Situation) -> str:
    mine = next((r for r in view.recipients if r.id == step.recipient_id), None)
    if mine is None:
        return f"to {step.recipient_id}" if step.recipient_id in ("police", "ico") else "to an authority or host"
    return mine.platform.kind if mine.platform else "site without a row"


def possible(law: Law) -> set[str]:
    """Every pair that the sweep meets; the same on every machine."""
    chance = random.Random(SEED)  # noqa: S311 - a sweep, no secret
    found: set[str] = set()
    for _ in range(SAMPLES):
        facts = facts_from_dict(_made_up(chance, law))
        made: Plan = plan(facts, law, TODAY)
        view = situation(facts, law, TODAY)
        found.update(pair for step in made.steps for pair in pairs_of(step, facts, view))
    return found


def _made_up(chance: random.Random, law: Law) -> dict[str, Any]:
    services = chance.sample(SERVICES, chance.choice((0, 1, 1, 2)))
    person = {"age_now": "adult", "age_in_image": "adult", "acting_for": chance.choice(("self", "self", "other"))}
    everyone = [*SERVICES, *law.authorities, "police", *(f"host-of-{s}" for s in services)]
    return {
        "person": person | chance.choice(PEOPLE),
        "acts": chance.sample(ACTS, chance.randint(1, 3)),
        "image": {"kind": chance.choice(("synthetic", "altered", "real", "unsure"))},
        "generator": chance.choice(("unknown", "unknown", "x_grok", "xai_app", "other")),
        "places": [_place(chance, service, law) for service in services],
        "prior": [
            _prior(chance, chance.choice(services), law) for _ in range(chance.choice((0, 1, 2)) if services else 0)
        ],
        "wants": chance.sample(WANTS, chance.randint(1, 4)),
        "identity": chance.choice(IDENTITIES),
        "consents": everyone if chance.random() < 0.8 else [],
    }


def _place(chance: random.Random, service: str, law: Law) -> dict[str, Any]:
    row = law.platforms.get(service)
    site = row.domains[0].replace("*", "com") if row else service
    where = chance.choice(({"url": f"https://{site}/a/b/1"}, {"url": f"https://{site}/a/b/1"}, {"handle": "someone"}))
    return {"platform": service, "still_up": chance.choice((True, None, False)), **where}


def _prior(chance: random.Random, service: str, law: Law) -> dict[str, Any]:
    document = chance.choice([d for f in law.follow_ups for d in sorted(f.after)])
    answer = chance.choice(ANSWERS)
    regulator = law.documents[document].route == "regulator"
    return {
        "kind": "regulator" if regulator else "platform",
        "to": chance.choice(("ico", "ofcom", "ftc", "dpa-fr", "esafety-au")) if regulator else service,
        "document": document,
        "sent_on": (TODAY - dt.timedelta(days=chance.choice((1, 5, 20, 45, 100)))).isoformat(),
        "answer": answer,
        "refusal": chance.choice(REFUSALS) if answer in ("refused", "partial") else None,
        "automated": chance.choice((True, None)) if answer in ("refused", "partial") else None,
        "take_back": chance.random() < 0.15,
    }
