"""Answers about what the person wants, how they want to be known, and their own words. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from casework.facts import Contact, Identity, IdentityMode, Want
from casework.interview.about_it import acknowledged
from casework.interview.draft import Draft
from casework.interview.outcome import Effect, Outcome, Reply
from casework.interview.values import GIVEN

EMAIL = re.compile(r"[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]{1,190}\.[^\s@<>\"',;.]{2,24}")


def wants(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value not in set(Want):
        # "Not sure" gets what nearly everyone asks for; every letter is shown before anything happens.
        return Outcome(draft=draft.with_facts(wants=draft.facts.wants | {Want.ERASE, Want.STOP_PROCESSING}))
    outcome = Outcome(draft=draft.with_facts(wants=draft.facts.wants | {Want(value)}))
    return acknowledged(outcome, [f"wants.{value}"])


def wants_more(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value not in set(Want):
        return Outcome(draft=draft)
    outcome = wants(draft, value, reply)
    return replace(outcome, draft=outcome.draft.reopen("wants_more"))


def reaction(draft: Draft, value: str, _reply: Reply) -> Outcome:
    outcome = Outcome(draft=draft.answer("reaction", value))
    return outcome if value == "no" else outcome.say_once("police_first")


def known_as(draft: Draft, value: str, _reply: Reply) -> Outcome:
    mode = IdentityMode(value)
    identity = Identity(mode=mode, contact=draft.facts.identity.contact)
    draft = replace(draft.with_facts(identity=identity), details=replace(draft.details, name=None)).reopen("name")
    draft = draft.finish("known_as")
    return Outcome(draft=draft) if mode is IdentityMode.ANONYMOUS else Outcome(draft=draft).say_once("name_seen")


def contact(draft: Draft, value: str, _reply: Reply) -> Outcome:
    kind = Contact.EMAIL if value == "email" else Contact.NONE
    draft = draft.with_facts(identity=replace(draft.facts.identity, contact=kind))
    return Outcome(draft=draft.reopen("email").finish("contact"))


def email(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "skip":
        return Outcome(draft=draft.with_facts(identity=replace(draft.facts.identity, contact=Contact.NONE)))
    found = EMAIL.search(reply.text)
    if not found:
        return Outcome(draft=draft.reopen("email")).say("email_bad")
    return Outcome(draft=with_email(draft, found.group()))


def with_email(draft: Draft, address: str) -> Draft:
    identity = replace(draft.facts.identity, contact=Contact.EMAIL)
    return replace(draft.with_facts(identity=identity), details=replace(draft.details, email=address))


def statement(draft: Draft, value: str, _reply: Reply) -> Outcome:
    draft = replace(draft.answer("statement", value), has_statement=value != "skip")
    return Outcome(draft=draft).do(Effect.KEEP_WORDS) if value == GIVEN else Outcome(draft=draft)
