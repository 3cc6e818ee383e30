"""Where it is: sites, links and accounts, and what is still missing for each. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from casework.facts import Act, Place
from casework.interview.draft import Draft
from casework.interview.outcome import Found
from casework.routes import SEARCH_ENGINES

# A link of these kinds names no post, so the site cannot tell what is meant; and what is said of it.
LINK_SAYS: Mapping[str, str] = MappingProxyType(
    {
        "results_page": "link_results_page",
        "home_page": "link_home_page",
        "tool_page": "link_home_page",
        "profile_page": "link_profile_page",
        "private_page": "link_private",
        "private_chat": "link_private",
        "group_page": "link_private",
        "invite": "link_private",
        "story": "link_story",
        "short_link": "link_hidden",
        "redirect": "link_hidden",
        "link_page": "link_hidden",
        "app_link": "link_hidden",
        "local_file": "link_local",
    }
)
POINTS_NOWHERE = frozenset(LINK_SAYS) - {"story"}  # a story is one thing, for as long as it is there
# Whose own address says nothing about who shows it: nobody is written to because of it.
HIDES_ITS_SITE = frozenset({"short_link", "redirect", "link_page", "app_link", "local_file"})
STANDS = frozenset({"places.platform", "places.link", "places.hidden_link"})
STATED = 0.8
NOT_YET = frozenset({Act.THREATENED, Act.EXTORTED})  # of these a place may be where it would come
BY_THE_WAY = 0.6  # less is a likeness alone
LONGEST_NAME = 60  # characters of a site's or an account's name
# «The profile name is quill.fox» gives the name alone.
CALLED = re.compile(
    r"^(?:(?:the|his|her|their|its|is) )*(?:profile|account|user|channel|group|page|nick)"
    r"(?: ?name(?: is| was|:)?|(?: is| was)? called) (?=\S)",
    re.IGNORECASE,
)
IN_NO_NAME = frozenset(
    "is are was were isnt it its there not no dont don't i im i'm i've he she they know have has still what why".split()
)


def add_place(draft: Draft, platform: str, *, url: str | None = None, handle: str | None = None) -> Draft:
    """Add a place, or complete the one of that platform that has neither link nor account yet."""
    places = list(draft.facts.places)
    if url and any(p.url == url for p in places):
        return draft
    for i, place in enumerate(places):
        if place.platform == platform and not (place.url and url) and not (place.handle and handle):
            places[i] = replace(place, url=place.url or url, handle=place.handle or handle)
            return draft.with_facts(places=tuple(places))
    return draft.with_facts(places=(*places, Place(platform=platform, url=url, handle=handle)))


def add_platform(draft: Draft, value: str) -> Draft:
    if any(p.platform == value for p in draft.facts.places):
        return draft
    return add_place(draft, value)


def add_link(draft: Draft, value: str) -> Draft:
    """`value` is "platform url"; the reader names the platform, or the bare domain."""
    platform, _, url = value.partition(" ")
    return add_place(draft, platform, url=url) if url else draft


def add_hidden_link(draft: Draft, url: str) -> Draft:
    """A link that hides where it leads belongs to the one place that has none yet; else it is only talked about."""
    bare = [place for place in draft.facts.places if not place.url]
    if len(bare) != 1 or any(place.url == url for place in draft.facts.places):
        return draft
    filled = replace(bare[0], url=url, actionable=False)
    return draft.with_facts(places=tuple(filled if place is bare[0] else place for place in draft.facts.places))


def note_link(draft: Draft, found: Found) -> Draft:
    """Remember what the link cannot do, and the same link without a share id, to be offered."""
    url = found.value.partition(" ")[2]
    if found.why_not in POINTS_NOWHERE:
        places = tuple(replace(p, actionable=False) if p.url == url else p for p in draft.facts.places)
        draft = draft.with_facts(places=places)
    if found.clean and found.clean != url and (url, found.clean) not in draft.cleaner:
        draft = replace(draft, cleaner=(*draft.cleaner, (url, found.clean)))
    return draft


def clean_links(draft: Draft, *, take_out: bool) -> Draft:
    """Settle the offer: the link without its share id, or as it was given."""
    clean = dict(draft.cleaner) if take_out else {}
    places = tuple(replace(p, url=clean.get(p.url or "", p.url)) for p in draft.facts.places)
    return replace(draft.with_facts(places=places), cleaner=())


def handle_of_last(draft: Draft, value: str) -> Draft:
    """An account belongs to the first place that still lacks one; without a place it is not kept."""
    waiting = lacking(draft)
    at = waiting if waiting is not None else len(draft.facts.places) - 1
    if at < 0 or draft.facts.places[at].handle or draft.facts.places[at].platform in SEARCH_ENGINES:
        return draft
    return at_place(draft, at, handle=value)


def at_place(draft: Draft, at: int, **changes: object) -> Draft:
    places = list(draft.facts.places)
    places[at] = replace(places[at], **changes)  # type: ignore[arg-type]  # fields of Place
    return draft.with_facts(places=tuple(places))


def seen_still(draft: Draft, value: str) -> Draft:
    """Whether it can still be seen, of each place where that was not said yet."""
    known = {"yes": True, "no": False}.get(value)
    places = tuple(replace(p, still_up=known) if p.still_up is None else p for p in draft.facts.places)
    return draft.with_facts(places=places)


def changed_places(before: Sequence[Place], after: Sequence[Place]) -> list[str]:
    """The path of each place that is new or has news; that it is still there, or gone, is one path for all."""
    news = {i: place for i, place in enumerate(after) if place not in before}
    only_seen = {i for i, p in news.items() if any(replace(known, still_up=p.still_up) == p for known in before)}
    return [f"places.{i}" for i in news if i not in only_seen] + ["seen"] * bool(only_seen)


def without_platform(draft: Draft, value: str) -> Draft:
    return draft.with_facts(places=tuple(p for p in draft.facts.places if p.platform != value))


def lacking(draft: Draft) -> int | None:
    """The first place without a usable link or an account that was not asked about yet."""
    asked = draft.answers.get("no_link", "").split(",")
    for at, place in enumerate(draft.facts.places):
        usable = place.handle or (place.url and place.actionable is not False)
        if not usable and f"{place.platform}#{at}" not in asked:
            return at
    return None


def no_link(draft: Draft, at: int) -> Draft:
    """Remember that there is no link to be had for this place."""
    asked = [one for one in draft.answers.get("no_link", "").split(",") if one]
    return draft.answer("no_link", ",".join([*asked, f"{draft.facts.places[at].platform}#{at}"]))


def as_name(text: str) -> str | None:
    """A short text as the name of a site or account; whole sentences are not one."""
    name = CALLED.sub("", " ".join(text.split()), count=1)
    words = name.casefold().split()
    a_sentence = len(words) > 4 or (len(words) > 1 and not IN_NO_NAME.isdisjoint(words))
    return name if 1 < len(name) <= LONGEST_NAME and not a_sentence else None


def shared_where_it_stands(found: tuple[Found, ...]) -> tuple[Found, ...]:
    """«It's on X» names a place, and says by the way that somebody put it there; «he'll post it on X» does not."""
    sure = [one for one in found if one.confidence >= STATED]
    threat = any(one.field == "acts" and one.value in NOT_YET for one in sure)
    if threat or not any(one.field in STANDS for one in sure):
        return found
    return tuple(replace(one, confidence=STATED) if _by_the_way(one) else one for one in found)


def _by_the_way(one: Found) -> bool:
    return (one.field, one.value) == ("acts", Act.SHARED) and BY_THE_WAY <= one.confidence < STATED


def shown_there(draft: Draft, before: Draft, found: tuple[Found, ...]) -> Draft:
    """A link to where it is says that it was shared: without that, the duties of whoever shows it would be lost."""
    told, acts = draft.facts, draft.facts.acts
    news = told.places != before.facts.places or acts != before.facts.acts
    denied = any((one.field, one.value) == ("acts.not", Act.SHARED) for one in found)
    if not (news and acts and any(place.url for place in told.places)) or denied or acts & NOT_YET:
        return draft
    return draft.with_acts(Act.SHARED)
