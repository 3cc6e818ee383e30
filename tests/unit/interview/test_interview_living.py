"""Where somebody else lives counts where it was asked, and nowhere else."""

from __future__ import annotations

from casework.facts import ActingFor
from casework.interview.draft import Draft
from casework.interview.living import lived_in
from casework.interview.outcome import Found
from casework.interview.steps import next_step

CORK = (Found(field="person.country", value="IE", confidence=0.4),)


def helper(*, step: str) -> Draft:
    draft = Draft(pending=step).with_person(acting_for=ActingFor.OTHER)
    assert next_step(draft) == step
    return draft


def test_she_lives_in_cork_answers_where_she_lives() -> None:
    assert lived_in(helper(step="country"), CORK)[0].confidence >= 0.8


def test_a_place_told_of_another_at_another_question_stays_a_doubt() -> None:
    assert lived_in(helper(step="happened"), CORK) == CORK


def test_whoever_speaks_of_themselves_does_not_live_where_he_lives() -> None:
    assert lived_in(Draft(pending="country"), CORK) == CORK
