"""Whether a message is an answer to the question, or something beside it that a rule takes up. Pure."""

from __future__ import annotations

from casework.facts import Age
from casework.interview.asides import ASIDES, ASKED_WHOSE, INTERRUPTS, NOT_UNDERSTOOD
from casework.interview.draft import Draft, Path
from casework.interview.merge import SURE, merge, says_something
from casework.interview.options import FREE_TEXT, Wordbook, is_question
from casework.interview.outcome import Reply
from casework.interview.steps import ASKS_A_DAY, next_step
from casework.interview.telling import belongs

CUE_OF = {"someone_near": "coercion", "not_safe": "coercion", "danger": "danger"}
GUESSED_AT_PERIL = frozenset(CUE_OF)
SHORT = 12  # words
PLAINLY = 0.6  # how sure the classifier is of what is not about this at all


def is_beside(intent: str, reply: Reply, draft: Draft, book: Wordbook) -> bool:
    """
    Whether a message is for the rules beside the form and not an answer to its question.

    An adult's age is not taken for a child's, nor a figure of speech for a cry, because a guess says so.
    """
    if intent == "child_said":
        return _is_about_a_child(reply, draft, book)
    if intent == "self_harm":
        # The classifier's own alarm counts, unless the reader saw a figure of speech there («I could die of shame»).
        cues = reply.cues("self_harm")
        return not cues or max(cues) >= SURE
    if intent in GUESSED_AT_PERIL and not reply.cues(CUE_OF[intent]):
        if book.mentions("safe", reply.text) == "yes":
            return False  # «I'm alone again» speaks of nobody who is there
        # A guess alone, beside facts or in a long text, is no sign that someone stands there.
        return len(reply.text.split()) <= SHORT and not merge(draft, reply.found).changed
    if intent == "perpetrator" and draft.path is Path.NORMAL and max(reply.cues(intent), default=0.0) < SURE:
        return ASKED_WHOSE not in draft.told and next_step(draft) not in (*FREE_TEXT, "hear", "safe", "for_whom")
    if intent in NOT_UNDERSTOOD and next_step(draft) in FREE_TEXT:
        return False  # a name, a number, their own words: whatever it looks like
    if intent in NOT_UNDERSTOOD and draft.path is Path.NORMAL:
        # Swearing at what was done, or a story in odd words, is not an insult to us: facts win.
        return reply.sure >= PLAINLY and not merge(draft, reply.found).changed
    if intent in ("stop", "pause"):
        return not merge(draft, reply.found).changed  # «I want it to stop» is a wish
    if intent in ASIDES:
        # What tells something and asks nothing is no question, whatever it looks like.
        tells = (says_something(reply.found) or merge(draft, reply.found).changed) and not is_question(reply.text)
        return not tells and not _answers_the_question(reply, draft)
    return intent in INTERRUPTS


def _answers_the_question(reply: Reply, draft: Draft) -> bool:
    """«Last night» is a date before it is a goodbye."""
    step = next_step(draft)
    if step in ASKS_A_DAY and any(one.field == "date" for one in reply.found):
        return True
    return any(belongs(path, step) for path in merge(draft, reply.found).changed)


def _is_about_a_child(reply: Reply, draft: Draft, book: Wordbook) -> bool:
    """A cue that the reader is sure of; or the classifier's guess with some cue, and no word of an adult."""
    cues = reply.cues("minor")
    if cues and max(cues) >= SURE:
        return True
    said_adult = any(
        one.field.startswith(("person.age", "third.age")) and one.value == Age.ADULT for one in reply.found
    )
    return bool(cues) and not said_adult and book.match(next_step(draft), reply.text) not in ("adult", "after")
