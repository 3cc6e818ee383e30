"""A spaCy component: sums of money, as "500 GBP"; a sum alone says nothing about who asks for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from casework.reader.finding import Finding
from casework.reader.tokens import Word

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LONGEST = 15
_NAMED_MONEY = frozenset({"$", "usd", "us", "gbp", "pound", "pounds", "quid", "£"})


@dataclass(frozen=True, kw_only=True)
class _Sum:
    value: Decimal
    end: int  # the word after
    currency: str | None = None  # what the factor itself implies: a crore is of rupees


class AmountFinder:
    """`context` is the amount part of data/reader/contexts.yml."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._currencies: Mapping[str, str] = context["currencies"]
        self._factors: Mapping[str, int] = context["factors"]
        self._numbers: Mapping[str, int] = context["numbers"]
        self._implied: Mapping[str, str] = context["implied"]
        self._dollars: Mapping[str, str] = context["dollars"]

    def __call__(self, doc: Doc) -> Doc:
        words: list[Word] = doc.user_data["words"]
        demanded = any(f.field == "acts" and f.value == "extorted" for f in doc.user_data["findings"])
        countries = {f.value for f in doc.user_data["findings"] if f.field == "person.country"}
        local = self._dollars.get(next(iter(countries))) if len(countries) == 1 else None
        at = 0
        while at < len(words):
            finding, end = self._read(words, at, 0.9 if demanded else 0.6)
            if finding is not None:
                doc.user_data["findings"].append(_in_money_of(local, finding, words[max(0, at - 2) : end]))
            at = max(end, at + 1)
        return doc

    def _read(self, words: Sequence[Word], at: int, confidence: float) -> tuple[Finding | None, int]:
        counted = self._sum(words, at)
        if counted is None:
            return None, at + 1
        start, end = at, counted.end
        before = self._before(words, at)
        currency = before[0] if before else None
        if before:
            start = before[1]
        elif end < len(words) and words[end].norm in self._currencies:
            currency, end = self._currencies[words[end].norm], end + 1
        elif counted.currency:
            currency, confidence = counted.currency, min(confidence, 0.7)
        if currency is None:
            return None, at + 1
        value = f"{counted.value.normalize():f} {currency}"
        return Finding(field="amount", value=value, start=words[start].start, end=words[end - 1].end,
                       confidence=confidence), end  # fmt: skip

    def _before(self, words: Sequence[Word], at: int) -> tuple[str, int] | None:
        """The currency before the figure, and where it begins: "£200", "Rs. 500"."""
        back = at - 2 if at > 1 and words[at - 1].norm == "." and words[at - 1].end == words[at].start - 1 else at - 1
        back = at - 2 if at > 1 and words[at - 1].norm == "." and words[at - 2].norm == "rs" else back
        currency = self._currencies.get(words[back].norm) if back >= 0 else None
        return (currency, back) if currency and words[back].norm not in self._factors else None

    def _sum(self, words: Sequence[Word], at: int) -> _Sum | None:
        """A figure or a number in words, with what multiplies it: "1.5k", "five hundred", "2 lakh", "a grand"."""
        norm = words[at].norm
        if norm[0].isdigit() and len(norm) <= _LONGEST:
            value = _number(norm)
        else:
            value = Decimal(self._numbers[norm]) if norm in self._numbers else None
        if value is None:
            return None
        end, implied = at + 1, None
        while end < len(words) and end <= at + 5:
            norm = words[end].norm
            if norm == "and" and self._adds_up(words, end):
                end += 1
                continue
            if norm in self._factors:
                value, implied = value * self._factors[norm], implied or self._implied.get(norm)
            elif norm in self._numbers and self._numbers[norm] > 1 and not words[at].norm[0].isdigit():
                value += self._numbers[norm]
            else:
                break
            end += 1
        return _Sum(value=value, end=end, currency=implied)

    def _adds_up(self, words: Sequence[Word], at: int) -> bool:
        """«Two hundred and fifty»; not «two hundred and then»."""
        after = words[at + 1].norm if at + 1 < len(words) else ""
        return words[at - 1].norm in {"hundred", "thousand"} and self._numbers.get(after, 0) > 1


def _in_money_of(local: str | None, finding: Finding, words: Sequence[Word]) -> Finding:
    """Dollars and grands are those of the country that the person lives in, unless another is named."""
    value, _, currency = finding.value.partition(" ")
    named = any(word.norm in _NAMED_MONEY for word in words if word.start >= finding.start)
    return replace(finding, value=f"{value} {local}") if local and currency in {"USD", "GBP"} and not named else finding


def _number(text: str) -> Decimal | None:
    # "2,000" and "2.000" are two thousand; "0.5" and "0,5" are a half; "1,500.50" and "1.500,50" have both marks.
    whole, mark, rest = text.replace(",", ".").rpartition(".")
    grouped = bool(mark) and len(rest) == 3 and whole != "0"
    plain = whole.replace(".", "") + ("" if grouped else mark) + rest
    try:
        return Decimal(plain)
    except InvalidOperation:
        return None
