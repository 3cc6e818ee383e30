"""One message in, one outcome out: the interview's whole logic behind two functions. Pure."""

from __future__ import annotations

from dataclasses import replace

from casework.facts import ActingFor
from casework.interview.about_it import PRESSING, acknowledged
from casework.interview.about_person import child, turned_away
from casework.interview.answers import ANSWERS
from casework.interview.asides import ASIDE_ANSWERS, NOT_UNDERSTOOD, PATIENCE, is_child, repair
from casework.interview.doubts import with_doubts
from casework.interview.draft import Draft, Path
from casework.interview.going_back import without
from casework.interview.merge import WORTH_ASKING, Merged, merge, open_questions, says_something
from casework.interview.options import FREE_TEXT, MAY_STAY_OPEN, VALUES, Wordbook, by_intent, is_question, normalise
from casework.interview.outcome import Outcome, Reply
from casework.interview.steps import LAST, OPENED, QUIET, next_step
from casework.interview.story import AS_TOLD, points_back
from casework.interview.telling import (
    GIVE_WAY,
    about_links,
    about_me,
    belongs,
    corrected,
    corrects,
    found_for,
    is_about_them_after_all,
    to_confirm,
    understood,
)
from casework.interview.values import CERTAINLY, GIVEN, value_of
from casework.interview.wondering import with_answer, with_feeling, wonders

OWN_WORDS_ASKED = frozenset({"statement", "triage_note"})
# Free text that says nothing by itself: «yes» to "is there something you want to add?".
MORE_WANTED = frozenset({"statement", "triage_note", "callback", "email"})
# Questions about what happened, of which an answer may still come when another was asked.
CAN_BE_LATE = frozenset({"image_kind", "still_up", "tool", "which_grok", "tried_answer", "tried_what"})
LOOKING_BACK = 4  # questions
SHORT = 4  # words
FEW = 2
LONGEST_QUESTION = 12  # words
ASKED_BACK = "asked_back"  # a question of theirs where their own words were asked for
PLAINLY = 0.6  # how sure the classifier is of what is not about this at all
AGES_OF_ANYONE = frozenset({"person.age_now", "person.age_in_image", "third.age_now"})
OWN_WORDS = frozenset({"i", "im", "ive", "id", "my", "me", "he", "hes", "she", "shes", "they", "we"})
# Questions that are about the letters and the case, not about what happened.
NOTHING_TO_READ = frozenset(
    {"safe", "known_as", "contact", "reaction", "read_back", "plan", "consent", "who_sends", "keep_talk", "seal"}
)


def respond(draft: Draft, reply: Reply, book: Wordbook) -> Outcome:
    """What one message changes, and what to say before the next question."""
    heard = _settled(_heard(draft, reply, book))
    return _with_lines(draft, with_doubts(heard, reply, next_step(draft), book))


def _settled(outcome: Outcome) -> Outcome:
    """What was half heard is not asked about once the answer to it came, be it in the same message."""
    draft = outcome.draft
    return replace(outcome, draft=replace(draft, maybe=open_questions(draft, draft.maybe)))


def _heard(draft: Draft, reply: Reply, book: Wordbook) -> Outcome:
    step = next_step(draft)
    if step == LAST:
        return Outcome(draft=draft).say("done_already")
    if draft.path.protects_a_child:
        return _on_child_path(draft, reply, step, book)
    if step == QUIET:
        return _after_quiet(draft, reply, book)
    if draft.path is Path.PERPETRATOR:
        return _on_perpetrator_path(draft, reply, step, book)
    if reply.tapped:
        return _tapped(draft, reply, step)
    if step in FREE_TEXT:
        return with_feeling(_free_text(draft, reply, step, book), reply)
    return with_feeling(with_answer(draft, _typed(draft, reply, step, book), reply, book), reply)


def _tapped(draft: Draft, reply: Reply, step: str) -> Outcome:
    value = reply.value or ""
    # A tapped country or site beyond the listed ones comes from our own choices all the same.
    known = value in VALUES.get(step, ()) or step in ("country", "where") or (step == "statement" and value == AS_TOLD)
    return _answered(draft, step, value, reply, ()) if known and value else repair(draft)


def _typed(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome:
    merged = _read(draft, reply, step, book)
    if is_child(merged.draft):
        return child(merged.draft, Path.CHILD)
    if (again := _put_right(draft, merged, reply, step, book)) is not None:
        return again
    if is_about_them_after_all(draft, step, reply, book):
        return Outcome(draft=replace(merged.draft, pending=None).with_person(acting_for=ActingFor.SELF)).say("noted")
    value = value_of(step, reply, book, merged)
    if step == "hear" and value is None:
        return _before_consent(draft, merged, reply)
    if step in ("confirm", "change_what") and merged.changed and value == "change":
        return understood(corrected(draft, reply), step, reply)
    # What was found for the question says more than the words around it: «don't know, maybe Grok».
    if value is None or found_for(step, merged, reply):
        if merged.changed:
            return understood(merged, step, reply)
        if (late := _late_answer(merged.draft, reply, book)) is not None:
            return late
        # Whom it is about, and that they agree, are said in passing and are no facts of the letters.
        kept = replace(draft, done=merged.draft.done, answers=merged.draft.answers)
        return _not_an_answer(kept, reply, step)
    return _answered(merged.draft, step, value, reply, merged.changed)


def _put_right(draft: Draft, merged: Merged, reply: Reply, step: str, book: Wordbook) -> Outcome | None:
    """«No, it was Instagram», «it wasn't Grok, some other tool», «change where it is»."""
    if corrects(reply, book):
        better = corrected(draft, reply)
        return understood(better, step, reply) if better.changed else _last_put_right(draft, reply, step, book)
    part = book.match("change_what", reply.text)
    if reply.intent != "change" or part is None or merged.changed or not draft.done - OPENED:
        return None
    return _answered(replace(draft, pending=None, read=()), "change_what", part, reply, ())


def _last_put_right(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome | None:
    """«No wait, it wasn't Grok, some other tool»: another answer to the question before this one."""
    last = draft.trail[-1] if draft.trail else ""
    value = book.match(last, reply.text)
    if value is None or value not in VALUES.get(last, ()) or book.match(step, reply.text):
        return None
    return _answered(without(draft, last), last, value, reply, ())


def _late_answer(draft: Draft, reply: Reply, book: Wordbook) -> Outcome | None:
    """«The photo was a real one», two questions later: it fills what was left open, and only that."""
    for step in reversed(draft.trail[-LOOKING_BACK:]):
        value = book.mentions(step, reply.text) if step in CAN_BE_LATE and not is_question(reply.text) else None
        before = without(draft, step)
        if value in VALUES.get(step, ()) and before.facts == draft.facts:
            outcome = _answered(replace(before, pending=draft.pending, read=draft.read), step, value, reply, ())
            if outcome.draft.facts != draft.facts:
                return outcome if outcome.says else outcome.say("noted")
    return None


def _read(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Merged:
    if step in NOTHING_TO_READ and book.whole(step, reply.text):
        return Merged(draft=draft)  # the choice in full: «with her real name» asks for nothing
    return about_me(merge(draft, reply.found), reply, book)


def _answered(heard: Draft, step: str, value: str, reply: Reply, changed: tuple[str, ...]) -> Outcome:
    function = ANSWERS.get(step) or ASIDE_ANSWERS[step]
    outcome = function(heard.finish(step), value, reply)
    if outcome.draft.path is not Path.NORMAL or outcome.effects:
        return outcome
    if step in OPENED:
        outcome = acknowledged(outcome, heard.read)  # told before the consent, or while we were silent
    beyond = tuple(path for path in changed if not belongs(path, step))
    return to_confirm(about_links(acknowledged(outcome, beyond), reply), changed, step)


def _before_consent(draft: Draft, merged: Merged, reply: Reply) -> Outcome:
    """They write before they were asked: kept under their own key, used only after their yes."""
    told = tuple(path for path in merged.changed if path != "lost")
    if not told:
        return repair(draft, _before_anything_was_told(draft, reply))
    outcome = Outcome(draft=replace(merged.draft, read=(*draft.read, *told), misses=0))
    # What must not wait for a consent: not to pay.
    pressed = [path for path in told if path in PRESSING]
    return (outcome.say_once("threat") if pressed else outcome).say("hear_first")


def _before_anything_was_told(draft: Draft, reply: Reply) -> str | None:
    """«Pls», «hello??»: nobody is told in their first words that they were not understood."""
    if is_question(reply.text) and reply.intent not in ("skip", "unsure"):
        return "no_answer"
    return "hear_wait" if draft.misses < PATIENCE - 1 or _speaks_of_themselves(reply) else None


def _free_text(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome:
    """Their own words: kept as they are, unless they plainly ask to skip."""
    short = len(reply.text.split()) <= SHORT
    if step in MORE_WANTED and short and reply.intent == "affirm":
        return Outcome(draft=draft).say("go_ahead")
    plain = reply.intent in ("skip", "deny") or (reply.intent == "unsure" and step not in OWN_WORDS_ASKED)
    surely = reply.sure >= CERTAINLY or step not in ("name", "signature")
    skips = book.whole(step, reply.text) == "skip" or (short and plain and surely)
    function = ANSWERS.get(step) or ASIDE_ANSWERS[step]
    if step == "statement" and _asks_us(draft, reply):
        return Outcome(draft=replace(draft, told=draft.told | {ASKED_BACK})).say(wonders(reply, book) or "no_answer")
    if points_back(draft, reply.text, book):
        return function(draft.finish(step), AS_TOLD, reply)
    if step != "statement" or skips:
        return function(draft.finish(step), "skip" if skips else GIVEN, reply)
    merged = merge(draft, reply.found)
    if is_child(merged.draft):
        return child(merged.draft, Path.CHILD)
    outcome = acknowledged(function(merged.draft.finish(step), GIVEN, reply), merged.changed)
    told = tuple(path for path in merged.changed if path != "lost")
    return replace(outcome, draft=replace(outcome.draft, read=told))


def _asks_us(draft: Draft, reply: Reply) -> bool:
    """«What do you have from me?» is no statement; whoever asks again is taken by their word."""
    words = normalise(reply.text).split()
    asked = reply.text.rstrip().endswith("?") and not {"you", "your"}.isdisjoint(words)
    return asked and len(words) <= LONGEST_QUESTION and ASKED_BACK not in draft.told


def _not_an_answer(draft: Draft, reply: Reply, step: str) -> Outcome:
    if step == "after_stop" and draft.misses and _speaks_of_themselves(reply):
        draft = replace(draft, pending=None)  # whoever goes on telling goes on
    if says_something(reply.found):
        gives_way = step in GIVE_WAY - OPENED
        known = replace(draft, pending=None) if gives_way else draft
        return Outcome(draft=replace(known, misses=0)).say("noted")  # it was understood, and known already
    if step in ("confirm", "maybe") and draft.misses:
        # All of it is read back before anything is written: no need to insist here.
        return Outcome(draft=replace(draft.finish(step), read=(), maybe=())).say("noted")
    if reply.intent == "change" and draft.done - OPENED:
        return Outcome(draft=replace(draft, pending="change_what"))
    if reply.intent in ("skip", "unsure") and step in MAY_STAY_OPEN:
        return Outcome(draft=draft.finish(step)).say("dont_know_ok")
    if reply.intent == "affirm" and not draft.misses:
        return Outcome(draft=replace(draft, misses=1)).say("go_ahead")
    if step == "human":
        draft = replace(draft, pending=None)  # offered, not insisted on
    if is_question(reply.text):
        return repair(draft, "no_answer")
    return repair(draft, "heard" if _speaks_of_themselves(reply) else None)


def _speaks_of_themselves(reply: Reply) -> bool:
    """A person's own words, though no answer: they are not told that they were not understood."""
    words = normalise(reply.text).split()
    foreign = reply.intent in NOT_UNDERSTOOD and reply.sure >= PLAINLY
    return reply.intent == "tell" or (len(words) >= FEW and bool(OWN_WORDS & set(words)) and not foreign)


def _with_lines(before: Draft, outcome: Outcome) -> Outcome:
    """Whoever was threatened or cried out before we knew the country sees now who to call there."""
    known = outcome.draft.facts.person.country and not before.facts.person.country
    needed = ("threat" in before.told or before.safety_seen) and outcome.draft.path is Path.NORMAL
    return outcome.say_once("lines_here") if known and needed else outcome


def _after_quiet(draft: Draft, reply: Reply, book: Wordbook) -> Outcome:
    """After a silence that was ours, a sign that it is them leads on; else one more bland word first."""
    if draft.path is Path.PERPETRATOR:
        return turned_away(draft)
    if draft.path is Path.DECLINED:
        return Outcome(draft=Draft())
    safe = book.mentions("safe", reply.text) == "yes"  # «I'm alone again» answers what would be asked now
    if reply.intent == "nlu_fallback" and not reply.found and not draft.misses and not safe:
        return Outcome(draft=replace(draft, misses=1)).say("someone_near")
    merged = merge(draft, reply.found)
    heard = to_confirm(Outcome(draft=merged.draft), merged.changed, QUIET).draft
    back = replace(heard, pending=None, misses=0)
    return Outcome(draft=back.finish("safe") if safe else back)


def _on_perpetrator_path(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome:
    """Only the age of the person shown is asked; nothing that they write is read or kept."""
    value = reply.value if reply.tapped else book.match(step, reply.text) or by_intent(step, reply.intent)
    ages = [one.value for one in reply.found if one.field in AGES_OF_ANYONE and not reply.tapped]
    value = value or next(iter(ages), None)
    if value not in VALUES.get(step, ()):
        return turned_away(draft)
    return _answered(draft, step, value, reply, ())


def _on_child_path(draft: Draft, reply: Reply, step: str, book: Wordbook) -> Outcome:
    """Nothing typed is kept and nothing leads out; they may ask to be called back."""
    if step in FREE_TEXT and not reply.tapped:
        return _free_text(draft, reply, step, book)
    if step == "country":
        return _where_the_child_is(draft, reply, book)
    step = "after_child" if step == QUIET else step
    value = reply.value if reply.tapped else book.match(step, reply.text) or by_intent(step, reply.intent)
    adult = any(one.field.startswith("person.age") and one.value == "adult" for one in reply.found)
    if adult or value not in VALUES.get(step, ()):
        return Outcome(draft=draft).say("child_again" if adult else "child_stays")
    return ASIDE_ANSWERS[step](replace(draft, pending=None), value or "", reply)


def _where_the_child_is(draft: Draft, reply: Reply, book: Wordbook) -> Outcome:
    """Asked once, for the people to show; whatever else they write, they are not held at it."""
    named = reply.value if reply.tapped else book.match("country", reply.text)
    read = (one.value for one in reply.found if one.field == "person.country" and one.confidence >= WORTH_ASKING)
    country = named or next(read, None)
    left_open = replace(draft, done=draft.done | {"country"}, pending=None)
    if country and country != "other":
        return Outcome(draft=left_open.with_person(country=country)).say("lines_here")
    answered = bool(country) or reply.intent in ("skip", "unsure", "deny")
    return Outcome(draft=left_open).say("dont_know_ok" if answered else "child_stays")
