"""What the reader found in a message, written into the facts. Later words win, except about age. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from casework.facts import Act, ActingFor, Age, Answer, Facts, Generator, ImageKind, Origin, Prior, PriorKind, Want
from casework.interview.circumstances import CIRCUMSTANCES
from casework.interview.draft import Draft
from casework.interview.living import lived_in
from casework.interview.outcome import Found
from casework.interview.places import (
    add_hidden_link,
    add_link,
    add_platform,
    changed_places,
    handle_of_last,
    note_link,
    seen_still,
    shared_where_it_stands,
    shown_there,
    without_platform,
)

SURE = 0.8  # below this a finding becomes a question…
WORTH_ASKING = 0.5  # …and below this it is nothing
MOST_QUESTIONS = 3
GROKS = frozenset({"grok", Generator.X_GROK, Generator.XAI_APP})
LINKS = frozenset({"places.link", "places.hidden_link"})
FACTS = LINKS | {"acts", "wants", "places.platform", "prior", "person.country", "person.age_now"}
NOBODY_TOLD = "tried"  # the step that is settled by having told nobody
OWN = "own"  # "reported to the site" before we know which
# A pasted link is never lost to a doubt about what it shows; both are read back at once.
TAKEN_IF_LIKELY = LINKS | {"person.acting_for"}
ASKED_IF_UNSURE = frozenset({"places.platform", "person.country", "person.uk_nation", "person.region", "prior.sent_on"})

Writer = Callable[[Draft, str], Draft]


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The draft after a message, and the paths of what changed in it, such as "acts.shared" or "places.0"."""

    draft: Draft
    changed: tuple[str, ...] = ()


def merge(draft: Draft, found: tuple[Found, ...]) -> Merged:
    """Write every sure finding into the draft; half sure ones are kept as questions."""
    before, found = draft, shared_where_it_stands(lived_in(draft, found))
    for one in sorted(
        (f for f in found if f.field != "prior.sent_on"), key=lambda f: ORDER.index(f.field) if f.field in ORDER else -1
    ):
        draft = _write(draft, one)
    draft = _with_questions(_dated_reports(shown_there(draft, before, found), found), found)
    changed = changes(before, draft)
    for path in changed:
        draft = draft.came_from(path, Origin.READ)
    return Merged(draft=draft, changed=changed)


def says_something(found: Iterable[Found]) -> bool:
    """Whether a message holds a sure fact, be it known already."""
    return any(one.field in FACTS and one.confidence >= SURE for one in found)


def _write(draft: Draft, one: Found) -> Draft:
    if one.field == "generator" and one.value in GROKS and one.confidence < SURE:
        return draft.answer("tool", "grok")  # Grok for sure; whose Grok is asked
    writer = WRITERS.get(one.field)
    # What is denied may go on less certain words than what is asserted.
    enough = WORTH_ASKING if one.field.endswith(".not") or one.field in TAKEN_IF_LIKELY else SURE
    if writer is None or one.confidence < enough:
        return draft
    draft = writer(draft, one.value)
    return note_link(draft, one) if one.field == "places.link" else draft


def written(draft: Draft, field: str, value: str) -> Merged:
    """The draft with one half-sure finding taken as said."""
    writer = WRITERS.get(field)
    after = writer(draft, value) if writer else draft
    return Merged(draft=after, changed=changes(draft, after))


def _with_questions(draft: Draft, found: tuple[Found, ...]) -> Draft:
    half = [(f.field, f.value) for f in found if f.field in ASKED_IF_UNSURE and WORTH_ASKING <= f.confidence < SURE]
    maybe = tuple(dict.fromkeys((*draft.maybe, *half)))
    return replace(draft, maybe=open_questions(draft, maybe)[:MOST_QUESTIONS])


def open_questions(draft: Draft, maybe: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Those that are not settled yet; a country is not doubted once it is known."""
    person = draft.facts.person
    known = {f"person.{n}" for n in ("country", "uk_nation", "region") if getattr(person, n)}
    return tuple((f, v) for f, v in maybe if f not in known and written(draft, f, v).changed)


def changes(old: Draft, new: Draft) -> tuple[str, ...]:
    before, after = old.facts, new.facts
    paths = [f"acts.{act}" for act in sorted(after.acts - before.acts)]
    paths += [f"wants.{want}" for want in sorted(after.wants - before.wants)]
    paths += [f"circumstances.{one}" for one in sorted(after.circumstances - before.circumstances)]
    paths += changed_places(before.places, after.places)
    if NOBODY_TOLD in new.done - old.done:
        paths.append("prior.nobody")
    paths += [f"prior.{i}" for i, prior in enumerate(after.prior) if prior not in before.prior]
    for name in ("acting_for", "country", "uk_nation", "region", "age_now", "age_in_image"):
        value = getattr(after.person, name)
        if getattr(before.person, name) != value and value is not None:
            paths.append(f"person.{name}")
    if before.generator != after.generator or old.answers.get("tool") != new.answers.get("tool"):
        paths.append("generator")
    return (*paths, *_lost(before, after), *(("image",) if before.image != after.image else ()))


def _lost(before: Facts, after: Facts) -> Iterable[str]:
    """What a "not" took away: said back as nothing, but understood all the same."""
    if before.acts - after.acts or before.wants - after.wants or len(before.places) > len(after.places):
        yield "lost"


def _act(draft: Draft, value: str) -> Draft:
    return draft.with_acts(Act(value)) if value in set(Act) else draft


def _not_act(draft: Draft, value: str) -> Draft:
    return draft.with_facts(acts=frozenset(a for a in draft.facts.acts if a != value))


def _want(draft: Draft, value: str) -> Draft:
    return draft.with_facts(wants=draft.facts.wants | {Want(value)}) if value in set(Want) else draft


def _not_want(draft: Draft, value: str) -> Draft:
    return draft.with_facts(wants=frozenset(w for w in draft.facts.wants if w != value))


def _acting_for(draft: Draft, value: str) -> Draft:
    if value != ActingFor.OTHER:
        return draft
    return replace(draft.with_person(acting_for=ActingFor.OTHER), done=draft.done | {"for_whom"})


def _country(draft: Draft, value: str) -> Draft:
    if draft.facts.person.country == value:
        return draft
    moved = draft.with_person(country=value, uk_nation=None, region=None)
    return replace(moved, done=moved.done - {"nation", "region"})


def _not_country(draft: Draft, value: str) -> Draft:
    if draft.facts.person.country != value:
        return draft
    cleared = draft.with_person(country=None, uk_nation=None, region=None)
    return replace(cleared, done=cleared.done - {"country", "nation", "region"})


def _part_of(country: str, name: str) -> Writer:
    def write(draft: Draft, value: str) -> Draft:
        return _country(draft, country).with_person(**{name: value}) if value.startswith(country) else draft

    return write


def _age(name: str) -> Writer:
    def write(draft: Draft, value: str) -> Draft:
        if getattr(draft.facts.person, name) is Age.CHILD or value not in set(Age):
            return draft
        return draft.with_person(**{name: Age(value)})

    return write


def _age_of_theirs(draft: Draft, value: str) -> Draft:
    """«My daughter, she is 23»: the age of the person shown if someone acts for them, else of nobody we ask about."""
    return _age("age_now")(draft, value) if draft.facts.person.acting_for is ActingFor.OTHER else draft


def _image(draft: Draft, value: str) -> Draft:
    return draft.with_facts(image=ImageKind(value)) if value in set(ImageKind) else draft


def _generator(draft: Draft, value: str) -> Draft:
    if value in ("grok", Generator.UNKNOWN):
        return draft.answer("tool", value if value == "grok" else draft.answers.get("tool", value))
    return draft.with_facts(generator=Generator(value)) if value in set(Generator) else draft


def _ongoing(draft: Draft, value: str) -> Draft:
    """«It's gone» is said of one place; of several it is not known which one is meant."""
    return draft if value == "no" and len(draft.facts.places) > 1 else seen_still(draft, value)


def prior_to(draft: Draft, kind: PriorKind) -> str:
    """Who was told: the site that was named first, or the one behind the tool; else it is not known yet."""
    if kind is not PriorKind.PLATFORM:
        return kind.value
    if draft.facts.places:
        return draft.facts.places[0].platform
    return {Generator.X_GROK: "x", Generator.XAI_APP: "xai"}.get(draft.facts.generator, OWN)


def _prior(draft: Draft, value: str) -> Draft:
    """`value` is a kind, optionally with the answer: "platform" or "platform:none"."""
    kind, _, answer = value.partition(":")
    if kind not in set(PriorKind):
        return draft
    old = next((p for p in draft.facts.prior if p.kind == kind), None)
    fresh = old or Prior(kind=PriorKind(kind), to=prior_to(draft, PriorKind(kind)), answer=Answer.UNKNOWN)
    prior = replace(fresh, answer=Answer(answer)) if answer in set(Answer) else fresh
    others = tuple(p for p in draft.facts.prior if p.kind is not prior.kind)
    draft = draft.with_facts(prior=(*others, prior))
    return draft.answer("tried_answer", prior.answer) if answer else draft


def _nobody_told(draft: Draft, _value: str) -> Draft:
    """«I haven't told anyone»: not asked again."""
    told = draft.answer(NOBODY_TOLD, "nothing")
    return draft if draft.facts.prior else replace(told, done=draft.done | {NOBODY_TOLD})


def _prior_to(draft: Draft, value: str) -> Draft:
    told = tuple(replace(p, to=value) if p.kind is PriorKind.PLATFORM else p for p in draft.facts.prior)
    return draft.with_facts(prior=told)


def _dated_reports(draft: Draft, found: tuple[Found, ...]) -> Draft:
    """A date in a message that speaks of reports is when they were sent: each the day that was said of it."""
    known = {kind: day for kind, day in _days_of(found).items() if as_day(day)}
    told = tuple(replace(p, sent_on=p.sent_on or as_day(known.get(p.kind, ""))) for p in draft.facts.prior)
    draft = draft.with_facts(prior=told)
    dates = [one.value for one in found if one.field == "date" and one.confidence >= SURE]
    reports = [one for one in found if one.field == "prior"]
    return with_report_date(draft, dates[0]) if dates and len(reports) == 1 else draft


def _days_of(found: tuple[Found, ...]) -> Mapping[str, str]:
    """Which report each day belongs to: in the order of the text the last one without a day, else the next."""
    days: dict[str, str] = {}
    waiting: list[str] = []
    early: list[str] = []
    for one in found:
        kind = one.value.partition(":")[0]
        if one.field == "prior" and early:
            days[kind] = early.pop()
        elif one.field == "prior":
            waiting.append(kind)
        elif one.field == "prior.sent_on" and one.confidence >= SURE and waiting:
            days[waiting.pop()] = one.value
        elif one.field == "prior.sent_on" and one.confidence >= SURE:
            early.append(one.value)
    return days


def as_day(iso: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(iso[:10])
    except ValueError:
        return None


def with_report_date(draft: Draft, iso: str) -> Draft:
    """Set the day on which the report was sent; a string that is no date changes nothing."""
    day = as_day(iso)
    return draft.with_facts(prior=tuple(replace(p, sent_on=p.sent_on or day) for p in draft.facts.prior))


WRITERS: dict[str, Writer] = {
    "acts.not": _not_act,
    "wants.not": _not_want,
    "places.platform.not": without_platform,
    "person.country.not": _not_country,
    "person.acting_for": _acting_for,
    "person.country": _country,
    "person.uk_nation": _part_of("GB", "uk_nation"),
    "person.region": _part_of("DE", "region"),
    "person.age_now": _age("age_now"),
    "person.age_in_image": _age("age_in_image"),
    "third.age_now": _age_of_theirs,
    "acts": _act,
    "wants": _want,
    "image": _image,
    "generator": _generator,
    "places.link": add_link,
    "places.hidden_link": add_hidden_link,
    "places.platform": add_platform,
    "places.handle": handle_of_last,
    "places.still_up": seen_still,
    "ongoing": _ongoing,
    **CIRCUMSTANCES,
    "prior": _prior,
    "prior.nobody": _nobody_told,
    "prior.to": _prior_to,
    "prior.sent_on": with_report_date,  # of a question answered; in a message each date goes to its own report
}
# What is denied goes first, places before what is said about them.
ORDER = tuple(WRITERS)
