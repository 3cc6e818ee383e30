"""What the assistant says: short, plain, kind, and nothing that could hurt or give someone away."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from words_kit import ASK, PLACEHOLDER, Variation, grade, responses, variations, word_count

BUBBLE = 320  # characters
GRADE = 8
SHORT = 8  # words; below this a grade says nothing

# What hurts, blames or is jargon, with the wording rows of data/law; as whole words or phrases.
BANNED = (
    "revenge porn", "child pornography", "victim", "leaked", "sexting", "nudes", "alleged", "claim", "why did you",
    "incident", "content creator", "user", "submit", "submission", "process", "unfortunately", "simply", "just", "easy",
    "url", "data controller", "i feel", "i understand how", "brave", "calm down", "rephrase", "as an ai language model",
    "untraceable", "how come", "what did you do", "describe", "upload", "invalid", "error", "required field",
)  # fmt: skip
# What each response may hold; any other placeholder would be shown to the person as it is.
PLACEHOLDERS = {
    "utter_opening_4": {"emergency", "hours"},
    "utter_danger": {"number"},
    "utter_self_harm": {"line"},
    "utter_self_harm_again": {"line"},
    "utter_self_harm_now": {"line", "number"},
    "utter_read_back": {"summary"},
    f"{ASK}confirm": {"summary"},
    f"{ASK}consent": {"recipient"},
    f"{ASK}consent_many": {"recipient", "count"},
    f"{ASK}where_link_of": {"place"},
    f"{ASK}where_link_search": {"place"},
    f"{ASK}maybe": {"summary"},
    "utter_submitted_clock": {"date"},
    "utter_submitted_self": {"date"},
}
# Said at most once in a conversation, or made so that a second wording would only confuse.
ONE_WORDING = re.compile(r"utter_(opening_[34]|why_\w+)")
NAMED = """
opening_1 opening_2 opening_3 opening_4 hear_no not_safe someone_near perpetrator other_needs_agreement child
child_unsure child_again child_stays child_callback_done threat real_image believed noted
link_results_page link_home_page link_profile_page link_private link_story link_hidden link_local link_unknown link_cleaned dont_know_ok repair_1 repair_2 repair_3 why help
who_sees how_long next human_lines human_triage_consent human_triage_done bot promise cost legit police
retention stop deleted greet thanks goodbye off_topic abuse self_harm self_harm_again danger shame
safety_go_on know_who_note police_first read_back plan_intro plan_outro plan_nothing_ready consent_none
name_seen email_bad image no_answer fault find_out lawyer submitted submitted_clock done_already busy
""".split()


def spoken(one: Variation) -> str:
    """The bubble and its choices, as one text."""
    return " ".join([one.text, *(title for title, _ in one.buttons)])


def those(wrong: Callable[[Variation], object]) -> list[str]:
    """The responses for which `wrong` finds something, with what it found."""
    return [f"{one.response}: {found}" for one in variations() if (found := wrong(one))]


def found(pattern: str) -> Callable[[Variation], object]:
    return lambda one: re.findall(pattern, spoken(one), re.IGNORECASE)


def test_a_moment_of_the_talk_without_words() -> None:
    assert [name for name in NAMED if f"utter_{name}" not in responses()] == []


def test_a_bubble_too_long_for_a_phone() -> None:
    assert those(lambda one: len(one.text) > BUBBLE or "\n" in one.text) == []


def test_a_sentence_too_hard_for_a_frightened_reader() -> None:
    assert those(lambda one: word_count(one.text) > SHORT and grade(one.text) > GRADE) == []


@pytest.mark.parametrize("term", BANNED)
def test_a_word_that_blames_or_belongs_to_an_office(term: str) -> None:
    assert those(found(rf"(?<!\w){re.escape(term)}(?!\w)")) == []


def test_prose_that_sounds_written() -> None:
    assert those(found("[\u2013\u2014\u2026!]|[.]{3}")) == []


def test_a_why_question_put_to_the_person() -> None:
    assert those(lambda one: re.findall(r"(?:^|[.!?] )(?:and |so )?why\b[^.!?]*\?", one.text, re.IGNORECASE)) == []


def test_a_placeholder_that_nobody_fills() -> None:
    assert those(lambda one: set(PLACEHOLDER.findall(one.text)) - PLACEHOLDERS.get(one.response, set())) == []


def test_a_number_that_is_not_from_the_law_data() -> None:
    assert those(found(r"\d(?:[\s-]?\d){2,}")) == []


def test_a_promise_that_is_not_ours() -> None:
    promised = r"\bwe(?:'ll| will) (?:find|remove|catch|stop|get)\b|guarantee|\btrust (?:me|us)\b|\bis anonymous\b"
    assert those(found(promised)) == []


def test_the_same_wording_twice_in_a_row() -> None:
    wordings = {name: len({one.text for one in rows}) for name, rows in responses().items()}

    assert [name for name, rows in responses().items() if wordings[name] != len(rows)] == []
    assert [name for name, count in wordings.items() if not ONE_WORDING.fullmatch(name) and not 2 <= count <= 4] == []


def test_a_choice_that_is_there_in_one_wording_only() -> None:
    assert [name for name, rows in responses().items() if len({one.buttons for one in rows}) != 1] == []


@pytest.mark.parametrize("name", ["utter_someone_near", "utter_not_safe", "utter_why_quiet"])
def test_a_line_that_shows_what_this_page_is_to_someone_who_reads_along(name: str) -> None:
    telling = r"(?i)picture|image|photo|complain|report|sexual|abuse|police|safe|danger|help|AI\b|letter|delete"
    assert not [one.text for one in responses()[name] if re.search(telling, one.text)]


def test_advice_on_how_to_hide_what_someone_did() -> None:
    hiding = r"(?i)delete|remove|hide|erase|evidence"
    assert not [one for one in responses()["utter_perpetrator"] if re.search(hiding, one.text)]


@pytest.mark.parametrize("name", [n for n in responses() if "child" in n])
def test_a_child_told_to_save_or_send_a_picture(name: str) -> None:
    assert not [one for one in responses()[name] if re.search(r"(?i)screenshot|download|save|forward", one.text)]


@pytest.mark.parametrize("name", ["utter_self_harm", "utter_self_harm_again"])
def test_a_cry_answered_without_a_line_to_call(name: str) -> None:
    assert len(responses()[name]) >= 3
    assert all("{line}" in one.text for one in responses()[name])
