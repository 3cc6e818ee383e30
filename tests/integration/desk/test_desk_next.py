"""What the law opens in a case, as the desk sees it: read-only, with what each letter lacks and whom it tells what."""

from __future__ import annotations

import re

import pytest

from casework.casefile import open_with_team
from casework.documents import Document
from casework.documents.document import fingerprint
from casework.next_steps import Yes, agree, next_steps
from casework.records import Kind
from casework.standing import events_of, sent_letters, standing
from desk.web.case_law import case_law
from desk.web.words import load_words
from tests.integration.desk.homes import NAME

TODAY = "2026-11-24"


@pytest.fixture
def read(home, case_id):
    def case():
        return open_with_team(home.databases, case_id, "platform", home.installation.team_keys["platform"])

    return case


@pytest.fixture
def sent(read):
    """What the case knows of the letters that went out."""

    def letters():
        case = read()
        return sent_letters(case, case.steps(), events_of(case))

    return letters


def section(page: str) -> str:
    """The part of the case page about what can come next."""
    return re.search(r'<section aria-labelledby="next-title">.*?</section>', page, re.DOTALL)[0]


def test_a_reason_and_a_machine_are_recorded_with_the_refusal_and_open_what_answers_them(
    act, steps, opened, case_id, sent
):
    act(steps["doc-art17"], "sent", on=TODAY)
    act(steps["doc-art17"], "answered", on=TODAY, outcome="refused", refusal="identity", automated="yes")

    letter = sent()[0]
    page = opened.get(f"/cases/{case_id}").text
    assert (letter.refusal, letter.automated) == ("identity", True)
    assert "They refused · They want proof of identity · A machine decided" in page
    assert "Reply to a refusal" in section(page)
    assert "Request that a human decides" in section(page)


def test_more_time_has_no_reason(act, steps, sent):
    act(steps["doc-art17"], "sent", on=TODAY)
    act(steps["doc-art17"], "answered", on=TODAY, outcome="extended", refusal="fee", automated="yes")

    letter = sent()[0]
    assert (letter.outcome, letter.refusal, letter.automated) == ("extended", None, None)


def test_a_reason_that_nobody_knows_records_nothing(act, steps, sent):
    act(steps["doc-art17"], "sent", on=TODAY)

    answer = act(steps["doc-art17"], "answered", on=TODAY, outcome="refused", refusal="because")

    assert "problem=BadOutcome" in answer.headers["location"]
    assert sent()[0].outcome is None


def test_nobody_at_the_desk_can_say_yes(opened, case_id):
    page = section(opened.get(f"/cases/{case_id}").text)

    assert "<form" not in page
    assert "<button" not in page


def test_each_letter_says_who_learns_what_of_the_person(opened, case_id):
    page = opened.get(f"/cases/{case_id}").text

    assert "Those it goes to: the name you give" in page


def test_a_letter_that_lost_what_the_law_asks_for_stands_on_the_red_list(home, read):
    case = read()
    stands = standing(case, home.law)
    whole = case_law(stands, load_words(home.law), None, home.clock.now)
    kept = next(r.value for r in case.read(Kind.DOCUMENT) if r.value["document"] == "doc-art17")
    step = stands.held(kept["step_id"]).as_planned()
    bare = "To: X\nPlease erase it."

    good = whole.check(_document(kept, kept["text"]), step)
    bad = whole.check(_document(kept, bare), step)

    assert good.missing == ()
    assert any("its words are not in the text" in line for line in bad.missing)
    assert any(line.startswith("every link, byte for byte") for line in bad.missing)


def test_a_complaint_that_the_case_holds_is_still_about_the_company(home, read, act, steps):
    act(steps["doc-s164A"], "sent", on=TODAY)
    home.clock.forward(days=45)
    now = home.clock.now
    offered = next(each for each in next_steps(standing(read(), home.law), home.law, now) if each.step.about)

    agree(home.databases, read(), home.law, Yes(step_id=offered.step.id, sha256=offered.document.sha256), now)

    held = standing(read(), home.law).held(offered.step.id).as_planned()
    told = ("document", "queue", "recipient", "recipient_id", "channel", "legal_basis", "about")
    assert [getattr(held, name) for name in told] == [getattr(offered.step, name) for name in told]


def _document(kept, text):
    return Document(
        step_id=kept["step_id"],
        document=kept["document"],
        recipient=kept["recipient"],
        title=kept["title"],
        text=text,
        sha256=fingerprint(text),
        needs_identity=(),
        seen_by=(),
        slots=(),
    )


def test_who_may_not_read_a_name_reads_none_in_what_comes_next(home, read, act, steps):
    act(steps["doc-art17"], "sent", on=TODAY)
    act(steps["doc-art17"], "answered", on=TODAY, outcome="refused", refusal="fee")
    whole = case_law(standing(read(), home.law), load_words(home.law), None, home.clock.now)

    texts = [card.text for card in whole.cards()]
    assert texts
    assert not [text for text in texts if NAME in text]
