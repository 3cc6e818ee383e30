"""One message in, one outcome out: the interview's whole logic behind two functions. Pure."""

from __future__ import annotations

from dataclasses import replace

from casework.interview.about_it import acknowledged
from casework.interview.about_person import child
from casework.interview.answers import ANSWERS
from casework.interview.asides import ASIDE_ANSWERS, is_child, repair
from casework.interview.draft import Draft, Path
from casework.interview.merge import Merged, merge
from casework.interview.options import FREE_TEXT, MAY_STAY_OPEN, VALUES, Wordbook, by_intent
from casework.interview.outcome import Found, Outcome, Reply, Say
from casework.interview.places import POINTS_NOWHERE, as_name
from casework.interview.steps import LAST, OPENED, QUIET, next_step

GIVEN = "given"  # their own words are the answer
# Free text that says nothing by itself: «yes» to "is there something you want to add?".
MORE_WANTED = frozenset({"statement", "triage_note", "callback", "email"})
SHORT = 4  # words
PERSON_ASKED_AT = {
    "country": ("country", "country_name"),
    "uk_nation": ("nation", "country", "country_name"),
    "region": ("region", "country", "country_name"),
    "acting_for": ("for_whom",),
}
LINK_SAYS = {"results_page": "link_results_page", "home_page": "link_home_page"}


def respond(draft: Draft, reply: Reply, book: Wordbook) -> Outcome:
    """What one message changes, and what to say before the next question."""
    step = next_step(draft)
    if step == LAST:
        return Outcome(draft=draft).say("done_already")
    if draft.path.protects_a_child:
        return _on_child_path(draft, reply, step, book)
    if step == QUIET:
        return _after_quiet(draft, reply)
    if draft.path is Path.PERPETRATOR:
        return _on_perpetrator_path(draft, reply, step, book)
    if reply.tapped:
        return _tapped(draft, reply, step)
    outcome = _free_text(draft, reply, step, book) if step in FREE_TEXT else _typed(draft, reply, step, book)
    return _with_shame(outcome, reply)


def _about_me(merged: Merged, reply: Reply, book: Wordbook) -> Merged:
    """«Someone made fakes of me» has answered for whom this is."""
    draft = merged.draft
    told = any(path.startswith("acts.") for path in merged.changed)
    if not told or "for_whom" in draft.done or book.mentions("for_whom", reply.text) != "me":
        return merged
    return replace(merged, draft=replace(draft, done=draft.done | {"for_whom"}))


def _tapped(draft: Draft, reply: Reply, step: str) -> Outcome:
    value = reply.value or ""
    # A tapped country or site beyond the listed ones comes from our own choices all the same.
    known = value in VALUES.get(step, ()) or step in ("country", "where")
    return _answered(draft, step, value, reply, ()) if known and value else repair(draft)


def _typed(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome:
    merged = _about_me(merge(draft, reply.found), reply, book)
    if is_child(merged.draft):
        return child(merged.draft, Path.CHILD)
    if _corrects(reply, book):
        merged = _corrected(draft, reply)
        if merged.changed:
            return _understood(merged, step, reply)
    value = _value(step, reply, book, merged)
    if step == "hear" and value is None:
        return _before_consent(draft, merged, reply)
    if step in ("confirm", "change_what") and merged.changed and value == "change":
        return _understood(_corrected(draft, reply), step, reply)
    if value is not None:
        return _answered(merged.draft, step, value, reply, merged.changed)
    return _understood(merged, step, reply) if merged.changed else _not_an_answer(draft, reply, step)


def _value(step: str, reply: Reply, book: Wordbook, merged: Merged) -> str | None:
    """The step's value in this message: named by a phrase, a plain yes or no, or their own words."""
    if step in ("age_now", "age_in_image") and book.whole("hear", reply.text) == "no":
        return "unsure"  # a bare «no» may mean the question: asked once more before anything is shredded
    named = book.match(step, reply.text)
    if step == "hear" and named == "no":
        named = book.whole(step, reply.text)  # «no wait, help me» is no refusal
    if named:
        return named
    if step == "country_name":
        return book.match("country", reply.text)
    if step == "tried_when" and any(one.field == "date" for one in reply.found):
        return "found"
    plain = by_intent(step, reply.intent)
    if plain is None and step in ("where_link", "where_name") and not merged.changed and as_name(reply.text):
        return GIVEN if reply.intent not in ("affirm", "skip", "unsure", "change") else None
    return plain


def _answered(heard: Draft, step: str, value: str, reply: Reply, changed: tuple[str, ...]) -> Outcome:
    function = ANSWERS.get(step) or ASIDE_ANSWERS[step]
    outcome = function(heard.finish(step), value, reply)
    if outcome.draft.path is not Path.NORMAL or outcome.effects:
        return outcome
    beyond = tuple(path for path in changed if not _belongs(path, step) and path != "lost")
    outcome = _about_links(acknowledged(outcome, beyond), reply)
    return _to_confirm(outcome, beyond)


def _understood(merged: Merged, step: str, reply: Reply) -> Outcome:
    """Their words answered something, perhaps not what was asked; what they told is confirmed back."""
    heard, changed = replace(merged.draft, misses=0), merged.changed
    answers_it = any(_belongs(path, step) for path in changed) or step in ("change_what", "confirm")
    if answers_it:
        # Whoever goes on telling at a confirmation does not object to it.
        heard = replace(heard.finish(step), read=() if step == "confirm" else heard.read)
    beyond = tuple(path for path in changed if not _belongs(path, step) and path != "lost")
    outcome = _about_links(acknowledged(Outcome(draft=heard), changed), reply)
    outcome = _to_confirm(outcome, beyond)
    if outcome.says or answers_it or next_step(outcome.draft) != step:
        return outcome
    return outcome.say("noted")


def _to_confirm(outcome: Outcome, beyond: tuple[str, ...]) -> Outcome:
    """More than one thing beside the question, or anything told before it was due, is read back."""
    draft = outcome.draft
    if len(beyond) < 2 and not draft.read and draft.done >= OPENED:
        return outcome
    return replace(outcome, draft=replace(draft, read=tuple(dict.fromkeys((*draft.read, *beyond)))))


def _later(outcome: Outcome, told: tuple[str, ...]) -> Outcome:
    """Told before its time: read back once the talk is open."""
    return replace(outcome, draft=replace(outcome.draft, read=(*outcome.draft.read, *told)))


def _belongs(path: str, step: str) -> bool:
    """Whether a fact is what the step asked for; it then needs no confirmation of its own."""
    group = {
        "acts": ("happened", "happened_more"),
        "image": ("image_kind",),
        "places": ("where", "where_name", "where_link", "where_more", "still_up"),
        "prior": ("tried", "tried_when", "tried_answer"),
        "wants": ("wants", "wants_more"),
        "generator": ("tool", "which_grok"),
    }
    head = path.split(".", maxsplit=1)[0]
    if head == "person":
        name = path.removeprefix("person.")
        return step in PERSON_ASKED_AT.get(name, (name,))
    return step in group.get(head, ())


def _about_links(outcome: Outcome, reply: Reply) -> Outcome:
    """An honest word about a link that cannot be acted on."""
    links = [one for one in reply.found if one.field == "places.link"]
    for kind in dict.fromkeys(one.why_not for one in links if one.why_not in POINTS_NOWHERE):
        outcome = outcome.say(LINK_SAYS[kind or ""])
    if any(one.unknown_site and one.why_not is None for one in links):
        outcome = outcome.say_once("link_unknown")
    return outcome


def _before_consent(draft: Draft, merged: Merged, reply: Reply) -> Outcome:
    """They write before they were asked: kept under their own key, used only after their yes."""
    if not merged.changed and reply.intent != "tell":
        return repair(draft)
    told = tuple(path for path in merged.changed if path != "lost")
    return Outcome(draft=replace(merged.draft, read=(*draft.read, *told), misses=0)).say("hear_first")


def _corrects(reply: Reply, book: Wordbook) -> bool:
    return book.match("corrects", reply.text) is not None


def _corrected(draft: Draft, reply: Reply) -> Merged:
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


def _free_text(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome:
    """Their own words: kept as they are, unless they plainly ask to skip."""
    short = len(reply.text.split()) <= SHORT
    if step in MORE_WANTED and short and reply.intent == "affirm":
        return Outcome(draft=draft).say("go_ahead")
    skips = book.whole(step, reply.text) == "skip" or (short and reply.intent in ("skip", "deny") and step != "name")
    function = ANSWERS.get(step) or ASIDE_ANSWERS[step]
    if step != "statement" or skips:
        return function(draft.finish(step), "skip" if skips else GIVEN, reply)
    merged = merge(draft, reply.found)
    if is_child(merged.draft):
        return child(merged.draft, Path.CHILD)
    outcome = acknowledged(function(merged.draft.finish(step), GIVEN, reply), merged.changed)
    told = tuple(path for path in merged.changed if path != "lost")
    return replace(outcome, draft=replace(outcome.draft, read=told))


def _not_an_answer(draft: Draft, reply: Reply, step: str) -> Outcome:
    if step in ("confirm", "maybe") and draft.misses:
        # All of it is read back before anything is written: no need to insist here.
        return Outcome(draft=replace(draft.finish(step), read=(), maybe=())).say("noted")
    if reply.intent == "tell":
        return repair(draft, "heard")
    if reply.intent == "change" and draft.done - OPENED:
        return Outcome(draft=replace(draft, pending="change_what"))
    if reply.intent in ("skip", "unsure") and step in MAY_STAY_OPEN:
        return Outcome(draft=draft.finish(step)).say("dont_know_ok")
    if reply.intent == "affirm" and not draft.misses:
        return Outcome(draft=replace(draft, misses=1)).say("go_ahead")
    return repair(draft)


def _with_shame(outcome: Outcome, reply: Reply) -> Outcome:
    """A dark word that is no cry is answered all the same; no number, no alarm."""
    dark = any(one.field == "safety" and one.value == "self_harm" for one in reply.found)
    if dark and outcome.draft.path is Path.NORMAL:
        says = tuple(say for say in outcome.says if not say.response.startswith(("repair", "noted")))
        return replace(outcome, says=(Say(response="shame"), *says))
    return outcome


def _after_quiet(draft: Draft, reply: Reply) -> Outcome:
    """After a silence that was ours, only a plain sign that all is well leads on."""
    if draft.path is Path.PERPETRATOR:
        return Outcome(draft=draft).say("perpetrator")
    if draft.path is Path.DECLINED:
        return Outcome(draft=Draft())
    if reply.intent == "nlu_fallback":
        return Outcome(draft=draft).say("someone_near")
    return Outcome(draft=replace(draft, pending=None))


def _on_perpetrator_path(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome:
    """Only the age of the person shown is asked; nothing that they write is read or kept."""
    value = reply.value if reply.tapped else book.match(step, reply.text) or by_intent(step, reply.intent)
    ages = [one.value for one in reply.found if one.field.startswith("person.age") and not reply.tapped]
    value = value or next(iter(ages), None)
    return _answered(draft, step, value, reply, ()) if value in VALUES.get(step, ()) else repair(draft)


def _on_child_path(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome:
    """Nothing typed is kept and nothing leads out; they may ask to be called back."""
    if step in FREE_TEXT and not reply.tapped:
        return _free_text(draft, reply, step, book)
    step = "after_child" if step == QUIET else step
    value = reply.value if reply.tapped else book.match(step, reply.text) or by_intent(step, reply.intent)
    adult = any(one.field.startswith("person.age") and one.value == "adult" for one in reply.found)
    if adult or value not in VALUES.get(step, ()):
        return Outcome(draft=draft).say("child_again" if adult else "child_stays")
    return ASIDE_ANSWERS[step](replace(draft, pending=None), value or "", reply)
