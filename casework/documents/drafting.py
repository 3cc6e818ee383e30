"""Writes the document of a step: the same step, facts, law and day give the same bytes for ever."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import jinja2

from casework import routes
from casework.clocks import Moment, day_of
from casework.documents import context, lookup
from casework.documents.document import Document, fingerprint
from casework.documents.filling import IdentityDetails
from casework.documents.fitting import LIMIT, Fitted, fit
from casework.documents.marks import Marks, Numbers
from casework.documents.wordlist import TEMPLATES, words, written
from casework.facts import Act, Contact, Facts
from casework.law import Law
from casework.plan import Plan, Step
from casework.step import UK_COMPLAINT

AUTHORITY = "doc-authority"
ICO = "doc-ico"
TOGETHER = "combined"  # the template of the letter that carries several steps
_TO_THE_OFFICER = frozenset(
    {
        "doc-art15", "doc-art17", "doc-art17-2", "doc-art18", "doc-art21", "doc-art22", "doc-s164A", "doc-reminder",
        "doc-reply",
    }
)  # fmt: skip
_FREE = frozenset({"adjustments", "harm", "complained_on"})  # placeholders that do not say who someone is


def drafts(plan: Plan, facts: Facts, law: Law, today: Moment) -> tuple[Document, ...]:
    """One document for every step that has one, whatever its state."""
    return tuple(draft(step, facts, law, today) for step in plan.steps if step.document)


def draft(step: Step, facts: Facts, law: Law, today: Moment) -> Document:
    """
    The document of one step, with placeholders where the person's name and address would stand.

    It asserts nothing that is not in the facts, and holds every link given for its recipient.
    """
    if not step.document:
        raise ValueError("this step has no document")
    marks = Marks.for_(facts)
    variables = _variables(step, facts, law, marks, day_of(today))
    story = _story(step, variables, law)
    if story:
        variables |= {"story": story.text, "annex": story.annex}
    document = _rendered(step.document, variables, marks)
    return replace(document, step_id=step.id, recipient=step.recipient, notices=_notices(step.document, story))


def letters(steps: Sequence[Step], facts: Facts, law: Law, today: Moment) -> dict[str, Document]:
    """Step id -> its letter: in the UK the requests to one company as one letter, every other by itself."""
    together = combined(steps, facts, law, today)
    return {step.id: together.get(step.id) or draft(step, facts, law, today) for step in steps if step.document}


def combined(steps: Iterable[Step], facts: Facts, law: Law, today: Moment) -> dict[str, Document]:
    """
    Step id -> the one letter that carries it and others to the same company, by the same way out; UK only.

    All steps of a group hold the same text, and so the same hash: one yes, and one sending, is for all of them.
    A step that would be alone is not in the result.
    """
    if routes.person(facts, law).area != "GB":
        return {}
    groups: dict[tuple[str, ...], dict[str, Step]] = {}
    for step in steps:
        if step.document in words().parts:
            group = groups.setdefault((step.recipient_id, step.channel, step.mode, step.state), {})
            group[str(step.document)] = step
    found: dict[str, Document] = {}
    for group in groups.values():
        if len(group) > 1:
            found |= _together(group, facts, law, day_of(today))
    return found


def _together(group: Mapping[str, Step], facts: Facts, law: Law, today: dt.date) -> dict[str, Document]:
    ordered = [group[document] for document in words().parts if document in group]
    request = next((step for step in ordered if step.document != UK_COMPLAINT), ordered[0])
    marks = Marks.for_(facts)
    parts = {str(step.document): "ABCDE"[i] for i, step in enumerate(ordered)}
    days = context.due_text(group[UK_COMPLAINT].due) if UK_COMPLAINT in group else ""
    variables = _variables(request, facts, law, marks, today)
    variables |= {"parts": parts, "acts_of": words().parts, "days_due": days}
    letter = _rendered(TOGETHER, variables, marks)
    carries = tuple(step.id for step in ordered)
    letter = replace(letter, recipient=request.recipient, carries=carries)
    return {step.id: replace(letter, step_id=step.id, document=str(step.document)) for step in ordered}


def prepare() -> None:
    """Compile every template ahead of the first letter, which would otherwise wait about a third of a second."""
    words()
    for path in sorted(TEMPLATES.glob("*.j2")):
        _environment().get_template(path.name)


def authority_letter(facts: Facts, law: Law, today: Moment, *, recipients: tuple[str, ...] = ()) -> Document:
    """The letter that lets another person, or the host, act; `recipients` are platform or authority ids."""
    marks = Marks.for_(facts)
    named = tuple(dict.fromkeys(lookup.name_of(id_, facts, law) for id_ in recipients))
    shared = _shared_variables(facts, law, marks, day_of(today))
    return _rendered(AUTHORITY, {"p": {"imagery": words().imagery[facts.image], "recipients": named}, **shared}, marks)


def _variables(step: Step, facts: Facts, law: Law, marks: Marks, today: dt.date) -> dict[str, Any]:
    return {
        "p": context.person_context(step, facts, law, today),
        "to": _addressed(step, facts, law),
        "due": context.due_text(step.due),
        **_shared_variables(facts, law, marks, today),
    }


def _rendered(name: str, variables: dict[str, Any], marks: Marks) -> Document:
    module = _environment().get_template(f"{name}.txt.j2").make_module(variables | {"no": Numbers()})
    rendered = str(module).strip("\n") + "\n"
    # A lone surrogate has no bytes; it becomes a question mark rather than an error.
    text, slots = marks.resolve(rendered.encode("utf-8", "replace").decode())
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


def _story(step: Step, variables: dict[str, Any], law: Law) -> Fitted | None:
    """What happened, as far as it goes into the recipient's form; None where no form limits it."""
    limit = lookup.summary_limit(step, law)
    if step.document == ICO:
        return fit(functools.partial(_told, "_ico_story", variables), limit or LIMIT)
    return fit(functools.partial(_told, "_story", variables), limit) if limit else None


def _told(template: str, variables: dict[str, Any], brief: int) -> str:
    return _environment().get_template(f"{template}.txt.j2").render(variables | {"brief": brief}).strip("\n")


def _notices(document: str, story: Fitted | None) -> tuple[str, ...]:
    say = words().notices
    annex = say["annex"].format(limit=f"{story.limit:,}") if story and story.annex else ""
    return tuple(notice for notice in (say.get(document, ""), annex) if notice)


def _addressed(step: Step, facts: Facts, law: Law) -> dict[str, Any]:
    about_data = step.document in _TO_THE_OFFICER
    recipient = lookup.recipient_of(step, facts, law, about_data=about_data)
    language = words().languages.get(recipient.language, "")
    named = any("data protection officer" in line.casefold() for line in recipient.lines)
    officer = (words().lines["officer"],) if about_data and not named else ()
    roles = lookup.roles_of(step, facts, law)
    return {
        "entity": recipient.entity,
        "people": recipient.people,
        "shows": roles is None or "hosts" in roles,
        "known": recipient.known,
        "account": words().accounts["search" if recipient.search else _account(roles, facts)],
        "lines": (*officer, *recipient.lines),
        "search": recipient.search,
        "stated_basis": recipient.stated_basis,
        "language": language if recipient.language != "en" else "",
        "lives_there": recipient.country in (None, routes.person(facts, law).country),
    }


def _account(roles: frozenset[str] | None, facts: Facts) -> str:
    """Which account may learn of a letter to this recipient, as far as the person said so."""
    if roles is None or "hosts" in roles:
        return "shows"
    return "made" if "generates" in roles or Act.CREATED in facts.acts else "concerned"


def _shared_variables(facts: Facts, law: Law, marks: Marks, today: dt.date) -> dict[str, Any]:
    contact = facts.identity.contact
    return {
        "date": written(today),
        "gdpr": "UK GDPR" if routes.person(facts, law).area == "GB" else "GDPR",
        "own_name": context.own_name(facts),
        "contact": {Contact.PHONE: "phone", Contact.POST: "postal"}.get(contact, "email"),
        "slot": {name: marks.mark(name) for name in IdentityDetails.__dataclass_fields__},
        "slot_words": words().slots,
        "parts": {},
        "days": "",
        "days_due": "",
        "no_copies": False,
        "story": "",
        "annex": False,
    }


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - plain text: escaping would change the links
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["stop"] = lambda text: text if text.endswith(".") else f"{text}."
    return environment
