"""Every form of address that each service uses: what it leads to, what it names, and why it cannot be acted on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from casework.reader import Reader
from casework.reader.links import Link, inspect
from casework.reader.wordlists import law_domains, read_data

TABLE: dict[str, list[list[Any]]] = yaml.safe_load((Path(__file__).parent / "forms.yml").read_text(encoding="utf-8"))
PLATFORMS = {key: row.get("platform", key) for key, row in read_data("platforms")["platforms"].items()}
NOT_SERVICES = {"unknown"}


def _rows() -> Iterator[Any]:
    for service, rows in TABLE.items():
        for number, (url, kind, id_, handle, *more) in enumerate(rows):
            name = f"{service.replace(' ', '_')}-{number}"
            yield pytest.param(service, url, kind, id_, handle, more[0] if more else {}, id=name)


@pytest.mark.parametrize(("service", "url", "kind", "id_", "handle", "more"), _rows())
def test_a_form_is_known(service: str, url: str, kind: str, id_: str | None, handle: str | None, more: dict) -> None:
    link = inspect(url)

    assert link.url == url
    assert (link.kind, link.id, link.handle or None) == (kind, id_, handle)
    assert (link.why_not, link.actionable) == (more.get("why"), "why" not in more)
    assert link.share == tuple(more.get("share", ()))
    assert link.names_sharer is more.get("sharer", False)
    assert link.target == more.get("target")
    assert _runs(service, link, more)


def _runs(service: str, link: Link, more: dict) -> bool:
    if service in NOT_SERVICES:
        return (link.service, link.platform, link.domain) == (None, None, more["domain"])
    if service in PLATFORMS:
        return (link.service, link.platform) == (service, PLATFORMS[service])
    return (link.service, link.platform, link.domain) == (service, None, more.get("domain", service))


@pytest.mark.parametrize(("service", "url", "kind", "id_", "handle", "more"), _rows())
def test_share_ids_are_offered_for_removal_and_nothing_else_is(
    service: str, url: str, kind: str, id_: str | None, handle: str | None, more: dict
) -> None:
    without = inspect(url).without_tracking

    assert (without is None) == (not more.get("share"))
    if without:
        again = inspect(without)
        assert (again.share, again.kind, again.id, again.handle or None) == ((), kind, id_, handle)


def test_each_form_is_found_in_a_sentence_byte_for_byte(reader: Reader) -> None:
    lost = []
    for rows in TABLE.values():
        for url, kind, *_ in rows:
            text = f"it is here: {url} please help"
            shown = [text[f.start : f.end] for f in reader.read(text, dt.date(2026, 11, 23))
                     if f.field in {"places.url", "places.unusable"}]  # fmt: skip
            if url not in shown:
                lost.append((kind, url, shown))

    assert lost == []


def test_every_service_has_forms_and_every_platform_of_the_law_a_service() -> None:
    services = {*read_data("platforms")["platforms"], *read_data("sites")["sites"]}

    assert set(TABLE) - NOT_SERVICES == services
    assert {*law_domains()} <= set(PLATFORMS.values())
    assert sum(len(rows) >= 3 for rows in TABLE.values()) >= 40
    assert sum(map(len, TABLE.values())) >= 400
