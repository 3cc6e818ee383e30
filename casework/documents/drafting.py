"""Writes the document of a step: the same step, facts, law and day give the same bytes for ever."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

import jinja2

from casework import routes
from casework.documents import context, lookup
from casework.documents.document import Document, Slot, fingerprint, placeholder
from casework.documents.filling import IdentityDetails
from casework.documents.fitting import fit
from casework.documents.wordlist import TEMPLATES, words
from casework.facts import Contact, Facts
from casework.law import Law
from casework.plan import Plan, Step

AUTHORITY = "doc-authority"
_TO_THE_OFFICER = frozenset({"doc-art15", "doc-art17", "doc-art18", "doc-art21", "doc-s164A"})
_FREE = frozenset({"adjustments", "harm", "complained_on"})  # placeholders that do not say who someone is
_OPEN, _FILL, _CLOSE = "\ue001", "\ue000", "\ue002"


def drafts(plan: Plan, facts: Facts, law: Law, today: dt.date) -> tuple[Document, ...]:
    """One document for every step that has one, whatever its state."""
    return tuple(draft(step, facts, law, today) for step in plan.steps if step.document)


def draft(step: Step, facts: Facts, law: Law, today: dt.date) -> Document:
    """
    The document of one step, with placeholders where the person's name and address would stand.

    It asserts nothing that is not in the facts, and holds every link given for its recipient.
    """
    if not step.document:
        raise ValueError("this step has no document")
    marks = Marks.for_(facts)
    given = context.person_context(step, facts, law, today)
    variables = {
        "p": given,
        "to": _addressed(step, facts, law),
        "due": context.due_text(step.due),
        **_shared_variables(facts, law, marks, today),
    }
    notices: tuple[str, ...] = ()
    if step.document == "doc-ico":
        story = fit(functools.partial(_story, variables), lookup.summary_limit(step, law))
        variables |= {"story": story.text, "annex": story.annex}
        notices = (words().notices["annex"].format(limit=f"{story.limit:,}"),) if story.annex else ()
    document = _rendered(step.document, variables, marks)
    return replace(document, step_id=step.id, recipient=step.recipient, notices=notices)


def prepare() -> None:
    """Compile every template ahead of the first letter, which would otherwise wait about a third of a second."""
    words()
    for path in sorted(TEMPLATES.glob("*.j2")):
        _environment().get_template(path.name)


def authority_letter(facts: Facts, law: Law, today: dt.date, *, recipients: tuple[str, ...] = ()) -> Document:
    """The letter that lets another person, or the host, act; `recipients` are platform or authority ids."""
    marks = Marks.for_(facts)
    named = tuple(dict.fromkeys(lookup.name_of(id_, facts, law) for id_ in recipients))
    variables = {
        "p": {"imagery": context.imagery_of(facts.image), "recipients": named},
        **_shared_variables(facts, law, marks, today),
    }
    return _rendered(AUTHORITY, variables, marks)


def _rendered(name: str, variables: dict[str, Any], marks: Marks) -> Document:
    module = _environment().get_template(f"{name}.txt.j2").make_module(variables | {"no": Numbers()})
    written = str(module).strip("\n") + "\n"
    # A lone surrogate has no bytes; it becomes a question mark rather than an error.
    text, slots = marks.resolve(written.encode("utf-8", "replace").decode())
    wanted = dict.fromkeys(slot.name for slot in slots)
    exported: Any = module
    return Document(
        step_id=name,
        document=name,
        recipient="",
        title=str(exported.title),
        text=text,
        sha256=fingerprint(text),
        needs_identity=tuple(slot for slot in wanted if slot not in _FREE),
        seen_by=tuple(exported.seen_by),
        slots=slots,
    )


def _story(variables: dict[str, Any], brief: int) -> str:
    return _environment().get_template("_ico_story.txt.j2").render(variables | {"brief": brief}).strip("\n")


def _addressed(step: Step, facts: Facts, law: Law) -> dict[str, Any]:
    about_data = step.document in _TO_THE_OFFICER
    recipient = lookup.recipient_of(step, facts, law, about_data=about_data)
    language = words().languages.get(recipient.language, words().languages["own"])
    named = any("data protection officer" in line.casefold() for line in recipient.lines)
    officer = (words().lines["officer"],) if about_data and not named else ()
    shown = lookup.shown_by(step, facts, law)
    return {
        "entity": recipient.entity,
        "people": recipient.people,
        "shows": shown,
        "known": recipient.known,
        "account": words().accounts["search" if recipient.search else "shows" if shown else "made"],
        "lines": (*officer, *recipient.lines),
        "search": recipient.search,
        "stated_basis": recipient.stated_basis,
        "language": language if recipient.language != "en" else "",
        "lives_there": recipient.country in (None, routes.person(facts, law).country),
    }


def _shared_variables(facts: Facts, law: Law, marks: Marks, today: dt.date) -> dict[str, Any]:
    contact = facts.identity.contact
    return {
        "date": context.written(today),
        "gdpr": "UK GDPR" if routes.person(facts, law).area == "GB" else "GDPR",
        "own_name": context.own_name(facts),
        "contact": {Contact.PHONE: "phone", Contact.POST: "postal"}.get(contact, "email"),
        "slot": {name: marks.mark(name) for name in IdentityDetails.__dataclass_fields__},
        "slot_words": words().slots,
    }


class Numbers:
    """Numbers the paragraphs of one letter."""

    def __init__(self) -> None:
        self._last = 0

    def __call__(self) -> int:
        self._last += 1
        return self._last

    def next(self, ahead: int) -> int:
        return self._last + ahead


@dataclass(frozen=True, kw_only=True)
class Marks:
    """
    Stands for our placeholders while a template is rendered.

    The mark is chosen so that no word of the person holds it: a handle that reads {{name}} stays text.
    """

    prefix: str

    @classmethod
    def for_(cls, facts: Facts) -> Marks:
        said, length = "\0".join(_strings(facts)), 1
        while _OPEN + _FILL * length in said:
            length += 1
        return cls(prefix=_OPEN + _FILL * length)

    def mark(self, name: str) -> str:
        return f"{self.prefix}{name}{_CLOSE}"

    def resolve(self, text: str) -> tuple[str, tuple[Slot, ...]]:
        """The text with real placeholders, and where they stand."""
        pieces = re.split(f"{self.prefix}([a-z_]+){_CLOSE}", text)
        out, slots, at = [pieces[0]], [], len(pieces[0])
        for name, following in zip(pieces[1::2], pieces[2::2], strict=True):
            token = placeholder(name)
            slots.append(Slot(name=name, start=at, end=at + len(token)))
            out += [token, following]
            at += len(token) + len(following)
        return "".join(out), tuple(slots)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from _strings(getattr(value, field.name))
    elif isinstance(value, tuple | frozenset):
        for item in value:
            yield from _strings(item)


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - plain text: escaping would change the links
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
