"""The conversation without scripts: forms, a cookie, redirects; the same turns as everywhere else."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import httpx
import pytest

from bot.web.plain import COOKIE
from tests.conversations.talk import House

SECRET = "marmalade-kestrel-forty"
OWN = {"sec-fetch-site": "same-origin"}


@dataclass
class Forms:
    """A browser that runs no scripts and sends what its forms hold."""

    house: House
    cookie: str = ""
    page: str = ""

    def send(self, method: str, path: str, **given: object) -> httpx.Response:
        headers = {**OWN, "cookie": f"{COOKIE}={self.cookie}" if self.cookie else "", **dict(given.pop("headers", {}))}  # type: ignore[call-overload]
        answer = self.house.client.request(method, path, headers=headers, **given)
        for line in answer.headers.get_list("set-cookie"):
            self.cookie = line.split(";")[0].partition("=")[2].strip('"')
        return answer

    def go(self, path: str, **fields: str) -> httpx.Response:
        """Send a form, follow its redirect on this site, and keep the page."""
        answer = self.send("POST", path, data=fields)
        if answer.status_code == 303 and answer.headers["location"].startswith("/plain"):
            answer = self.send("GET", "/plain")
        self.page = answer.text
        return answer

    @property
    def turn(self) -> str:
        return re.findall(r'name="turn" value="([^"]+)"', self.page)[-1]

    @property
    def choices(self) -> dict[str, str]:
        found = re.findall(r'name="choice" value="([^"]+)">([^<]*)<', self.page)
        return {html.unescape(label): mark for mark, label in found}

    def say(self, words: str) -> httpx.Response:
        return self.go("/plain/say", turn=self.turn, text=words)

    def tap(self, part: str) -> httpx.Response:
        label = next(label for label in self.choices if part in label)
        return self.go("/plain/say", turn=self.turn, choice=self.choices[label])


@pytest.fixture
def forms(house: House) -> Forms:
    return Forms(house)


@pytest.fixture
def talking(forms: Forms) -> Forms:
    forms.go("/plain/begin")
    return forms


def test_a_look_at_the_page_begins_nothing(forms: Forms) -> None:
    answer = forms.send("GET", "/plain")

    assert answer.status_code == 200
    assert 'action="/plain/begin"' in answer.text
    assert "set-cookie" not in answer.headers


def test_the_cookie_is_bound_to_this_host_and_ends_with_the_browser(forms: Forms) -> None:
    line = forms.send("POST", "/plain/begin").headers["set-cookie"].casefold()

    assert line.startswith("__host-")
    assert {"httponly", "secure", "samesite=strict", "path=/"} <= {part.strip() for part in line.split(";")}
    assert "max-age" not in line
    assert "expires" not in line
    assert "domain" not in line


def test_typed_and_tapped_answers_lead_on_and_the_talk_stays_on_the_page(talking: Forms) -> None:
    talking.tap("Yes")
    talking.say(f"Someone made fakes of me and put them on a site, {SECRET}. I live in Germany.")

    assert SECRET in talking.page
    assert talking.choices
    assert talking.send("GET", "/plain").text.count(SECRET) == talking.page.count(SECRET)


def test_a_form_sent_twice_counts_once(talking: Forms) -> None:
    turn, words = talking.turn, "hello, I need help please"
    talking.go("/plain/say", turn=turn, text=words)
    once = talking.page

    talking.go("/plain/say", turn=turn, text=words)

    assert talking.page.count(words) == once.count(words) == 1


def test_what_is_too_long_is_not_lost(talking: Forms) -> None:
    words = f"{SECRET} " * 1_000

    answer = talking.say(words)

    assert answer.status_code == 413
    assert "two parts" in answer.text
    assert SECRET in answer.text
    assert talking.turn


def test_an_answer_of_before_is_refused_kindly(talking: Forms) -> None:
    old = talking.choices
    talking.tap("Yes")

    answer = talking.go("/plain/say", turn="another", choice=next(iter(old.values())))

    assert answer.status_code == 409
    assert "no longer open" in answer.text
    assert talking.choices


def test_what_they_write_is_only_text_on_the_page(talking: Forms) -> None:
    talking.say("<script>alert(1)</script> </textarea><form action=//evil.example> hello")

    assert "<script" not in talking.page
    assert "<form action=//evil" not in talking.page


def test_exit_deletes_the_talk_and_the_cookie_and_leads_away(talking: Forms, house: House) -> None:
    talking.say(f"please delete nothing yet, {SECRET}")
    before = talking.cookie

    answer = talking.send("POST", "/plain/exit")

    assert answer.status_code == 303
    assert answer.headers["clear-site-data"] == '"cache"'
    assert talking.cookie == ""
    talking.cookie = before
    assert SECRET not in talking.send("GET", "/plain").text


def test_a_pause_shows_its_code_once_and_lets_the_cookie_go(talking: Forms) -> None:
    talking.tap("Yes")
    talking.say("pause")
    if not re.search(r'class="code"', talking.page):
        talking.tap("ause")
    code = html.unescape(re.findall(r'class="code" translate="no">([^<]+)<', talking.page)[0])

    assert talking.cookie == ""
    assert talking.go("/plain/resume", code=code).status_code == 200
    assert talking.choices
    assert talking.go("/plain/resume", code=code).status_code == 404


@pytest.mark.parametrize("path", ["begin", "resume", "say", "exit"])
@pytest.mark.parametrize(
    "headers", [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "none"}, {"sec-fetch-site": "same-site"}]
)
def test_a_form_of_another_site_does_nothing(talking: Forms, path: str, headers: dict[str, str]) -> None:
    answer = talking.send("POST", f"/plain/{path}", headers=headers, data={})

    assert answer.status_code == 403
    assert talking.send("GET", "/plain").text.count('action="/plain/say"') >= 1


def test_without_fetch_metadata_the_origin_must_be_ours(house: House) -> None:
    ask = house.client.request

    assert ask("POST", "/plain/begin", headers={"origin": "https://evil.example"}).status_code == 403
    assert ask("POST", "/plain/begin", headers={"origin": "http://intake.example"}).status_code == 303
    assert ask("POST", "/plain/begin", headers={"origin": "null"}).status_code == 303


@pytest.mark.parametrize(
    "data", [{}, {"text": "hi"}, {"turn": "t"}, {"turn": "t", "text": "a", "choice": "b"}, {"turn": "t", "text": "a", "more": "b"},
             {"turn": "t" * 101, "text": "a"}],
)  # fmt: skip
def test_a_broken_form_gets_a_clear_answer(talking: Forms, data: dict[str, str]) -> None:
    assert talking.send("POST", "/plain/say", data=data).status_code == 400


def test_a_body_that_is_no_form_is_refused(talking: Forms) -> None:
    assert talking.send("POST", "/plain/say", json={"turn": "t", "text": "a"}).status_code == 415
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert talking.send("POST", "/plain/say", content=b"turn=%ff&text=a", headers=kind).status_code == 400
    assert talking.send("POST", "/plain/say", content=b"text=" + b"a" * 300_000, headers=kind).status_code == 413


def test_whoever_comes_without_a_talk_is_told_and_can_begin(forms: Forms) -> None:
    answer = forms.send("POST", "/plain/say", data={"turn": "t", "text": SECRET})

    assert answer.status_code == 410
    assert 'action="/plain/begin"' in answer.text


def test_a_page_that_refuses_a_form_says_what_to_do(talking: Forms) -> None:
    assert "go back one page" in talking.send("POST", "/plain/say", data={}).text


def test_whoever_goes_on_with_a_code_leaves_no_open_talk_behind(talking: Forms) -> None:
    talking.tap("Yes")
    talking.say("pause")
    if not re.search(r'class="code"', talking.page):
        talking.tap("ause")
    code = html.unescape(re.findall(r'class="code" translate="no">([^<]+)<', talking.page)[0])
    talking.go("/plain/begin")
    open_before = talking.cookie

    talking.go("/plain/resume", code=code)

    assert talking.choices
    talking.cookie = open_before
    assert 'action="/plain/say"' not in talking.send("GET", "/plain").text
