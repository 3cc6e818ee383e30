"""A letter as PDF says what the text says, runs nothing that is in it, and does not give the person away."""

from __future__ import annotations

import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letter_kit import EVERY, naughty
from pypdf import PdfReader

from casework.documents import IdentityDetails, fill, to_pdf, unshowable
from casework.documents import pdf as pdf_module
from casework.documents.bidi import runs
from casework.documents.wordlist import TEMPLATES

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
    "Urdu": "ڈاکٹر گلشن",
    "Persian": "پژمان",
    "Bengali": "শর্মিলা ঠাকুর",
    "Tamil": "மீனாட்சி",
    "Thai": "สมหญิง รักไทย",
    "Amharic": "ሰላማዊት",
    "Chinese": "王小明 歐陽詠詩",
    "Japanese": "山田 花子 さくら",
    "Korean": "김지영",
    "Khmer": "សុខា",
    "Burmese": "အောင်ဆန်း",
    "Gujarati": "પ્રિયા",
    "Punjabi": "ਹਰਪ੍ਰੀਤ",
    "Telugu": "ప్రియ",
    "Kannada": "ಪ್ರಿಯಾ",
    "Malayalam": "പ്രിയ",
    "Odia": "ପ୍ରିୟା",
    "Sinhala": "නිමාලි",
    "Lao": "ບົວແກ້ວ",
    "Dhivehi": "އާމިނަތު",
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


@pytest.fixture
def no_fonts_of_the_machine(monkeypatch):
    """As on a server without a single font: the machine's own are never looked at."""
    ask = pdf_module.typst.Fonts

    def without(*, include_system_fonts, font_paths):
        return ask(include_system_fonts=False, font_paths=font_paths)

    monkeypatch.setattr(pdf_module.typst, "Fonts", without)
    pdf_module._fonts.cache_clear()
    yield
    pdf_module._fonts.cache_clear()


def letters_of(text: str) -> list[str]:
    """Its characters in any order: a reader of PDFs puts those from right to left, and marks, where they are seen."""
    return sorted({c for c in unicodedata.normalize("NFC", text) if not c.isspace()})


@pytest.mark.usefixtures("no_fonts_of_the_machine")
@pytest.mark.parametrize("script", sorted(NAMES))
def test_names_in_any_script_are_shown_without_the_machines_fonts(script):
    pdf = to_pdf("Letter", f"Letter\n\nSigned: {NAMES[script]}")
    shown = text_of(pdf)

    assert b"pdfuaid" in pdf
    assert "cannot be shown" not in shown
    assert set(letters_of(NAMES[script])) <= set(letters_of(shown + actual_text(pdf)))


def actual_text(pdf: bytes) -> str:
    """What the file itself says that clusters of characters mean, for whoever copies or reads them aloud."""
    content = b"".join(page.get_contents().get_data() for page in PdfReader(io.BytesIO(pdf)).pages)
    found = re.findall(rb"/ActualText<FEFF([0-9A-F]+)>", content)
    return "".join(bytes.fromhex(code.decode()).decode("utf-16-be") for code in found)


def fonts_of(pdf: bytes):
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for reference in page["/Resources"]["/Font"].values():
            font = reference.get_object()
            yield font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font


@pytest.mark.usefixtures("no_fonts_of_the_machine")
def test_every_font_is_in_the_file_and_says_what_its_characters_are():
    pdf = to_pdf("Letter", "Letter\n\n" + "\n".join(f"Signed: {name}" for name in NAMES.values()))
    found = list(fonts_of(pdf))

    assert len({font["/BaseFont"] for font in found}) > 20
    for font in found:
        embedded = font["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(embedded), font["/BaseFont"]
    assert pdf.count(b"/ToUnicode") >= len({font["/BaseFont"] for font in found}) - 1


def test_every_script_of_our_fonts_is_named_in_the_template_and_licensed():
    template = (TEMPLATES / "letter.typ").read_text(encoding="utf-8")
    files = sorted(path.name for path in pdf_module.FONTS.glob("*.?tf"))

    assert len(files) == 21
    for name in files:
        family = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.split("-")[0]).replace("CJKsc", "CJK SC")
        assert f'"{family}"' in template, family
    assert "SIL OPEN FONT LICENSE" in (pdf_module.FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert sum(path.stat().st_size for path in pdf_module.FONTS.iterdir()) < 8_100_000


def test_right_to_left_words_move_nothing_around_them():
    name, number = "\u05e9\u05e8\u05d4", "61000"

    assert [(run.text, run.rtl) for run in runs(f"Signed: {name}, on behalf of {name}.")] == [
        ("Signed: ", False), (name, True), (", on behalf of ", False), (name, True), (".", False),
    ]  # fmt: skip
    assert [run.text for run in runs(f"Post: {name} 5, {name} {number}, UK")][1] == f"{name} 5, {name} {number}"
    assert [run.text for run in runs(f"{name}, 5 Street")] == [name, ", 5 Street"]
    assert [(run.text, run.rtl) for run in runs("Plain (a) 1")] == [("Plain (a) 1", False)]


def test_a_line_that_turns_the_direction_does_not_turn_the_next():
    for opened, closed in (("\u202e", "\u202c"), ("\u2067", "\u2069"), ("\u202e\u2067", "\u2069\u202c")):
        (run,) = runs(f"{opened}moc.x")
        assert run.text == f"{opened}moc.x{closed}"
    assert runs("\u2067a\u2069")[0].text == "\u2067a\u2069"


@given(line=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_a_line_in_runs_is_the_same_line(line):
    joined = "".join(run.text for run in runs(line))

    assert joined.rstrip("\u202c\u2069") == line.rstrip("\u202c\u2069")


def test_it_is_marked_up_for_assistive_technology(write):
    made = write("doc-art17")
    root = PdfReader(io.BytesIO(to_pdf(made.title, made.text))).trailer["/Root"]

    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert root["/MarkInfo"]["/Suspects"].value is False
    kinds = list(structure(root["/StructTreeRoot"]))
    assert kinds.count("/H1") == 1
    assert kinds.count("/H2") >= 5
    assert kinds.index("/H1") < kinds.index("/H2")
    assert {"/P", "/Document"} <= set(kinds)


def structure(node):
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif isinstance(node, dict):
        if "/S" in node:
            yield str(node["/S"])
        if "/K" in node:
            yield from structure(node["/K"])


def test_everything_on_a_page_is_tagged_or_marked_as_decoration(write):
    made = write("doc-s164A")
    for page in PdfReader(io.BytesIO(to_pdf(made.title, made.text))).pages:
        content = page.get_contents().get_data()
        depth = 0
        for token in re.findall(rb"\b(?:BDC|BMC|EMC|Tj|TJ)\b", content):
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(token, 0)
            assert depth > 0 or token == b"EMC"


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
