"""Going back one question: what the last answer changed is taken back, and it is asked again. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from casework.facts import Age, Answer, Generator, IdentityMode, ImageKind
from casework.interview.draft import Draft, Path
from casework.interview.handing_over import forget
from casework.interview.outcome import Outcome
from casework.interview.steps import QUIET, next_step


def go_back(draft: Draft) -> Outcome:
    """Ask the last answered question again; at the first one there is nothing to go back to."""
    if draft.path is not Path.NORMAL:
        return Outcome(draft=draft)
    if draft.pending and draft.pending != QUIET:
        return Outcome(draft=replace(draft, pending=None))
    at = next_step(draft)
    for step in reversed(draft.trail):
        earlier = without(draft, step)
        if next_step(earlier) == step != at:
            return Outcome(draft=earlier)
    return Outcome(draft=draft).say("back_first")


def without(draft: Draft, step: str) -> Draft:
    """The draft as it would be if the step had not been answered."""
    undo = UNDO.get(step)
    draft = undo(draft) if undo else draft
    answers = {key: value for key, value in draft.answers.items() if key != step}
    return replace(draft, answers=answers, read=(), maybe=()).reopen(step)


def _last_link(draft: Draft) -> Draft:
    places = draft.facts.places
    if not places:
        return draft
    open_ = replace(places[-1], url=None, handle=None, actionable=None)
    answers = {key: value for key, value in draft.answers.items() if key != "no_link"}
    return replace(draft.with_facts(places=(*places[:-1], open_)), answers=answers, cleaner=())


def _last_choice(draft: Draft) -> Draft:
    kept = list(draft.chosen.items())[:-1]
    return replace(draft, chosen=dict(kept))


def _undated(draft: Draft) -> Draft:
    return draft.with_facts(prior=tuple(replace(p, sent_on=None) for p in draft.facts.prior))


def _unanswered(draft: Draft) -> Draft:
    return _of_priors(draft, answer=Answer.UNKNOWN, refusal=None, answered_on=None, automated=None)


def _of_priors(draft: Draft, **changes: Any) -> Draft:
    return draft.with_facts(prior=tuple(replace(prior, **changes) for prior in draft.facts.prior))


def _seen_unsaid(draft: Draft) -> Draft:
    return draft.with_facts(places=tuple(replace(p, still_up=None) for p in draft.facts.places))


def _forgotten(part: str) -> Callable[[Draft], Draft]:
    return lambda draft: forget(draft, part)


UNDO: dict[str, Callable[[Draft], Draft]] = {
    "country": _forgotten("country"),
    "country_name": lambda d: d.with_person(country=None, uk_nation=None, region=None),
    "nation": lambda d: d.with_person(uk_nation=None),
    "region": lambda d: d.with_person(region=None),
    "age_now": _forgotten("age_now"),
    "age_in_image": lambda d: d.with_person(age_in_image=Age.UNSURE),
    "age_help": lambda d: d.with_person(age_in_image=Age.UNSURE),
    "happened": _forgotten("happened"),
    "image_kind": lambda d: d.with_facts(image=ImageKind.UNSURE),
    "where": _forgotten("where"),
    "where_name": lambda d: d.with_facts(places=d.facts.places[:-1]),
    "where_link": _last_link,
    "still_up": _seen_unsaid,
    "tool": _forgotten("tool"),
    "which_grok": lambda d: d.with_facts(generator=Generator.UNKNOWN),
    "tried": _forgotten("tried"),
    "tried_when": _undated,
    "tried_answer": _unanswered,
    "tried_what": lambda d: _of_priors(d, document=None, refusal=None, answered_on=None, automated=None),
    "tried_reason": lambda d: _of_priors(d, refusal=None),
    "tried_answered": lambda d: _of_priors(d, answered_on=None),
    "tried_machine": lambda d: _of_priors(d, automated=None),
    "wants": _forgotten("wants"),
    "known_as": lambda d: d.with_facts(identity=replace(d.facts.identity, mode=IdentityMode.ANONYMOUS)),
    "name": lambda d: replace(d, details=replace(d.details, name=None)),
    "email": lambda d: replace(d, details=replace(d.details, email=None)),
    "consent": _last_choice,
    "signature": lambda d: replace(d, details=replace(d.details, signature=None)),
}
