"""Whatever a person answers, in whichever order: no error, no dead end, and the protections hold. By many random talks."""

from __future__ import annotations

from functools import cache

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from casework.interview.asides import ASIDES, INTERRUPTS, aside, interrupt
from casework.interview.beside import is_beside
from casework.interview.draft import Draft, Path, draft_from_dict, draft_to_dict
from casework.interview.engine import respond
from casework.interview.options import FREE_TEXT, VALUES, Wordbook
from casework.interview.outcome import Effect, Found, Outcome, Reply
from casework.interview.planning import plan_facts
from casework.interview.steps import LAST, QUIET, next_step
from casework.wordbook import load_wordbook

PLATFORMS = ("x", "meta", "reddit", "coolsite.example")
FINDINGS = (
    [
        Found(field="acts", value=act, confidence=0.9)
        for act in ("created", "shared", "threatened", "extorted", "searchable")
    ]
    + [Found(field="places.platform", value=name, confidence=c) for name in PLATFORMS for c in (0.9, 0.6)]
    + [
        Found(field="places.link", value=f"x https://x.com/a/status/{n}", confidence=0.9, clean="https://x.com/a")
        for n in (1, 2)
    ]
    + [Found(field="places.link", value="x https://x.com/search?q=a", confidence=0.9, why_not="results_page")]
    + [Found(field="places.handle", value="@someone", confidence=0.9)]
    + [Found(field="person.country", value=code, confidence=c) for code in ("GB", "DE", "US", "NO") for c in (0.9, 0.6)]
    + [
        Found(field="person.uk_nation", value="GB-SCT", confidence=0.9),
        Found(field="person.region", value="DE-BY", confidence=0.9),
    ]
    + [Found(field="prior", value=v, confidence=0.9) for v in ("platform", "platform:refused", "police:none")]
    + [Found(field="prior.sent_on", value="2026-11-15", confidence=c) for c in (0.9, 0.6)]
    + [
        Found(field="date", value="2026-11-15", confidence=0.9),
        Found(field="generator", value="x_grok", confidence=0.4),
    ]
    + [Found(field="wants", value=v, confidence=0.9) for v in ("erase", "know_who", "police")]
    + [
        Found(field="acts.not", value="shared", confidence=0.9),
        Found(field="places.platform.not", value="x", confidence=0.9),
    ]
    + [
        Found(field="image", value="altered", confidence=0.9),
        Found(field="places.still_up", value="yes", confidence=0.9),
    ]
    + [Found(field="person.acting_for", value="other", confidence=0.6)]
)
TEXTS = (
    "yes",
    "no",
    "skip",
    "not sure",
    "X",
    "no, it was Instagram",
    "I meant Ireland",
    "change",
    "my sister",
    "a@b.example",
    "?",
)
INTENTS = (
    None,
    "affirm",
    "deny",
    "skip",
    "unsure",
    "tell",
    "nlu_fallback",
    "resume",
    "change",
    *sorted(ASIDES),
    *sorted(INTERRUPTS),
)
CHILD_LEADS_IN = frozenset({"child_said"})


@cache
def book() -> Wordbook:
    return load_wordbook()


@st.composite
def replies(draw: st.DrawFn) -> tuple[bool, Reply]:
    """Tapped (the value is chosen when the step is known) or typed."""
    found = tuple(draw(st.lists(st.sampled_from(FINDINGS), max_size=3)))
    return draw(st.booleans()), Reply(
        text=draw(st.sampled_from(TEXTS)), intent=draw(st.sampled_from(INTENTS)), found=found
    )


def hear(draft: Draft, tapped: bool, reply: Reply, at: int) -> Outcome:
    step = next_step(draft)
    values = VALUES.get(step, ())
    if tapped and values:
        return respond(draft, Reply(value=values[at % len(values)], intent="answer"), book())
    intent = reply.intent or ""
    if is_beside(intent, reply, draft, book()):
        return interrupt(draft, intent, reply, book()) if intent in INTERRUPTS else aside(draft, intent, reply)
    return respond(draft, reply, book())


TALKS = st.lists(st.tuples(replies(), st.integers(0, 9)), min_size=1, max_size=45)


@given(TALKS)
@settings(max_examples=250, deadline=None)
def test_no_order_of_answers_breaks_the_interview(talk) -> None:
    draft = Draft()
    for (tapped, reply), at in talk:
        draft = hear(draft, tapped, reply, at).draft
        assert draft_from_dict(draft_to_dict(draft)) == draft
        assert next_step(draft) in {*VALUES, QUIET, LAST}
        plan_facts(draft)


@given(TALKS)
@settings(max_examples=150, deadline=None)
def test_nothing_leads_out_of_the_child_path_or_puts_a_fact_into_it(talk) -> None:
    draft = Draft(path=Path.CHILD).with_person(country="GB")
    for (tapped, reply), at in talk:
        outcome = hear(draft, tapped, reply, at)
        if Effect.LEAVE in outcome.effects or Effect.SUBMIT_CALLBACK in outcome.effects:
            return
        draft = outcome.draft
        assert draft.path.protects_a_child
        assert (draft.facts.acts, draft.facts.places, draft.facts.wants) == (frozenset(), (), frozenset())
        assert outcome.effects & {Effect.SHOW_PLAN, Effect.SUBMIT, Effect.SUBMIT_TRIAGE} == set()


@given(TALKS)
@settings(max_examples=150, deadline=None)
def test_someone_who_did_it_never_reaches_a_letter_or_a_case(talk) -> None:
    draft = Draft(path=Path.PERPETRATOR)
    for (tapped, reply), at in talk:
        outcome = hear(draft, tapped, reply, at)
        assert (
            outcome.effects & {Effect.SHOW_PLAN, Effect.SUBMIT, Effect.SUBMIT_TRIAGE, Effect.SUBMIT_CALLBACK} == set()
        )
        assert outcome.draft.facts.places == ()
        if Effect.LEAVE in outcome.effects:
            return
        draft = outcome.draft


@given(TALKS)
@settings(max_examples=150, deadline=None)
def test_nothing_is_sealed_or_shown_before_the_age_is_known(talk) -> None:
    draft = Draft()
    for (tapped, reply), at in talk:
        outcome = hear(draft, tapped, reply, at)
        if outcome.effects & {Effect.SHOW_PLAN, Effect.SUBMIT}:
            assert {draft.facts.person.age_now, draft.facts.person.age_in_image} == {"adult"}
        draft = outcome.draft


@pytest.mark.parametrize("step", sorted(set(VALUES) - FREE_TEXT))
def test_every_shown_choice_is_an_answer_to_its_question(step: str) -> None:
    for value in VALUES[step]:
        outcome = respond(_asked(step), Reply(value=value, intent="answer"), book())
        assert [say.response for say in outcome.says if say.response.startswith("repair")] == [], value


def _asked(step: str) -> Draft:
    draft = Draft(done=frozenset({"hear", "safe"}))
    if step == "after_child":
        return Draft(path=Path.CHILD)
    if step in ("hear", "safe"):
        return Draft(done=frozenset({"hear"} if step == "safe" else ()))
    return Draft(done=draft.done, pending=step)
