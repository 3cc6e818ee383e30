"""Answers about who is speaking and who is shown: consent to hear, safety, country, age. Pure."""

from __future__ import annotations

from dataclasses import replace

from casework.facts import ActingFor, Age
from casework.interview.draft import Draft, Path, only_child_and_country
from casework.interview.outcome import Effect, Outcome, Reply
from casework.interview.steps import QUIET


def hear(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "yes":
        return Outcome(draft=draft)
    return Outcome(draft=Draft(path=Path.DECLINED)).say("hear_no").do(Effect.SHRED)


def safe(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "yes":
        return Outcome(draft=draft)
    return quiet(draft.reopen("safe"), "someone_near" if value == "someone_near" else "not_safe")


def quiet(draft: Draft, response: str) -> Outcome:
    """Say one thing and ask nothing: someone may be reading along. Afterwards safety is asked again."""
    return Outcome(draft=replace(draft.reopen("safe"), pending=QUIET)).say(response)


def for_whom(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "did_something":
        return perpetrator(draft)
    acting = ActingFor.OTHER if value == "someone_else" else ActingFor.SELF
    return Outcome(draft=draft.with_person(acting_for=acting))


def perpetrator(draft: Draft) -> Outcome:
    """No case and no document; the age of the person shown first, then how to undo harm."""
    country = draft.facts.person.country
    fresh = Draft(path=Path.PERPETRATOR, done=frozenset({"hear", "safe"})).with_person(country=country)
    return Outcome(draft=fresh).say("perpetrator_first").do(Effect.SHRED)


def turned_away(draft: Draft) -> Outcome:
    """Whoever did it: what to do now, in full once; then that there is no more to say here."""
    if "perpetrator" in draft.told:
        return Outcome(draft=draft).say("perpetrator_again")
    return Outcome(draft=draft).say_once("perpetrator")


def other_agrees(draft: Draft, value: str, _reply: Reply) -> Outcome:
    draft = draft.answer("other_agrees", value)
    if value == "yes":
        return Outcome(draft=draft)
    return Outcome(draft=replace(draft, pending="after_stop")).say("other_needs_agreement")


def country(draft: Draft, value: str, _reply: Reply) -> Outcome:
    draft = draft.answer("country", value)
    return Outcome(draft=draft if value in ("other", "skip") else draft.with_person(country=value))


def country_name(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return Outcome(draft=draft) if value == "skip" else Outcome(draft=draft.with_person(country=value))


def nation(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return Outcome(draft=draft if value == "skip" else draft.with_person(uk_nation=value))


def region(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return Outcome(draft=draft if value == "skip" else draft.with_person(region=value))


def age_now(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if draft.path is Path.PERPETRATOR:
        return turned_away(draft.with_person(age_now=Age(value)))
    if value == "no" and "age_no" not in draft.told:
        # A bare «no» may mean the question: asked once more before anything is shredded.
        return Outcome(draft=draft.reopen("age_now")).say_once("age_no")
    if value in ("child", "no"):
        return child(draft, Path.CHILD)
    if value == "adult":
        return Outcome(draft=draft.with_person(age_now=Age.ADULT))
    # Not saying it ends the normal journey: nobody should get there by a habit of skipping.
    if "age_needed" not in draft.told:
        return Outcome(draft=draft.reopen("age_now")).say_once("age_needed")
    return child(draft, Path.UNSURE_AGE)


def age_in_image(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return child(draft, Path.CHILD) if value == "child" else Outcome(draft=draft.with_person(age_in_image=Age(value)))


def age_help(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "after":
        return Outcome(draft=draft.with_person(age_in_image=Age.ADULT))
    if reply.intent == "skip" and not reply.tapped and "age_needed" not in draft.told:
        return Outcome(draft=draft.reopen("age_help")).say_once("age_needed")
    return child(draft, Path.CHILD if value == "before" else Path.UNSURE_AGE)


def child(draft: Draft, path: Path) -> Outcome:
    """Enter the child path: all that was told is shredded in this same turn."""
    kept = only_child_and_country(draft, path)
    other = draft.facts.person.acting_for is ActingFor.OTHER
    said = "child_unsure" if path is Path.UNSURE_AGE else "child_other" if other else "child"
    return Outcome(draft=kept).say(said).do(Effect.SHRED)
