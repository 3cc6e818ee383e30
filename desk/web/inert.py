"""Shows what others wrote so that it can do nothing: no link to follow, no hidden character, no markup."""

from __future__ import annotations

import itertools
import re
import unicodedata

from markupsafe import Markup, escape

# What looks like an address: with a scheme, with www, or a site with a path. Every repetition is bounded or one class.
_LINK = re.compile(
    r"(?:[a-zA-Z][a-zA-Z0-9+.-]{1,15}://|\bwww\.|\b(?:[a-zA-Z0-9-]{1,63}\.){1,5}[a-zA-Z]{2,24}/)[^\s<>\"]{2,}"
)
_END_OF_SENTENCE = ".,;!?"
_HIDDEN = frozenset({"Cf", "Cc", "Co", "Cs", "Cn", "Zl", "Zp"})
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f")  # letters and marks that show nothing
_PLAIN = frozenset("\n\t")


def inert(text: object) -> Markup:
    """
    Text for a page: escaped, every hidden character as its number, each link as words with a button to copy it.

    The button copies the link byte for byte; nothing on the page leads to it.
    """
    said = str(text)
    parts: list[Markup] = []
    end = 0
    for found in _LINK.finditer(said):
        link = _without_stop(said, found)
        parts += [_shown(said[end : found.start()]), _link(link)]
        end = found.start() + len(link)
    return Markup("").join([*parts, _shown(said[end:])])


def _without_stop(said: str, found: re.Match[str]) -> str:
    # On a line of its own it is exactly what someone gave; within a sentence the full stop belongs to the sentence.
    alone = found.start() == 0 or said[found.start() - 1] == "\n"
    return found.group() if alone else found.group().rstrip(_END_OF_SENTENCE)


def _link(link: str) -> Markup:
    # The copied text is an attribute value and nothing else: the script hands it to the clipboard.
    return Markup(
        '<span class="link">{shown}</span><button type="button" class="copy" data-copy="{exact}">{label}</button>'
    ).format(shown=_shown(link), exact=link, label=Markup('Copy<span class="unseen"> this link</span>'))


def _shown(text: str) -> Markup:
    runs = itertools.groupby(text, key=_is_hidden)
    return Markup("").join(
        Markup("").join(map(_character, run)) if hidden else escape("".join(run)) for hidden, run in runs
    )


def _is_hidden(one: str) -> bool:
    return one not in _PLAIN and (one in _FILLERS or unicodedata.category(one) in _HIDDEN)


def _character(one: str) -> Markup:
    return Markup('<span class="odd" title="{name}">{code}</span>').format(
        name=unicodedata.name(one, "no name").lower(), code=f"U+{ord(one):04X}"
    )
