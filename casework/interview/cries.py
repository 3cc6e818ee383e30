"""Danger, despair, someone near, a child, someone who did it: what is said at once, at any step. Pure."""

from __future__ import annotations

from dataclasses import replace

from casework.interview.about_person import child, perpetrator, quiet, turned_away
from casework.interview.doubts import ASKED_SAFE, ASKED_WHOSE
from casework.interview.draft import Draft, Path
from casework.interview.merge import SURE, merge
from casework.interview.options import FREE_TEXT
from casework.interview.outcome import Effect, Outcome, Reply
from casework.interview.steps import OPENED, next_step
from casework.interview.telling import to_confirm

PLAIN_WORDS = 0.9  # whoever is taken for one who did it is turned away: a likeness is not enough
SAFETY_INTENTS = ("self_harm", "danger", "someone_near", "not_safe", "child_said", "perpetrator")


def safety(draft: Draft, kind: str, reply: Reply) -> Outcome:
    """
    Stop, acknowledge, the right line; then the person chooses whether to go on.

    `kind` is one of SAFETY_INTENTS. What else the message told is not lost.
    """
    if draft.path is Path.PERPETRATOR and kind in ("child_said", "perpetrator"):
        return turned_away(replace(draft, done=draft.done | {"age_now"}))
    if kind == "child_said":
        if draft.path.protects_a_child:
            return Outcome(draft=draft).say("child_stays")
        return child(merge(draft, reply.found).draft, Path.CHILD)
    if kind == "perpetrator":
        return _perpetrator(draft, reply)
    acute = bool(reply.cues("overdose"))
    draft, effects = kept_beside(draft, reply)
    plain = reply.sure >= PLAIN_WORDS or max(reply.cues("coercion"), default=0.0) >= SURE
    if kind == "not_safe" and not plain and _may_ask_if_safe(draft):
        return Outcome(draft=replace(draft, pending="safe", told=draft.told | {ASKED_SAFE})).do(*effects)
    if kind in ("someone_near", "not_safe"):
        return quiet(draft, kind).do(*effects)
    return cry(draft, "self_harm_now" if acute else kind).do(*effects)


def _may_ask_if_safe(draft: Draft) -> bool:
    """A guess at a bad moment is asked about, once; the answer is theirs."""
    return draft.path is Path.NORMAL and draft.done >= OPENED and ASKED_SAFE not in draft.told


def cry(draft: Draft, kind: str) -> Outcome:
    seen = draft.safety_seen + 1
    response = "self_harm_again" if kind == "self_harm" and seen > 1 else kind
    pending = "after_safety" if draft.path is Path.NORMAL else draft.pending
    return Outcome(draft=replace(draft, safety_seen=seen, pending=pending)).say(response)


def kept_beside(draft: Draft, reply: Reply) -> tuple[Draft, tuple[Effect, ...]]:
    """The facts beside a cry, and the statement that it stood in, so that nobody has to tell it twice."""
    if draft.path is not Path.NORMAL:
        return draft, ()
    step = next_step(draft)
    if step == "statement":
        return replace(draft.finish("statement"), has_statement=True), (Effect.KEEP_WORDS,)
    if step in FREE_TEXT:
        return draft, ()
    merged = merge(draft, reply.found)
    return to_confirm(Outcome(draft=merged.draft), merged.changed, step).draft, ()


def _perpetrator(draft: Draft, reply: Reply) -> Outcome:
    """Plain words lead off the journey at once; anything less only asks whom this is about."""
    if draft.path is Path.SEALED or draft.path.protects_a_child:
        return turned_away(draft)
    if max(reply.cues("perpetrator"), default=0.0) >= PLAIN_WORDS:
        return perpetrator(draft)
    kept, _ = kept_beside(draft, reply)
    return Outcome(draft=replace(kept, pending="for_whom", told=kept.told | {ASKED_WHOSE}))
