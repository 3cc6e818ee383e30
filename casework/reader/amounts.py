"""A spaCy component: sums of money, as "500 GBP"; a sum alone says nothing about who asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from casework.reader.finding import Finding
from casework.reader.tokens import Word

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LONGEST = 15


class AmountFinder:
    """`context` is the amount part of data/reader/contexts.yml."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._currencies: Mapping[str, str] = context["currencies"]
        self._factors: Mapping[str, int] = context["factors"]

    def __call__(self, doc: Doc) -> Doc:
        words: list[Word] = doc.user_data["words"]
        demanded = any(f.field == "acts" and f.value == "extorted" for f in doc.user_data["findings"])
        for at, word in enumerate(words):
            if word.norm[0].isdigit() and len(word.norm) <= _LONGEST:
                finding = self._read(words, at, 0.9 if demanded else 0.6)
                if finding is not None:
                    doc.user_data["findings"].append(finding)
        return doc

    def _read(self, words: Sequence[Word], at: int, confidence: float) -> Finding | None:
        value = _number(words[at].norm)
        start, end = at, at + 1
        if value is None:
            return None
        if end < len(words) and words[end].norm in self._factors:
            value *= self._factors[words[end].norm]
            end += 1
        currency = self._currencies.get(words[at - 1].norm) if at else None
        if currency:
            start = at - 1
        elif end < len(words) and words[end].norm in self._currencies:
            currency = self._currencies[words[end].norm]
            end += 1
        if currency is None:
            return None
        return Finding(field="amount", value=f"{value.normalize():f} {currency}", start=words[start].start,
                       end=words[end - 1].end, confidence=confidence)  # fmt: skip


def _number(text: str) -> Decimal | None:
    # "2,000" and "2.000" are two thousand; "0.5" and "0,5" are a half.
    whole, mark, rest = text.replace(",", ".").rpartition(".")
    plain = whole.replace(".", "") + rest if mark and len(rest) == 3 and whole != "0" else text.replace(",", ".")
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None
