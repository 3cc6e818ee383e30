"""A story told before it was asked for: kept, and offered where their own words are asked for. Pure."""

from __future__ import annotations

from dataclasses import replace

from casework.interview.draft import Draft, Path
from casework.interview.options import FREE_TEXT, Wordbook
from casework.interview.outcome import Effect, Outcome, Reply
from casework.interview.steps import next_step

STORY = 500  # characters: more than anybody should have to write twice
STORY_TOLD = "story_told"
AS_TOLD = "as_told"  # the answer to the statement: what was written before is theirs


def with_story(before: Draft, reply: Reply, outcome: Outcome) -> Outcome:
    """Remember that a message was a story; the words stay where the talk is kept."""
    if not _is_story(before, reply) or outcome.draft.path is not Path.NORMAL or Effect.SHRED in outcome.effects:
        return outcome
    draft = outcome.draft
    # Whoever skipped their own words, and tells them after all, is asked about them once more.
    unsaid = frozenset() if draft.has_statement else frozenset({"statement"})
    remembered = replace(draft, told=draft.told | {STORY_TOLD}, done=draft.done - unsaid)
    kept = replace(outcome, draft=remembered).do(Effect.KEEP_STORY)
    return kept.say_once("story_kept") if next_step(remembered) == "confirm" else kept


def _is_story(before: Draft, reply: Reply) -> bool:
    on_the_way = before.path is Path.NORMAL and next_step(before) not in FREE_TEXT
    return on_the_way and not reply.tapped and len(reply.text) >= STORY


def may_use_story(draft: Draft) -> bool:
    return STORY_TOLD in draft.told


def points_back(draft: Draft, text: str, book: Wordbook) -> bool:
    """«See above», where their own words are asked for."""
    asked = may_use_story(draft) and next_step(draft) == "statement"
    return asked and book.whole("as_told", text) is not None


def uses_story(draft: Draft) -> bool:
    return draft.answers.get("statement") == AS_TOLD
