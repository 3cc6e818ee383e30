"""
Cues of the safety net that were only half heard: each becomes one closed question, once in a conversation. Pure.

Most are questions that the interview has anyway, asked earlier. A doubt never alarms, and no cry passes unasked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from casework.facts import Age
from casework.interview.draft import Draft, Path
from casework.interview.merge import SURE, WORTH_ASKING
from casework.interview.options import Wordbook
from casework.interview.outcome import Outcome, Reply
from casework.interview.steps import OPENED
from casework.interview.wondering import BELIEF

ASKED_WHOSE = "asked_whose"  # whom this is about
ASKED_OKAY = "asked_okay"
ASKED_SAFE = "asked_safe"
ASKED_AGE = "asked_age"
# Names and addresses; and the choice after a cry, where «I'm safe» is an answer to what was just said.
NO_STORY = frozenset({"name", "email", "signature", "callback", "after_safety"})
DOUBTED = "doubted"  # which cry «are you safe?» was asked for
# What is plainly asked of us, or answers the question, is a cry only if it sounds clearly like one.
PLAINLY, CLEARLY = 0.9, 0.7
ANSWERED_AT = {
    "coercion": ("safe",),
    "minor": ("age_now", "age_in_image", "age_help"),
    "perpetrator": ("for_whom",),
}
STEERING = frozenset({"affirm", "deny", "skip", "go_back", "change", "pause", "greet", "thanks", "start_again"})


def with_doubts(outcome: Outcome, reply: Reply, step: str, book: Wordbook) -> Outcome:
    """Ask about the gravest thing that was half heard at a step, unless something else must be asked first."""
    draft = outcome.draft
    if draft.path is not Path.NORMAL or outcome.effects or reply.tapped or step in NO_STORY:
        return outcome
    if book.whole(step, reply.text):
        return outcome  # as good as a tap
    answered = step if step in draft.done else ""
    plain = _is_plain(reply) or book.match(step, reply.text) is not None
    least = CLEARLY if plain or answered == "safe" else WORTH_ASKING
    for kind, ask in QUESTIONS.items():
        if answered in ANSWERED_AT.get(kind, ()) and max(reply.cues(kind), default=0.0) < SURE:
            continue  # they were asked just that
        if _half_heard(reply, kind, least) and (asking := ask(draft)):
            return _belief_waits(outcome, asking) if kind == "perpetrator" else replace(outcome, draft=asking)
    return outcome


def _belief_waits(outcome: Outcome, asking: Draft) -> Outcome:
    """«I'm sorry this was done to you» is said once it is known whom it was done to."""
    belief = {say.response for say in outcome.says if say.response.startswith(BELIEF)}
    says = tuple(say for say in outcome.says if say.response not in belief)
    return replace(outcome, draft=replace(asking, told=asking.told - belief), says=says)


def _is_plain(reply: Reply) -> bool:
    intent = reply.intent or ""
    return reply.sure >= PLAINLY and (intent.startswith("ask_") or intent in STEERING)


def _half_heard(reply: Reply, kind: str, least: float) -> bool:
    heard = max(reply.cues(kind), default=0.0)
    if kind == "minor" and heard < SURE and any(f.value == Age.ADULT for f in reply.found if ".age" in f.field):
        return False  # «she's 23» says it already
    # A sure hint at a child beside an adult's age did not lead off the journey: it is asked about as well.
    return heard >= least and (heard < SURE or kind == "minor")


def _once(draft: Draft, mark: str, step: str) -> Draft | None:
    return None if mark in draft.told else replace(draft, pending=step, told=draft.told | {mark})


def _okay(kind: str) -> Callable[[Draft], Draft | None]:
    def ask(draft: Draft) -> Draft | None:
        asking = _once(draft, f"{ASKED_OKAY}_{kind}", "okay_now")
        return asking and asking.answer(DOUBTED, kind)

    return ask


def _still_safe(draft: Draft) -> Draft | None:
    """Whether it is okay to talk is the second question of all: later it is asked once more."""
    return _once(draft, ASKED_SAFE, "safe") if draft.done >= OPENED else None


def _how_old(draft: Draft) -> Draft | None:
    """The ages are asked of everybody; a hint brings the question forward, or back once if it was answered."""
    if not draft.done >= OPENED:
        return None
    person = draft.facts.person
    open_ = [name for name in ("age_now", "age_in_image") if getattr(person, name) is Age.UNSURE]
    return _once(draft, ASKED_AGE, open_[0] if open_ else "age_in_image")


def _whose(draft: Draft) -> Draft | None:
    """Not once it is known whom this is about: whoever was harmed is not suspected."""
    return _once(draft, ASKED_WHOSE, "for_whom") if draft.done >= OPENED and "for_whom" not in draft.done else None


# The gravest first.
QUESTIONS: dict[str, Callable[[Draft], Draft | None]] = {
    "self_harm": _okay("self_harm"),
    "danger": _okay("danger"),
    "coercion": _still_safe,
    "minor": _how_old,
    "perpetrator": _whose,
}
