"""Answers from the read-back to the seal: change, plan, consent to each letter, who sends. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from casework.facts import Act, Age, Generator, Identity, ImageKind, Want
from casework.interview.draft import Draft, WhoSends
from casework.interview.outcome import Effect, Outcome, Reply
from casework.interview.steps import CHANGEABLE


def read_back(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "change":
        return Outcome(draft=replace(draft.reopen("read_back"), pending="change_what"))
    return Outcome(draft=draft).do(Effect.SHOW_PLAN)


def change_what(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return Outcome(draft=forget(draft, value))


def forget(draft: Draft, part: str) -> Draft:
    """Take back one part of what was told, so that it is asked again; then read back anew."""
    answers = {k: v for k, v in draft.answers.items() if k not in CHANGEABLE.get(part, ())}
    if part == "where":
        answers.pop("no_link", None)
        draft = replace(draft, cleaner=())
    if part == "known_as":
        draft = replace(draft, details=replace(draft.details, name=None, email=None))
    draft = replace(draft.with_facts(**_blank(part, draft)), answers=answers)
    return draft.reopen(*CHANGEABLE.get(part, ()), "read_back", "plan", "consent", "seal")


def _blank(part: str, draft: Draft) -> dict[str, Any]:
    person = draft.facts.person
    blank: dict[str, dict[str, Any]] = {
        "happened": {"acts": frozenset[Act](), "image": ImageKind.UNSURE},
        "where": {"places": ()},
        "tool": {"generator": Generator.UNKNOWN},
        "tried": {"prior": ()},
        "wants": {"wants": frozenset[Want]()},
        "known_as": {"identity": Identity()},
        "country": {"person": replace(person, country=None, uk_nation=None, region=None)},
        "age_now": {"person": replace(person, age_now=Age.UNSURE, age_in_image=Age.UNSURE)},
    }
    return blank.get(part, {})


def plan(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "change":
        return Outcome(draft=replace(draft.reopen("plan", "read_back"), pending="change_what"))
    if value == "stop":
        return Outcome(draft=replace(draft.reopen("plan"), pending="after_stop")).say("stop")
    return Outcome(draft=draft)


def consent(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "change":
        return Outcome(draft=replace(draft.reopen("consent", "plan", "read_back"), pending="change_what"))
    now = next((r for r in draft.recipients if r not in draft.chosen), None)
    if now is None:
        return Outcome(draft=draft)
    draft = replace(draft, chosen={**draft.chosen, now: "yes" if value == "yes" else "leave_out"})
    if any(r not in draft.chosen for r in draft.recipients):
        return Outcome(draft=draft.reopen("consent"))
    return Outcome(draft=draft) if "yes" in draft.chosen.values() else Outcome(draft=draft).say("consent_none")


def who_sends(draft: Draft, value: str, _reply: Reply) -> Outcome:
    outcome = Outcome(draft=draft.answer("who_sends", WhoSends(value).value).reopen("signature").finish("who_sends"))
    return outcome.do(Effect.SHOW_AUTHORITY) if value == WhoSends.TEAM else outcome


def keep_talk(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return Outcome(draft=draft.answer("keep_talk", value))


def seal(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "yes":
        return Outcome(draft=draft).do(Effect.SUBMIT)
    return Outcome(draft=replace(draft.reopen("seal"), pending="after_stop")).say("stop")
