"""
What a person told us, as values the law can be applied to. Pure: no I/O, no clock.

`person` is always the person depicted, also when someone acts for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from casework.errors import FactsError
from casework.forms import day, enum, enums, listed, mapping, only, text, truth


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
    EXTENDED = "extended"  # they said that they need up to two further months, Art. 12(3)
    UNKNOWN = "unknown"  # nobody said: nothing follows from it, and no letter claims anything


class Refusal(StrEnum):
    """The reason that a company gave for refusing."""

    IDENTITY = "identity"  # wants proof of who they are
    PUBLIC_INTEREST = "public_interest"
    NOT_US = "not_us"  # says that it is not responsible
    USE_FORM = "use_form"
    FEE = "fee"
    OTHER = "other"  # another reason, or none


class Want(StrEnum):
    ERASE = "erase"
    STOP_PROCESSING = "stop_processing"
    KNOW_WHO = "know_who"
    PRESERVE = "preserve"
    REGULATOR = "regulator"
    POLICE = "police"
    COMPENSATION = "compensation"


class Circumstance(StrEnum):
    """What else they told, for whoever reads the case; no right hangs on it, and no letter claims it."""

    HARM_WORK = "harm_work"  # work, studies, a licence
    HARM_HOME = "harm_home"  # partner, family, where they live
    KNOWS_WHO = "knows_who"  # they know or suspect who did it
    NOT_WHO = "not_who"


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
    host: str | None = None  # who stores an unknown site's pages, when somebody found out


@dataclass(frozen=True, kw_only=True)
class Prior:
    kind: PriorKind
    to: str  # platform or authority id
    document: str | None = None
    sent_on: dt.date | None = None
    answer: Answer = Answer.NONE
    reference: str | None = None
    answered_on: dt.date | None = None
    refusal: Refusal | None = None
    automated: bool | None = None  # a machine alone decided, as far as the person can tell
    take_back: bool = False  # the person wants to withdraw it


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
    circumstances: frozenset[Circumstance] = frozenset()


def facts_from_dict(data: Mapping[str, Any]) -> Facts:
    """
    Read facts from the form of a scenario file.

    Raises
    ------
    FactsError
        A key is unknown or a value is outside its enum; names the path, never the value.
    """
    only(data, "facts", set(Facts.__dataclass_fields__))
    image = data.get("image") or {}
    if isinstance(image, Mapping):
        only(image, "image", {"kind"})
        image = image.get("kind", ImageKind.UNSURE)
    return Facts(
        person=_person(mapping(data.get("person"), "person")),
        acts=frozenset(enums(Act, data.get("acts"), "acts")),
        image=enum(ImageKind, image, "image.kind"),
        places=tuple(_place(p, f"places[{i}]") for i, p in enumerate(listed(data.get("places"), "places"))),
        generator=enum(Generator, data.get("generator", Generator.UNKNOWN), "generator"),
        prior=tuple(_prior(p, f"prior[{i}]") for i, p in enumerate(listed(data.get("prior"), "prior"))),
        wants=frozenset(enums(Want, data.get("wants"), "wants")),
        identity=_identity(mapping(data.get("identity"), "identity")),
        consents=frozenset(text(c, "consents") or "" for c in listed(data.get("consents"), "consents")) - {""},
        circumstances=frozenset(enums(Circumstance, data.get("circumstances"), "circumstances")),
        origins=tuple(
            (str(path), enum(Origin, origin, "origins"))
            for path, origin in mapping(data.get("origins"), "origins").items()
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
        "circumstances": sorted(facts.circumstances),
        "origins": {path: origin.value for path, origin in facts.origins},
    }


def _plain(value: Any) -> dict[str, Any]:
    def one(x: Any) -> Any:
        if isinstance(x, StrEnum):
            return x.value
        return x.isoformat() if isinstance(x, dt.date) else x

    return {name: one(getattr(value, name)) for name in value.__dataclass_fields__}


def _person(data: Mapping[str, Any]) -> Person:
    only(data, "person", set(Person.__dataclass_fields__))
    return Person(
        acting_for=enum(ActingFor, data.get("acting_for", ActingFor.SELF), "person.acting_for"),
        age_now=enum(Age, data.get("age_now", Age.UNSURE), "person.age_now"),
        age_in_image=enum(Age, data.get("age_in_image", Age.UNSURE), "person.age_in_image"),
        # YAML 1.1 reads an unquoted NO (Norway) as false.
        country="NO" if data.get("country") is False else text(data.get("country"), "person.country"),
        uk_nation=text(data.get("uk_nation"), "person.uk_nation"),
        region=text(data.get("region"), "person.region"),
    )


def _place(data: Any, path: str) -> Place:
    data = mapping(data, path)
    only(data, path, set(Place.__dataclass_fields__))
    platform = text(data.get("platform"), f"{path}.platform")
    if not platform or not platform.strip():
        raise FactsError(f"{path}.platform is missing")
    return Place(
        platform=platform,
        url=text(data.get("url"), f"{path}.url"),
        handle=text(data.get("handle"), f"{path}.handle"),
        first_seen=day(data.get("first_seen"), f"{path}.first_seen"),
        still_up=truth(data.get("still_up"), f"{path}.still_up"),
        actionable=truth(data.get("actionable"), f"{path}.actionable"),
        host=text(data.get("host"), f"{path}.host"),
    )


def _prior(data: Any, path: str) -> Prior:
    data = mapping(data, path)
    only(data, path, set(Prior.__dataclass_fields__))
    to = text(data.get("to"), f"{path}.to")
    if not to or not to.strip():
        raise FactsError(f"{path}.to is missing")
    return Prior(
        kind=enum(PriorKind, data.get("kind", PriorKind.PLATFORM), f"{path}.kind"),
        to=to,
        document=text(data.get("document"), f"{path}.document"),
        sent_on=day(data.get("sent_on"), f"{path}.sent_on"),
        answer=enum(Answer, data.get("answer") or Answer.NONE, f"{path}.answer"),
        reference=text(data.get("reference"), f"{path}.reference"),
        answered_on=day(data.get("answered_on"), f"{path}.answered_on"),
        refusal=enum(Refusal, data["refusal"], f"{path}.refusal") if data.get("refusal") else None,
        automated=truth(data.get("automated"), f"{path}.automated"),
        take_back=bool(truth(data.get("take_back"), f"{path}.take_back")),
    )


def _identity(data: Mapping[str, Any]) -> Identity:
    only(data, "identity", set(Identity.__dataclass_fields__))
    return Identity(
        mode=enum(IdentityMode, data.get("mode", IdentityMode.ANONYMOUS), "identity.mode"),
        contact=enum(Contact, data.get("contact", Contact.NONE), "identity.contact"),
    )
