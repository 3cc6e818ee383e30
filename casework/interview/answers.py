"""
What an answer to each step changes: one small function a step, gathered here. Pure.

A function gets the draft, the answer's value and the reply that it came in, and returns an
Outcome. The step is already finished in the draft that it gets.
"""

from __future__ import annotations

from collections.abc import Callable

from casework.interview import about_it, about_person, handing_over, names, wishes
from casework.interview.draft import Draft
from casework.interview.outcome import Outcome, Reply

AnswerTo = Callable[[Draft, str, Reply], Outcome]

ANSWERS: dict[str, AnswerTo] = {
    function.__name__: function
    for function in (
        about_person.hear, about_person.safe, about_person.for_whom, about_person.other_agrees,
        about_person.country, about_person.country_name, about_person.nation, about_person.region,
        about_person.age_now, about_person.age_in_image, about_person.age_help,
        about_it.happened, about_it.happened_more, about_it.image_kind,
        about_it.where, about_it.where_name, about_it.where_link, about_it.offer_clean_link,
        about_it.where_more, about_it.still_up, about_it.tool, about_it.which_grok,
        about_it.tried, about_it.tried_when, about_it.tried_answer,
        about_it.tried_what, about_it.tried_reason, about_it.tried_answered, about_it.tried_machine,
        wishes.wants, wishes.wants_more, wishes.reaction, wishes.known_as, names.name,
        wishes.contact, wishes.email, wishes.statement,
        handing_over.read_back, handing_over.change_what, handing_over.plan, handing_over.consent,
        handing_over.who_sends, names.signature, handing_over.keep_talk, handing_over.seal,
    )
}  # fmt: skip
