"""Who may import whom. A thief of one room must not find the keys of the next; design in docs/architecture.md."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.tree import imports_of, is_outside, modules, reached_from, room_of, tree_of, way_to

ALLOWED_ROOMS = {
    "encryption": set(),
    "casework": {"encryption"},
    "actions": {"casework", "encryption"},
    "bot": {"actions", "casework", "encryption"},
    "desk": {"casework", "encryption"},
    "recourse": {"actions", "bot", "casework", "desk", "encryption"},
}
RECEIPT_PAGES = "bot.web.receipt"
HOME_OF_LIBRARY = {
    "rasa": ("actions", "bot.runtime", "bot.understanding", "recourse.rasa_cli"),
    "rasa_sdk": ("actions", "bot.runtime"),
    "starlette": ("bot.web", "desk.web"),
    "uvicorn": ("recourse.serve", "recourse.head_timeout"),
    "sqlalchemy": ("casework", "recourse.home", "recourse.benchmarks"),
    "alembic": ("casework.store",),
    "typer": ("recourse",),
    "typst": ("casework.documents",),
    "icalendar": ("casework.documents",),
    "spacy": ("casework.reader",),
    "onnx": ("casework.reader",),
    "onnxruntime": ("casework.reader",),
    "cryptography": ("encryption", "recourse.home"),
}


@pytest.mark.parametrize("room", ALLOWED_ROOMS)
def test_no_room_imports_one_that_it_may_not_know(room):
    wrong = [
        f"{name} imports {target}"
        for name in modules(room)
        for target in imports_of(name)
        if room_of(target) in ALLOWED_ROOMS.keys() - {room, *ALLOWED_ROOMS[room]}
    ]

    assert wrong == []


def test_encryption_trusts_the_standard_library_and_cryptography_alone():
    outside = {(name, t) for name in modules("encryption") for t in imports_of(name) if is_outside(t)}

    assert {(name, t) for name, t in outside if room_of(t) != "cryptography"} == set()


def test_the_store_knows_what_an_envelope_is_and_not_how_to_open_one():
    known = {
        (name, target)
        for name in modules("casework")
        if name.startswith("casework.store")
        for target in imports_of(name)
        if target.startswith("encryption.")
    }

    assert {(name, t) for name, t in known if t not in ("encryption.envelope", "encryption.errors")} == set()


def test_intake_opens_cases_in_the_receipt_pages_alone():
    public_side = [*modules("bot"), *modules("actions")]

    reached = reached_from(public_side, not_through=[RECEIPT_PAGES])

    assert "encryption.open" not in reached, way_to("encryption.open", reached)
    assert "encryption.open" in reached_from([RECEIPT_PAGES]), "the rule above no longer tests anything"


def test_actions_seal_and_never_open():
    used = {t for name in modules("actions") for t in imports_of(name) if t.startswith("encryption.")}

    assert used <= {"encryption.seal", "encryption.errors"}


def test_intake_takes_no_private_key_from_the_key_room():
    names = {
        alias.name
        for path in modules("bot", "actions").values()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("encryption.keys", "encryption.pairs"))
        for alias in node.names
    }

    assert names <= {"PublicKey"}


@pytest.mark.parametrize(("one", "other"), [("bot", "desk"), ("desk", "bot"), ("desk", "actions")])
def test_the_two_trust_zones_share_no_code_but_casework(one, other):
    reached = reached_from(modules(one))
    wrong = [way_to(name, reached) for name in reached if room_of(name) == other]

    assert wrong == []


def test_the_composition_root_is_imported_by_nothing():
    wrong = [name for name in modules() if room_of(name) != "recourse" and "recourse" in imports_of(name)]

    assert wrong == []


@pytest.mark.parametrize("library", HOME_OF_LIBRARY)
def test_a_library_stays_behind_the_wall_it_was_put(library):
    homes = HOME_OF_LIBRARY[library]
    users = [name for name in modules() if library in imports_of(name)]

    assert users, f"nothing imports {library} any more: take its row away"
    assert [name for name in users if not name.startswith(homes)] == []


def test_the_desk_runs_without_rasa():
    reached = reached_from([*modules("desk"), *modules("casework")])

    assert [way_to(name, reached) for name in ("rasa", "rasa_sdk") if name in reached] == []
