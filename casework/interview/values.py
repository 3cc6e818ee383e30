"""Which of a step's values a message names: by a phrase, by what was read in it, or by a plain yes or no. Pure."""

from __future__ import annotations

from itertools import dropwhile

from casework.facts import ActingFor
from casework.interview.merge import Merged
from casework.interview.options import MAY_STAY_OPEN, Wordbook, by_intent, is_question, last_sentence, normalise
from casework.interview.outcome import Reply
from casework.interview.places import as_name
from casework.interview.steps import ASKS_A_DAY
from casework.interview.telling import belongs
from casework.interview.wondering import wonders

# Nothing is sealed, agreed to or taken as an age by a first word.
YES_OR_NO = frozenset({"other_agrees", "where_more", "still_up", "reaction", "confirm", "maybe", "contact"})
YES = frozenset("yes yeah yep yup yh yea ja oui si".split())
NO = frozenset("no nope nah nein non".split())
LONG = 12  # words
ANSWER = 40  # words; in a longer text the day and the site are those of a story
GIVEN = "given"  # their own words are the answer
CERTAINLY = 0.9  # how sure the classifier is of a skip beside facts, or instead of a name
# A bare «no» to an age: it is asked once more what it means, since nothing leads back from under 18.
BARE_NO = {"age_now": "no", "age_in_image": "unsure"}
# What the reader finds that answers only its own question: what they said, how old «she» is.
READ_AT = {"tried_answer": "prior.answer", "age_now": "third.age_now"}
# Plain words that are the name of no site and of no account: «go on».
NO_NAME = frozenset({"affirm", "skip", "unsure", "change", "resume", "stop", "greet", "thanks", "help"})


def value_of(step: str, reply: Reply, book: Wordbook, merged: Merged) -> str | None:
    """The step's value in this message, or None when it names none."""
    if step in BARE_NO and book.whole("hear", reply.text) == "no":
        return BARE_NO[step]
    named = _named(step, reply, book, merged) or _read(step, reply, book, merged)
    if named is None and not (step == "hear" and wonders(reply, book)):  # «no understand» refuses nothing
        named = _plain(step, reply, merged)
    if named == "unsure" and _is_unsure_of_another(step, reply, merged, book):
        return None
    if named == "child" and step in BARE_NO and not _says_child(step, reply, book):
        return None
    return named


def _says_child(step: str, reply: Reply, book: Wordbook) -> bool:
    """Whether more than a first "no" says so: «no, only there» answers another question, and nothing leads back."""
    said = [normalise(reply.text).split(), last_sentence(reply.text).split()]
    beyond = (" ".join(dropwhile(NO.__contains__, words)) for words in said)
    return book.whole(step, reply.text) == "child" or any(book.match(step, rest) == "child" for rest in beyond)


def _named(step: str, reply: Reply, book: Wordbook, merged: Merged) -> str | None:
    named = book.match(step, reply.text)
    if step == "hear" and named == "no":
        return book.whole(step, reply.text)  # «no wait, help me» is no refusal
    if step == "tried" and is_question(reply.text):
        return book.whole(step, reply.text)  # «where do I click report?» reports nothing
    if step == "for_whom" and any(path.startswith("acts.") for path in merged.changed):
        return book.whole(step, reply.text)  # a story names many people: whose it is was read with it
    return book.match("country", reply.text) if step == "country_name" and named is None else named


def _read(step: str, reply: Reply, book: Wordbook, merged: Merged) -> str | None:
    """What the reader found for this question alone."""
    if len(reply.text.split()) > ANSWER:
        return None
    if step in ASKS_A_DAY and any(one.field == "date" for one in reply.found):
        return "found"
    if step == "tried_answer" or (step == "age_now" and merged.draft.facts.person.acting_for is ActingFor.OTHER):
        return next((one.value for one in reply.found if one.field == READ_AT[step]), None)
    if step == "tried" and reply.intent != "deny" and any(one.field == "places.platform" for one in reply.found):
        return "platform"  # «yes, X», they were told
    return None


def _plain(step: str, reply: Reply, merged: Merged) -> str | None:
    """A plain yes, no or skip; or, where a name is asked for, their own words."""
    if merged.changed and reply.intent == "skip" and reply.sure < CERTAINLY:
        return None  # it only seems to be there, beside words about something else
    plain = by_intent(step, reply.intent) or opening(step, reply.text)
    if plain is None and step in ("where_link", "where_name") and not merged.changed and as_name(reply.text):
        return None if reply.intent in NO_NAME else GIVEN
    return plain


def opening(step: str, text: str) -> str | None:
    """«Yes, he asked me to»: the first word answers a yes-or-no question, unless it asks one itself."""
    first, *rest = normalise(text).split() or [""]
    if step not in YES_OR_NO or not 0 < len(rest) < LONG or is_question(text):
        return None
    return by_intent(step, "affirm" if first in YES else "deny" if first in NO else None)


def _is_unsure_of_another(step: str, reply: Reply, merged: Merged, book: Wordbook) -> bool:
    """«I don't know which app» does not say that they don't know how old they were."""
    told = any(not belongs(path, step) for path in merged.changed)
    return told and step not in MAY_STAY_OPEN and book.whole(step, reply.text) is None
