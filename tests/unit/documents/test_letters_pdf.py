"""A letter as PDF says what the text says, runs nothing that is in it, and does not give the person away."""

from __future__ import annotations

import io
import re
import unicodedata

import pytest
from letter_kit import EVERY, naughty
from pypdf import PdfReader

from casework.documents import IdentityDetails, fill, to_pdf, unshowable

NAMES = {
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Оксана Шевченко",
    "Hebrew": "שרה כהן",
    "Arabic": "فاطمة الزهراء",
    "Armenian": "Անահիտ",
    "Georgian": "ნინო",
    "Vietnamese": "Nguyễn Thị Ánh",
    "Devanagari": "प्रिया",
    "Turkish": "Şule Iğdır",
}


def text_of(pdf: bytes) -> str:
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return "\n".join(re.sub(r"\d+ / \d+\s*$", "", page) for page in pages)


@pytest.mark.parametrize("document", sorted(EVERY))
def test_the_pdf_says_what_the_text_says(write, document):
    made = write(document)

    squeezed = re.sub(r"\s", "", text_of(to_pdf(made.title, fill(made, IdentityDetails()))))

    for line in fill(made, IdentityDetails()).split("\n"):
        assert re.sub(r"\s", "", line) in squeezed


def test_its_own_data_is_neutral_and_without_a_time(write):
    made = write("doc-osa20A")

    reader = PdfReader(io.BytesIO(to_pdf(made.title, made.text)))

    assert reader.metadata["/Title"] == "Letter"
    assert not {"/CreationDate", "/ModDate", "/Author", "/Subject", "/Keywords"} & set(reader.metadata)


def test_it_is_tagged_for_screen_readers(write):
    made = write("doc-art17")
    pdf = to_pdf(made.title, made.text)
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]

    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert b"pdfuaid" in pdf


def test_the_same_text_gives_the_same_bytes(write):
    made = write("doc-art17")

    assert to_pdf(made.title, made.text) == to_pdf(made.title, made.text)


@pytest.mark.parametrize("script", sorted(NAMES))
def test_names_in_many_scripts_are_shown_without_the_machines_fonts(script):
    pdf = to_pdf("Letter", f"Letter\n\nSigned: {NAMES[script]}")

    assert b"pdfuaid" in pdf
    assert "cannot be shown" not in text_of(pdf)


def test_a_script_without_a_font_is_owned_up_to():
    rare = "\U00012000\U00012001"  # cuneiform: no machine of ours has it
    pdf = to_pdf("Letter", f"Letter\n\nSigned: {rare}")

    assert unshowable(rare)
    assert "The text version of it is complete" in text_of(pdf)


def test_a_very_long_link_stays_whole_and_inside_the_page():
    link = "https://x.com/" + "abc123_" * 280
    reader = PdfReader(io.BytesIO(to_pdf("Letter", f"Letter\n\n{link}\n")))

    assert link in text_of(to_pdf("Letter", f"Letter\n\n{link}\n")).replace("\n", "")
    assert len(reader.pages) == 1


def squeezed(text: str) -> str:
    """Without blanks and marks that have no width, which a reader of the PDF may put elsewhere."""
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) not in ("Cf", "Mn", "Me"))


def test_hostile_lines_are_text_and_break_nothing():
    for text in naughty()[::3]:
        shown = squeezed(
            text_of(to_pdf("Content report", f"Content report\n\n{text}\nAccount: {text}\nThe last line.\n"))
        )

        assert "Account:" in shown and "Thelastline." in shown
        if text.isascii() and text.isprintable():
            assert shown.count(squeezed(text)) >= 2


def test_markup_in_a_line_is_not_run():
    pdf = to_pdf("Letter", 'Letter\n\n#read("/etc/passwd") #sys.version *bold* $x$\n')

    assert '#read("/etc/passwd") #sys.version *bold* $x$' in text_of(pdf)
