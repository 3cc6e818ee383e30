"""What people tell beside and before the question: taken up, acknowledged, confirmed back, put right. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from casework.facts import ActingFor
from casework.interview.about_it import acknowledged
from casework.interview.draft import Draft
from casework.interview.merge import Merged, merge
from casework.interview.options import MAY_STAY_OPEN, Wordbook, normalise
from casework.interview.outcome import Found, Outcome, Reply
from casework.interview.places import LINK_SAYS, lacking, no_link
from casework.interview.steps import OPENED, next_step

PERSON_ASKED_AT = {
    "country": ("country", "country_name"),
    "uk_nation": ("nation", "country", "country_name"),
    "region": ("region", "country", "country_name"),
    "acting_for": ("for_whom",),
}
ASKED_AT = {
    "acts": ("happened", "happened_more"),
    "image": ("image_kind",),
    "places": ("where", "where_name", "where_link", "where_more", "still_up"),
    "seen": ("where", "where_link", "where_more", "still_up"),
    "prior": ("tried", "tried_when", "tried_answer", "tried_answered"),
    "wants": ("wants", "wants_more"),
    "generator": ("tool", "which_grok"),
}
ASKED_OF_A_HELPER = frozenset({"other_agrees", "after_stop", "confirm", "country", "age_now"})
# No letter can be written without the other two.
GIVEN_UP = (MAY_STAY_OPEN - {"country", "wants"}) | {"for_whom"}
# Speaks of things and of others, not of whom the pictures show.
SOME_OF_THEM = re.compile(
    r"\b(?:all|any|both|each|either|every one|few|many|most|neither|none|one|several|some|three|two) of them\b",
    re.IGNORECASE,
)
PASSED = 2  # how often a question is asked again beside other things that were told
TAKING_BACK = frozenset({"no", "nope", "wait", "sorry", "actually", "oh", "not", "her", "him", "them"})
# Questions that give way to whoever goes on telling; who tells their story has found it safe to.
GIVE_WAY = frozenset({"safe", "human", "after_stop", "restart", "change_what", "confirm", "maybe"})


def about_me(merged: Merged, reply: Reply, book: Wordbook) -> Merged:
    """«Someone made fakes of me»: it says for whom this is, too. «She asked me to help»: and that she agrees."""
    merged = _whose_it_is(merged, reply, book)
    draft = merged.draft
    helps = draft.facts.person.acting_for is ActingFor.OTHER and "other_agrees" not in draft.done
    if not helps or book.mentions("agreed", reply.text) != "yes":
        return merged
    return replace(merged, draft=replace(draft.answer("other_agrees", "yes"), done=draft.done | {"other_agrees"}))


def _whose_it_is(merged: Merged, reply: Reply, book: Wordbook) -> Merged:
    """«Of me»; or «my daughter … of her». A friend who is only named, as who told them, is neither."""
    draft, changed = merged.draft, merged.changed
    if "person.acting_for" in changed and book.mentions("also_me", reply.text):
        # «Of my friend and me»: asked, rather than taken for somebody else's.
        undone = replace(draft.with_person(acting_for=ActingFor.SELF), done=draft.done - {"for_whom"})
        return Merged(draft=undone, changed=tuple(path for path in changed if path != "person.acting_for"))
    says_it = "about me" in normalise(reply.text)
    if "for_whom" in draft.done or not (says_it or any(path.startswith("acts.") for path in changed)):
        return merged
    who = book.mentions("about", SOME_OF_THEM.sub(" ", reply.text))
    settled = replace(draft, done=draft.done | {"for_whom"})
    if who == "me":
        return replace(merged, draft=settled)
    if who == "someone_else" and book.mentions("for_whom", reply.text) == who:
        again = merge(settled.with_person(acting_for=ActingFor.OTHER), reply.found)  # «she is 23» has its meaning now
        return replace(again, changed=tuple(dict.fromkeys((*changed, "person.acting_for", *again.changed))))
    return merged


def is_about_them_after_all(draft: Draft, step: str, reply: Reply, book: Wordbook) -> bool:
    """«No, me», right after it was taken to be about someone else."""
    words = normalise(reply.text).split()
    while words and words[0] in TAKING_BACK:
        words = words[1:]
    helps = draft.facts.person.acting_for is ActingFor.OTHER and step in ASKED_OF_A_HELPER
    return helps and book.whole("for_whom", " ".join(words)) == "me"


def understood(merged: Merged, step: str, reply: Reply) -> Outcome:
    """Their words answered something, perhaps not what was asked; what they told is confirmed back."""
    heard, changed = replace(merged.draft, misses=0), merged.changed
    answers_it = any(belongs(path, step) for path in changed)
    if answers_it or step in GIVE_WAY:
        # Whoever goes on telling at a confirmation does not object to it.
        heard = _given_way(heard.finish(step), step)
    elif step in GIVEN_UP:
        heard = _passed_over(heard, step)
    outcome = about_links(acknowledged(Outcome(draft=heard), changed), reply)
    outcome = to_confirm(outcome, changed, step)
    if outcome.says or answers_it or next_step(outcome.draft) == "confirm":
        return outcome
    return outcome.say("noted")


def _given_way(draft: Draft, step: str) -> Draft:
    """What was being confirmed counts as right; what was half heard is left to its own question."""
    if step == "maybe":
        return replace(draft, maybe=draft.maybe[1:])
    return replace(draft, read=()) if step == "confirm" else draft


def _passed_over(draft: Draft, step: str) -> Draft:
    """Whoever goes on telling instead of answering is asked once more, and then no more."""
    marks = [f"passed:{step}:{count}" for count in range(PASSED)]
    fresh = next((mark for mark in marks if mark not in draft.told), None)
    if fresh is not None:
        return replace(draft, told=draft.told | {fresh})
    at = lacking(draft) if step == "where_link" else None
    return replace(draft.finish(step) if at is None else no_link(draft, at), pending=draft.pending)


def to_confirm(outcome: Outcome, changed: tuple[str, ...], step: str) -> Outcome:
    """More than one thing beside the question, or anything told before it was due, is read back."""
    draft = outcome.draft
    # What no letter rests on waits for the read-back.
    nothing = {"lost"} | ({"generator"} if draft.answers.get("tool") == "unknown" else set())
    weighty = (path for path in changed if path not in nothing and not path.startswith("circumstances"))
    beyond = (path for path in weighty if not belongs(path, step))
    told = tuple(dict.fromkeys((*draft.read, *beyond)))
    if draft.done >= OPENED and not worth_confirming(told):
        told = ()
    # A city names a country and the law of it: when things are read back, so is that.
    home = [path for path in changed if told and _thing(path) == "home"]
    return replace(outcome, draft=replace(draft, read=tuple(dict.fromkeys((*told, *home)))))


def worth_confirming(told: tuple[str, ...]) -> bool:
    """Two things at least; a city that names its country is one. For whom it is must be right from the start."""
    things = {path if path.startswith(("acts", "places", "wants")) else _thing(path) for path in told}
    return len(things) > 1 or "person.acting_for" in told


def _thing(path: str) -> str:
    return "home" if path in ("person.country", "person.uk_nation", "person.region") else path


def belongs(path: str, step: str) -> bool:
    """Whether a fact is what the step asked for; it then needs no confirmation of its own."""
    head, _, name = path.partition(".")
    if head == "person":
        return step in PERSON_ASKED_AT.get(name, (name,))
    return step in ASKED_AT.get(head, ())


def found_for(step: str, merged: Merged, reply: Reply) -> bool:
    """«There is no link, it disappears» tells of the place that is known, and names none."""
    if step == "where_link" and not any(one.field.startswith("places.") for one in reply.found):
        return False
    return any(belongs(path, step) for path in merged.changed)


def about_links(outcome: Outcome, reply: Reply) -> Outcome:
    """An honest word about a link that cannot be acted on."""
    links = [one for one in reply.found if one.field in ("places.link", "places.hidden_link")]
    for said in dict.fromkeys(LINK_SAYS.get(one.why_not or "") for one in links):
        outcome = outcome.say(said) if said else outcome
    if any(one.unknown_site and one.why_not is None for one in links):
        outcome = outcome.say_once("link_unknown")
    return outcome


def corrects(reply: Reply, book: Wordbook) -> bool:
    return book.match("corrects", reply.text) is not None


def corrected(draft: Draft, reply: Reply) -> Merged:
    """«No, it was Instagram»: what was said last of the same kind makes way for the new words."""
    kinds = {one.field.split(".")[0] for one in reply.found if not one.field.endswith(".not")}
    facts = draft.facts
    if "places" in kinds and facts.places:
        fresh = {int(path.split(".")[1]) for path in draft.read if path.startswith("places.")}
        drop = fresh or {len(facts.places) - 1}
        facts = replace(facts, places=tuple(p for i, p in enumerate(facts.places) if i not in drop))
    if "acts" in kinds:
        facts = replace(facts, acts=frozenset(a for a in facts.acts if f"acts.{a}" not in draft.read))
    # What they put right is meant: half a certainty is enough.
    meant = tuple(replace(one, confidence=1.0) if _is_named(one) else one for one in reply.found)
    return merge(replace(draft, facts=facts, read=()), meant)


def _is_named(one: Found) -> bool:
    return one.field in ("person.country", "person.uk_nation", "person.region", "places.platform")
