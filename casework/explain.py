"""What a step rests on, what is unsure about it, who learns what by it, and what can come after. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from casework import rights, validity
from casework.clocks import Moment, day_of
from casework.facts import Facts, IdentityMode, Want
from casework.law import Law, Right
from casework.regulators import COMPLAINTS
from casework.routes import Recipient, Situation, home_authority, situation
from casework.ruletable import FollowUp
from casework.step import Step

CRIMES = "crimes"  # in the place of a right: every offence that these facts show
SURE = "high"
IF_NOBODY_ACTS = ("overdue", "hours_over", "long_silent", "refused")
AFTER_A_COMPLAINT = frozenset({"doc-reminder", "doc-reply"})
BY_DAYS = frozenset({"one_month", "thirty_days"})
OUR_OWN = frozenset({"person", "police", "host"})  # routes on which the letter is handed over by people


@dataclass(frozen=True, kw_only=True)
class Consequence:
    """A choice with two sides: what may happen, and the other ways. `when` is any one of its alternatives."""

    id: str
    title: str
    text: str
    ways: tuple[str, ...]
    when: tuple[Mapping[str, tuple[str, ...]], ...]
    source: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Explanations:
    """The words for all of it, and which letter rests on which rights; read from data/interview."""

    rests_on: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    consequences: tuple[Consequence, ...] = ()
    sources: frozenset[str] = frozenset()  # of consequences, beside those of the law

    def say(self, group: str, key: str) -> str:
        return self.words.get(group, {}).get(key, "")


@dataclass(frozen=True, kw_only=True)
class Article:
    text: str
    address: str | None


@dataclass(frozen=True, kw_only=True)
class Explained:
    """One step, in words for the person."""

    articles: tuple[Article, ...]
    uncertain: tuple[str, ...]
    learns: tuple[str, ...]
    ways: tuple[str, ...]
    due_means: str
    next: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class PlanView:
    """What is being looked at: every step that is shown, and what they come from."""

    steps: tuple[Step, ...]
    view: Situation
    book: Explanations
    claims: Mapping[str, bool]  # every right of the rule table: whether it applies
    reaction: str | None = None  # whether the one who did it may react, as the person said

    @property
    def law(self) -> Law:
        return self.view.law

    @property
    def facts(self) -> Facts:
        return self.view.facts


def plan_view(steps: Iterable[Step], facts: Facts, law: Law, today: Moment, book: Explanations) -> PlanView:
    view = situation(facts, law, day_of(today))
    claims = {claim.right: claim.applies for claim in rights.claims(view)}
    return PlanView(steps=tuple(steps), view=view, book=book, claims=claims)


def explained(step: Step, about: PlanView) -> dict[str, Any]:
    """As plain JSON values, for the turn API and the receipt API."""
    values = asdict(explain(step, about))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def explain(step: Step, about: PlanView) -> Explained:
    rest = tuple(_rights(step, about))
    return Explained(
        articles=tuple(_article(right, about) for right in rest) or _of_the_document(step, about),
        uncertain=tuple(dict.fromkeys(_uncertain(step, rest, about))),
        learns=tuple(_learns(step, about)),
        ways=tuple(_ways(step, about)),
        due_means=about.book.say("due", step.clock or "none") if step.document else "",
        next=tuple(_next(step, about)),
    )


def _rights(step: Step, about: PlanView) -> Iterable[Right]:
    """The verified rights behind a letter that reach where the person lives and that no rule refuses."""
    ruled = about.claims
    for name in about.book.rests_on.get(step.document or "", ()):
        if name == CRIMES:
            yield from (about.law.rights[one] for one in ruled if ruled[one] and about.law.rights[one].crime)
        else:
            right = about.law.rights[name]
            if right.evidence.verified and ruled.get(name, True) and _area(right, about):
                yield right


def _area(right: Right, about: PlanView) -> str | None:
    """The area of the person's for which the right has a text to read."""
    who = about.view.person
    places = (who.country or "", *sorted(who.areas - {who.country}), "*")
    return next((place for place in places if place in right.links), None)


def _article(right: Right, about: PlanView) -> Article:
    area = _area(right, about) or "*"
    word = about.book.say("article", "many" if "," in right.article else "one")
    number = f"{word} {right.article}" if right.article[:1].isdigit() else right.article
    return Article(text=f"{right.law_in(area)}, {number}: {right.title}", address=right.links.get(area))


def _of_the_document(step: Step, about: PlanView) -> tuple[Article, ...]:
    row = about.law.documents.get(step.document or "")
    return (Article(text=row.law, address=None),) if row else ()


def _uncertain(step: Step, rest: Iterable[Right], about: PlanView) -> Iterable[str]:
    say = about.book.say
    for right in rest:
        if say("right", right.id) or right.evidence.confidence != SURE:
            yield say("right", right.id) or say("confidence", right.evidence.confidence)
    recipient = _recipient(step, about)
    if recipient is not None:
        yield from _of_company(recipient, about)
    else:
        yield from _of_authority(step, about)
    row = about.law.documents.get(step.document or "")
    if row and not step.channel and row.route not in OUR_OWN and (recipient is None or recipient.platform):
        yield say("uncertain", "no_channel")


def _recipient(step: Step, about: PlanView) -> Recipient | None:
    return next((each for each in about.view.recipients if each.id == step.recipient_id), None)


def _of_company(recipient: Recipient, about: PlanView) -> Iterable[str]:
    row, controller = recipient.platform, recipient.controller
    if row is None:
        yield about.book.say("uncertain", "unknown_site").format(site=recipient.id)
        return
    unsure = f"controllers.{about.view.person.area}" in row.evidence.unverified_fields
    if controller and (controller.inferred or unsure):
        yield about.book.say("uncertain", "inferred").format(company=controller.entity)
    if controller is None:
        yield about.book.say("uncertain", "no_controller").format(site=row.name.split(" (")[0])


def _of_authority(step: Step, about: PlanView) -> Iterable[str]:
    authority = about.law.authorities.get(step.recipient_id)
    if step.recipient_id.startswith("dsc-") and (authority is None or not authority.evidence.verified):
        yield about.book.say("uncertain", "no_coordinator")
    platforms = (about.law.platforms.get(name) for name in step.about)
    no_lead = any(row is not None and "lead" in row.evidence.unverified_fields for row in platforms)
    home, _ = home_authority(about.view.person, about.law)
    if no_lead and home is not None and home.id == step.recipient_id and about.view.person.area == "EEA":
        yield about.book.say("uncertain", "no_lead")


def _learns(step: Step, about: PlanView) -> Iterable[str]:
    row = about.law.documents.get(step.document or "")
    if row is None:
        return
    say, everyone = about.book.say, validity.discloses(row, about.facts)
    told = [one for one in everyone if one.audience != "lead_authority" or _is_led(step, about)]
    for one in told:
        what = listed([say("fact", fact) for fact in one.facts], say("list", "and"))
        yield say("learns", "line").format(who=say("audience", one.audience), what=what)
    if not told:
        yield say("learns", "nothing")


def _is_led(step: Step, about: PlanView) -> bool:
    companies = (about.law.platforms.get(name) for name in step.about)
    return any(row is not None and row.lead for row in companies)


def _ways(step: Step, about: PlanView) -> Iterable[str]:
    """The ways to stay unnamed that the person does not go already."""
    row = about.law.documents.get(step.document or "")
    if row is None:
        return
    mode, say = about.facts.identity.mode, about.book.say
    if row.requires.name == "legal":
        yield say("ways", "legal")
    elif row.anonymous and mode is not IdentityMode.ANONYMOUS:
        yield f"{say('ways', 'anonymous')} {row.anonymous}"
    elif row.pseudonym and not row.anonymous and mode is not IdentityMode.PSEUDONYM:
        yield f"{say('ways', 'pseudonym')} {row.pseudonym}"


def _next(step: Step, about: PlanView) -> Iterable[str]:
    """What the law opens when nobody acts, by the table of follow-ups; and what the plan has waiting for this one."""
    found: dict[str, list[str]] = {}
    for rule in about.law.follow_ups:
        if step.document in rule.after and _can_follow(rule, step, about):
            for word in _words_of(rule, step):
                found.setdefault(word, []).append(about.law.documents[rule.document].title)
    for word in _words_before_the_authority(step):
        found.setdefault(word, []).extend(_authority(about))
    for other in about.steps:
        if step.id in other.after and other.document:
            found.setdefault("after", []).append(about.law.documents[other.document].title)
    for word, titles in found.items():
        yield f"{about.book.say('when', word)} {listed(list(dict.fromkeys(titles)), about.book.say('list', 'or'))}."


def _words_before_the_authority(step: Step) -> Iterable[str]:
    """A complaint to the company that is not met opens the authority; so does whatever follows on it."""
    if step.document in COMPLAINTS:
        return ("overdue", "refused")
    return ("after",) if step.document in AFTER_A_COMPLAINT else ()


def _authority(about: PlanView) -> Iterable[str]:
    document = {"GB": "doc-ico", "EEA": "doc-art77"}.get(about.view.person.area)
    return (about.law.documents[document].title,) if document else ()


def _words_of(rule: FollowUp, step: Step) -> Iterable[str]:
    """A letter that may take a month is late by the month, all others by hours; those words speak of a no as well."""
    by_days = step.clock in BY_DAYS
    words = [word for word in IF_NOBODY_ACTS if word in rule.when and word != ("hours_over" if by_days else "overdue")]
    return [word for word in words if word != "refused" or "hours_over" not in words]


def _can_follow(rule: FollowUp, step: Step, about: PlanView) -> bool:
    who, recipient = about.view.person, _recipient(step, about)
    wanted = about.facts.wants or frozenset({Want.ERASE})
    if (rule.where and not rule.where & who.areas) or (rule.wants and not rule.wants & wanted):
        return False
    if not about.law.documents[rule.document].evidence.verified:
        return False
    if rule.to == "search":
        return any(each.platform and each.platform.kind == "search" for each in about.view.recipients)
    if rule.to == "host":
        return recipient is not None and recipient.platform is None
    if rule.known and (recipient is None or recipient.platform is None):
        return False
    return not rule.duty or (recipient is not None and rule.duty in recipient.roles)


def listed(names: list[str], joiner: str) -> str:
    *first, last = names
    return f"{', '.join(first)} {joiner} {last}" if first else last
