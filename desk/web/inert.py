"""Shows what others wrote so that it can do nothing: no link to follow, no hidden character, no markup."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

# Whatever a browser or a mail program might make clickable.
_LINK = re.compile(r"(?:[a-zA-Z][a-zA-Z0-9+.-]{1,15}:(?://)?|www\.)[^\s<>\"]{3,}")
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
        parts += [_shown(said[end : found.start()]), _link(found.group())]
        end = found.end()
    return Markup("").join([*parts, _shown(said[end:])])


def _link(link: str) -> Markup:
    # The copied text is an attribute value and nothing else: the script hands it to the clipboard.
    return Markup(
        '<span class="link">{shown}</span><button type="button" class="copy" data-copy="{exact}">{label}</button>'
    ).format(shown=_shown(link), exact=link, label=Markup('Copy<span class="unseen"> this link</span>'))


def _shown(text: str) -> Markup:
    return Markup("").join(_character(one) if _is_hidden(one) else escape(one) for one in text)


def _is_hidden(one: str) -> bool:
    return one not in _PLAIN and (one in _FILLERS or unicodedata.category(one) in _HIDDEN)


def _character(one: str) -> Markup:
    return Markup('<span class="odd" title="{name}">{code}</span>').format(
        name=unicodedata.name(one, "no name").lower(), code=f"U+{ord(one):04X}"
    )
