"""What was tried and what came back: one report for each one who was told, whoever heard it."""

from __future__ import annotations

import datetime as dt

import pytest

from casework.reader import Finding, Reader
from casework.reader.reports import reported

MONDAY = dt.date(2026, 11, 23)


def found(text: str, field: str, value: str, words: str, confidence: float = 0.9) -> Finding:
    start = text.index(words)
    return Finding(field=field, value=value, start=start, end=start + len(words), confidence=confidence)


def priors(findings: list[Finding]) -> list[tuple[str, float]]:
    return sorted((f.value, f.confidence) for f in findings if f.field.startswith("prior"))


def test_a_sentence_heard_as_an_attempt_and_the_next_as_its_answer_are_one_report() -> None:
    text = "I pressed the three dots on every post. They never bothered with me."
    heard = [
        found(text, "prior", "platform", "I pressed the three dots on every post."),
        found(text, "prior.answer", "none", "They never bothered with me."),
    ]

    assert priors(reported(heard, text)) == [("platform:none", 0.9)]


def test_an_answer_that_is_only_likely_makes_the_report_a_question() -> None:
    text = "I reported it to them. Well, you know how that goes."
    heard = [
        found(text, "prior", "platform", "I reported it"),
        found(text, "prior.answer", "none", "Well, you know how that goes.", 0.6),
    ]

    assert priors(reported(heard, text)) == [("platform:none", 0.6)]


def test_a_sentence_that_words_have_read_already_is_not_read_again() -> None:
    text = "I reported it and they refused. I went to the police."
    heard = [
        found(text, "prior", "platform", "I reported it"),
        found(text, "prior.answer", "refused", "refused"),
        found(text, "prior.answer", "removed", "I reported it and they refused."),
        found(text, "prior", "police", "went to the police"),
    ]

    assert priors(reported(heard, text)) == [("platform:refused", 0.9), ("police", 0.9)]


def test_a_text_heard_as_a_whole_does_not_say_which_of_two_reports_was_answered() -> None:
    text = "I told Instagram. I went to the police."
    heard = [
        found(text, "prior", "platform", "I told Instagram"),
        found(text, "prior", "police", "went to the police"),
        found(text, "prior.answer", "none", text),
    ]

    assert priors(reported(heard, text)) == [("platform", 0.9), ("police", 0.9)]


def test_a_sentence_that_names_nobody_takes_no_answer_from_a_report_before_it() -> None:
    text = "I wrote to the ICO. They sent me a number and then silence."
    heard = [
        found(text, "prior", "regulator", "wrote to the ICO"),
        found(text, "prior", "platform", "They sent me a number and then silence.", 0.6),
        found(text, "prior.answer", "none", "silence"),
    ]

    assert priors(reported(heard, text)) == [("platform", 0.6), ("regulator:none", 0.9)]


def test_an_answer_without_a_report_is_kept_as_it_is() -> None:
    text = "They took it down."
    heard = [found(text, "prior.answer", "removed", "took it down")]

    assert reported(heard, text) == heard


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("I reported it to X and to Instagram. X refused. Instagram took it down.", ["platform:refused", "platform:removed"]),
        ("I reported it. They said no. I appealed. They said no again.", ["platform:refused"]),
        ("Ignored for weeks. In the end tiktok removed it.", ["platform:removed"]),
        ("I told instagram and the police and neither of them replied", ["platform:none", "police:none"]),
        ("I made a complaint at the cyber crime cell", ["police"]),
        ("I complained to ofcom, they said no. I complained to the ICO.", ["regulator", "regulator:refused"]),
        ("I reported all of them. X removed it, Telegram is silent.", ["platform:none", "platform:removed"]),
        ("Instagram took down two and says the third is fine", ["platform:partial"]),
        ("They removed it. I reported the second one. They refused.", ["platform:refused", "platform:removed"]),
        ("Reported it on Monday, no answer; to the police on Friday, they sent me away.",
         ["platform:none", "police:refused"]),
        ("a guy on x told grok to strip me", []),
        ("the reddit one is gone", []),
        ("if i went to the police he would post it", []),
        ("I want to report this to the police", []),
        ("should I report it to instagram", []),
    ],
)  # fmt: skip
def test_reports_are_told_apart_by_who_was_told(reader: Reader, text: str, values: list[str]) -> None:
    sure = [f.value for f in reader.read(text, MONDAY) if f.field == "prior" and f.confidence >= 0.8]

    assert sorted(sure) == values


@pytest.mark.parametrize(
    ("text", "told"),
    [("nobody knows but i reported it to tiktok", []), ("told nobody, not the police", ["yes"]),
     ("I havent told a soul", ["yes"]), ("i havent reported it on there yet", [])],
)  # fmt: skip
def test_nobody_was_told_only_where_nobody_was(reader: Reader, text: str, told: list[str]) -> None:
    assert [f.value for f in reader.read(text, MONDAY) if f.field == "prior.nobody"] == told


def test_a_day_beside_an_answer_heard_in_the_whole_sentence_is_the_day_of_the_report() -> None:
    text = "I reported it to X on 5 October and they said it breaks no rules."
    heard = [
        found(text, "prior", "platform", "I reported"),
        found(text, "platform.mentioned", "x", "X"),
        found(text, "date", "2026-10-05", "5 October"),
        found(text, "prior.answer", "refused", text),
    ]

    assert ("2026-10-05", 0.9) in priors(reported(heard, text))


def test_a_guess_at_another_who_was_told_gives_way_to_words_that_name_one() -> None:
    text = "I reported it to X on 3 November and they refused."
    heard = [
        found(text, "prior", "platform", "I reported it to X"),
        found(text, "platform.mentioned", "x", "X"),
        found(text, "prior", "police", text, 0.7),
        found(text, "prior.answer", "refused", "refused"),
    ]

    assert [value for value, _ in priors(reported(heard, text)) if ":" in value] == ["platform:refused"]
