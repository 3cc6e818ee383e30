"""Facts of one person, steps made by hand and hostile strings, for the document tests."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from casework.documents.lookup import name_of
from casework.facts import Facts, facts_from_dict
from casework.law import Law
from casework.plan import Step

TODAY = dt.date(2026, 11, 22)
VECTORS = Path(__file__).parents[2] / "vectors"
LINK = "https://x.com/someone/status/1234567890123456789"

CONTROLLER = ("doc-art15", "doc-art17", "doc-art18", "doc-art21")
PLATFORM = ("doc-osa20A", "doc-dsa16", "doc-tida", "doc-ncii-report")
FOLLOW_UPS = (
    "doc-reminder", "doc-reply", "doc-withdrawal", "doc-dsa20", "doc-osa21", "doc-ofcom", "doc-ftc", "doc-dsc",
    "doc-art22",
)  # fmt: skip
# Each document with a recipient, and a country of a person for whom it is written.
EVERY = {
    **dict.fromkeys((*CONTROLLER, "doc-s164A", "doc-osa20A", "doc-ncii-report"), ("x", "GB")),
    **dict.fromkeys(("doc-reminder", "doc-reply", "doc-withdrawal", "doc-osa21", "doc-art22"), ("x", "GB")),
    "doc-art17-2": ("google_search", "GB"),
    "doc-dsa16": ("x", "FR"),
    "doc-dsa20": ("x", "FR"),
    "doc-tida": ("reddit", "US"),
    "doc-ico": ("ico", "GB"),
    "doc-art77": ("dpa-fr", "FR"),
    "doc-ofcom": ("ofcom", "GB"),
    "doc-dsc": ("dsc-ie", "IE"),
    "doc-host": ("hostco.example", "FR"),
    "doc-police": ("police", "GB"),
    "doc-ftc": ("ftc", "US"),
    "doc-esafety": ("esafety-au", "AU"),
    "doc-in-grievance": ("x", "IN"),
    "doc-garante": ("dpa-it", "IT"),
    "doc-authority": ("x", "GB"),
}
IN_THE_US = frozenset(document for document, (_, country) in EVERY.items() if country == "US")


def platform_of(document: str) -> str:
    """The service that the person's one place is on; X is not in our data as a US company."""
    return "reddit" if document in IN_THE_US else "x"


def facts(document: str = "doc-art17", **given) -> Facts:
    """A person with one place on X (or Reddit for the US), unless the test says otherwise."""
    country, platform = EVERY[document][1], platform_of(document)
    person = {"age_now": "adult", "age_in_image": "adult", "country": country} | given.pop("person", {})
    base = {
        "acts": ["created", "shared"],
        "image": "synthetic",
        "places": [{"platform": platform, "url": LINK}],
        "wants": ["erase"],
        "identity": {"mode": "named", "contact": "email"},
    }
    return facts_from_dict({"person": person, **base, **given})


def step_for(law: Law, document: str, recipient: str, known: Facts, **given) -> Step:
    plain = {
        "id": f"{document}@{recipient}",
        "queue": f"platform/{recipient}",
        "document": document,
        "recipient": "HostCo" if recipient == "hostco.example" else name_of(recipient, known, law),
        "recipient_id": recipient,
        "channel": "",
        "legal_basis": "",
        "needs": (),
        "after": (),
        "mode": "self",
        "state": "ready",
        "available_from": None,
        "closes": None,
        "due": dt.date(2026, 12, 22),
        "clock": None,
        "about": () if recipient in law.platforms else (platform_of(document),),
        "concerns": known.prior if document in FOLLOW_UPS else (),
    }
    return Step(**plain | given)


def naughty() -> tuple[str, ...]:
    """Every hostile string: the naughty list, three payload lists, and some aimed at this very program."""
    listed = json.loads((VECTORS / "blns" / "blns.json").read_text(encoding="utf-8"))
    for name in ("crlf", "ssti", "open_redirect"):
        listed += (VECTORS / "payloads" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    ours = [
        "{{name}}",
        "{{signature}}\n\n{{name}}",
        "{{ email }}",
        "{% include 'doc-ico.txt.j2' %}",
        "\ue000name\ue002",
        "\ue001\ue000name\ue002",
        "\ue001\ue000\ue000authority\ue002",
        "a\rb",
        "a\r\nBcc: someone@example.org",
        "\x00",
        "\u2028\u2029\x85",
        "\u202ehttps://x.com\u202c",
        '#read("/etc/passwd")',
        "#sys.inputs",
    ]
    return tuple(dict.fromkeys(text for text in (*listed, *ours) if text))
