"""The values that each step takes, and how typed words are matched to them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from casework.facts import Act, Answer, Generator, ImageKind, Want

FREE_TEXT = frozenset({"name", "email", "signature", "statement", "callback", "triage_note"})

YES_NO = ("yes", "no")
VALUES: Mapping[str, tuple[str, ...]] = {
    "hear": YES_NO,
    "safe": ("yes", "not_safe", "someone_near"),
    "for_whom": ("me", "someone_else", "did_something"),
    "other_agrees": ("yes", "not_yet", "cannot"),
    "country": ("GB", "IE", "DE", "FR", "NL", "IT", "ES", "PL", "US", "other"),
    "nation": ("GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR", "skip"),
    "region": tuple(f"DE-{land}" for land in "BW BY BE BB HB HH HE MV NI NW RP SL SN ST SH TH".split()) + ("skip",),
    "age_now": ("adult", "child", "unsure"),
    "age_in_image": ("adult", "child", "unsure"),
    "age_help": ("after", "before", "unsure"),
    "happened": (*(a.value for a in Act), "unsure"),
    "happened_more": (*(a.value for a in Act), "done"),
    "image_kind": tuple(k.value for k in ImageKind),
    "where": ("x", "meta", "tiktok", "reddit", "telegram", "snapchat", "discord", "pornhub", "other", "unknown"),
    "where_link": ("none", "skip"),
    "where_more": YES_NO,
    "still_up": (*YES_NO, "unsure"),
    "tool": ("grok", Generator.OTHER, Generator.UNKNOWN, Generator.NONE),
    "which_grok": (Generator.X_GROK, Generator.XAI_APP, "unsure"),
    "tried": ("nothing", "platform", "regulator", "police", "unsure"),
    "tried_when": ("unsure", "skip"),
    "tried_answer": (*(a.value for a in Answer), "unsure"),
    "wants": (*(w.value for w in Want), "unsure"),
    "wants_more": (*(w.value for w in Want), "done"),
    "reaction": (*YES_NO, "unsure"),
    "known_as": ("anonymous", "pseudonym", "named"),
    "name": ("skip",),
    "contact": ("email", "none"),
    "email": ("skip",),
    "statement": ("skip",),
    "read_back": ("right", "change"),
    "change_what": ("happened", "where", "tool", "tried", "wants", "known_as", "country", "age_now"),
    "plan": ("go_on", "change", "stop"),
    "consent": ("yes", "leave_out", "change"),
    "who_sends": ("me", "team"),
    "signature": ("skip",),
    "keep_talk": YES_NO,
    "seal": ("yes", "not_yet"),
    "after_safety": ("go_on", "stop", "human"),
    "after_stop": ("resume", "delete"),
    "after_child": ("callback", "done"),
    "callback": ("skip",),
    "human": ("write", "call", "back"),
    "triage_note": ("skip",),
    "confirm": ("right", "change"),
}

# What a plain yes, no, skip… means at a step whose values are other words.
BY_INTENT: Mapping[str, tuple[str, ...]] = {
    "affirm": ("yes", "right", "go_on", "resume", "callback"),
    "deny": ("no", "change", "nothing", "none", "not_yet", "leave_out", "done"),
    "skip": ("skip", "done", "unsure", "unknown", "nothing", "anonymous"),
    "unsure": ("unsure", "unknown", "skip", "done"),
    "resume": ("resume", "go_on", "back", "yes"),
    "stop": ("stop",),
    "delete": ("delete",),
    "change": ("change",),
    "not_safe": ("not_safe",),
    "someone_near": ("someone_near",),
    "child_said": ("child",),
    "perpetrator": ("did_something",),
    "ask_human": ("human",),
}
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, kw_only=True)
class Wordbook:
    """Labels for values, and the phrases by which people name them at a step."""

    labels: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Mapping[str, str]]  # step → normalised phrase → value
    contacts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # audience → ids of data/law
    most_contacts: int = 4
    emergency: Mapping[str, str] = field(default_factory=lambda: {"*": "112"})  # country or area → number

    def label(self, group: str, value: str) -> str:
        return self.labels.get(group, {}).get(value, value)

    def match(self, step: str, text: str) -> str | None:
        """The value that a short text names at a step: the whole text, else its longest phrase."""
        known = self.phrases.get(step)
        if not known:
            return None
        words = normalise(text).split()
        whole = known.get(" ".join(words))
        if whole or len(words) > 12:
            return whole
        return _longest(known, words)


def _longest(known: Mapping[str, str], words: list[str]) -> str | None:
    """Two phrases of different values that both stand in the text are no answer."""
    hits = {known[p] for p in known if len(p.split()) > 1 or len(words) <= 4 if _contains(words, p.split())}
    return hits.pop() if len(hits) == 1 else None


def _contains(words: list[str], phrase: list[str]) -> bool:
    return any(words[i : i + len(phrase)] == phrase for i in range(len(words) - len(phrase) + 1))


def normalise(text: str) -> str:
    """Lower case, words only, so that "I'm 18+!" and "im 18" meet."""
    return " ".join(WORD.findall(text.casefold().replace("’", "'"))).replace("'", "")


def by_intent(step: str, intent: str | None) -> str | None:
    """The step's value for a plain yes, no, skip or not sure; None when the step has none."""
    values = VALUES.get(step, ())
    return next((v for v in BY_INTENT.get(intent or "", ()) if v in values), None)
