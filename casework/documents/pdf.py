"""
The text as a tagged PDF, set by typst inside this process.

A person's words reach typst as JSON data and never as markup, so that nothing in them is run.
Nothing is fetched: the fonts are those inside the typst wheel and those in `fonts/` beside this file; the machine's
own only for a script that all of these lack.
"""

from __future__ import annotations

import functools
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import typst

from casework.documents.bidi import runs
from casework.documents.wordlist import TEMPLATES

FONTS = Path(__file__).parent / "fonts"
_HEADING = re.compile(r"(?:\([a-d]\) )?[A-Z][A-Za-z ,]{2,60}(?<!,)")
_PART = re.compile(r"Part [A-E], ")  # of a letter that holds several
_ITEM = re.compile(r"\([a-z]\) |\d{1,2}\. ")
_NO_GLYPH = re.compile(r"the text `(?P<text>.+)` could not be displayed", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_LONG_WORD = 60


@dataclass(frozen=True, kw_only=True)
class Block:
    kind: str  # title | part | heading | text | item | exact
    lines: tuple[str, ...]


def to_pdf(title: str, text: str, *, fonts: Path | None = None) -> bytes:
    """
    A4, tagged (PDF/UA-1), the same bytes for the same text; the line that is `title` becomes its heading.

    The title in the file's own data is the word "Letter": it shows in tabs and file lists. Where no font
    has a character, the PDF says that the text version is complete, and is tagged without the mark of UA-1.
    """
    blocks = _blocks(title, text)
    for with_system in (False, True):
        try:
            return _compile(blocks, with_system=with_system, standards=["ua-1"], fonts=fonts)
        except typst.TypstError:  # a character without a glyph, or one that UA-1 does not allow
            continue
    return _compile(blocks, with_system=True, standards=[], fonts=fonts, incomplete=True)


def unshowable(text: str, *, fonts: Path | None = None) -> bool:
    """Whether the fonts at hand lack a character of the text."""
    try:
        _compile([Block(kind="text", lines=(text,))], with_system=True, standards=["ua-1"], fonts=fonts)
    except typst.TypstError as error:
        return bool(_NO_GLYPH.search(error.message))
    return False


def _compile(
    blocks: list[Block], *, with_system: bool, standards: list[str], fonts: Path | None, incomplete: bool = False
) -> bytes:
    data = json.dumps({"blocks": [_shown(block) for block in blocks], "incomplete": incomplete})
    return typst.compile(
        _template(),
        font_paths=_fonts(with_system, fonts),
        sys_inputs={"letter": data},
        pdf_standards=standards,  # type: ignore[arg-type]
    )


def _shown(block: Block) -> dict[str, Any]:
    lines = [_CONTROLS.sub("\ufffd", line) for line in block.lines]
    marker = ""
    if block.kind == "item":
        marker, _, lines[0] = lines[0].partition(" ")
    return {"kind": block.kind, "marker": marker, "lines": [[asdict(run) for run in runs(line)] for line in lines]}


@functools.cache
def _template() -> bytes:
    return (TEMPLATES / "letter.typ").read_bytes()


@functools.lru_cache(maxsize=4)
def _fonts(with_system: bool, folder: Path | None) -> typst.Fonts:  # noqa: FBT001 - a cache key
    return typst.Fonts(include_system_fonts=with_system, font_paths=[str(FONTS), *([str(folder)] if folder else [])])


def _blocks(title: str, text: str) -> list[Block]:
    blocks: list[Block] = []
    for group in re.split(r"\n{2,}", text.strip("\n")):
        blocks += _group(title, group.split("\n"))
    return blocks


def _group(title: str, lines: list[str]) -> list[Block]:
    if lines == [title]:
        return [Block(kind="title", lines=(title,))]
    if len(lines) == 1 and _HEADING.fullmatch(lines[0]):
        return [Block(kind="part" if _PART.match(lines[0]) else "heading", lines=(lines[0],))]
    blocks: list[Block] = []
    for line in lines:
        kind = _kind(line)
        if blocks and kind == blocks[-1].kind == "text":
            blocks[-1] = Block(kind="text", lines=(*blocks[-1].lines, line))
        else:
            blocks.append(Block(kind=kind, lines=(line,)))
    return blocks


def _kind(line: str) -> str:
    if re.match(r"https?://", line) or max((len(word) for word in line.split()), default=0) > _LONG_WORD:
        return "exact"
    return "item" if _ITEM.match(line) else "text"
