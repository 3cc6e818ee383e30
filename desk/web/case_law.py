"""What the law says of an opened case today: what a letter lacks, whom it tells what, what waits for a yes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from casework import validity
from casework.documents import Document, IdentityDetails, fill
from casework.explain import PlanView, explain, plan_view
from casework.next_steps import NextStep, next_steps
from casework.plan import Step
from casework.standing import Standing
from desk.web.words import Words, long_date


@dataclass(frozen=True, kw_only=True)
class Check:
    """One letter held against its law."""

    missing: tuple[str, ...]  # the red list
    learns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class NextCard:
    """A step that the law opens today: to be read here, and to be agreed to by the person alone."""

    title: str
    recipient: str
    legal_basis: str
    due: str
    closes: str
    needs: tuple[str, ...]
    uncertain: tuple[str, ...]
    text: str
    check: Check


@dataclass(frozen=True, kw_only=True)
class CaseLaw:
    """The law of the day over one case; None of it on the child path."""

    case: Standing
    view: PlanView
    words: Words
    identity: Mapping[str, Any] | None
    offered: tuple[NextStep, ...]

    def cards(self) -> tuple[NextCard, ...]:
        return tuple(self._card(each) for each in self.offered)

    def check_held(self, document: Document) -> Check | None:
        """A letter of the case, for the step that it belongs to; None where the case holds no such step."""
        row = self.case.held(document.step_id)
        return self.check(document, row.as_planned()) if row else None

    def check(self, document: Document, step: Step) -> Check:
        row = self.view.law.documents.get(document.document)
        if row is None:
            return Check(missing=(), learns=())
        about = next((each for each in self.view.view.recipients if each.id == step.recipient_id), None)
        links = tuple(place.url for place in about.links if place.url) if about else ()
        # Who has a letter in the case has agreed to it or will be asked: the yes is no element of a letter.
        agreed = replace(self.view.facts, consents=self.view.facts.consents | {step.recipient_id})
        found = validity.review(row, agreed, to=step.recipient_id, about=about, text=document.text, links=links)
        missing = tuple(self._lacking(one) for one in found.missing)
        return Check(missing=missing, learns=explain(step, self.view).learns)

    def _lacking(self, found: validity.Finding) -> str:
        law = f" ({found.law})" if found.law else ""
        return f"{found.say}{law}: {self.words.say('lacks', found.lacks or 'text')}"

    def _card(self, each: NextStep) -> NextCard:
        step, words = each.step, self.words
        return NextCard(
            title=words.document(step.document, step.queue),
            recipient=step.recipient,
            legal_basis=step.legal_basis,
            due=long_date(step.due) if step.due else "",
            closes=long_date(step.closes) if step.closes else "",
            needs=tuple(words.say("needs", need) for need in step.needs),
            uncertain=explain(step, self.view).uncertain,
            text=filled(each.document, self.identity),
            check=self.check(each.document, step),
        )


def case_law(case: Standing, words: Words, identity: Mapping[str, Any] | None, now: dt.datetime) -> CaseLaw | None:
    if case.facts is None:
        return None
    offered = next_steps(case, words.law, now)
    steps = (each.step for each in offered)
    view = plan_view(steps, case.facts, words.law, now, words.book.explanations)
    return CaseLaw(case=case, view=view, words=words, identity=identity, offered=offered)


def filled(document: Document, identity: Mapping[str, Any] | None) -> str:
    """With who the person is, as far as the reader may know that."""
    if identity is None:
        return document.text
    known = {name: value for name, value in identity.items() if name in IdentityDetails.__dataclass_fields__}
    return fill(document, IdentityDetails(**known))
