"""Answers about what happened: acts, places, the tool, what was tried. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from casework.facts import Act, ActingFor, Answer, Generator, ImageKind, Origin, Prior, PriorKind, Refusal, Want
from casework.interview.draft import Draft
from casework.interview.merge import as_day, prior_to, with_report_date
from casework.interview.outcome import Outcome, Reply
from casework.interview.places import add_place, as_name, at_place, clean_links, lacking, no_link, seen_still
from casework.interview.steps import DATA_LETTER, REPORT, UNMET, reports
from casework.routes import SEARCH_ENGINES

PRESSING = frozenset({f"acts.{Act.THREATENED}", f"acts.{Act.EXTORTED}"})  # someone demands or threatens


def happened(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "unsure":
        return Outcome(draft=draft).say("dont_know_ok")
    draft = draft.with_acts(Act(value)).came_from(f"acts.{value}", Origin.TAPPED)
    return acknowledged(Outcome(draft=draft), [f"acts.{value}"])


def acknowledged(outcome: Outcome, changed: Iterable[str]) -> Outcome:
    """What must be said to something that was told, each once: belief first, then what cannot wait."""
    changed = set(changed)
    if any(path.startswith("acts.") for path in changed) and not {"believed", "believed_other"} & outcome.draft.told:
        other = outcome.draft.facts.person.acting_for is ActingFor.OTHER
        outcome = outcome.say_once("believed_other" if other else "believed")
    if PRESSING & changed:
        outcome = outcome.say_once("threat")
    if f"wants.{Want.KNOW_WHO}" in changed:
        outcome = outcome.say_once("know_who_note")
    if f"wants.{Want.POLICE}" in changed:
        outcome = outcome.say_once("police_first")
    return outcome


def happened_more(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value in ("done", "unsure", "skip"):
        return Outcome(draft=draft)
    outcome = happened(draft, value, reply)
    return replace(outcome, draft=outcome.draft.reopen("happened_more"))


def image_kind(draft: Draft, value: str, _reply: Reply) -> Outcome:
    outcome = Outcome(draft=draft.with_facts(image=ImageKind(value)))
    return outcome.say("real_image") if value == "real" else outcome


def where(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "unknown":
        return Outcome(draft=draft).say("dont_know_ok")
    if value == "other":
        return Outcome(draft=draft.reopen("where_name").finish("where").answer("where", "other"))
    return Outcome(draft=seen_at(draft, value))


def seen_at(draft: Draft, platform: str) -> Draft:
    """A place where they saw it; who could not say what happened has now said that it is somewhere."""
    if not draft.facts.acts:
        draft = draft.with_acts(Act.SHARED)
    return add_place(draft, platform)


def where_name(draft: Draft, value: str, reply: Reply) -> Outcome:
    """The name of a site that is not among the choices, kept as they wrote it."""
    name = as_name(reply.text) if value == "given" else None
    if name is None:
        return Outcome(draft=draft).say("dont_know_ok")
    return Outcome(draft=seen_at(draft, name.casefold()))


def where_link(draft: Draft, value: str, reply: Reply) -> Outcome:
    at = lacking(draft)
    if at is None:
        return Outcome(draft=draft)
    has_accounts = draft.facts.places[at].platform not in SEARCH_ENGINES
    name = as_name(reply.text) if value == "given" and has_accounts else None
    if name is not None:
        return Outcome(draft=at_place(draft, at, handle=name))
    return Outcome(draft=no_link(draft, at))


def offer_clean_link(draft: Draft, value: str, _reply: Reply) -> Outcome:
    outcome = Outcome(draft=clean_links(draft, take_out=value == "yes").reopen("offer_clean_link"))
    return outcome.say("link_cleaned") if value == "yes" else outcome


def where_more(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "yes":
        return Outcome(draft=replace(draft.reopen("where_more", "where_link", "where_name"), pending="where"))
    return Outcome(draft=draft)


def still_up(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return Outcome(draft=seen_still(draft, value))


def tool(draft: Draft, value: str, _reply: Reply) -> Outcome:
    draft = draft.answer("tool", value)
    return Outcome(draft=draft if value == "grok" else draft.with_facts(generator=Generator(value)))


def which_grok(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return Outcome(draft=draft if value == "unsure" else draft.with_facts(generator=Generator(value)))


def tried(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value not in set(PriorKind):
        return Outcome(draft=draft.answer("tried", value))
    prior = Prior(kind=PriorKind(value), to=prior_to(draft, PriorKind(value)), answer=Answer.UNKNOWN)
    return Outcome(draft=draft.with_facts(prior=(*draft.facts.prior, prior)))


def tried_when(draft: Draft, value: str, reply: Reply) -> Outcome:
    dates = [one.value for one in reply.found if one.field == "date"]
    return Outcome(draft=with_report_date(draft, dates[0]) if dates and value == "found" else draft)


def tried_answer(draft: Draft, value: str, _reply: Reply) -> Outcome:
    draft = draft.answer("tried_answer", value)
    if value not in set(Answer):
        return Outcome(draft=draft)
    told = tuple(p if p.answer is not Answer.UNKNOWN else replace(p, answer=Answer(value)) for p in draft.facts.prior)
    return Outcome(draft=draft.with_facts(prior=told))


def tried_what(draft: Draft, value: str, _reply: Reply) -> Outcome:
    """What kind of thing was sent decides what can follow on it; unsure claims neither."""
    document = {"report": REPORT, "data": DATA_LETTER}.get(value)
    if document is None:
        return Outcome(draft=draft)
    return Outcome(draft=_of_reports(draft, lambda prior: replace(prior, document=prior.document or document)))


def tried_reason(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value not in set(Refusal):
        return Outcome(draft=draft)
    return Outcome(draft=_of_refused(draft, lambda prior: replace(prior, refusal=prior.refusal or Refusal(value))))


def tried_answered(draft: Draft, value: str, reply: Reply) -> Outcome:
    days = [day for one in reply.found if one.field == "date" and (day := as_day(one.value))]
    if not days or value != "found":
        return Outcome(draft=draft)
    return Outcome(draft=_of_reports(draft, lambda prior: _answered(prior, days[0])))


def _answered(prior: Prior, on: dt.date) -> Prior:
    """No answer came before what it answers: such a day is left open."""
    came = prior.answer in UNMET | {Answer.EXTENDED} and (prior.sent_on is None or on >= prior.sent_on)
    return replace(prior, answered_on=prior.answered_on or on) if came else prior


def tried_machine(draft: Draft, value: str, reply: Reply) -> Outcome:
    """That a machine decided is only taken from a tap: a letter will say it, and words in passing do not."""
    if value == "yes" and not reply.tapped:
        asked = Outcome(draft=draft if "please_tap" in draft.told else draft.reopen("tried_machine"))
        return asked.say_once("please_tap")
    known = {"yes": True, "no": False}.get(value)
    return Outcome(draft=_of_refused(draft, lambda prior: replace(prior, automated=known)))


def _of_refused(draft: Draft, change: Callable[[Prior], Prior]) -> Draft:
    return _of_reports(draft, lambda prior: change(prior) if prior.answer in UNMET else prior)


def _of_reports(draft: Draft, change: Callable[[Prior], Prior]) -> Draft:
    mine = reports(draft)
    return draft.with_facts(prior=tuple(change(prior) if prior in mine else prior for prior in draft.facts.prior))
