"""What an address points at, judged without opening it."""

from __future__ import annotations

import pytest

from casework.reader.links import inspect


@pytest.mark.parametrize(
    ("url", "platform", "actionable", "why_not"),
    [
        ("https://x.com/abc/status/1", "x", True, None),
        ("twitter.com/abc", "x", True, None),
        ("hxxps://x[.]com/abc/status/9", "x", True, None),
        ("https://x.com/search?q=me", "x", False, "results_page"),
        ("https://x.com/home", "x", False, "private_page"),
        ("https://x.com", "x", False, "home_page"),
        ("https://t.co/abc", "x", False, "short_link"),
        ("https://www.instagram.com/p/Cabc/", "meta", True, None),
        ("https://www.instagram.com/explore/tags/x/", "meta", False, "results_page"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.com", "meta", False, "redirect"),
        ("https://vm.tiktok.com/ZMabc/", "tiktok", True, None),
        ("https://www.youtube.com/results?search_query=me", "youtube", False, "results_page"),
        # A results page is a usable link for a search engine, and for no one else.
        ("https://www.google.com/search?q=name", "google_search", True, None),
        ("https://www.google.co.uk/search?q=name", "google_search", True, None),
        ("https://drive.google.com/file/d/1", None, True, None),
        ("https://www.google.com/url?q=https://a.com", "google_search", False, "redirect"),
        ("https://i.redd.it/abc.jpg", "reddit", True, None),
        ("t.me/+abc", "telegram", False, "invite"),
        ("https://grok.com/share/abc", "xai", True, None),
        ("https://bit.ly/abc", None, False, "short_link"),
        ("https://example.org", None, False, "home_page"),
        ("https://example.org/?utm_source=a", None, False, "home_page"),
        ("https://name.tumblr.com", None, True, None),
        # Hosts that only look like the platform.
        ("https://x.com.evil.com/a", None, True, None),
        ("https://x.com@evil.com/a", None, True, None),
        ("https://evil.com/x.com/abc/status/1", None, True, None),
        ("javascript:alert(1)", None, False, "not_an_address"),
        ("http://[::1", None, False, "not_an_address"),
    ],
)
def test_a_link_is_judged_by_what_it_points_at(url: str, platform: str, actionable: bool, why_not: str) -> None:
    link = inspect(url)

    assert (link.platform, link.actionable, link.why_not) == (platform, actionable, why_not)
    assert link.url == url


@pytest.mark.parametrize(
    ("url", "without"),
    [
        ("https://x.com/a/status/1?s=20&t=abc", "https://x.com/a/status/1"),
        ("https://www.instagram.com/p/C/?igsh=abc&img_index=2", "https://www.instagram.com/p/C/?img_index=2"),
        ("https://youtu.be/abc?si=xyz", "https://youtu.be/abc"),
        ("https://www.youtube.com/watch?v=abc&t=10s", None),  # here t is the second that it starts at
        (
            "https://www.reddit.com/r/a/comments/b/c/?share_id=1&utm_medium=x",
            "https://www.reddit.com/r/a/comments/b/c/",
        ),
        ("https://example.org/p?fbclid=1&id=2#top", "https://example.org/p?id=2#top"),
        ("https://example.org/p?id=2", None),
        ("https://x.com/a/status/1", None),
    ],
)
def test_ids_that_name_the_sharer_are_offered_for_removal_and_nothing_else_is(url: str, without: str | None) -> None:
    assert inspect(url).without_tracking == without


@pytest.mark.parametrize(
    ("url", "handle"),
    [
        ("https://x.com/abc/status/1", "abc"),
        ("https://x.com/i/web/status/1", None),
        ("https://www.tiktok.com/@a.b/video/1", "a.b"),
        ("https://www.reddit.com/user/abc", "abc"),
        ("https://www.reddit.com/r/abc/comments/1/t/", None),
        ("https://bsky.app/profile/a.bsky.social/post/3k", "a.bsky.social"),
        ("https://www.instagram.com/p/Cabc/", None),
        ("https://example.org/abc", None),
    ],
)
def test_an_account_is_only_read_where_the_address_names_one(url: str, handle: str | None) -> None:
    assert inspect(url).handle == handle
