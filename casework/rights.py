"""Applies the rule table: which rights the facts give, which they do not and why. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casework.clocks import TAKEDOWN_HOURS, plus_months
from casework.facts import Answer, Prior, PriorKind
from casework.routes import PUBLISHED, Situation
from casework.ruletable import Condition, ReferralRule, RightRule

Finding = tuple[str, ...]  # the facts a test rests on; empty when it fails
Verdict = tuple[Finding, str | None]  # the facts, or the reason why not
Test = Callable[[Situation, tuple[str, ...]], Finding]
SILENT_WEEK = dt.timedelta(days=7)
TAKEDOWN = dt.timedelta(hours=TAKEDOWN_HOURS)
TAKEDOWN_DOCUMENTS = frozenset({"doc-osa20A", "doc-tida", "doc-dsa16", "doc-ncii-report", "doc-in-grievance"})
DSA_NOTICES = frozenset({"doc-dsa16", "doc-dsa20"})
PATIENCE = dt.timedelta(days=14)  # the DSA says "timely" and names no days: our own choice
ICO_SILENT_MONTHS = 3
ICO = "ico"
SHOWS = frozenset({"hosts", "osa", "dsa", "tida"})  # roles that come from showing the image, not from making it
UNMET = frozenset({Answer.REFUSED, Answer.PARTIAL})


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A right, the facts it rests on or the reason why it does not apply, and where that is written."""

    right: str
    law: str
    article: str
    title: str
    applies: bool
    because: tuple[str, ...]
    why_not: str | None
    source: str
    checked_on: dt.date


def claims(situation: Situation) -> tuple[Claim, ...]:
    """Every right of the rule table, applied or refused, in the table's order."""
    judged: dict[int, Verdict] = {}
    return tuple(_claim(rule, situation, _judged_once(rule, situation, judged)) for rule in situation.law.right_rules)


def _judged_once(rule: RightRule, situation: Situation, judged: dict[int, Verdict]) -> Verdict:
    """Many rights rest on the very same lines; lawbook.py makes those one object."""
    key = id(rule.ways)
    if key not in judged:
        judged[key] = judge(rule.ways, situation)
    return judged[key]


def referrals(situation: Situation) -> tuple[str, ...]:
    """Helplines and authorities to turn to; nothing that is unverified, unless its row says why it may be shown."""
    rules = situation.law.referral_rules
    return tuple(rule.refer for rule in rules if _showable(rule, situation) and _met(rule.ways, situation))


def _claim(rule: RightRule, situation: Situation, verdict: Verdict) -> Claim:
    right = situation.law.rights[rule.right]
    because, why_not = verdict
    if why_not is None and right.in_force and situation.today < right.in_force:
        because, why_not = (), situation.law.names["not_yet"].format(day=f"{right.in_force.day} {right.in_force:%B %Y}")
    return Claim(
        right=right.id,
        law=right.law_in(situation.person.area),
        article=right.article,
        title=right.title,
        applies=why_not is None,
        because=because,
        why_not=why_not,
        source=right.evidence.source[0],
        checked_on=right.evidence.checked_on,
    )


def judge(ways: Iterable[tuple[Condition, ...]], situation: Situation) -> Verdict:
    """The facts that carry one of the ways; or none and the reason of the way that got furthest."""
    furthest, reason = -1, ""
    for way in ways:
        because: list[str] = []
        for passed, line in enumerate(way):
            found = TESTS[line.kind](situation, line.values)
            if not found:
                if passed > furthest:
                    furthest, reason = passed, line.otherwise
                break
            because.extend(found)
        else:
            return tuple(dict.fromkeys(because)), None
    return (), reason


def _met(ways: Iterable[tuple[Condition, ...]], situation: Situation) -> bool:
    return judge(ways, situation)[1] is None


def _showable(rule: ReferralRule, situation: Situation) -> bool:
    law = situation.law
    helpline = law.helplines.get(rule.refer)
    if helpline:
        return helpline.showable and situation.person.country not in helpline.not_in
    return law.authorities[rule.refer].evidence.verified


def _country(situation: Situation, values: tuple[str, ...]) -> Finding:
    person = situation.person
    return (f"person.country: {person.country}",) if person.areas.intersection(values) else ()


def _nation(situation: Situation, values: tuple[str, ...]) -> Finding:
    nation = situation.person.nation
    return (f"person.uk_nation: {nation}",) if nation in values else ()


def _region(situation: Situation, values: tuple[str, ...]) -> Finding:
    region = situation.person.region
    return (f"person.region: {region}",) if region in values else ()


def _path(situation: Situation, values: tuple[str, ...]) -> Finding:
    given = situation.facts.person
    ages = (f"person.age_now: {given.age_now}", f"person.age_in_image: {given.age_in_image}")
    return ages if situation.person.paths.intersection(values) else ()


def _acts(situation: Situation, values: tuple[str, ...]) -> Finding:
    return tuple(f"acts: {act}" for act in sorted(situation.facts.acts.intersection(values)))


def _image(situation: Situation, values: tuple[str, ...]) -> Finding:
    kind = situation.facts.image
    return (f"image.kind: {kind}",) if kind in values else ()


def _tool(situation: Situation, values: tuple[str, ...]) -> Finding:
    tool = situation.facts.generator
    return (f"generator: {tool}",) if tool in values else ()


def _wants(situation: Situation, values: tuple[str, ...]) -> Finding:
    return tuple(f"wants: {want}" for want in sorted(situation.facts.wants.intersection(values)))


def _acting(situation: Situation, values: tuple[str, ...]) -> Finding:
    acting = situation.facts.person.acting_for
    return (f"person.acting_for: {acting}",) if acting in values else ()


def _company(situation: Situation, values: tuple[str, ...]) -> Finding:
    """The companies in one of these roles, with what was done, since that is what gives them the role."""
    mine = [r for r in situation.recipients if r.roles.intersection(values)]
    if not mine:
        return ()
    shown = SHOWS.issuperset(values)
    acts = situation.facts.acts & PUBLISHED if shown else situation.facts.acts
    found = [fact for r in mine for fact in r.because if not (shown and fact.startswith("generator"))]
    return tuple(dict.fromkeys([f"acts: {act}" for act in sorted(acts)] + found))


def _prior(situation: Situation, values: tuple[str, ...]) -> Finding:
    reports = situation.facts.prior
    found = [p for p in reports if any(PRIORS[value](p, situation.today) for value in values)]
    return tuple(dict.fromkeys(f"prior: {p.kind}, {p.answer}" for p in found))


def _silent_week(prior: Prior, today: dt.date) -> bool:
    """Refused, or silent for more than a week: when Report Harmful Content steps in."""
    return prior.kind is PriorKind.PLATFORM and unmet_after(prior, today, SILENT_WEEK)


def _takedown_over(prior: Prior, today: dt.date) -> bool:
    """A takedown report was refused, or its 48 hours are over."""
    takedown = prior.document is None or prior.document in TAKEDOWN_DOCUMENTS
    return prior.kind is PriorKind.PLATFORM and takedown and unmet_after(prior, today, TAKEDOWN)


def unmet_after(prior: Prior, today: dt.date, patience: dt.timedelta) -> bool:
    silent = prior.answer is Answer.NONE and prior.sent_on is not None and today - prior.sent_on > patience
    return prior.answer in UNMET or silent


def _data_authority(prior: Prior, _today: dt.date) -> bool:
    return prior.kind is PriorKind.REGULATOR and (prior.to == ICO or prior.to.startswith("dpa-"))


def _never(_situation: Situation, _values: tuple[str, ...]) -> Finding:
    return ()


def _by_machine(prior: Prior, _today: dt.date) -> bool:
    return prior.kind is PriorKind.PLATFORM and prior.automated is True and prior.answer in UNMET


def _ico_silent(prior: Prior, today: dt.date) -> bool:
    """s.166: three months after the complaint, or after the last word on it."""
    last = prior.answered_on or prior.sent_on
    to_ico = prior.kind is PriorKind.REGULATOR and prior.to == ICO
    return to_ico and last is not None and plus_months(last, ICO_SILENT_MONTHS) < today


def _notice_refused(prior: Prior, _today: dt.date) -> bool:
    return prior.kind is PriorKind.PLATFORM and prior.document in DSA_NOTICES and prior.answer in UNMET


def _notice_unmet(prior: Prior, today: dt.date) -> bool:
    return prior.kind is PriorKind.PLATFORM and prior.document in DSA_NOTICES and unmet_after(prior, today, PATIENCE)


PRIORS: Mapping[str, Callable[[Prior, dt.date], bool]] = MappingProxyType(
    {
        "silent_week": _silent_week,
        "takedown_over": _takedown_over,
        "data_authority": _data_authority,
        "by_machine": _by_machine,
        "ico_silent": _ico_silent,
        "notice_refused": _notice_refused,
        "notice_unmet": _notice_unmet,
    }
)
TESTS: Mapping[str, Test] = MappingProxyType(
    {
        "country": _country,
        "nation": _nation,
        "region": _region,
        "path": _path,
        "acts": _acts,
        "image": _image,
        "tool": _tool,
        "wants": _wants,
        "acting": _acting,
        "company": _company,
        "prior": _prior,
        "never": _never,
    }
)
