"""In the UK the requests to one company, and the complaint, are one letter: each act whole, one signature, one yes."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
from letter_kit import CONTROLLER, LINK, TODAY, facts, naughty, step_for

from casework.documents import combined, document_from_dict, document_to_dict, draft, letters
from casework.documents.wordlist import words
from casework.plan import plan
from casework.validity import review

ALL = (*CONTROLLER, "doc-s164A")


def steps(law, known, documents=ALL, recipient="x", **given):
    return [step_for(law, document, recipient, known, channel="privacy@x.example", **given) for document in documents]


def together(law, documents=ALL, recipient="x", *, step=None, **given):
    known = facts("doc-art17", **given)
    return combined(steps(law, known, documents, recipient, **(step or {})), known, law, TODAY)


def test_one_text_carries_every_act_and_each_step_holds_it(law):
    made = together(law)

    assert set(made) == {f"{document}@x" for document in ALL}
    assert len({letter.sha256 for letter in made.values()}) == 1
    for step_id, letter in made.items():
        assert letter.step_id == step_id
        assert letter.document == step_id.removesuffix("@x")
        assert set(letter.carries) == set(made)


@pytest.mark.parametrize("recipient", ["x", "xai", "google_search", "smallforum.example"])
@pytest.mark.parametrize(
    "form", [{}, {"person": {"acting_for": "other"}}, {"acts": ["threatened"]}, {"wants": ["preserve"]}]
)
def test_each_act_is_complete_with_all_its_elements(law, recipient, form):
    places = [{"platform": recipient, "url": f"https://{recipient}.example/t/1"}]
    known = facts("doc-art17", **{"places": places, **form})

    for letter in together(law, recipient=recipient, **{"places": places, **form}).values():
        found = review(law.documents[letter.document], known, to=recipient, text=letter.text)
        assert [f.element for f in found.missing if f.lacks == "text"] == [], letter.document


@pytest.mark.parametrize("documents", [ALL[:2], ALL[1:], ("doc-art21", "doc-s164A"), ("doc-art15", "doc-art18")])
def test_any_part_may_be_missing(law, documents):
    text = next(iter(together(law, documents).values())).text

    parts = re.findall(r"^Part ([A-E]), (.+)$", text, re.MULTILINE)
    assert [letter for letter, _ in parts] == list("ABCDE")[: len(documents)]
    assert {name for _, name in parts} == {words().parts[document]["heading"] for document in documents}
    for pointed in re.findall(r"Part ([A-E])", text):
        assert pointed in dict(parts)


def test_head_signature_and_places_stand_once(law):
    letter = together(law)["doc-art17@x"]

    assert letter.text.count("Yours faithfully") == 1
    assert letter.text.count("{{signature}}") == letter.text.count("{{name}}") == letter.text.count("{{email}}") == 1
    assert letter.text.split("\n").count(LINK) == 1
    numbers = [int(n) for n in re.findall(r"^(\d+)\. ", letter.text, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_month_and_the_thirty_days_stand_side_by_side(law):
    known = facts("doc-art17")
    made = [*steps(law, known, CONTROLLER, due=dt.date(2027, 1, 4)), *steps(law, known, ("doc-s164A",))]

    text = combined(made, known, law, TODAY)["doc-art17@x"].text

    assert re.search(r"within 30 days of receiving it\. If it reaches you today, that is by 22 December 2026\.", text)
    assert re.search(r"within one month of receiving this letter.* that is by 4 January 2027\.", text)


def test_an_eu_person_is_never_given_a_combined_letter(law):
    assert together(law, CONTROLLER, person={"country": "FR"}) == {}


def test_a_letter_alone_stays_alone(law):
    assert together(law, ("doc-art17",)) == {}
    assert together(law, ("doc-art17", "doc-osa20A")) == {}


def test_other_companies_ways_and_states_are_not_thrown_together(law):
    known = facts("doc-art17")
    first, second = steps(law, known, ("doc-art17", "doc-s164A"))
    for other in (
        replace(second, recipient_id="reddit", id="doc-s164A@reddit"),
        replace(second, channel="other@x.example"),
        replace(second, state="blocked"),
        replace(second, mode="host"),
    ):
        assert combined([first, other], known, law, TODAY) == {}


def test_the_single_letters_are_still_to_be_had(law):
    known = facts("doc-art17")
    made = steps(law, known, (*ALL, "doc-osa20A"))

    every = letters(made, known, law, TODAY)

    assert every["doc-osa20A@x"] == draft(made[-1], known, law, TODAY)
    assert every["doc-art17@x"].text != draft(made[1], known, law, TODAY).text
    assert draft(made[1], known, law, TODAY).carries == ()


def test_a_plan_gives_one_combined_letter_for_each_company(law):
    places = [{"platform": "x", "url": LINK}, {"platform": "reddit", "url": "https://www.reddit.com/r/a/comments/b/"}]
    wants = ["erase", "stop_processing", "know_who", "preserve"]
    known = facts("doc-art17", places=places, wants=wants, consents=["x", "reddit"])
    made = combined(plan(known, law, TODAY).steps, known, law, TODAY)

    assert {letter.recipient for letter in made.values()} == {"X Internet Unlimited Company", "Reddit, Inc."}
    assert len({letter.sha256 for letter in made.values()}) == 2
    assert all("reddit.com" not in letter.text for key, letter in made.items() if key.endswith("@x"))


def test_it_is_stored_and_read_back_as_it_was(law):
    for letter in together(law).values():
        assert document_from_dict(json.loads(json.dumps(document_to_dict(letter)))) == letter


def test_hostile_words_stay_text_in_it(law):
    for text in naughty()[::7]:
        letter = together(law, places=[{"platform": "x", "url": text, "handle": text}])["doc-art17@x"]
        assert text in letter.text
        assert [slot.name for slot in letter.slots] == ["email", "signature", "name"]
