"""
Cuts text into words with their place in it, in time linear in the text.

spaCy's own tokenizer peels marks off one at a time, which a page of brackets turns into minutes; and its string
store keeps every word it ever saw. Here it only ever sees the words that a pattern names: a person's own stay outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from casework.reader.addresses import Address, AddressFinder

OTHER = "<other>"  # a word that no pattern names
NUMBER = "<number>"
BREAKS = frozenset({".", "!", "?", ";", "\n", "…"})

_PIECE = re.compile(
    r"[^\W\d_]+(?:['’`´][^\W\d_]{1,3}(?![^\W\d_]))?"  # a word, with "n't" or "'s" still on it
    r"|\d+(?:[.,:]\d+)*"
    r"|\n+"
    r"|[^\w\s]"
    r"|_+"
)
_ORDINALS = frozenset({"st", "nd", "rd", "th"})  # after a figure: "nd" alone is "and"
_APOSTROPHES = str.maketrans("’`´", "'''")
_CONTRACTIONS = (("n't", "not"), ("'re", "are"), ("'ve", "have"), ("'ll", "will"), ("'d", "would"), ("'m", "am"),
                 ("'s", "is"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """A word: how patterns see it, how it was written, where it stands."""

    norm: str
    raw: str
    start: int
    end: int


class Lexicon:
    """
    The words that patterns name, and the one word that a misspelt word is a slip of the finger from.

    A letter missing, doubled or swapped counts; a letter changed counts only in long words, and the first and the
    last letter never change: "scared" must not become "shared", nor "create" "created".
    """

    _SHORTEST, _LONG = 6, 9

    def __init__(self, words: Iterable[str], protected: Iterable[str] = ()) -> None:
        self.words = frozenset(words)
        self._correct = self.words | frozenset(protected)
        self._shorter: dict[str, str] = {}
        for word in sorted(self.words):
            if len(word) >= self._SHORTEST and word.isalpha():
                for variant in _one_letter_less(word):
                    self._shorter.setdefault(variant, word)

    def corrected(self, word: str) -> str:
        """Return the word itself unless it is a slip from exactly one word that is known."""
        if word in self._correct or not self._SHORTEST - 1 <= len(word) <= 24:
            return word
        if (known := self._shorter.get(word)) and len(known) >= self._SHORTEST:
            return known
        if len(word) < self._SHORTEST:
            return word
        for variant in _one_letter_less(word):
            if variant in self.words and len(variant) >= self._SHORTEST:
                return variant
            known = self._shorter.get(variant)
            if known and len(known) == len(word) and known[-1] == word[-1]:
                swapped = sorted(known) == sorted(word)
                if swapped or len(word) >= self._LONG:
                    return known
        return word


class Cutter:
    """Cuts text into words. `spellings` maps a variant to its words ("hes" to ["he", "is"])."""

    def __init__(
        self, addresses: AddressFinder, spellings: Mapping[str, tuple[str, ...]], lexicon: Lexicon | None = None
    ) -> None:
        self._addresses = addresses
        self._spellings = spellings
        self._lexicon = lexicon or Lexicon(())

    def cut(self, text: str) -> tuple[list[Word], list[Address]]:
        """Return the words, with each address as one word, and the addresses."""
        addresses = list(self._addresses.find(text))
        words: list[Word] = []
        position = 0
        for address in addresses:
            self._cut_plain(text, position, address.start, words)
            grok = address.text.lower() == "@grok"
            words.append(Word("@grok" if grok else f"<{address.kind}>", address.text, address.start, address.end))
            position = address.end
        self._cut_plain(text, position, len(text), words)
        return words, addresses

    def _cut_plain(self, text: str, start: int, end: int, into: list[Word]) -> None:
        for match in _PIECE.finditer(text, start, end):
            raw = match.group()
            if raw[0] == "\n":
                into.append(Word("\n", raw, match.start(), match.end()))
            elif raw == "-" and _joins(text, match.start()):
                continue  # "AI-made" and "AI made" are the same two words
            elif raw[0].isalpha():
                after_digit = match.start() > 0 and text[match.start() - 1].isdigit()
                into.extend(self._split(raw, match.start(), match.end(), after_digit=after_digit))
            else:
                into.append(Word(raw, raw, match.start(), match.end()))

    def _split(self, raw: str, start: int, end: int, *, after_digit: bool) -> Iterable[Word]:
        # Each part of a contraction shows the whole of it: "I'm" is where both "i" and "am" stand.
        norm = raw.lower().translate(_APOSTROPHES)
        parts = (norm,) if norm in _ORDINALS and after_digit else self._spellings.get(norm)
        if parts is None and "'" in norm:
            for ending, meaning in _CONTRACTIONS:
                if norm.endswith(ending) and len(norm) > len(ending):
                    stem = norm[: -len(ending)]
                    parts = (*self._spellings.get(stem, (stem,)), meaning)
                    break
        return [Word(part, raw, start, end) for part in parts or (self._lexicon.corrected(norm),)]


def _joins(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isalnum() and text[at + 1].isalnum()


def _one_letter_less(word: str) -> set[str]:
    # The first and the last letter stay: those slips change the word ("uploads", "created") more than they hide it.
    return {word[:i] + word[i + 1 :] for i in range(1, len(word) - 1)}
