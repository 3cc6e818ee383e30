"""
What a person told us, as values the law can be applied to. Pure: no I/O, no clock.

`person` is always the person depicted, also when someone acts for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from casework.errors import FactsError

E = TypeVar("E", bound=StrEnum)


class ActingFor(StrEnum):
    SELF = "self"
    OTHER = "other"


class Age(StrEnum):
    ADULT = "adult"
    CHILD = "child"
    UNSURE = "unsure"


class Act(StrEnum):
    CREATED = "created"
    SHARED = "shared"
    THREATENED = "threatened"
    EXTORTED = "extorted"  # money or more images demanded
    SEARCHABLE = "searchable"  # found in a search engine
    TRAINED_ON = "trained_on"


class ImageKind(StrEnum):
    SYNTHETIC = "synthetic"  # made from nothing but a likeness
    ALTERED = "altered"  # a real photograph, changed
    REAL = "real"
    UNSURE = "unsure"


class Generator(StrEnum):
    """Who runs the tool that made it: the two Groks have different controllers."""

    X_GROK = "x_grok"  # @Grok on X: X Internet Unlimited Company
    XAI_APP = "xai_app"  # grok.com and the Grok app: X.AI LLC
    OTHER = "other"
    UNKNOWN = "unknown"
    NONE = "none"


class PriorKind(StrEnum):
    PLATFORM = "platform"
    REGULATOR = "regulator"
    POLICE = "police"


class Answer(StrEnum):
    NONE = "none"
    REFUSED = "refused"
    PARTIAL = "partial"
    REMOVED = "removed"


class Want(StrEnum):
    ERASE = "erase"
    STOP_PROCESSING = "stop_processing"
    KNOW_WHO = "know_who"
    PRESERVE = "preserve"
    REGULATOR = "regulator"
    POLICE = "police"
    COMPENSATION = "compensation"


class IdentityMode(StrEnum):
    ANONYMOUS = "anonymous"
    PSEUDONYM = "pseudonym"  # no legal name
    NAMED = "named"


class Contact(StrEnum):
    NONE = "none"
    EMAIL = "email"
    PHONE = "phone"
    POST = "post"


class Origin(StrEnum):
    """How a fact came to us."""

    SAID = "said"
    TAPPED = "tapped"
    READ = "read"  # read from their words and confirmed by them


@dataclass(frozen=True, kw_only=True)
class Person:
    acting_for: ActingFor = ActingFor.SELF
    age_now: Age = Age.UNSURE
    age_in_image: Age = Age.UNSURE
    country: str | None = None  # ISO 3166-1 alpha-2
    uk_nation: str | None = None  # ISO 3166-2: GB-ENG, GB-WLS, GB-SCT, GB-NIR
    region: str | None = None  # ISO 3166-2, where a country has regional authorities


@dataclass(frozen=True, kw_only=True)
class Place:
    platform: str  # a platform id of data/law/platforms, or a bare domain
    url: str | None = None  # byte for byte as the person gave it
    handle: str | None = None
    first_seen: dt.date | None = None
    still_up: bool | None = None
    actionable: bool | None = None  # None: not judged yet


@dataclass(frozen=True, kw_only=True)
class Prior:
    kind: PriorKind
    to: str  # platform or authority id
    document: str | None = None
    sent_on: dt.date | None = None
    answer: Answer = Answer.NONE
    reference: str | None = None


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How the person chose to be known; the name and address themselves are sealed apart."""

    mode: IdentityMode = IdentityMode.ANONYMOUS
    contact: Contact = Contact.NONE


@dataclass(frozen=True, kw_only=True)
class Facts:
    person: Person = field(default_factory=Person)
    acts: frozenset[Act] = frozenset()
    image: ImageKind = ImageKind.UNSURE
    places: tuple[Place, ...] = ()
    generator: Generator = Generator.UNKNOWN
    prior: tuple[Prior, ...] = ()
    wants: frozenset[Want] = frozenset()
    identity: Identity = field(default_factory=Identity)
    consents: frozenset[str] = frozenset()  # platform or authority ids
    origins: tuple[tuple[str, Origin], ...] = ()  # ("acts.shared", Origin.READ)


def facts_from_dict(data: Mapping[str, Any]) -> Facts:
    """
    Read facts from the form of a scenario file.

    Raises
    ------
    FactsError
        A key is unknown or a value is outside its enum; names the path, never the value.
    """
    _only(data, "facts", set(Facts.__dataclass_fields__))
    image = data.get("image") or {}
    if isinstance(image, Mapping):
        _only(image, "image", {"kind"})
        image = image.get("kind", ImageKind.UNSURE)
    return Facts(
        person=_person(_mapping(data.get("person"), "person")),
        acts=frozenset(_enums(Act, data.get("acts"), "acts")),
        image=_enum(ImageKind, image, "image.kind"),
        places=tuple(_place(p, f"places[{i}]") for i, p in enumerate(_list(data.get("places"), "places"))),
        generator=_enum(Generator, data.get("generator", Generator.UNKNOWN), "generator"),
        prior=tuple(_prior(p, f"prior[{i}]") for i, p in enumerate(_list(data.get("prior"), "prior"))),
        wants=frozenset(_enums(Want, data.get("wants"), "wants")),
        identity=_identity(_mapping(data.get("identity"), "identity")),
        consents=frozenset(_text(c, "consents") or "" for c in _list(data.get("consents"), "consents")) - {""},
        origins=tuple(
            (str(path), _enum(Origin, origin, "origins"))
            for path, origin in _mapping(data.get("origins"), "origins").items()
        ),
    )


def facts_to_dict(facts: Facts) -> dict[str, Any]:
    """The inverse of `facts_from_dict`: plain JSON values, empty fields kept."""
    return {
        "person": _plain(facts.person),
        "acts": sorted(facts.acts),
        "image": {"kind": facts.image.value},
        "places": [_plain(p) for p in facts.places],
        "generator": facts.generator.value,
        "prior": [_plain(p) for p in facts.prior],
        "wants": sorted(facts.wants),
        "identity": _plain(facts.identity),
        "consents": sorted(facts.consents),
        "origins": {path: origin.value for path, origin in facts.origins},
    }


def _plain(value: Any) -> dict[str, Any]:
    def one(x: Any) -> Any:
        if isinstance(x, StrEnum):
            return x.value
        return x.isoformat() if isinstance(x, dt.date) else x

    return {name: one(getattr(value, name)) for name in value.__dataclass_fields__}


def _person(data: Mapping[str, Any]) -> Person:
    _only(data, "person", set(Person.__dataclass_fields__))
    return Person(
        acting_for=_enum(ActingFor, data.get("acting_for", ActingFor.SELF), "person.acting_for"),
        age_now=_enum(Age, data.get("age_now", Age.UNSURE), "person.age_now"),
        age_in_image=_enum(Age, data.get("age_in_image", Age.UNSURE), "person.age_in_image"),
        # YAML 1.1 reads an unquoted NO (Norway) as false.
        country="NO" if data.get("country") is False else _text(data.get("country"), "person.country"),
        uk_nation=_text(data.get("uk_nation"), "person.uk_nation"),
        region=_text(data.get("region"), "person.region"),
    )


def _place(data: Any, path: str) -> Place:
    data = _mapping(data, path)
    _only(data, path, set(Place.__dataclass_fields__))
    platform = _text(data.get("platform"), f"{path}.platform")
    if not platform:
        raise FactsError(f"{path}.platform is missing")
    return Place(
        platform=platform,
        url=_text(data.get("url"), f"{path}.url"),
        handle=_text(data.get("handle"), f"{path}.handle"),
        first_seen=_date(data.get("first_seen"), f"{path}.first_seen"),
        still_up=_bool(data.get("still_up"), f"{path}.still_up"),
        actionable=_bool(data.get("actionable"), f"{path}.actionable"),
    )


def _prior(data: Any, path: str) -> Prior:
    data = _mapping(data, path)
    _only(data, path, set(Prior.__dataclass_fields__))
    to = _text(data.get("to"), f"{path}.to")
    if not to:
        raise FactsError(f"{path}.to is missing")
    return Prior(
        kind=_enum(PriorKind, data.get("kind", PriorKind.PLATFORM), f"{path}.kind"),
        to=to,
        document=_text(data.get("document"), f"{path}.document"),
        sent_on=_date(data.get("sent_on"), f"{path}.sent_on"),
        answer=_enum(Answer, data.get("answer") or Answer.NONE, f"{path}.answer"),
        reference=_text(data.get("reference"), f"{path}.reference"),
    )


def _identity(data: Mapping[str, Any]) -> Identity:
    _only(data, "identity", set(Identity.__dataclass_fields__))
    return Identity(
        mode=_enum(IdentityMode, data.get("mode", IdentityMode.ANONYMOUS), "identity.mode"),
        contact=_enum(Contact, data.get("contact", Contact.NONE), "identity.contact"),
    )


def _only(data: Mapping[str, Any], path: str, known: set[str]) -> None:
    unknown = sorted(str(key) for key in set(data) - known)
    if unknown:
        raise FactsError(f"{path} has a field that is not known: {', '.join(unknown)}")


def _mapping(value: Any, path: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise FactsError(f"{path} must be a mapping")
    return value


def _list(value: Any, path: str) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list | tuple):
        raise FactsError(f"{path} must be a list")
    return list(value)


def _enum(kind: type[E], value: Any, path: str) -> E:
    try:
        return kind(str(value))
    except ValueError:
        raise FactsError(f"{path} must be one of: {', '.join(kind)}") from None


def _enums(kind: type[E], value: Any, path: str) -> Iterable[E]:
    return [_enum(kind, item, path) for item in _list(value, path)]


def _text(value: Any, path: str) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise FactsError(f"{path} must be text")


def _bool(value: Any, path: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise FactsError(f"{path} must be true or false")


def _date(value: Any, path: str) -> dt.date | None:
    if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
        return value
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise FactsError(f"{path} must be a date like 2026-11-22") from None
