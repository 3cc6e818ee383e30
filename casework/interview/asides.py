"""Everything outside the order of questions: safety, stopping, going back, a human, not understanding. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from casework.interview.answers import AnswerTo, child, forget, one_line, perpetrator, quiet
from casework.interview.draft import Draft, Path
from casework.interview.outcome import Effect, Outcome, Reply
from casework.interview.steps import next_step


def repair(draft: Draft) -> Outcome:
    """Not understood: say so, then offer choices, then a human. Never a loop, never their fault."""
    misses = draft.misses + 1
    outcome = Outcome(draft=replace(draft, misses=misses)).say(f"repair_{min(misses, 3)}")
    if misses < 3 or draft.path.protects_a_child:
        return outcome
    return replace(outcome, draft=replace(outcome.draft, misses=0, pending="human"))


def go_back(draft: Draft) -> Outcome:
    """Ask the last answered question again; at the first one there is nothing to go back to."""
    if draft.pending and draft.pending not in ("quiet",):
        draft = replace(draft, pending=None)
    if not draft.trail or draft.path is not Path.NORMAL:
        return Outcome(draft=draft)
    last = draft.trail[-1]
    part = FACT_OF_STEP.get(last)
    return Outcome(draft=(forget(draft, part) if part else draft).reopen(last))


FACT_OF_STEP = {
    "country": "country",
    "age_now": "age_now",
    "age_in_image": "age_now",
    "happened": "happened",
    "image_kind": "happened",
    "where": "where",
    "tool": "tool",
    "tried": "tried",
    "wants": "wants",
}


def safety(draft: Draft, kind: str) -> Outcome:
    """
    Stop, acknowledge, the right line; then the person chooses whether to go on.

    `kind` is an intent of the safety net: self_harm, danger, someone_near, not_safe, child_said, perpetrator.
    """
    if kind in ("someone_near", "not_safe"):
        return quiet(draft, kind)
    if kind == "child_said":
        return Outcome(draft=draft).say("child_stays") if draft.path.protects_a_child else child(draft, Path.CHILD)
    if kind == "perpetrator":
        return _perpetrator(draft)
    seen = draft.safety_seen + 1
    response = kind if kind == "danger" or seen == 1 else "self_harm_again"
    pending = draft.pending if draft.path.protects_a_child else "after_safety"
    return Outcome(draft=replace(draft, safety_seen=seen, pending=pending)).say(response)


def _perpetrator(draft: Draft) -> Outcome:
    if draft.path in (Path.PERPETRATOR, Path.SEALED) or draft.path.protects_a_child:
        return Outcome(draft=draft).say("perpetrator")
    return perpetrator(draft)


def stop(draft: Draft) -> Outcome:
    return Outcome(draft=replace(draft, pending="after_stop")).say("stop")


def delete(draft: Draft) -> Outcome:
    return Outcome(draft=Draft()).say("deleted").do(Effect.LEAVE)


def start_again(_draft: Draft) -> Outcome:
    """A fresh draft; consent to hear stays given. Never out of the child path."""
    if _draft.path.protects_a_child:
        return Outcome(draft=_draft).say("child_stays")
    return Outcome(draft=Draft(done=frozenset({"hear"}))).do(Effect.SHRED)


def human(draft: Draft) -> Outcome:
    if draft.path.protects_a_child:
        return Outcome(draft=replace(draft, pending=None)).say("human_lines")
    return Outcome(draft=replace(draft, pending="human")).say("human_lines")


def _after_safety(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "human":
        return human(draft)
    return stop(draft) if value == "stop" else Outcome(draft=draft).say("safety_go_on")


def _after_stop(draft: Draft, value: str, _reply: Reply) -> Outcome:
    return delete(draft) if value == "delete" else Outcome(draft=draft)


def _after_child(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "callback":
        return Outcome(draft=replace(draft, pending="callback"))
    return Outcome(draft=draft).say("goodbye")


def _callback(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "skip":
        return Outcome(draft=draft)
    kept = replace(draft, pending=None, details=replace(draft.details, callback=one_line(reply.text)))
    return Outcome(draft=kept).do(Effect.SUBMIT_CALLBACK)


def _human(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "write":
        return Outcome(draft=replace(draft, pending="triage_note")).say("human_triage_consent")
    return human(draft) if value == "call" else Outcome(draft=draft)


def _triage_note(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "skip":
        return Outcome(draft=draft)
    return Outcome(draft=replace(draft, has_statement=True)).do(Effect.SUBMIT_TRIAGE)


def _confirm(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "change":
        return Outcome(draft=replace(draft, read=(), pending="change_what"))
    return Outcome(draft=replace(draft, read=()))


ASIDE_ANSWERS: dict[str, AnswerTo] = {
    "after_safety": _after_safety,
    "after_stop": _after_stop,
    "after_child": _after_child,
    "callback": _callback,
    "human": _human,
    "triage_note": _triage_note,
    "confirm": _confirm,
}

INTERRUPTS: dict[str, Callable[[Draft], Outcome]] = {
    "stop": stop,
    "delete": delete,
    "start_again": start_again,
    "ask_human": human,
    "go_back": go_back,
}
SAFETY_INTENTS = ("self_harm", "danger", "someone_near", "not_safe", "child_said", "perpetrator")


def interrupt(draft: Draft, intent: str) -> Outcome:
    """What an intent does that may come at any step."""
    if intent in SAFETY_INTENTS:
        return safety(draft, intent)
    return INTERRUPTS[intent](draft)


