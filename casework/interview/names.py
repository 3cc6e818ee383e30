"""The name for the letters and the name as a signature: as typed, and never a sentence by mistake. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from casework.facts import IdentityMode
from casework.interview.draft import Draft, WhoSends
from casework.interview.options import normalise
from casework.interview.outcome import Effect, Outcome, Reply

INTRODUCED = re.compile(
    r"(?:ok(?:ay)?,? |yes,? )?(?:my (?:full |real |own |chosen )?name(?:['’]?s| is| will be)|(?:the )?name is|"
    r"call me|(?:please )?(?:use|put|write)|it['’]?s|it is)\s+(?=\S)",
    re.IGNORECASE,
)
IN_NO_NAME = frozenset(
    "i im am me my you your he hes she shes they we not dont cant what why how who which this that already told said "
    "is are was have has the and but because please scared afraid".split()
)


def name(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "skip":
        identity = replace(draft.facts.identity, mode=IdentityMode.ANONYMOUS)
        return Outcome(draft=draft.with_facts(identity=identity))
    if _is_doubtful(draft, reply):
        return _asked_once_more(draft, "name")
    return Outcome(draft=replace(draft, details=replace(draft.details, name=as_typed(reply.text))))


def signature(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "skip":
        # Without a signed letter of authority the team may not send: the person does.
        return Outcome(draft=draft.answer("who_sends", WhoSends.ME.value)).do(Effect.SENT_BY_THEM)
    if _is_doubtful(draft, reply):
        return _asked_once_more(draft, "signature")
    return Outcome(draft=replace(draft, details=replace(draft.details, signature=as_typed(reply.text))))


def as_typed(text: str) -> str:
    """«My name is Ro Quill» gives "Ro Quill"."""
    line = one_line(text)
    return INTRODUCED.sub("", line, count=1) if INTRODUCED.match(line) else line


def one_line(text: str, limit: int = 120) -> str:
    """A name or signature as typed, on one line: line breaks would change the letter's shape."""
    return " ".join(text.split())[:limit]


def _is_doubtful(draft: Draft, reply: Reply) -> bool:
    """«Im scared» would stand under a letter; whoever types it a second time means it."""
    return "name_check" not in draft.told and not IN_NO_NAME.isdisjoint(normalise(as_typed(reply.text)).split())


def _asked_once_more(draft: Draft, step: str) -> Outcome:
    return Outcome(draft=draft.reopen(step)).say_once("name_check")
