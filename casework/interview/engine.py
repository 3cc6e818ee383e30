"""One message in, one outcome out: the interview's whole logic behind two functions. Pure."""

from __future__ import annotations

from dataclasses import replace

from casework.facts import Act, Age
from casework.interview.answers import ANSWERS, child, told_of
from casework.interview.asides import ASIDE_ANSWERS, repair
from casework.interview.draft import Draft, Path
from casework.interview.merge import merge
from casework.interview.options import FREE_TEXT, VALUES, Wordbook, by_intent
from casework.interview.outcome import Outcome, Reply
from casework.interview.steps import LAST, QUIET, next_step

NEEDS_ONLY_WORDS = frozenset({"where_link", "tried_when"})  # answered by what the reader finds


def respond(draft: Draft, reply: Reply, book: Wordbook) -> Outcome:
    """What one message changes, and what to say before the next question."""
    step = next_step(draft)
    if step == LAST:
        return Outcome(draft=draft).say("done_already")
    if step == QUIET:
        return _after_quiet(draft)
    if draft.path.protects_a_child:
        return _on_child_path(draft, reply, step, book)
    if step in FREE_TEXT and not reply.tapped:
        return _free_text(draft, reply, step)
    heard, changed = (draft, ()) if reply.tapped else merge(draft, reply.found)
    if Age.CHILD in (heard.facts.person.age_now, heard.facts.person.age_in_image):
        return child(heard, Path.CHILD)
    value = _value(step, reply, book)
    if step == "confirm" and value == "change" and changed:
        heard, changed = _corrected(draft, reply)
        value = None
    if value:
        return _answered(heard, step, value, reply, changed)
    return _understood(heard, step, changed) if changed else repair(draft)


def _value(step: str, reply: Reply, book: Wordbook) -> str | None:
    """The step's value in this message: tapped, named by a phrase, or a plain yes or no."""
    if reply.tapped:
        return reply.value if reply.value in VALUES.get(step, ()) or _is_free_value(step, reply) else None
    named = book.match(step, reply.text)
    if named:
        return named
    if step == "tried_when" and any(one.field == "date" for one in reply.found):
        return "found"
    return by_intent(step, reply.intent)


def _is_free_value(step: str, reply: Reply) -> bool:
    """A tapped country or platform beyond the shown ones comes from our own choices all the same."""
    return step in ("country", "where") and bool(reply.value)


def _answered(heard: Draft, step: str, value: str, reply: Reply, changed: tuple[str, ...]) -> Outcome:
    function = ANSWERS.get(step) or ASIDE_ANSWERS[step]
    outcome = function(heard.finish(step), value, reply)
    beyond = tuple(path for path in changed if not _belongs(path, step))
    if len(beyond) < 2 or outcome.draft.pending or outcome.effects:
        return outcome
    return replace(outcome, draft=replace(outcome.draft, pending="confirm", read=beyond))


def _belongs(path: str, step: str) -> bool:
    """Whether a fact is what the step asked for; it then needs no confirmation of its own."""
    group = {"acts": "happened", "places": "where", "prior": "tried", "wants": "wants", "generator": "tool"}
    head = path.split(".")[0]
    return step.startswith(group.get(head, head)) or path.removeprefix("person.") in (step, f"uk_{step}")


def _understood(heard: Draft, step: str, changed: tuple[str, ...]) -> Outcome:
    """Their words answered something, perhaps not what was asked; what they told is confirmed back."""
    acts = [Act(path.removeprefix("acts.")) for path in changed if path.startswith("acts.")]
    heard = replace(heard, misses=0)
    if step in NEEDS_ONLY_WORDS or all(_belongs(path, step) for path in changed):
        heard = heard.finish(step)
    outcome = told_of(heard, *acts) if acts else Outcome(draft=heard)
    asked_before = heard.pending if heard.pending != "confirm" else None
    beyond = tuple(path for path in changed if not _belongs(path, step))
    if asked_before or step in ("hear", "safe"):
        return replace(outcome, draft=replace(outcome.draft, read=(*outcome.draft.read, *beyond)))
    if len(beyond) >= 2 or (beyond and heard.read):
        return replace(outcome, draft=replace(outcome.draft, pending="confirm", read=(*heard.read, *beyond)))
    return outcome if outcome.says else outcome.say("noted")


def _corrected(draft: Draft, reply: Reply) -> tuple[Draft, tuple[str, ...]]:
    """«No, it was Instagram»: what was just read of the same kind makes way for the new words."""
    kinds = {one.field.split(".")[0] for one in reply.found}
    facts = draft.facts
    if "places" in kinds:
        keep = tuple(p for i, p in enumerate(facts.places) if f"places.{i}" not in draft.read)
        facts = replace(facts, places=keep)
    if "acts" in kinds:
        facts = replace(facts, acts=frozenset(a for a in facts.acts if f"acts.{a}" not in draft.read))
    cleared = replace(draft, facts=facts, read=(), pending=None)
    return merge(cleared, reply.found)


def _free_text(draft: Draft, reply: Reply, step: str) -> Outcome:
    """Their own words: kept as they are, unless they plainly ask to skip."""
    value = "skip" if reply.intent in ("skip", "deny") and len(reply.text.split()) <= 4 else "given"
    function = ANSWERS.get(step) or ASIDE_ANSWERS[step]
    return function(draft.finish(step), value, reply)


def _after_quiet(draft: Draft) -> Outcome:
    """After a silence that was ours, the next message of theirs decides whether to go on."""
    if draft.path is Path.PERPETRATOR:
        return Outcome(draft=draft).say("perpetrator")
    if draft.path is Path.DECLINED:
        return Outcome(draft=Draft())
    return Outcome(draft=replace(draft, pending=None))


def _on_child_path(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome:
    """Nothing typed is kept and nothing leads out; they may ask to be called back."""
    if step in FREE_TEXT and not reply.tapped:
        return _free_text(draft, reply, step)
    value = _value(step, reply, book)
    if value:
        return ASIDE_ANSWERS[step](replace(draft, pending=None), value, reply)
    adult = any(one.field.startswith("person.age") and one.value == "adult" for one in reply.found)
    return Outcome(draft=draft).say("child_again" if adult else "child_stays")
