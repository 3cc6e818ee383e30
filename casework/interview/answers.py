"""
What an answer to each step changes. One small function a step, gathered in ANSWERS. Pure.

A function gets the draft, the answer's value and the reply that it came in, and returns an
Outcome. The step is already finished in the draft that it gets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from casework.facts import (
    Act,
    ActingFor,
    Age,
    Answer,
    Contact,
    Generator,
    Identity,
    IdentityMode,
    ImageKind,
    Origin,
    Prior,
    PriorKind,
    Want,
)
from casework.interview.draft import Draft, Path, WhoSends, only_child_and_country
from casework.interview.merge import add_place, with_contact, with_report_date
from casework.interview.outcome import Effect, Outcome, Reply
from casework.interview.steps import CHANGEABLE, QUIET

EMAIL = re.compile(r"[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]{1,190}\.[^\s@<>\"',;.]{2,24}")

AnswerTo = Callable[[Draft, str, Reply], Outcome]


def _plain(draft: Draft) -> Outcome:
    return Outcome(draft=draft)


def hear(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "yes":
        return _plain(draft)
    return Outcome(draft=Draft(path=Path.DECLINED)).say("hear_no").do(Effect.SHRED)


def safe(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "yes":
        return _plain(draft)
    return quiet(draft.reopen("safe"), "someone_near" if value == "someone_near" else "not_safe")


def quiet(draft: Draft, response: str) -> Outcome:
    """Say one thing and ask nothing: someone may be reading along."""
    return Outcome(draft=replace(draft, pending=QUIET)).say(response)


def for_whom(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "did_something":
        return perpetrator(draft)
    acting = ActingFor.OTHER if value == "someone_else" else ActingFor.SELF
    return _plain(draft.with_person(acting_for=acting))


def perpetrator(draft: Draft) -> Outcome:
    """No case and no document; the age of the person shown first, then how to undo harm."""
    country = draft.facts.person.country
    fresh = Draft(path=Path.PERPETRATOR, done=frozenset({"hear", "safe"})).with_person(country=country)
    return Outcome(draft=fresh).do(Effect.SHRED)


def other_agrees(draft: Draft, value: str, _reply: Reply) -> Outcome:
    outcome = _plain(draft.answer("other_agrees", value))
    return outcome if value == "yes" else outcome.say("other_needs_agreement")


def country(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return _plain(draft.with_person(country=None if value == "other" else value))


def nation(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return _plain(draft if value == "skip" else draft.with_person(uk_nation=value))


def region(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return _plain(draft if value == "skip" else draft.with_person(region=value))


def age_now(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if draft.path is Path.PERPETRATOR:
        return Outcome(draft=draft.with_person(age_now=Age(value))).say("perpetrator")
    if value == "child":
        return child(draft, Path.CHILD)
    if value == "unsure":
        return child(draft, Path.UNSURE_AGE)
    return _plain(draft.with_person(age_now=Age.ADULT))


def age_in_image(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "child":
        return child(draft, Path.CHILD)
    return _plain(draft.with_person(age_in_image=Age(value)))


def age_help(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "after":
        return _plain(draft.with_person(age_in_image=Age.ADULT))
    return child(draft, Path.CHILD if value == "before" else Path.UNSURE_AGE)


def child(draft: Draft, path: Path) -> Outcome:
    """Enter the child path: all that was told is shredded in this same turn."""
    kept = only_child_and_country(draft, path)
    return Outcome(draft=kept).say("child" if path is Path.CHILD else "child_unsure").do(Effect.SHRED)


def happened(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "unsure":
        return Outcome(draft=draft).say("dont_know_ok")
    return told_of(draft.with_acts(Act(value)).came_from(f"acts.{value}", Origin.TAPPED), Act(value))


def told_of(draft: Draft, *acts: Act) -> Outcome:
    """Acknowledge once, and say at once what must not wait when someone demands or threatens."""
    outcome = Outcome(draft=draft)
    if "believed" not in draft.answers:
        outcome = Outcome(draft=draft.answer("believed", "said")).say("believed")
    pressing = {Act.THREATENED, Act.EXTORTED} & set(acts)
    if pressing and "threat" not in outcome.draft.answers:
        outcome = replace(outcome, draft=outcome.draft.answer("threat", "said")).say("threat")
    return outcome


def happened_more(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value in ("done", "unsure", "skip"):
        return _plain(draft)
    return replace_draft(happened(draft, value, reply), lambda d: d.reopen("happened_more"))


def replace_draft(outcome: Outcome, change: Callable[[Draft], Draft]) -> Outcome:
    return replace(outcome, draft=change(outcome.draft))


def image_kind(draft: Draft, value: str, _reply: Reply) -> Outcome:
    outcome = _plain(draft.with_facts(image=ImageKind(value)))
    return outcome.say("real_image") if value == "real" else outcome


def where(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value in ("unknown", "other"):
        return Outcome(draft=draft.finish("where_link", "where_more")).say("dont_know_ok")
    return _plain(add_place(draft, value))


def where_link(draft: Draft, _value: str, _reply: Reply) -> Outcome:
    return _plain(draft)


def where_more(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "yes":
        return _plain(replace(draft.reopen("where_more", "where_link"), pending="where"))
    return _plain(draft)


def still_up(draft: Draft, value: str, _reply: Reply) -> Outcome:
    known = {"yes": True, "no": False}.get(value)
    places = tuple(replace(p, still_up=known) if p.still_up is None else p for p in draft.facts.places)
    return _plain(draft.with_facts(places=places))


def tool(draft: Draft, value: str, _reply: Reply) -> Outcome:
    draft = draft.answer("tool", value)
    return _plain(draft if value == "grok" else draft.with_facts(generator=Generator(value)))


def which_grok(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return _plain(draft if value == "unsure" else draft.with_facts(generator=Generator(value)))


def tried(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value not in set(PriorKind):
        return _plain(draft)
    to = draft.facts.places[0].platform if draft.facts.places and value == PriorKind.PLATFORM else value
    return _plain(draft.with_facts(prior=(*draft.facts.prior, Prior(kind=PriorKind(value), to=to))))


def tried_when(draft: Draft, value: str, reply: Reply) -> Outcome:
    dates = [one.value for one in reply.found if one.field == "date"]
    return _plain(with_report_date(draft, dates[0]) if dates and value == "found" else draft)


def tried_answer(draft: Draft, value: str, _reply: Reply) -> Outcome:
    draft = draft.answer("tried_answer", value)
    if value not in set(Answer):
        return _plain(draft)
    return _plain(draft.with_facts(prior=tuple(replace(p, answer=Answer(value)) for p in draft.facts.prior)))


def wants(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value not in set(Want):
        # "Not sure" gets what nearly everyone asks for; every letter is shown before anything happens.
        return _plain(draft.with_facts(wants=draft.facts.wants | {Want.ERASE, Want.STOP_PROCESSING}))
    outcome = _plain(draft.with_facts(wants=draft.facts.wants | {Want(value)}))
    if value == Want.KNOW_WHO:
        return outcome.say("know_who_note")
    return outcome.say("police_first") if value == Want.POLICE else outcome


def wants_more(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value not in set(Want):
        return _plain(draft)
    return replace_draft(wants(draft, value, reply), lambda d: d.reopen("wants_more"))


def reaction(draft: Draft, value: str, _reply: Reply) -> Outcome:
    outcome = _plain(draft.answer("reaction", value))
    return outcome if value == "no" else outcome.say("police_first")


def known_as(draft: Draft, value: str, _reply: Reply) -> Outcome:
    mode = IdentityMode(value)
    identity = Identity(mode=mode, contact=draft.facts.identity.contact)
    draft = replace(draft.with_facts(identity=identity), details=replace(draft.details, name=None))
    return _plain(draft) if mode is IdentityMode.ANONYMOUS else Outcome(draft=draft).say("name_seen")


def name(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "skip":
        identity = replace(draft.facts.identity, mode=IdentityMode.ANONYMOUS)
        return _plain(draft.with_facts(identity=identity))
    return _plain(replace(draft, details=replace(draft.details, name=one_line(reply.text))))


def contact(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "email":
        return _plain(draft.with_facts(identity=replace(draft.facts.identity, contact=Contact.EMAIL)))
    return _plain(draft.with_facts(identity=replace(draft.facts.identity, contact=Contact.NONE)))


def email(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "skip":
        return _plain(draft.with_facts(identity=replace(draft.facts.identity, contact=Contact.NONE)))
    found = EMAIL.search(reply.text)
    if not found:
        return Outcome(draft=draft.reopen("email")).say("email_bad")
    return _plain(with_contact(draft, found.group()))


def statement(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return _plain(replace(draft, has_statement=value != "skip"))


def read_back(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "change":
        return _plain(replace(draft.reopen("read_back"), pending="change_what"))
    return Outcome(draft=draft).do(Effect.SHOW_PLAN)


def change_what(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return _plain(forget(draft, value))


def forget(draft: Draft, part: str) -> Draft:
    """Take back one part of what was told, so that it is asked again; then read back anew."""
    facts = draft.facts
    blank = {
        "happened": {"acts": frozenset[Act](), "image": ImageKind.UNSURE},
        "where": {"places": ()},
        "tool": {"generator": Generator.UNKNOWN},
        "tried": {"prior": ()},
        "wants": {"wants": frozenset[Want]()},
        "known_as": {"identity": Identity()},
        "country": {"person": replace(facts.person, country=None, uk_nation=None, region=None)},
        "age_now": {"person": replace(facts.person, age_now=Age.UNSURE, age_in_image=Age.UNSURE)},
    }.get(part, {})
    answers = {k: v for k, v in draft.answers.items() if k not in CHANGEABLE.get(part, ())}
    draft = replace(draft.with_facts(**blank), answers=answers)
    return draft.reopen(*CHANGEABLE.get(part, ()), "read_back", "plan", "consent", "seal")


def plan(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "change":
        return _plain(replace(draft.reopen("plan", "read_back"), pending="change_what"))
    if value == "stop":
        return Outcome(draft=replace(draft.reopen("plan"), pending="after_stop")).say("stop")
    return _plain(draft) if draft.recipients else Outcome(draft=draft).say("plan_nothing_ready")


def consent(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "change":
        return _plain(replace(draft.reopen("consent", "plan", "read_back"), pending="change_what"))
    now = next((r for r in draft.recipients if r not in draft.chosen), None)
    if now is None:
        return _plain(draft)
    draft = replace(draft, chosen={**draft.chosen, now: "yes" if value == "yes" else "leave_out"})
    left = [r for r in draft.recipients if r not in draft.chosen]
    if left:
        return _plain(draft.reopen("consent"))
    return _plain(draft) if "yes" in draft.chosen.values() else Outcome(draft=draft).say("consent_none")


def who_sends(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return _plain(draft.answer("who_sends", WhoSends(value).value))


def signature(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "skip":
        # Without a signed letter of authority the team may not send: the person does.
        return _plain(draft.answer("who_sends", WhoSends.ME.value))
    return _plain(replace(draft, details=replace(draft.details, signature=one_line(reply.text))))


def keep_talk(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return _plain(draft.answer("keep_talk", value))


def seal(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "yes":
        return Outcome(draft=draft).do(Effect.SUBMIT)
    return Outcome(draft=replace(draft.reopen("seal"), pending="after_stop")).say("stop")


def one_line(text: str, limit: int = 120) -> str:
    """A name or signature as typed, on one line: line breaks would change the letter's shape."""
    return " ".join(text.split())[:limit]


ANSWERS: dict[str, AnswerTo] = {
    function.__name__: function
    for function in (
        hear, safe, for_whom, other_agrees, country, nation, region, age_now, age_in_image, age_help,
        happened, happened_more, image_kind, where, where_link, where_more, still_up, tool, which_grok,
        tried, tried_when, tried_answer, wants, wants_more, reaction, known_as, name, contact, email,
        statement, read_back, change_what, plan, consent, who_sends, signature, keep_talk, seal,
    )
}  # fmt: skip
