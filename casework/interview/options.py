"""The values that each step takes, and how typed words are matched to them. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from casework.explain import Explanations
from casework.facts import Act, Answer, Generator, ImageKind, Refusal, Want

FREE_TEXT = frozenset({"name", "email", "signature", "statement", "callback", "triage_note"})

YES_NO = ("yes", "no")
LAENDER = ("BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH")
VALUES: Mapping[str, tuple[str, ...]] = {
    "hear": YES_NO,
    "safe": ("yes", "not_safe", "someone_near"),
    "for_whom": ("me", "someone_else", "did_something"),
    "other_agrees": ("yes", "not_yet", "cannot"),
    "country": ("GB", "IE", "DE", "FR", "NL", "IT", "ES", "PL", "US", "other"),
    "country_name": ("skip",),
    "nation": ("GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR", "skip"),
    "region": (*(f"DE-{land}" for land in LAENDER), "skip"),
    "age_now": ("adult", "child", "unsure"),
    "age_in_image": ("adult", "child", "unsure"),
    "age_help": ("after", "before", "unsure"),
    "happened": (*(a.value for a in Act), "unsure"),
    "happened_more": (*(a.value for a in Act), "done"),
    "image_kind": tuple(k.value for k in ImageKind),
    "where": ("x", "meta", "tiktok", "reddit", "telegram", "snapchat", "discord", "pornhub", "other", "unknown"),
    "where_name": ("none", "skip"),
    "where_link": ("none", "skip"),
    "offer_clean_link": YES_NO,
    "where_more": YES_NO,
    "still_up": (*YES_NO, "unsure"),
    "tool": ("grok", Generator.OTHER, Generator.UNKNOWN, Generator.NONE),
    "which_grok": (Generator.X_GROK, Generator.XAI_APP, "unsure"),
    "tried": ("nothing", "platform", "regulator", "police", "unsure"),
    "tried_when": ("unsure", "skip"),
    "tried_answer": (*(a.value for a in Answer if a is not Answer.UNKNOWN), "unsure"),
    "tried_what": ("report", "data", "unsure"),
    "tried_reason": (*(r.value for r in Refusal), "skip"),
    "tried_answered": ("unsure", "skip"),
    "tried_machine": (*YES_NO, "unsure"),
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
    "okay_now": (*YES_NO, "human"),
    "after_stop": ("resume", "pause", "delete"),
    "after_child": ("callback", "done"),
    "callback": ("skip",),
    "human": ("write", "call", "back"),
    "triage_note": ("skip",),
    "confirm": ("right", "change"),
    "maybe": YES_NO,
    "restart": YES_NO,
}

# What a plain yes, no, skip… means at a step whose values are other words.
BY_INTENT: Mapping[str, tuple[str, ...]] = {
    "affirm": ("yes", "right", "go_on", "resume", "callback"),
    "deny": ("no", "change", "nothing", "none", "not_yet", "leave_out", "done"),
    "skip": ("skip", "done", "unsure", "unknown", "nothing", "anonymous"),
    "unsure": ("unsure", "unknown", "skip", "done"),
    "resume": ("resume", "go_on", "back"),
    "stop": ("stop",),
    "delete": ("delete",),
    "change": ("change",),
    "ask_human": ("human",),
}
NOT_CLEAR = ""  # a plain word that names none of the step's values
# The same where a step's own wording gives the plain word another meaning, or needs one to go on.
AT_STEP: Mapping[tuple[str, str], str] = {
    ("safe", "resume"): "yes",
    ("safe", "skip"): "yes",
    ("for_whom", "skip"): "me",
    ("other_agrees", "skip"): "not_yet",
    ("other_agrees", "unsure"): "not_yet",
    ("country_name", "deny"): "skip",
    ("nation", "deny"): "skip",
    ("region", "deny"): "skip",
    ("image_kind", "deny"): "unsure",
    ("where", "deny"): "unknown",
    ("where_more", "skip"): "no",
    ("where_more", "unsure"): "no",
    ("where_more", "resume"): "no",
    ("offer_clean_link", "skip"): "no",
    ("offer_clean_link", "unsure"): "yes",
    ("tool", "deny"): "unknown",
    ("which_grok", "deny"): "unsure",
    ("tried_when", "deny"): "unsure",
    ("tried_reason", "deny"): "other",
    ("tried_reason", "unsure"): "skip",
    ("tried_answered", "deny"): "unsure",
    ("contact", "unsure"): "none",
    ("contact", "skip"): "none",
    ("read_back", "skip"): "right",
    ("consent", "skip"): "leave_out",
    ("consent", "unsure"): "leave_out",
    ("who_sends", "skip"): "me",
    ("who_sends", "unsure"): "me",
    ("keep_talk", "skip"): "no",
    ("keep_talk", "unsure"): "no",
    ("seal", "skip"): "not_yet",
    ("seal", "unsure"): "not_yet",
    ("maybe", "skip"): "no",
    ("maybe", "unsure"): "no",
    ("change_what", "deny"): "nothing",
    ("change_what", "skip"): "nothing",
    ("restart", "skip"): "no",
    ("after_safety", "affirm"): NOT_CLEAR,  # «ok» to "go on, stop, or a person?", after a cry: asked again
    ("okay_now", "skip"): "yes",
    ("okay_now", "unsure"): "human",
    ("human", "affirm"): "call",
    ("human", "deny"): "back",
    ("human", "skip"): "back",
    ("plan", "skip"): "go_on",
}
# A question that may be left open without losing anything but its answer.
MAY_STAY_OPEN = frozenset(
    {
        "country", "nation", "region", "happened", "happened_more", "image_kind", "where", "where_link", "where_name",
        "still_up", "tool", "which_grok", "tried", "tried_when", "tried_answer", "tried_what",
        "tried_reason", "tried_answered", "tried_machine", "wants", "wants_more", "reaction",
        "known_as", "name", "email", "statement", "country_name", "signature",
    }
)  # fmt: skip
MOST_AROUND_ONE = 4  # words of a text in which a single word may be the answer
FILLERS = frozenset(
    "a an and at by for from i i'd id im in is it its just like live maybe my of ok okay on only or please pls "
    "probably so some sorry that the think this thats to um uh was well with think guess be am are there "
    "obviously of course have year years yrs old yo age yes yeah sure hi hello currently now here living lives "
    "based".split()
)
EMPHASIS = frozenset("fucking fuckin bloody damn goddamn effing ffs".split())  # «no fucking link» is «no link»
QUESTION_WORDS = frozenset("who what why how which whats hows whos".split())
ASKING = frozenset("is are can could will would do does did am should".split())
ASKED = frozenset("this that it you i he she they we there men women people anyone anybody".split())
# Agreed to, sealed, left or deleted by the words of a whole message only.
IN_FULL = frozenset(
    "hear safe other_agrees read_back plan consent who_sends keep_talk seal confirm maybe restart".split()
) | frozenset("after_safety okay_now after_stop after_child human".split())
SENTENCE = re.compile(r"[.!?\n]+")
WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")


@dataclass(frozen=True, kw_only=True)
class Wordbook:
    """Labels for values, and the phrases by which people name them at a step."""

    labels: Mapping[str, Mapping[str, str]]
    phrases: Mapping[str, Mapping[str, str]]  # step → normalised phrase → value
    contacts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # audience → ids of data/law
    most_contacts: int = 4
    emergency: Mapping[str, str] = field(default_factory=lambda: {"*": "112"})  # country or area → number
    explanations: Explanations = field(default_factory=Explanations)

    # step → first word → phrases: a text is looked through once, not once for every phrase that anybody may say.
    _index: Mapping[str, Mapping[str, tuple[tuple[str, ...], ...]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {step: _by_first_word(phrases) for step, phrases in self.phrases.items()})

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
        plain = [word for word in words if word not in EMPHASIS]
        standing = self._standing_in(step, plain)
        return known.get(" ".join(plain)) or _longest(known, plain, standing) or self._last(step, text, standing)

    def _last(self, step: str, text: str, standing: list[tuple[str, ...]]) -> str | None:
        """«Are you kidding. 44»: the last sentence answers, if no word before it says otherwise."""
        value = self.phrases[step].get(last_sentence(text)) if step not in IN_FULL else None
        return value if {self.phrases[step][" ".join(phrase)] for phrase in standing} == {value} else None

    def whole(self, step: str, text: str) -> str | None:
        """The value that the text names with all of its words."""
        return self.phrases.get(step, {}).get(normalise(text))

    def mentions(self, step: str, text: str) -> str | None:
        """The one value whose phrases of two words and more stand anywhere in a text of any length."""
        found = self._standing_in(step, normalise(text).split())
        values = {self.phrases[step][" ".join(phrase)] for phrase in found if len(phrase) > 1}
        return values.pop() if len(values) == 1 else None

    def _standing_in(self, step: str, words: list[str]) -> list[tuple[str, ...]]:
        """The step's phrases that stand in the text."""
        index = self._index.get(step, {})
        return [p for at, word in enumerate(words) for p in index.get(word, ()) if tuple(words[at : at + len(p)]) == p]


def _by_first_word(phrases: Mapping[str, str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    index: dict[str, list[tuple[str, ...]]] = {}
    for phrase in phrases:
        words = tuple(phrase.split())
        index.setdefault(words[0], []).append(words)
    return {word: tuple(found) for word, found in index.items()}


def _longest(known: Mapping[str, str], words: list[str], found: list[tuple[str, ...]]) -> str | None:
    """Two phrases of different values that both stand in the text are no answer."""
    telling = [word for word in words if word not in FILLERS]
    alone = (len(words) <= MOST_AROUND_ONE or len(telling) == 1) and not asks(words)
    hits = [" ".join(phrase) for phrase in found if len(phrase) > 1 or alone]
    if len({known[p] for p in hits}) != 1:
        return None
    # One word names a choice only among words that say nothing: «she asked me to» is not «me».
    around = [word for word in words if word not in hits and word not in FILLERS]
    return known[hits[0]] if not around or any(" " in p for p in hits) else None


def is_question(text: str) -> bool:
    words = normalise(text).split()
    return text.rstrip().endswith("?") or asks(words) or (len(words) > 2 and words[0] in QUESTION_WORDS)


def asks(words: Sequence[str]) -> bool:
    """«Is this safe» asks; it does not say that it is."""
    return len(words) > 2 and words[0] in ASKING and words[1] in ASKED


def normalise(text: str) -> str:
    """Lower case, words only, so that "I'm 18+!" and "im 18" meet."""
    return " ".join(WORD.findall(text.casefold().replace("’", "'"))).replace("'", "")


def last_sentence(text: str) -> str:
    return next((words for part in reversed(SENTENCE.split(text)) if (words := normalise(part))), "")


def by_intent(step: str, intent: str | None) -> str | None:
    """The step's value for a plain yes, no, skip or not sure; None when the step has none."""
    special = AT_STEP.get((step, intent or ""))
    if special is not None:
        return special or None
    values = VALUES.get(step, ())
    return next((v for v in BY_INTENT.get(intent or "", ()) if v in values), None)
