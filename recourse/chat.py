"""The conversation in the terminal: the same assistant, the same sealing, the same home."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from bot.conversation import Conversations, Heard, Message
from casework.errors import AskAgain
from encryption.token import Token
from recourse import compose, hardening, logs
from recourse.home import open_home
from recourse.serve import first_link
from recourse.settings import Settings

LEAVE = "/exit"


def run(settings: Settings) -> None:
    """Talk until /exit, end of input, or the end of the conversation."""
    logs.configure("chat")
    hardening.harden()
    console = Console()
    link = first_link(settings)
    if link:
        console.print("First caseworker:", highlight=False)
        console.out(f"  {link}", highlight=False)
    with console.status("Loading the assistant…"):
        home = open_home(settings, compose.utc_now())
        conversations = compose.conversations(settings, home, compose.services(settings))
    asyncio.run(_talk(conversations, console))


async def _talk(conversations: Conversations, console: Console) -> None:
    token, messages = await conversations.start()
    choices = _show(console, messages)
    try:
        while True:
            try:
                typed = (await asyncio.to_thread(console.input, "[bold]> [/]")).strip()
            except (EOFError, KeyboardInterrupt):
                break
            if typed == LEAVE:
                break
            if typed:
                choices = await _turn(conversations, token, console, typed, choices)
    finally:
        await conversations.leave(token)
        console.print("Left. The conversation is deleted.")


async def _turn(
    conversations: Conversations, token: Token, console: Console, typed: str, choices: Sequence[dict[str, str]]
) -> Sequence[dict[str, str]]:
    try:
        messages = await conversations.turn(token, _heard(typed, choices))
    except AskAgain as again:
        console.print(str(again))
        return choices
    return _show(console, messages)


def _heard(typed: str, choices: Sequence[dict[str, str]]) -> Heard:
    if typed.isdigit() and 1 <= int(typed) <= len(choices):
        return Heard(choice=choices[int(typed) - 1]["id"])
    return Heard(text=typed)


def _show(console: Console, messages: Sequence[Message]) -> Sequence[dict[str, str]]:
    choices: list[dict[str, str]] = []
    for message in messages:
        _say(console, message)
        for choice in message.get("choices", ()):
            choices.append(choice)
            console.print(f"   [dim]{len(choices)}[/] {choice['label']}", highlight=False)
    return choices


CODES = {
    "receipt": "Your code, the only way back to your case. Write it down where only you look:",
    "pause": "Your code to go on, on the page, once, within 7 days. Write it down where only you look:",
}


def _say(console: Console, message: Message) -> None:
    if message.get("text"):
        console.print(message["text"], markup=False, highlight=False)
    for contact in message.get("contacts", ()):
        reach = " · ".join(str(contact[k]) for k in ("phone", "text", "web", "hours") if contact.get(k))
        console.print(f"   {contact['name']}: {reach}", markup=False, highlight=False)
    for letter in message.get("documents", ()):
        _letter(console, letter)
    if message["kind"] in CODES:
        console.print(CODES[message["kind"]])
        console.print(f"   {message['code']}", markup=False, highlight=False)


def _letter(console: Console, letter: dict[str, Any]) -> None:
    console.rule(f"{letter['title']}: {letter['recipient']}")
    console.print(letter["text"], markup=False, highlight=False)
    console.print(Markdown("Who may come to see it: " + "; ".join(letter["seen_by"])))
