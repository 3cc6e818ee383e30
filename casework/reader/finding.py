"""One thing that a person's words say, with the characters that show it."""

from __future__ import annotations

from dataclasses import dataclass, replace

# At or above this a finding may stand as a fact (and is read back); below it becomes a closed question.
FACT = 0.8


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`value` is an enum value, an ISO code or date, or the person's own characters (addresses, handles)."""

    field: str
    value: str
    start: int
    end: int
    confidence: float

    def at(self, confidence: float) -> Finding:
        """The same finding, believed more or less."""
        return replace(self, confidence=round(confidence, 2))

    def overlaps(self, other: Finding) -> bool:
        """Whether the two share a character."""
        return self.start < other.end and other.start < self.end
