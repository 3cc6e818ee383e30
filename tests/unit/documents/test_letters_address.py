"""A letter goes to a mailbox of its own recipient, or to none: a wrong address tells a stranger."""

from __future__ import annotations

import re

import pytest
from letter_kit import TODAY, facts, step_for

from casework.documents import address_of, to_eml
from casework.facts import facts_from_dict
from casework.plan import plan


def step(law, recipient: str, channel: str, document: str = "doc-art17"):
    return step_for(law, document, recipient, facts("doc-art17"), channel=channel)


@pytest.mark.parametrize(
    ("recipient", "channel"),
    [
        ("xai", "privacy@x.ai"),
        ("xai", "xai@lionheartsquared.eu"),
        ("reddit", "redditdatarequests@reddit.com"),
        ("pornhub", "dpo@pornhub.com"),
        ("ico", "casework@ico.org.uk"),
    ],
)
def test_a_mailbox_of_the_recipient_is_one(law, recipient, channel):
    assert address_of(step(law, recipient, channel), law) == channel


@pytest.mark.parametrize(
    ("recipient", "channel"),
    [
        ("x", "https://help.x.com/forms/privacy"),
        ("x", "Report post > It displays a sensitive photo or video"),
        ("x", "privacy@x.ai"),  # another company's
        ("pornhub", "dsa@pornhub.com"),  # not for notices about content, its rules say
        ("smallforum.example", "webmaster@smallforum.example"),  # no row vouches for it
        ("xai", "privacy@x.ai, someone@example.org"),
        ("xai", "privacy@x.ai\r\nBcc: someone@example.org"),
        ("xai", "Privacy <privacy@x.ai>"),
        ("xvideos", "Krakovska 1366/25, 110 00 Prague 1, Czech Republic"),
        ("x", ""),
    ],
)
def test_anything_else_is_none(law, recipient, channel):
    assert address_of(step(law, recipient, channel), law) is None


PEOPLE = [
    {"country": "GB", "uk_nation": "GB-ENG"},
    {"country": "DE", "region": "DE-BE"},
    {"country": "US"},
    {"country": "IT"},
]


@pytest.mark.parametrize("person", PEOPLE, ids=[person["country"] for person in PEOPLE])
def test_no_letter_of_any_platform_goes_to_another_companys_mailbox(law, person):
    """Every platform, every step of its plan: the address is in the recipient's own row and in no other company's."""
    owners: dict[str, set[str]] = {}
    for row in (*law.platforms.values(), *law.authorities.values()):
        for address in re.findall(r"[\w.+-]+@[\w.-]+\w", repr(row)):
            owners.setdefault(address, set()).add(row.id)
    places = [{"platform": platform, "url": f"https://{platform}.example/1"} for platform in law.platforms]
    known = facts_from_dict(
        {
            "person": {"age_now": "adult", "age_in_image": "adult", **person},
            "acts": ["created", "shared", "searchable"],
            "places": places,
            "generator": "xai_app",
            "wants": ["erase", "know_who", "regulator", "police"],
        }
    )
    addressed = [(made, address) for made in plan(known, law, TODAY).steps if (address := address_of(made, law))]

    assert addressed
    for made, address in addressed:
        assert made.recipient_id in owners[address]
        assert address != "dsa@pornhub.com"
        assert to_eml("Text\n", address, "Letter")
