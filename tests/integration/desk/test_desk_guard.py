"""Every page is guarded, every form is ours, every answer carries its headers, and a failure says nothing."""

from __future__ import annotations

import asyncio
import re

import pyotp
import pytest
from starlette.routing import Mount, Route
from structlog.testing import capture_logs

from desk.web import guard
from desk.web.app import OPEN_PAGES, STAFF_PAGES, build_app
from tests.integration.desk.homes import PASSWORD, STATEMENT, Browser, form_of

NOT_GUARDED = {"/login", "/login/recovery", "/login/recovery/keys", "/enrol", "/enrol/keys"}


def _address(pattern: str) -> str:
    return re.sub(r"\{\w+(:path)?\}", "0" * 32, pattern)


def _routes(app):
    return [(r.path, m) for r in app.routes if isinstance(r, Route) for m in sorted(r.methods - {"HEAD"})]


def test_a_page_that_nobody_thought_of_is_guarded(app, browser_of):
    browser = browser_of()
    for path, method in _routes(app):
        if path in NOT_GUARDED:
            continue
        answer = browser.get(_address(path)) if method == "GET" else browser.post(_address(path), data={"form": "x"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login"), path


def test_only_the_login_the_link_and_the_static_files_are_open(app):
    assert {path for _, path, _ in OPEN_PAGES} == NOT_GUARDED
    assert {path for path, _ in _routes(app)} == NOT_GUARDED | {path for _, path, _ in STAFF_PAGES}
    assert [m.path for m in app.routes if isinstance(m, Mount)] == ["/static"]


def test_nothing_is_changed_by_a_get(app):
    changing = {path for method, path, _ in (*OPEN_PAGES, *STAFF_PAGES) if method == "GET"}

    assert not any(
        word in path for path in changing for word in ("take", "release", "away", "thread", "logout", "{action}")
    )


@pytest.mark.parametrize("form", ["", "0" * 64, None])
def test_a_form_without_the_token_of_its_session_changes_nothing(desk, case_id, form):
    fields = {"purpose": "first_look", **({} if form is None else {"form": form})}

    assert desk.post(f"/cases/{case_id}/open", data=fields).status_code == 403
    assert desk.get(f"/cases/{case_id}").status_code == 303


def test_every_form_of_staff_needs_the_token(app, desk):
    for path, method in _routes(app):
        if method == "POST" and path not in NOT_GUARDED:
            assert desk.post(_address(path), data={"purpose": "first_look"}).status_code == 403, path


def test_the_token_of_another_session_is_not_taken(desk_of, desk, home, case_id):
    other = form_of(desk_of(home.enrol("bob")).get("/").text)

    assert desk.post(f"/cases/{case_id}/open", data={"form": other, "purpose": "first_look"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},  # another service on the same domain
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "", "origin": "http://127.0.0.1:8081"},
        {"sec-fetch-site": "cross-site", "origin": "http://127.0.0.1:8081"},
    ],
)
def test_a_form_sent_by_another_site_is_refused(desk, case_id, headers):
    fields = {"form": form_of(desk.get("/").text), "purpose": "first_look"}

    assert desk.post(f"/cases/{case_id}/open", data=fields, headers=headers).status_code == 403


def test_a_browser_that_says_nothing_of_where_a_form_comes_from_is_refused(browser_of, ada):
    browser = browser_of(accept="text/html")
    fields = {"form": form_of(browser.get("/login").text), "login": "ada", "password": "x", "code": "1"}

    assert browser.post("/login", data=fields).status_code == 403
    assert browser.post("/login", data=fields, headers={"origin": "https://evil.example"}).status_code == 403
    assert browser.post("/login", data=fields, headers={"origin": "http://127.0.0.1:8081"}).status_code == 401


def test_the_login_form_needs_its_own_token_too(browser_of, ada):
    assert browser_of().post("/login", data={"login": "ada", "password": "x", "code": "1"}).status_code == 403


@pytest.mark.parametrize("path", ["/login", "/enrol", "/nowhere", "/static/desk.css", "/static/nothing", "/"])
def test_every_answer_carries_the_headers(browser_of, path):
    headers = browser_of().get(path).headers

    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


def test_no_page_holds_a_script_or_style_of_its_own(opened, case_id, browser_of):
    pages = [opened.get("/").text, opened.get(f"/cases/{case_id}").text, browser_of().get("/enrol").text]

    for page in pages:
        assert not re.search(r"<style|<script(?! src=\"/static/)|\sstyle=|\son[a-z]+=|https?://[^\"<]*\.(js|css)", page)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(home, ada):
    browser = Browser(build_app(home.services(secure_cookies=True)))
    page = browser.get("https://desk.example/login")
    cookie = page.headers["set-cookie"]
    form = form_of(page.text)
    fields = {"form": form, "login": "ada", "password": PASSWORD, "code": ada.fresh_code()}
    answer = browser.post("https://desk.example/login", data=fields)
    browser.close()

    for header in (cookie, answer.headers["set-cookie"]):
        assert header.startswith("__Host-desk")
        for attribute in ("HttpOnly", "Secure", "SameSite=strict", "Path=/"):
            assert attribute in header
        assert "Domain" not in header
    assert "max-age" in answer.headers["strict-transport-security"]


def test_a_body_beyond_the_limit_is_refused(desk):
    assert desk.post("/logout", data={"form": "x" * 70_000}).status_code == 413


def test_a_body_that_trickles_in_does_not_hold_its_place_for_ever(desk, monkeypatch):
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)

    async def trickle():
        for part in (b"form=", b"slow"):
            await asyncio.sleep(0.04)
            yield part

    assert desk.post("/logout", content=trickle()).status_code == 408


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join(b"a=b" for _ in range(50)), b"form=%ff%fe"])
def test_a_malformed_body_is_refused(desk, body):
    headers = {"content-type": "application/x-www-form-urlencoded"}

    assert desk.post("/logout", content=body, headers=headers).status_code == 403


def test_logging_out_ends_the_session_for_every_copy_of_the_cookie(desk, browser_of):
    copied = desk.cookies["desk"]
    desk.post("/logout", data={"form": form_of(desk.get("/").text)})
    thief = browser_of()
    thief.cookies.set("desk", copied)

    assert thief.get("/").headers["location"] == "/login"


def test_logging_in_again_ends_the_session_that_this_browser_had(desk, browser_of, ada):
    copied = desk.cookies["desk"]
    fields = {"form": form_of(desk.get("/enrol").text), "login": "ada", "password": PASSWORD}
    assert desk.post("/login", data={**fields, "code": ada.fresh_code()}).headers["location"] == "/"
    thief = browser_of()
    thief.cookies.set("desk", copied)

    assert desk.get("/").status_code == 200
    assert thief.get("/").headers["location"] == "/login"


def test_a_failure_logs_its_class_and_shows_nothing(home, desk_of, ada, app):
    desk = desk_of(ada)
    home.databases.cases.dispose()
    with home.databases.cases.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE step RENAME TO elsewhere")

    with capture_logs() as logs:
        answer = desk.get("/")

    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert "elsewhere" not in answer.text
    assert logs == [{"event": "page_failed", "log_level": "error", "route": "/", "error": "OperationalError"}]


def test_no_word_of_the_person_is_in_an_address(opened, case_id):
    page = opened.get(f"/cases/{case_id}").text
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', page)

    assert all(re.fullmatch(r"[/#?=\w.-]*", address) for address in addresses)
    assert STATEMENT.split()[0] not in " ".join(addresses)


def test_the_enrolment_pages_lead_to_a_login(home, browser_of):
    browser = browser_of()
    link = home.link()
    form = form_of(browser.get("/enrol").text)
    page = browser.post("/enrol", data={"form": form, "secret": link.text, "login": "cleo"}).text
    seed = re.search(r'name="seed" value="([A-Z2-7]+)"', page)[1]
    fields = {"form": form, "secret": link.text, "login": "cleo", "seed": seed, "password": PASSWORD, "again": PASSWORD}

    differ = browser.post("/enrol/keys", data={**fields, "again": "x", "code": "1"})
    done = browser.post("/enrol/keys", data={**fields, "code": pyotp.TOTP(seed).at(home.clock.now)})

    assert differ.status_code == 422
    assert "not the same" in differ.text
    assert re.search(r"(?:[0-9A-Z]{4}-){6}[0-9A-Z]", done.text)
    again = browser.post("/enrol", data={"form": form, "secret": link.text, "login": "cleo"})
    assert "used already" in again.text


@pytest.mark.parametrize("secret", ["", "short", "a" * 43, "<script>", "x" * 100])
def test_a_link_that_is_none_is_told_so(browser_of, secret):
    browser = browser_of()
    form = form_of(browser.get("/enrol").text)

    answer = browser.post("/enrol", data={"form": form, "secret": secret, "login": "cleo"})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "<script>" not in answer.text
