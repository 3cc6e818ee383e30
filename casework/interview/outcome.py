"""The values that cross the interview's edges: what was heard, what to say, what to do. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from casework.interview.draft import Draft


class Effect(StrEnum):
    """What the runtime must do once the turn is over."""

    SHRED = "shred"  # delete the conversation's rows, keep only what the new draft holds
    SUBMIT = "submit"  # seal the complaint
    SUBMIT_TRIAGE = "submit_triage"  # a message to the team, no documents
    SUBMIT_CALLBACK = "submit_callback"  # child path: contact and country, nothing else
    LEAVE = "leave"  # delete the conversation and end it
    PAUSE = "pause"  # put the draft, as it was before this message, away behind a code and end the conversation
    SHOW_PLAN = "show_plan"  # compute the plan and its documents
    SHOW_AUTHORITY = "show_authority"  # the letter that lets the team send, before it is signed
    SENT_BY_THEM = "sent_by_them"  # not signed after all: back to the letters as they were read first
    KEEP_WORDS = "keep_words"  # this message is their statement, or what they write to the team
    KEEP_STORY = "keep_story"  # this message may become their statement, if they say so


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing that the reader found in the message."""

    field: str
    value: str
    confidence: float
    why_not: str | None = None  # a link that names no post: results_page, home_page…
    unknown_site: bool = False  # a link to a site that we have no row for
    clean: str | None = None  # a link without the share id that it carries


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One message of the person: typed, or a tapped choice."""

    text: str = ""
    value: str | None = None  # the value behind a tapped choice
    intent: str | None = None
    sure: float = 1.0  # of the intent
    found: tuple[Found, ...] = ()
    perhaps: tuple[str, ...] = ()  # intents that the message may have, where it is unclear which

    @property
    def tapped(self) -> bool:
        return self.value is not None

    def cues(self, kind: str) -> list[float]:
        """How sure the reader is of each sign of one kind of danger."""
        return [one.confidence for one in self.found if one.field == "safety" and one.value == kind]


@dataclass(frozen=True, kw_only=True)
class Say:
    """A response of `data/responses` by name, with what fills its placeholders."""

    response: str
    params: Mapping[str, Any] = field(default_factory=dict)
    perhaps: tuple[str, ...] = ()  # intents to offer as choices


@dataclass(frozen=True, kw_only=True)
class Outcome:
    draft: Draft
    says: tuple[Say, ...] = ()
    effects: frozenset[Effect] = frozenset()

    def say(self, response: str, **params: Any) -> Outcome:
        return replace(self, says=(*self.says, Say(response=response, params=params)))

    def say_once(self, response: str) -> Outcome:
        """Say it if it was not said in this conversation before."""
        if response in self.draft.told:
            return self
        return replace(self.say(response), draft=replace(self.draft, told=self.draft.told | {response}))

    def first(self, *says: Say) -> Outcome:
        return replace(self, says=(*says, *self.says))

    def do(self, *effects: Effect) -> Outcome:
        return replace(self, effects=self.effects | set(effects))
