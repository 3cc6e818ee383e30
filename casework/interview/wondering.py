"""What people wonder or worry about while they answer, named by its words: answered before the next question. Pure."""

from __future__ import annotations

from dataclasses import replace

from casework.interview.draft import Draft, Path
from casework.interview.merge import WORTH_ASKING
from casework.interview.options import Wordbook, is_question
from casework.interview.outcome import Outcome, Reply, Say
from casework.interview.steps import next_step

LONGEST = 40  # words; in a longer story the same words are part of what happened
# What is said to a message that was no answer; not beside an answer to what it asks.
MEANING = "meaning"  # «what do you mean»: what the question is for
BELIEF = "believed"
NO_ANSWER = ("repair", "noted", "heard", "no_answer", "hear_wait")


def wonders(reply: Reply, book: Wordbook) -> str | None:
    """The response to what they ask or fear beside the question, if its words are known ones."""
    known = not reply.tapped and len(reply.text.split()) <= LONGEST
    return book.mentions("wonders", reply.text) if known else None


def with_answer(before: Draft, outcome: Outcome, reply: Reply, book: Wordbook) -> Outcome:
    """Answer what they wonder about, first; whatever else they told was heard as well, and none of it is a miss."""
    response = wonders(reply, book)
    if response == MEANING:
        response = f"why_{next_step(before)}"
    draft = outcome.draft
    if response is None or draft.path is not Path.NORMAL or outcome.effects:
        return outcome
    missed = draft.misses > before.misses
    if response in draft.told and not missed and not is_question(reply.text):
        return outcome  # a worry in passing is answered once
    kept = before if missed else draft
    said = [say for say in outcome.says if not say.response.startswith(NO_ANSWER)]
    first = sum(say.response.startswith(BELIEF) for say in said)  # belief before everything
    says = (*said[:first], Say(response=response), *said[first:])
    return Outcome(draft=replace(kept, told=kept.told | {response}), says=says)


def with_feeling(outcome: Outcome, reply: Reply) -> Outcome:
    """A dark word that is no cry, or blame put on oneself, is answered all the same; no number, no alarm."""
    dark = max(reply.cues("self_harm"), default=0.0) >= WORTH_ASKING
    answered = any(say.response == "fault" for say in outcome.says)
    blame = any(one.field == "feeling" for one in reply.found) and not answered
    if not (dark or blame) or outcome.draft.path is not Path.NORMAL:
        return outcome
    if not dark and any(say.response.startswith("believed") for say in outcome.says):
        return outcome  # that says it already
    said = tuple(say for say in outcome.says if not say.response.startswith(NO_ANSWER))
    return replace(outcome, says=(Say(response="shame" if dark else "fault"), *said))
