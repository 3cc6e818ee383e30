"""One thing that a person's words say, with the characters that show it."""

from __future__ import annotations

from dataclasses import dataclass, replace

# At or above this a finding may stand as a fact (and is read back); below it becomes a closed question.
FACT = 0.8
# What leaves the reader, each also as `.not`; the domain names the same, or Rasa would stumble over a message.
FIELDS = frozenset({
    "acts", "wants", "image", "generator", "date", "amount", "safety", "feeling", "harm", "perpetrator", "ongoing",
    "prior", "prior.sent_on", "prior.to", "prior.answer", "prior.nobody", "third.age_now", "platform.mentioned",
    "places.url", "places.platform", "places.handle", "places.still_up", "places.unusable",
    "person.acting_for", "person.country", "person.uk_nation", "person.region", "person.age_now", "person.age_in_image",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Finding:
    """
    `value` is an enum value, an ISO code or date, or the person's own characters (addresses, handles).

    Fields: acts, image, generator, wants, date, amount ("500 GBP"), safety (self_harm, danger, coercion, minor,
    perpetrator); person.acting_for, .age_now, .age_in_image, .country, .uk_nation, .region; places.platform (an id of
    data/law, or a domain), .url, .handle, .still_up (yes, no), .unusable (the reason why an address is one for nobody
    else); platform.mentioned (named, but not as a place); prior ("platform", or "platform:refused" once an answer is
    told; police and regulator likewise), prior.to, prior.sent_on, prior.nobody (yes: nobody was told); perpetrator
    (known, unknown), ongoing (yes, no), harm (work, home). A field that ends in `.not` was denied.
    """

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
