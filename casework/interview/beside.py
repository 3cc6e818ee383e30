"""Whether a message is an answer to the question, or something beside it that a rule takes up. Pure."""

from __future__ import annotations

from casework.facts import Age
from casework.interview.asides import ASIDES, INTERRUPTS, NOT_UNDERSTOOD
from casework.interview.cries import PLAIN_WORDS, SAFETY_INTENTS
from casework.interview.doubts import ASKED_WHOSE, NO_STORY
from casework.interview.draft import Draft, Path
from casework.interview.merge import merge, says_something
from casework.interview.options import FREE_TEXT, Wordbook, is_question
from casework.interview.outcome import Reply
from casework.interview.places import as_name
from casework.interview.steps import ASKS_A_DAY, next_step
from casework.interview.telling import belongs
from casework.interview.values import opening
from casework.interview.wondering import wonders

NEAR = frozenset({"someone_near", "not_safe"})
NAMES_A_PLACE = frozenset({"where_link", "where_name"})
# What the reader finds that answers one question alone.
ANSWERED_BY = {"tried_answer": "prior.answer", **dict.fromkeys(ASKS_A_DAY, "date")}
SHORT = 12  # words
CERTAINLY = 0.9  # how sure the classifier is where a name or an address is asked for
PLAINLY = 0.6  # how sure the classifier is of what is not about this at all


def is_beside(intent: str, reply: Reply, draft: Draft, book: Wordbook) -> bool:
    """
    Whether a message is for the rules beside the form and not an answer to its question.

    An adult's age is not taken for a child's, nor a figure of speech for a cry, because a guess says so.
    """
    if intent == "child_said":
        return draft.path is not Path.NORMAL or not _says_adult(reply)
    if intent in NEAR and book.mentions("safe", reply.text) == "yes":
        return False  # «I'm alone again» speaks of nobody who is there
    if intent == "not_safe" and is_question(reply.text) and wonders(reply, book) is not None:
        return False  # «is it safe here?» asks about us
    if intent == "not_safe" and not reply.cues("coercion"):
        # A guess alone, beside facts or in a long text, is no sign that it is a bad moment.
        return len(reply.text.split()) <= SHORT and not merge(draft, reply.found).changed
    if intent == "perpetrator" and draft.path is Path.NORMAL and max(reply.cues(intent), default=0.0) < PLAIN_WORDS:
        return ASKED_WHOSE not in draft.told and next_step(draft) not in (*FREE_TEXT, "hear", "safe", "for_whom")
    step = next_step(draft)
    if _is_what_was_asked_for(intent, reply, step) or _is_heard_there(intent, reply, draft, book):
        return False
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


def _is_what_was_asked_for(intent: str, reply: Reply, step: str) -> bool:
    """A name, a number, their own words: whatever it looks like."""
    if step in NO_STORY and intent not in SAFETY_INTENTS and reply.sure < CERTAINLY:
        return True  # «Somebody Else» is a name before it is a wish for a human
    if intent not in NOT_UNDERSTOOD:
        return False
    return step in FREE_TEXT or (step in NAMES_A_PLACE and as_name(reply.text) is not None)


def _is_heard_there(intent: str, reply: Reply, draft: Draft, book: Wordbook) -> bool:
    """A worry that is answered beside the answer, or a yes or no that only looks like a question of theirs."""
    step = next_step(draft)
    if intent not in ASIDES or draft.path is not Path.NORMAL or step in FREE_TEXT:
        return False
    return wonders(reply, book) is not None or opening(step, reply.text) is not None


def _answers_the_question(reply: Reply, draft: Draft) -> bool:
    """«Last night» is a date before it is a goodbye."""
    step = next_step(draft)
    if any(one.field == ANSWERED_BY.get(step) for one in reply.found):
        return True
    return any(belongs(path, step) for path in merge(draft, reply.found).changed)


def _says_adult(reply: Reply) -> bool:
    """An age of an adult beside a hint at a child, and none of a child: asked about, since nothing leads back."""
    ages = {one.value for one in reply.found if one.field.startswith(("person.age", "third.age"))}
    return Age.ADULT in ages and Age.CHILD not in ages
