"""Reports with their answers, ages, acting for others, handles, sites that are no place: by field, and one by one."""

from __future__ import annotations

import datetime as dt

import pytest
import yaml

from casework.reader import FACT, Reader
from tests.unit.reader.measure_narratives import HERE, Tally, count

TABLE = yaml.safe_load((HERE / "narratives_more.yml").read_text(encoding="utf-8"))
ROWS, TODAY = TABLE["narratives"], TABLE["today"]
MONDAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize("name", TABLE["counted"])
def test_what_people_tell_beside_the_image_is_read(reader: Reader, name: str) -> None:
    tally = Tally()
    for row in ROWS:
        count(row, reader.read(row["text"], TODAY), name, tally)

    assert tally.right
    assert tally.f1 >= 0.93


def test_there_are_enough_of_them_and_each_is_one() -> None:
    assert len({row["text"] for row in ROWS}) == len(ROWS) >= 80


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("I was in my twenties in the photo", "person.age_in_image", "adult"),
        ("a pic of me at 17 on the beach", "person.age_in_image", "child"),
        ("in the picture im 17", "person.age_in_image", "child"),
        ("they are from before i turned 18", "person.age_in_image", "child"),
        ("16 at the time", "person.age_in_image", "child"),
        ("I (29F) work in a bank.", "person.age_now", "adult"),
        ("Im in my mid 30s", "person.age_now", "adult"),
        ("born in 2011", "person.age_now", "child"),
        ("born in 2008", "person.age_now", "unsure"),
        ("47 here", "person.age_now", "adult"),
        ("now 20", "person.age_now", "adult"),
        ("my age is 31", "person.age_now", "adult"),
        ("a picture from my 40th birthday", "person.age_in_image", "adult"),
    ],
)
def test_ages_are_read_in_the_forms_people_use(reader: Reader, text: str, field: str, value: str) -> None:
    sure = {(f.field, f.value) for f in reader.read(text, MONDAY) if f.confidence >= FACT}

    assert {pair for pair in sure if pair[0].startswith("person.age")} == {(field, value)}


@pytest.mark.parametrize(
    "text",
    ["the picture is 10 years old", "21, 22, 23 november", "i am 5 foot 6", "we have been together since i was 16",
     "he is in his forties", "he was born in 1990", "I worked there for twelve years", "my m8 told me", "the 2nd and the 31st"],
)  # fmt: skip
def test_what_is_nobodys_age_is_none(reader: Reader, text: str) -> None:
    found = reader.read(text, MONDAY)

    assert not [f for f in found if f.field in {"person.age_now", "person.age_in_image"} and f.confidence >= FACT]


@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("@lola...and then (@a_b/@c_d)", ["@lola", "@a_b", "@c_d"]),
        ("his discord is darkknight#4471", ["darkknight#4471"]),
        ("it is leaker on @leaker@mastodon.social", ["@leaker@mastodon.social"]),
        ("posted by truthking77", ["truthking77"]),
        ("the account is called jane.doe.leaks", ["jane.doe.leaks"]),
        ("u/abc_d/", ["u/abc_d"]),
        ("the uploader is 'velvetrook' there", ["velvetrook"]),
        ("@dark.bot#0042 posted it", ["@dark.bot#0042"]),
        ("and on_top of that please_help", []),
        ("my insta is @me.myself", []),
        ("im @me_myself on x", []),
        ("reach me at @me_myself", []),
        ("@me_myself is me", []),
        ("IMG_2034.jpg and case#1234, mail a_b@site.example", []),
        ("the page was up.then it went", []),
    ],
)
def test_accounts_are_read_byte_for_byte_and_never_the_writers_own(
    reader: Reader, text: str, handles: list[str]
) -> None:
    found = [f for f in reader.read(text, MONDAY) if f.field == "places.handle" and f.confidence >= FACT]

    assert [f.value for f in found] == handles
    assert [text[f.start : f.end] for f in found] == handles
