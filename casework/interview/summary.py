"""What was told, in neutral words that can be read back. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from casework.documents.context import written as written_out
from casework.facts import Facts, Generator, ImageKind, Prior
from casework.interview.draft import Draft
from casework.interview.options import Wordbook
from casework.law import Law


def summarise(draft: Draft, law: Law, book: Wordbook, paths: tuple[str, ...] = ()) -> str:
    """One short line of labels: after a reading, only what is new; else everything."""
    told = paths or draft.read or tuple(_all_paths(draft.facts))
    parts = [_part(path, draft, law, book) for path in told]
    return ", ".join(dict.fromkeys(part for part in parts if part)) or book.label("summary", "empty")


def read_back(draft: Draft, law: Law, book: Wordbook) -> str:
    """Everything that was told, one line a part, under the headings by which it can be changed."""
    nothing = book.label("summary", "not_said")
    lines = []
    for part, heading in book.labels.get("lines", {}).items():
        told = [_part(path, draft, law, book) for path in _paths_of(part, draft.facts)]
        if part == "tried" and not told and draft.answers.get(part) == "nothing":
            told = [book.label(part, "nothing")]
        lines.append(f"{heading}: {', '.join(text for text in told if text) or nothing}")
    return "\n" + "\n".join(lines)


def _paths_of(part: str, facts: Facts) -> list[str]:
    heads = {
        "happened": ("acts", "image", "circumstances"),
        "where": ("places",),
        "tool": ("generator",),
        "tried": ("prior",),
    }
    heads |= {"wants": ("wants",)}
    if part == "known_as":
        return ["identity"]
    if part in ("country", "age_now"):
        return ["person.country"] if part == "country" else ["person.age_now", "person.age_in_image"]
    return [path for path in _all_paths(facts) if path.split(".")[0] in heads[part]]


def _all_paths(facts: Facts) -> Iterable[str]:
    yield from (f"acts.{act}" for act in sorted(facts.acts))
    if facts.image is not ImageKind.UNSURE:
        yield "image"
    yield from (f"circumstances.{one}" for one in sorted(facts.circumstances))
    yield from (f"places.{i}" for i in range(len(facts.places)))
    yield "generator"
    yield from (f"prior.{i}" for i in range(len(facts.prior)))
    yield from (f"wants.{want}" for want in sorted(facts.wants))
    yield "person.country"


def _part(path: str, draft: Draft, law: Law, book: Wordbook) -> str | None:
    head, _, rest = path.partition(".")
    describe = DESCRIBE.get(head)
    text = describe(rest, draft.facts, law, book) if describe else None
    if head == "generator" and draft.facts.generator is Generator.UNKNOWN and draft.answers.get("tool") == "grok":
        return book.label("generator", "grok")  # whose Grok is asked later
    if text and head == "prior" and rest.isdigit():
        return ", ".join((text, *_came_of(draft.facts.prior[int(rest)], draft, book)))
    return text


def _came_of(prior: Prior, draft: Draft, book: Wordbook) -> Iterable[str]:
    """What was sent, what came back, on which day, with which reason, and by whom."""
    if prior.document and (what := book.labels.get("tried_what", {}).get(prior.document)):
        yield what
    if "tried_answer" in draft.answers:
        several = len(draft.facts.prior) > 1
        yield book.label("tried_answer", prior.answer.value if several else draft.answers["tried_answer"])
    if prior.answered_on:
        yield f"{book.label('plan', 'answered_on')} {written_out(prior.answered_on)}"
    if prior.refusal:
        yield book.label("tried_reason", prior.refusal.value)
    if prior.automated is not None:
        yield book.label("tried_machine", "yes" if prior.automated else "no")


def site_name(platform: str, law: Law, book: Wordbook) -> str:
    """As people say it, where that is not the company's name."""
    return book.labels.get("sites", {}).get(platform) or place_name(platform, law)


def place_name(platform: str, law: Law) -> str:
    row = law.platforms.get(platform)
    return row.name.split(" (")[0].split(",")[0] if row else platform


def _place(index: str, facts: Facts, law: Law, book: Wordbook) -> str | None:
    """A site with all that was given for it, so that two links to one site are read back as two."""
    if not index.isdigit() or int(index) >= len(facts.places):
        return None
    platform = facts.places[int(index)].platform
    same = [place for place in facts.places if place.platform == platform]
    links = sum(bool(place.url) for place in same)
    many = book.label("places", "link_many").format(count=links)
    given = [book.label("places", "link_one") if links == 1 else many] if links else []
    given += [place.handle for place in same if place.handle]
    name = site_name(platform, law, book)
    return f"{name} ({', '.join(given)})" if given else name


def _seen(_rest: str, facts: Facts, _law: Law, book: Wordbook) -> str | None:
    """Whether it is still there, where that is the same everywhere."""
    known = {place.still_up for place in facts.places}
    if known not in ({True}, {False}):
        return None
    return book.label("places", "still_up" if known == {True} else "gone")


def _prior(index: str, facts: Facts, law: Law, book: Wordbook) -> str | None:
    if index == "nobody":
        return book.label("tried", "nothing")
    if not index.isdigit() or int(index) >= len(facts.prior):
        return None
    prior = facts.prior[int(index)]
    told = book.label("tried", prior.kind.value)
    when = book.label("plan", "on") + f" {written_out(prior.sent_on)}" if prior.sent_on else ""
    return f"{told} {when}".strip()


def _country(rest: str, facts: Facts, _law: Law, book: Wordbook) -> str | None:
    person = facts.person
    if rest.startswith(("age", "acting_for")):
        return book.label(rest, str(getattr(person, rest)))
    if person.uk_nation:
        return book.label("uk_nation", person.uk_nation)
    if person.region:
        return book.label("region", person.region)
    return book.label("country", person.country) if person.country else None


DESCRIBE: dict[str, Callable[[str, Facts, Law, Wordbook], str | None]] = {
    "acts": lambda rest, _f, _l, book: book.label("acts", rest),
    "image": lambda _r, facts, _l, book: book.label("image", facts.image.value),
    "places": _place,
    "generator": lambda _r, facts, _l, book: book.label("generator", facts.generator.value),
    "seen": _seen,
    "prior": _prior,
    "wants": lambda rest, _f, _l, book: book.label("wants", rest),
    "person": _country,
    "circumstances": lambda rest, _f, _l, book: book.label("circumstances", rest),
    "identity": lambda _r, facts, _l, book: book.label("known_as", facts.identity.mode.value),
}
