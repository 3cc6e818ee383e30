"""Everything outside the order of questions: safety, stopping, a human, their own questions. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from casework.facts import Act, Age, Want
from casework.interview.about_it import acknowledged
from casework.interview.about_person import turned_away
from casework.interview.answers import AnswerTo
from casework.interview.cries import SAFETY_INTENTS, cry, kept_beside, safety
from casework.interview.doubts import DOUBTED
from casework.interview.draft import Draft, Path
from casework.interview.going_back import go_back
from casework.interview.merge import open_questions, written
from casework.interview.names import one_line
from casework.interview.options import FREE_TEXT, MAY_STAY_OPEN, Wordbook, normalise
from casework.interview.outcome import Effect, Outcome, Reply, Say
from casework.interview.pausing import come_back, pause
from casework.interview.steps import LAST, QUIET, next_step

CAN_BE_REACHED = re.compile(r"(?:\d[\s()./-]*){6,}|\S@\S")  # a phone number or an e-mail
PATIENCE = 3  # messages that were not understood before a human is offered
NOT_UNDERSTOOD = ("off_topic", "abuse_of_bot")
HEARD = ("heard", "hear_wait")  # no answer to the question, and yet not misunderstood
NOT_INSISTED_ON = frozenset({"for_whom", "where_more", "contact"})
# About letters to come: not said where there will be none.
ABOUT_LETTERS = frozenset({"next", "how_long", "help", "promise", "lawyer"})
ABOUT_A_CASE = ABOUT_LETTERS | {"who_sees", "find_out", "retention", "police", "unclear"}
# To a child, who wonders who at home will hear of it; no letter, no case, nothing kept.
SAID_TO_A_CHILD = {
    **dict.fromkeys(ABOUT_LETTERS, "child_next"),
    "police": "human_lines", "who_sees": "child_who_hears", "find_out": "child_who_hears", "retention": "child_kept",
}  # fmt: skip
GOING = 0.8  # how sure a goodbye must be before no more questions follow it
ABOUT_US = frozenset({"ask_legit", "ask_bot"})  # «who is behind this» asks for no name of theirs
RESPONSE_OF = {"abuse_of_bot": "abuse", "ask_retention": "retention"}
PRESSED = frozenset({Act.THREATENED, Act.EXTORTED})


def repair(draft: Draft, response: str | None = None) -> Outcome:
    """Not understood: say so, then offer choices, then a human. Never a loop, never their fault."""
    misses = draft.misses + 1
    said = response or f"repair_{(misses - 1) % PATIENCE + 1}"
    outcome = Outcome(draft=replace(draft, misses=misses)).say(said)
    if misses % PATIENCE or draft.path is not Path.NORMAL:
        return outcome
    if response and response not in HEARD:
        outcome = outcome.say(f"repair_{PATIENCE}")
    # The question that was not understood stays open if it may: nobody is held at it.
    step = next_step(draft)
    passed = outcome.draft.finish(step) if step in MAY_STAY_OPEN | NOT_INSISTED_ON else outcome.draft
    return replace(outcome, draft=replace(passed, pending="human", misses=misses))


def aside(draft: Draft, intent: str, reply: Reply) -> Outcome:
    """A question or a remark of theirs: answered, and the same question asked again."""
    step = next_step(draft)
    if step == QUIET and draft.path is Path.NORMAL:
        # Whoever writes now may be someone else: nothing that shows what this page is.
        return Outcome(draft=draft).say("someone_near")
    if step == LAST and intent in ("greet", "help", "ask_next", *NOT_UNDERSTOOD):
        return Outcome(draft=draft).say("done_already")
    response = RESPONSE_OF.get(intent, intent.removeprefix("ask_"))
    if draft.path is Path.PERPETRATOR and response in ABOUT_A_CASE:
        return turned_away(draft)
    if intent == "unclear":
        return Outcome(draft=draft, says=(Say(response="unclear", perhaps=reply.perhaps),))
    if intent == "ask_why":
        return Outcome(draft=draft).say("why" if step in (LAST, QUIET) else f"why_{step}")
    if intent == "goodbye":
        return _goodbye(draft, reply)
    if draft.path.protects_a_child:
        response = SAID_TO_A_CHILD.get(response, response)
    if intent in NOT_UNDERSTOOD and draft.path is Path.NORMAL:
        return repair(draft, response)
    return _answer(draft, intent, response, reply)


def _answer(draft: Draft, intent: str, response: str, reply: Reply) -> Outcome:
    """What the question told beside itself is kept as well."""
    if intent in ABOUT_US:
        reply = replace(reply, found=tuple(one for one in reply.found if one.value != Want.KNOW_WHO))
    heard = draft if next_step(draft) in FREE_TEXT else kept_beside(draft, reply)[0]
    told = tuple(path for path in heard.read if path not in draft.read)
    outcome = acknowledged(Outcome(draft=heard), told)
    if draft.facts.acts & PRESSED and _asks_under_threat(draft, response, reply):
        return outcome.say_once("next_threat") if "next_threat" not in draft.told else outcome.say("next_threat")
    return outcome.say(response)


def _asks_under_threat(draft: Draft, response: str, reply: Reply) -> bool:
    """«What do I do», or «do I have to pay», from whoever is being blackmailed."""
    return (response == "next" and "next_threat" not in draft.told) or (
        response == "cost" and "pay" in normalise(reply.text).split()
    )


def _goodbye(draft: Draft, reply: Reply) -> Outcome:
    """Nobody is asked on while they leave: what may be wanted now is to pause, or to have it deleted."""
    if draft.path is not Path.NORMAL:
        return Outcome(draft=draft).say("goodbye_only")
    if reply.sure < GOING:
        return Outcome(draft=draft).say("goodbye")
    return Outcome(draft=replace(draft, pending="after_stop")).say("goodbye")


def stop(draft: Draft, _reply: Reply) -> Outcome:
    if draft.path is not Path.NORMAL:
        return Outcome(draft=draft).say("goodbye_only")
    return Outcome(draft=replace(draft, pending="after_stop")).say("stop")


def delete(draft: Draft, reply: Reply, book: Wordbook) -> Outcome:
    """Delete at once on a plain word; ask first when it could mean the picture and not this talk."""
    plain = book.whole("after_stop", reply.text) == "delete"
    if draft.path is Path.SEALED:
        return Outcome(draft=draft).say("retention")  # the case is not ours to delete from here: the code is
    if not plain and draft.path.protects_a_child:
        return Outcome(draft=draft).say("child_kept")  # it may mean the picture
    if not plain and draft.path is Path.PERPETRATOR:
        return turned_away(draft)  # «how do I delete the evidence»
    if draft.path is not Path.NORMAL or (plain and next_step(draft) not in ("wants", "wants_more", "happened")):
        return deleted()
    return Outcome(draft=replace(draft, pending="after_stop"))


def deleted() -> Outcome:
    return Outcome(draft=Draft(path=Path.DECLINED)).say("deleted").do(Effect.LEAVE)


def start_again(draft: Draft) -> Outcome:
    """Asked first. Never out of the child path, and nothing to start after the hand-over."""
    if draft.path.protects_a_child:
        return Outcome(draft=draft).say("child_stays")
    if draft.path is not Path.NORMAL:
        return turned_away(draft) if draft.path is Path.PERPETRATOR else Outcome(draft=draft).say("done_already")
    return Outcome(draft=replace(draft, pending="restart"))


def human(draft: Draft) -> Outcome:
    if draft.path.protects_a_child:
        # The lines again, and the question whether our own people may call.
        return Outcome(draft=replace(draft, done=draft.done - {"after_child"})).say("human_lines")
    if draft.path is not Path.NORMAL:
        return Outcome(draft=draft).say("human_lines")
    return Outcome(draft=replace(draft, pending="human"))


def _after_safety(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "human":
        return human(draft)
    return stop(draft, reply) if value == "stop" else Outcome(draft=draft).say("safety_go_on")


def _okay_now(draft: Draft, value: str, reply: Reply) -> Outcome:
    """«Are you safe right now?», after words that could mean that they are not."""
    if value == "human":
        return human(draft)
    if value == "no":
        return cry(draft, draft.answers.get(DOUBTED, "self_harm"))
    return Outcome(draft=draft).say("safety_go_on")


def _after_stop(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "pause":
        return pause(draft)
    return deleted() if value == "delete" else Outcome(draft=draft)


def _restart(draft: Draft, value: str, _reply: Reply) -> Outcome:
    """A fresh draft; consent to hear stays given."""
    return Outcome(draft=Draft(done=frozenset({"hear"}))).do(Effect.SHRED) if value == "yes" else Outcome(draft=draft)


def _after_child(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "callback":
        return Outcome(draft=replace(draft, pending="callback"))
    return Outcome(draft=replace(draft, done=draft.done | {"after_child"})).say("goodbye_only")


def _callback(draft: Draft, value: str, reply: Reply) -> Outcome:
    if value == "skip":
        return Outcome(draft=draft)
    if not CAN_BE_REACHED.search(reply.text):
        return Outcome(draft=replace(draft, pending="callback")).say("callback_bad")
    kept = replace(draft, details=replace(draft.details, callback=one_line(reply.text)))
    return Outcome(draft=kept).do(Effect.SUBMIT_CALLBACK)


def _human(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "write":
        return Outcome(draft=replace(draft, pending="triage_note")).say("human_triage_consent")
    return Outcome(draft=draft).say("human_lines") if value == "call" else Outcome(draft=draft)


def _triage_note(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "skip":
        return Outcome(draft=draft)
    return Outcome(draft=draft).do(Effect.SUBMIT_TRIAGE, Effect.KEEP_WORDS)


def _confirm(draft: Draft, value: str, _reply: Reply) -> Outcome:
    if value == "change":
        return Outcome(draft=replace(draft, read=(), pending="change_what"))
    return Outcome(draft=replace(draft, read=()))


def _maybe(draft: Draft, value: str, _reply: Reply) -> Outcome:
    """One thing half understood, now said or denied."""
    (field, found), *left = draft.maybe or (("", ""),)
    merged = written(draft, field, found) if value == "yes" else None
    after = merged.draft if merged else draft
    outcome = Outcome(draft=replace(after, maybe=open_questions(after, left)))
    return acknowledged(outcome, merged.changed) if merged else outcome


ASIDE_ANSWERS: dict[str, AnswerTo] = {
    "after_safety": _after_safety,
    "okay_now": _okay_now,
    "after_stop": _after_stop,
    "after_child": _after_child,
    "callback": _callback,
    "human": _human,
    "triage_note": _triage_note,
    "confirm": _confirm,
    "maybe": _maybe,
    "restart": _restart,
}

PLAIN: dict[str, Callable[[Draft], Outcome]] = {
    "start_again": start_again,
    "ask_human": human,
    "go_back": go_back,
    "pause": pause,
    "come_back": come_back,
}
# Intents that may come at any step; data/rules/asides.yml has a rule for each.
INTERRUPTS = frozenset({*SAFETY_INTENTS, *PLAIN, "stop", "delete"})
ASIDES = frozenset(
    {
        "unclear", "ask_why", "ask_police", "help", "ask_who_sees", "ask_how_long", "ask_next", "ask_bot",
        "ask_promise", "ask_cost", "ask_legit", "ask_retention", "ask_find_out", "ask_image", "ask_lawyer",
        "greet", "thanks", "goodbye", *NOT_UNDERSTOOD,
    }
)  # fmt: skip


def interrupt(draft: Draft, intent: str, reply: Reply, book: Wordbook) -> Outcome:
    """What an intent does that may come at any step."""
    if intent in SAFETY_INTENTS:
        return safety(draft, intent, reply)
    if next_step(draft) == QUIET and draft.path is Path.NORMAL and intent not in ("stop", "delete"):
        return Outcome(draft=draft).say("someone_near")
    if intent == "delete":
        return delete(draft, reply, book)
    return stop(draft, reply) if intent == "stop" else PLAIN[intent](draft)


def is_child(draft: Draft) -> bool:
    return Age.CHILD in (draft.facts.person.age_now, draft.facts.person.age_in_image)
