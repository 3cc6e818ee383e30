"""Putting the talk away for another day, and taking it up again. Pure."""

from __future__ import annotations

from dataclasses import replace

from casework.interview.draft import Draft, Path
from casework.interview.outcome import Effect, Outcome
from casework.interview.steps import QUIET

NOT_ASKED_AGAIN = frozenset({"after_stop", "restart"})  # whoever comes back wants to go on
HANDING_OVER = ("read_back", "plan", "consent", "who_sends", "signature", "keep_talk", "seal")


def pause(draft: Draft) -> Outcome:
    """
    A code to go on with later.

    Not before their yes to our hearing it: without that nothing is kept for a week. And where the talk
    left the journey, to a child above all, there is nothing to keep.
    """
    if draft.path is Path.SEALED:
        return Outcome(draft=draft).say("done_already")
    if draft.path is not Path.NORMAL:
        return Outcome(draft=draft).say("pause_nothing")
    if "hear" not in draft.done:
        return Outcome(draft=draft).say("pause_first")
    return Outcome(draft=replace(draft, pending=QUIET)).say("paused").do(Effect.PAUSE)


def come_back(draft: Draft) -> Outcome:
    """The open question again; letters that were read on another day are read again as they are now."""
    pending = None if draft.pending in NOT_ASKED_AGAIN else draft.pending
    kept = replace(draft, pending=pending, misses=0)
    if draft.shown_at is None:
        return Outcome(draft=kept).say("welcome_back")
    answers = {key: value for key, value in draft.answers.items() if key not in HANDING_OVER}
    details = replace(draft.details, signature=None, authority=None)
    fresh = replace(kept.reopen(*HANDING_OVER), answers=answers, details=details, pending=pending)
    unread = replace(fresh, shown_at=None, recipients=(), chosen={}, consented={})
    return Outcome(draft=unread).say("welcome_back").say("letters_again")
