"""Which question comes next: the first one in the journey's order that is still missing. Pure."""

from __future__ import annotations

from collections.abc import Callable

from casework.facts import (
    Act,
    ActingFor,
    Age,
    Answer,
    Contact,
    Generator,
    IdentityMode,
    ImageKind,
    Prior,
    PriorKind,
    Want,
)
from casework.interview.draft import Draft, Path
from casework.interview.places import lacking

QUIET = "quiet"  # no question: someone may be reading along, or the talk is over
LAST = "sealed"
AS_OFTEN_AS_NEEDED = frozenset({"where_link", "offer_clean_link"})  # one answer does not settle them for every place
ASKS_A_DAY = frozenset({"tried_when", "tried_answered"})
OPENED = frozenset({"hear", "safe"})  # before these nothing that was told is taken up

ORDER: tuple[str, ...] = (
    "hear",
    "safe",
    "for_whom",
    "other_agrees",
    "country",
    "country_name",
    "nation",
    "region",
    "age_now",
    "age_in_image",
    "age_help",
    "happened",
    "happened_more",
    "image_kind",
    "where",
    "where_name",
    "offer_clean_link",
    "where_link",
    "where_more",
    "still_up",
    "tool",
    "which_grok",
    "tried",
    "tried_when",
    "tried_answer",
    "tried_what",
    "tried_reason",
    "tried_answered",
    "tried_machine",
    "wants",
    "wants_more",
    "reaction",
    "known_as",
    "name",
    "contact",
    "email",
    "statement",
    "read_back",
    "plan",
    "consent",
    "who_sends",
    "signature",
    "keep_talk",
    "seal",
)

# Where the company that was asked for something owes an answer, so that it matters what was asked and what came back:
# the EEA and the UK.
OWED_AN_ANSWER = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO GB".split()
)
REPORT, DATA_LETTER = "doc-ncii-report", "doc-art17"
UNMET = frozenset({Answer.REFUSED, Answer.PARTIAL})

CHANGEABLE: dict[str, tuple[str, ...]] = {
    "happened": ("happened", "happened_more", "image_kind"),
    "where": ("where", "where_name", "where_link", "offer_clean_link", "where_more", "still_up"),
    "tool": ("tool", "which_grok"),
    "tried": ("tried", "tried_when", "tried_answer", "tried_what", "tried_reason", "tried_answered", "tried_machine"),
    "wants": ("wants", "wants_more"),
    "known_as": ("known_as", "name", "contact", "email"),
    "country": ("country", "country_name", "nation", "region"),
    "age_now": ("age_now", "age_in_image", "age_help"),
}


def next_step(draft: Draft) -> str:
    """The step to ask now; QUIET asks nothing, LAST means that there is no more to ask."""
    if draft.pending:
        return draft.pending
    if draft.path is Path.SEALED:
        return LAST
    if draft.path is Path.DECLINED:
        return QUIET
    if draft.path.protects_a_child:
        return _on_child_path(draft)
    if draft.path is Path.PERPETRATOR:
        return QUIET if "age_now" in draft.done else "age_now"
    if draft.read and draft.done >= OPENED:
        return "confirm"
    if draft.maybe and draft.done >= OPENED:
        return "maybe"
    return next((step for step in ORDER if _is_open(step, draft)), LAST)


def _on_child_path(draft: Draft) -> str:
    """Where they live, so that the right people can be shown; then whether ours may call. Nothing else is asked."""
    if "after_child" in draft.done:
        return QUIET
    return "after_child" if draft.facts.person.country or "country" in draft.done else "country"


def _is_open(step: str, draft: Draft) -> bool:
    return (step in AS_OFTEN_AS_NEEDED or step not in draft.done) and _applies(step, draft)


def _applies(step: str, draft: Draft) -> bool:
    needed = CONDITIONS.get(step)
    return needed(draft) if needed else True


def _is_shared(draft: Draft) -> bool:
    return bool(draft.facts.acts & {Act.SHARED, Act.SEARCHABLE})


def _was_seen(draft: Draft) -> bool:
    """It is somewhere, or they cannot say what happened: then where they saw it tells us."""
    return _is_shared(draft) or ("happened" in draft.done and not draft.facts.acts)


def _is_real(draft: Draft) -> bool:
    return draft.facts.image is ImageKind.REAL


def _acts_on_people(draft: Draft) -> bool:
    """Whether a takedown may make the person who did this react."""
    return bool(draft.facts.acts & {Act.SHARED, Act.THREATENED, Act.EXTORTED, Act.CREATED})


def reports(draft: Draft) -> tuple[Prior, ...]:
    """What was sent to companies, where they owe an answer to it; elsewhere none of it is asked about further."""
    if draft.facts.person.country not in OWED_AN_ANSWER:
        return ()
    return tuple(prior for prior in draft.facts.prior if prior.kind is PriorKind.PLATFORM)


def _unknown_kind(draft: Draft) -> bool:
    open_ = UNMET | {Answer.NONE, Answer.EXTENDED}
    return any(prior.document is None and prior.answer in open_ for prior in reports(draft))


def _no_reason_yet(draft: Draft) -> bool:
    """Each reason has a reply of its own, to a letter about their data; to a report there is none."""
    told = [p for p in reports(draft) if p.document == DATA_LETTER]
    return any(p.answer in UNMET and p.refusal is None for p in told)


def _answered_some_day(draft: Draft) -> bool:
    told = [p for p in reports(draft) if p.document == DATA_LETTER]
    return any(p.answer in UNMET | {Answer.EXTENDED} and p.answered_on is None for p in told)


def _perhaps_a_machine(draft: Draft) -> bool:
    return any(p.document and p.answer in UNMET and p.automated is None for p in reports(draft))


CONDITIONS: dict[str, Callable[[Draft], bool]] = {
    "other_agrees": lambda d: d.facts.person.acting_for is ActingFor.OTHER,
    "country": lambda d: d.facts.person.country is None,
    "country_name": lambda d: d.answers.get("country") == "other" and d.facts.person.country is None,
    "nation": lambda d: d.facts.person.country == "GB" and d.facts.person.uk_nation is None,
    "region": lambda d: d.facts.person.country == "DE" and d.facts.person.region is None,
    "age_now": lambda d: d.facts.person.age_now is Age.UNSURE,
    "age_in_image": lambda d: d.facts.person.age_in_image is Age.UNSURE,
    "age_help": lambda d: "age_in_image" in d.done and d.facts.person.age_in_image is Age.UNSURE,
    "happened": lambda d: not d.facts.acts,
    "happened_more": lambda d: "happened" in d.done and bool(d.facts.acts),
    "image_kind": lambda d: d.facts.image is ImageKind.UNSURE and bool(d.facts.acts),
    "where": lambda d: _was_seen(d) and not d.facts.places,
    "where_name": lambda d: d.answers.get("where") == "other",
    "where_link": lambda d: lacking(d) is not None,
    "offer_clean_link": lambda d: bool(d.cleaner),
    "where_more": lambda d: bool(d.facts.places) and _was_seen(d),
    "still_up": lambda d: any(p.still_up is None for p in d.facts.places) and _is_shared(d),
    "tool": lambda d: "tool" not in d.answers and d.facts.generator is Generator.UNKNOWN and not _is_real(d),
    "which_grok": lambda d: d.answers.get("tool") == "grok" and d.facts.generator is Generator.UNKNOWN,
    "tried": lambda d: not d.facts.prior,
    "tried_when": lambda d: any(p.sent_on is None for p in d.facts.prior),
    "tried_answer": lambda d: "tried_answer" not in d.answers and bool(d.facts.prior),
    "tried_what": _unknown_kind,
    "tried_reason": _no_reason_yet,
    "tried_answered": _answered_some_day,
    "tried_machine": _perhaps_a_machine,
    "wants": lambda d: not d.facts.wants,
    "wants_more": lambda d: bool(d.facts.wants) and ("wants" in d.done or Want.ERASE not in d.facts.wants),
    "reaction": _acts_on_people,
    "name": lambda d: d.facts.identity.mode is not IdentityMode.ANONYMOUS and not d.details.name,
    "email": lambda d: d.facts.identity.contact is Contact.EMAIL and not d.details.email,
    "consent": lambda d: any(r not in d.chosen for r in d.recipients),
    "who_sends": lambda d: "yes" in d.chosen.values(),
    "signature": lambda d: d.answers.get("who_sends") == "team" and not d.details.signature,
}
