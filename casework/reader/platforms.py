"""A spaCy component: where it is posted, from addresses, handles and the names people use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from casework.reader.finding import Finding
from casework.reader.phrases import Phrases
from casework.reader.tokens import BREAKS, Word

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from casework.reader.links import Link, LinkInspector

_A_FORM = re.compile(r"//(?:help|support)\.|/(?:help|legal)/(?:contact|report)|/report(?:ing)?/?$", re.IGNORECASE)
_ON_REDDIT = re.compile(r"/?[ur]/", re.IGNORECASE)
_SHORT_ANSWER = 4
_NO_PLACE = 0.3
_NO_SITE = frozenset({"short", "links", "redirect", "storage"})  # the host is not where it is
_CLAUSE = 10
_CORRECTION = 8  # words from a name to the one that is meant
_CLAUSE_ENDS = BREAKS | {",", "but", "and", "because", ":"}
_AND = frozenset({"and", "or", ",", "/", "&"})


class PlatformFinder:
    """
    `names` are (words, service, platform id); `context` is the platform part of data/reader/contexts.yml.

    Several services can be one platform: "not on Instagram, on Facebook" denies nothing of their company.
    """

    def __init__(
        self, inspector: LinkInspector, names: Iterable[tuple[tuple[str, ...], str, str]], context: Mapping[str, Any]
    ) -> None:
        rows = list(names)
        self._inspector = inspector
        self._names = Phrases((words, service) for words, service, _ in rows)
        self._platform_of = {service: platform for _, service, platform in rows}
        self._sets = {key: frozenset(values) for key, values in context.items()}

    def __call__(self, doc: Doc) -> Doc:
        words: list[Word] = doc.user_data["words"]
        norms = [word.norm for word in words]
        found: list[Finding] = doc.user_data["findings"]
        for at, word in enumerate(words):
            if word.norm == "<url>":
                if self._made_there(norms, at):
                    found.append(Finding(field="generator", value="other", start=word.start, end=word.end,
                                         confidence=0.85))  # fmt: skip
                found.extend(self._of_url(word, self._of_link(norms, at)))
            elif word.norm == "<local>":
                why_not = self._inspector.inspect(word.raw).why_not or ""
                found.append(Finding(field="places.unusable", value=why_not, start=word.start, end=word.end,
                                     confidence=0.9))  # fmt: skip
            elif word.norm == "<handle>":
                found.extend(self._of_handle(word, 0.3 if self._own(norms, at) else 0.9))
        found.extend(self._by_name(norms, words))
        for at, norm in enumerate(norms):
            if norm == "x" and (belief := self._is_x(words, norms, at)):
                belief = min(belief, self._belief(norms, at, at + 1))
                found.append(_place(words, at, at + 1, "x", belief, negated=self._negated(norms, at)))
        return doc

    def _of_link(self, norms: Sequence[str], at: int) -> float:
        """How surely a link is where it is: «our website, LINK», «LINK was my post», «LINK is not it» are not."""
        own = self._in(norms[max(0, at - 4) : at], "our") and self._in(norms[max(0, at - 3) : at], "own_sites")
        after = list(norms[at + 1 : at + 4])
        no_place = self._in(after[1:2], "our") or after[1:] in (["not", "it"], ["not", "that"])
        said = after[:1] in (["is"], ["was"]) and no_place
        if (own and norms[at - 1] not in self._sets["placing"]) or said or self._made_there(norms, at):
            return 0.3
        return self._belief(norms, at, at + 1)

    def _made_there(self, norms: Sequence[str], at: int) -> bool:
        """«Ran my photo through LINK»: the tool."""
        before = norms[max(0, at - 8) : at]
        return list(before[-1:]) == ["through"] and self._in(before, "feeding")

    def _own(self, norms: Sequence[str], at: int) -> bool:
        """Whether the account is the writer's: «my insta is @a», «I am @a», «reach me at @a», «@a is me»."""
        before, after = list(norms[max(0, at - 6) : at]), list(norms[at + 1 : at + 4])
        before = before[_last_break(before) :]
        said = self._sets["own_handle"] | self._names.words
        mine = max((place for place, norm in enumerate(before) if norm in {"my", "our"}), default=None)
        reach = [place for place, norm in enumerate(before[:-1]) if norm in self._sets["reaching"]]
        return (
            (mine is not None and all(norm in said for norm in before[mine + 1 :]))
            or before[-2:] == ["i", "am"]
            or any(before[place + 1] == "me" for place in reach)
            or (after[:1] == ["is"] and bool(self._sets["mine"] & set(after[1:2])))
        )

    def _of_handle(self, word: Word, belief: float) -> Iterable[Finding]:
        span = {"start": word.start, "end": word.end}
        yield Finding(field="places.handle", value=word.raw, confidence=belief, **span)
        _, at, host = word.raw[1:].partition("@")
        if at:  # "@name@server": the server is the site
            link = self._inspector.inspect(host)
            site = link.platform or link.domain
            yield Finding(field="places.platform", value=site, confidence=min(belief, 0.85), **span)
        elif _ON_REDDIT.match(word.raw):
            yield Finding(field="places.platform", value="reddit", confidence=min(belief, 0.85), **span)
        elif "#" in word.raw:
            yield Finding(field="places.platform", value="discord", confidence=min(belief, 0.6), **span)

    def _of_url(self, word: Word, belief: float) -> Iterable[Finding]:
        link = self._inspector.inspect(word.raw)
        if link.why_not == "not_an_address":
            return
        span = {"start": word.start, "end": word.end}
        if link.kind == "tool":
            # What made it; where it is said to be is another address.
            yield Finding(field="generator", value="other", confidence=0.85, **span)
            return
        as_place = 0.95 if belief > 0.5 and not self._helps(link) else 0.5
        yield Finding(field="places.url", value=word.raw, confidence=as_place, **span)
        if link.platform or link.kind not in _NO_SITE:
            yield Finding(field="places.platform", value=link.platform or link.domain, confidence=as_place, **span)
        if link.platform == "xai":
            yield Finding(field="generator", value="xai_app", confidence=0.6, **span)
        if link.platform in {"google_search", "bing"} and link.actionable:
            yield Finding(field="acts", value="searchable", confidence=0.85, **span)

    def _helps(self, link: Link) -> bool:
        """Where one complains or finds help: shown as a link, never taken for a place by itself."""
        return _A_FORM.search(link.url) is not None or any(
            link.domain == host or link.domain.endswith(f".{host}") for host in self._sets["help_hosts"]
        )

    def _by_name(self, norms: Sequence[str], words: Sequence[Word]) -> Iterable[Finding]:
        named = list(self._names.find(norms))
        ends = {end for _, end, _ in named}
        told: list[tuple[str, Finding]] = []
        for start, end, service in named:
            finding = self._of_name(norms, words, start, end, service, ends)
            if finding is not None:
                nor = start > 0 and norms[start - 1] in {"or", "nor"} and self._negated_before(norms, start - 1, named)
                finding = self._unless_corrected(finding, norms[end : end + _CORRECTION])
                told.append((service, replace(finding, field="places.platform.not") if nor else finding))
        sure = {(finding.value, service) for service, finding in told if finding.field == "places.platform"}
        for service, finding in told:
            # "Not on Instagram, on Facebook": the company is not denied.
            others = any(value == finding.value and other != service for value, other in sure)
            denied = finding.field == "places.platform.not" and others
            yield replace(finding, field="platform.mentioned") if denied else finding

    def _unless_corrected(self, finding: Finding, after: Sequence[str]) -> Finding:
        """«On X, no wait, on Y»: what is said later counts."""
        marks = [place for place, pair in enumerate(pairwise(after)) if " ".join(pair) in self._sets["correcting"]]
        named = [place for place, norm in enumerate(after) if norm in self._names.first or norm == "x"]
        corrected = marks and any(place > marks[0] for place in named) and not any(p < marks[0] for p in named)
        return replace(finding, field="platform.mentioned") if corrected and finding.confidence > _NO_PLACE else finding

    def _of_name(
        self, norms: Sequence[str], words: Sequence[Word], start: int, end: int, service: str, ends: AbstractSet[int]
    ) -> Finding | None:
        before = norms[start - 1] if start else ""
        weak = end - start == 1 and norms[start] in self._sets["weak"]
        listed = before in _AND and start - 1 in ends
        after = [*norms[end : end + 2], "", ""]
        labels = after[0] in {":", "-"} and after[1] in {"<handle>", "<url>"} and (not before or before in BREAKS)
        told = before in self._sets["telling"]
        if weak and not (listed or labels or told) and before not in self._sets["near"] and len(norms) > _SHORT_ANSWER:
            return None
        if norms[start:end] == ["linked", "in"] and before not in {*self._sets["near"], "my"}:
            return None
        belief, platform = self._belief(norms, start, end), self._platform_of[service]
        return _place(words, start, end, platform, belief, negated=self._negated(norms, start))

    def _negated_before(self, norms: Sequence[str], end: int, named: Sequence[tuple[int, int, str]]) -> bool:
        """«Not on X or Instagram» denies both."""
        start = next((start for start, stop, _ in named if stop == end), None)
        start = end - 1 if start is None and norms[end - 1] == "x" else start
        return start is not None and self._negated(norms, start)

    def _negated(self, norms: Sequence[str], start: int) -> bool:
        """«Not on X», «never on X», «he did not post it on X»; not «I reported it, but not to X»."""
        near = norms[max(0, start - 2) : start]
        if {"not", "never"} & set(near):
            told = near[-1:] == ["to"] and bool(self._sets["telling"] & set(norms[max(0, start - 12) : start]))
            return not told and (start < 3 or norms[start - 3] != "know")
        clause = self._clause(norms, start)
        posting = [at for at, norm in enumerate(clause) if norm in self._sets["posting"]]
        denied = posting and {"not", "never"} & set(clause[max(0, posting[-1] - 3) : posting[-1]])
        return bool(denied) and clause[-1] in self._sets["near"] and not self._sets["doubting"] & set(clause)

    def _clause(self, norms: Sequence[str], start: int) -> list[str]:
        before = norms[max(0, start - _CLAUSE) : start]
        return list(before[max((at + 1 for at, n in enumerate(before) if n in _CLAUSE_ENDS), default=0) :])

    def _belief(self, norms: Sequence[str], start: int, end: int) -> float:
        """How surely this is where the image is: the source of the photo and the way of a message are not."""
        before = norms[max(0, start - 6) : start]
        clause = list(before[_last_break(before) :])
        after = norms[end] if end < len(norms) else ""
        if self._told_by(norms, start) or self._of_own_handle(norms, start) or self._only_searched(norms, start, end):
            return 0.3
        if self._kept_there(clause) or (self._in(clause[-2:], "from_words") and self._in(clause, "reply_words")):
            return 0.5
        if self._is_source(clause, after):
            return 0.3
        if self._in(clause[:-1], "to_come") and not self._in(clause[-1:], "to_come"):
            return 0.5  # «Or it goes on X»: not yet
        told = self._in(clause, "bot") or self._in(clause, "channel") or after in self._sets["bot"]
        return 0.5 if told or clause[-3:-1] == ["to", "me"] or self._channel_goes_on(norms, start) else 0.85

    def _in(self, norms: Iterable[str], name: str) -> bool:
        return not self._sets[name].isdisjoint(norms)

    def _is_source(self, clause: Sequence[str], after: str) -> bool:
        """«My X photo», «from X», «I posted it on my X»."""
        own = list(clause[-1:]) in (["my"], ["our"])
        led = list(clause)
        while led and led[-1] in self._sets["articles"]:
            led.pop()
        placing = self._in(led[-1:], "placing")
        return (
            ("i" in clause and self._in(clause, "own_post"))
            or (own and (not placing or after in self._sets["photos"]))
            or (after in self._sets["source_nouns"] and not placing)
            or (
                self._in(led[-3:], "from_words")
                and not self._in(clause, "removing")
                and not placing
                and not self._in(led[-3:], "groups")
            )
        )

    def _kept_there(self, clause: Sequence[str]) -> bool:
        """«He found my pictures on my X»."""
        mine = list(clause[-2:]) in (["on", "my"], ["in", "my"], ["at", "my"], ["on", "our"])
        return mine and self._in(clause, "photos") and not self._in(clause, "posting")

    def _only_searched(self, norms: Sequence[str], start: int, end: int) -> bool:
        """«I googled for help»; not «I googled my name»."""
        return norms[start] == "googled" and not self._in(norms[end : end + 3], "mine")

    def _told_by(self, norms: Sequence[str], start: int) -> bool:
        """«I read about you on X»: where the help was found."""
        near = norms[max(0, start - 5) : start]
        return any(pair in (("about", "you"), ("found", "you"), ("about", "this")) for pair in pairwise(near))

    def _of_own_handle(self, norms: Sequence[str], start: int) -> bool:
        """«I am @me on X»."""
        placed = norms[max(0, start - 2) : start]
        return list(placed[:1]) == ["<handle>"] and placed[-1] in self._sets["near"] and self._own(norms, start - 2)

    def _channel_goes_on(self, norms: Sequence[str], start: int) -> bool:
        """«He messaged me on X first, then on Y»."""
        before = norms[max(0, start - 12) : start]
        clause = list(before[_last_break(before) :])
        carries = clause[-2:] in (["then", "on"], ["and", "on"], ["also", "on"], ["and", "then"])
        return carries and bool(self._sets["channel"] & set(clause)) and not self._sets["posting"] & set(clause)

    def _is_x(self, words: Sequence[Word], norms: Sequence[str], at: int) -> float:
        before = norms[at - 1] if at else ""
        after = norms[at + 1] if at + 1 < len(norms) else ""
        joined = after and words[at + 1].start == words[at].end and after not in BREAKS and after != ","
        if after in self._sets["not_after_x"] or before.isdigit() or (joined and after != "/"):
            return 0.0
        if before in self._sets["near"]:
            return 0.9
        if after in self._sets["after_x"] and (words[at].raw == "X" or after in {"twitter", "formerly"}):
            return 0.85
        if after in self._sets["x_acts"] and (not before or before in _CLAUSE_ENDS):
            return 0.85
        neighbours = {before, after, *norms[at + 1 : at + 3], *norms[max(0, at - 2) : at]}
        if {"and", "or", ",", "/"} & neighbours and any(n in self._names.first for n in neighbours):
            return 0.85
        return 0.85 if len(norms) == 1 else 0.4 if words[at].raw == "X" and after else 0.0


def _place(words: Sequence[Word], start: int, end: int, platform: str, belief: float, *, negated: bool) -> Finding:
    # The source of the photo, or who did not answer: named, and no place where the image is.
    field = "platform.mentioned" if belief <= _NO_PLACE else "places.platform"
    return Finding(
        field=f"{field}.not" if negated else field,
        value=platform,
        start=words[start].start,
        end=words[end - 1].end,
        confidence=max(belief, 1 - belief) if belief <= _NO_PLACE else belief,
    )


def _last_break(norms: Sequence[str]) -> int:
    return max((at + 1 for at, norm in enumerate(norms) if norm in BREAKS), default=0)
