"""A document without one of its legal elements may be treated as if it had never been sent."""

from __future__ import annotations

import pytest

ELEMENTS = [
    # Article 17, with 19 and 12
    ("doc-art17", "controller and officer", ["To: X Internet Unlimited Company", "Data Protection Officer"]),
    ("doc-art17", "who writes and where to answer", ["{{name}}", "{{email}}", "address below"]),
    ("doc-art17", "the person depicted", ["I am the person whom the imagery described below shows or appears to show"]),
    ("doc-art17", "neutral description, no image", ["synthetic intimate imagery", "I attach no image"]),
    ("doc-art17", "grounds", ["Article 17(1)(d)", "Article 17(1)(c)", "Article 21(1)", "Article 9(1)"]),
    ("doc-art17", "scope", ["every copy, thumbnail", "cached version", "derived", "embedding", "prompt", "train"]),
    ("doc-art17", "block hash stays", ["except a hash that you keep only to block it"]),
    ("doc-art17", "other recipients", ["Articles 17(2) and 19", "tell me who they are"]),
    ("doc-art17", "evidence is kept", ["Article 18(1)(b) and (c)", "log data", "locked"]),
    ("doc-art17", "identity", ["Article 12(6)", "reasonable doubts", "full identity document"]),
    ("doc-art17", "deadline and refusal", ["within one month", "your reasons", "how I can complain (Article 12(4)"]),
    # Article 21
    ("doc-art21", "processing objected to", ["generation", "display", "training"]),
    ("doc-art21", "legal basis", ["legitimate interests (Article 6(1)(f))"]),
    ("doc-art21", "particular situation", ["My grounds relate to my particular situation"]),
    ("doc-art21", "compelling grounds", ["compelling legitimate grounds"]),
    ("doc-art21", "what follows", ["Article 17(1)(c)", "Article 18(1)(d)"]),
    # Article 18
    ("doc-art18", "take offline", ["What to take offline now", "inaccessible to everyone outside"]),
    (
        "doc-art18",
        "keep locked",
        ["identifiers of every account", "log data", "prompts", "timestamps", "each original"],
    ),
    ("doc-art18", "reasons", ["Article 18(1)(b)", "Article 18(1)(c)", "police", "oppose the erasure"]),
    ("doc-art18", "before lifting", ["tell me before you lift the restriction", "Article 18(3)"]),
    # Article 15
    ("doc-art15", "confirmation", ["confirm whether you process personal data about me"]),
    ("doc-art15", "source", ["source of my data", "Article 15(1)(g)"]),
    ("doc-art15", "recipients", ["every recipient", "actual identity"]),
    ("doc-art15", "prompts", ["every prompt or request", "date", "account identifiers"]),
    ("doc-art15", "training", ["train or improve a model", "safeguards"]),
    ("doc-art15", "retention and transfers", ["how long you will keep", "third country"]),
    ("doc-art15", "automated decisions", ["automated means alone"]),
    ("doc-art15", "no copies", ["DO NOT SEND ME COPIES OF THE INTIMATE IMAGES", "unless I ask you"]),
    ("doc-art15", "UK search", ["reasonable and proportionate search"]),
    # Section 164A
    ("doc-s164A", "says what it is", ["This is a complaint under section 164A of the Data Protection Act 2018"]),
    ("doc-s164A", "own data", ["It concerns my own personal data"]),
    ("doc-s164A", "infringement", ["Article 5(1)(a)", "Article 6", "Article 9", "infringes the UK GDPR"]),
    ("doc-s164A", "what I want", ["What I want", "erase the imagery"]),
    (
        "doc-s164A",
        "clock",
        ["within 30 days", "22 December 2026", "without undue delay", "progress and of the outcome"],
    ),
    ("doc-s164A", "their form", ["complaint form of your own", "e-mail or post counts the same"]),
    # Section 165
    ("doc-ico", "name and e-mail", ["Name: {{name}}", "E-mail: {{email}}", "Postal address (optional)"]),
    ("doc-ico", "adjustments", ["Needs or adjustments"]),
    ("doc-ico", "organisation", ["The organisation", "X Internet Unlimited Company"]),
    ("doc-ico", "what happened", ["What happened", "section 165"]),
    ("doc-ico", "dates", ["Dates of the key events", "22 November 2026"]),
    ("doc-ico", "harm", ["The harm to me"]),
    ("doc-ico", "enclosures", ["copy of my complaint to the organisation, and of every answer"]),
    # Article 77
    ("doc-art77", "identity", ["Name: {{name}}", "E-mail: {{email}}"]),
    ("doc-art77", "competence", ["habitual residence in France"]),
    ("doc-art77", "controller and establishment", ["X Internet Unlimited Company", "Dublin 2"]),
    ("doc-art77", "articles", ["Article 5(1)(a)", "Article 6", "Article 9"]),
    ("doc-art77", "prior contact", ["My contact with the controller"]),
    ("doc-art77", "what I ask", ["Please order the controller to erase"]),
    ("doc-art77", "language", ["in French"]),
    (
        "doc-art77",
        "sharing my identity",
        ["lead authority", "give my name and my contact details to the controller only so far"],
    ),
    # Section 20A(2): five elements
    (
        "doc-osa20A",
        "1 intimate image content",
        ["I declare that the content identified below is intimate image content"],
    ),
    ("doc-osa20A", "2 the subject", ["I declare that I am the subject of that content"]),
    ("doc-osa20A", "3 good faith and truth", ["good faith", "true to the best of my knowledge and belief"]),
    ("doc-osa20A", "4 where it is", ["https://x.com/someone/status/1234567890123456789"]),
    ("doc-osa20A", "5 contact", ["E-mail: {{email}}"]),
    ("doc-osa20A", "48 hours", ["48 hours", "same or substantially the same content", "section 21(2A)"]),
    # Article 16(2)(a) to (d)
    ("doc-dsa16", "(a) why", ["(a) Why the content is illegal", "Articles 5(1)(a) and 6", "Directive (EU) 2024/1385"]),
    ("doc-dsa16", "(b) where", ["(b) Where the content is", "https://x.com/someone/status/1234567890123456789"]),
    ("doc-dsa16", "(c) who", ["(c) Who gives this notice", "Name: {{name}}", "E-mail: {{email}}"]),
    ("doc-dsa16", "(d) good faith", ["bona fide belief", "accurate and complete"]),
    # TAKE IT DOWN Act: four elements
    ("doc-tida", "1 signature", ["Signed: {{signature}}"]),
    ("doc-tida", "2 what and where", ["intimate imagery", "https://x.com/someone/status/1234567890123456789"]),
    ("doc-tida", "3 good faith", ["believe in good faith", "not consensual", "I did not agree to it"]),
    ("doc-tida", "4 contact", ["E-mail: {{email}}"]),
    ("doc-tida", "48 hours and copies", ["48 hours", "known identical copies"]),
    ("doc-ncii-report", "rule, place, consent", ["your own policy", "https://x.com/", "without my consent"]),
    (
        "doc-ofcom",
        "service and report",
        ["The service is X", "What I reported", "I send no images", "handling of reports"],
    ),
    ("doc-dsc", "recipient and article", ["located in Ireland", "Article 16 of the Regulation", "copy of my notice"]),
    (
        "doc-authority",
        "who, for whom, what, until when",
        ["I, {{name}}, authorise {{authority}}", "This authority lasts"],
    ),
    ("doc-authority", "signed", ["Signed: {{signature}}"]),
]


@pytest.mark.parametrize(("document", "element", "phrases"), ELEMENTS, ids=[f"{d}: {e}" for d, e, _ in ELEMENTS])
def test_each_element_of_the_law_is_there(write, document, element, phrases):
    text = write(document).text

    missing = [phrase for phrase in phrases if phrase not in text]

    assert not missing, element


def test_a_letter_for_someone_else_says_who_signs(write):
    for document in ("doc-art17", "doc-osa20A", "doc-tida", "doc-ico", "doc-ncii-report"):
        made = write(document, person={"acting_for": "other"})

        assert "authority" in made.needs_identity, document

    assert "made on behalf of the subject" in write("doc-osa20A", person={"acting_for": "other"}).text


def test_a_letter_that_the_host_sends_says_so(write):
    text = write("doc-art17", step={"mode": "host"}).text

    assert "At my request, {{authority}} sends this letter for me." in text


def test_xai_is_held_to_the_basis_that_it_names_itself(write):
    named = "You name legitimate interests"

    assert named in write("doc-art21", "xai", generator="xai_app").text
    assert named not in write("doc-art21", "x", generator="x_grok").text


def test_the_representative_is_the_one_where_the_person_lives(write):
    uk, de = (write("doc-art17", "xai", person={"country": c}, generator="xai_app").text for c in ("GB", "DE"))

    assert "Hampshire" in uk and "Article 27 UK GDPR" in uk
    assert "Dublin" in de and "Hampshire" not in de


def test_a_uk_person_may_complain_to_the_irish_authority_about_a_company_in_dublin(write):
    text = write("doc-art77", "dpa-ie", person={"country": "GB"}).text

    assert "the controller is established in your country" in text
    assert "I live in the United Kingdom" in text
    assert "UK GDPR" not in text


def test_earlier_reports_are_told_with_date_and_reference(write):
    earlier = {
        "kind": "platform",
        "to": "x",
        "document": "doc-s164A",
        "sent_on": "2026-10-08",
        "reference": "AB {{name}} 1",
    }

    text = write("doc-ico", prior=[earlier | {"answer": "refused"}]).text

    assert "On 8 October 2026 I complained to X Internet Unlimited Company under section 164A" in text
    assert "The answer was a refusal." in text
    assert "AB {{name}} 1" in text


def test_a_report_to_someone_else_is_not_told(write):
    text = write("doc-art17", prior=[{"kind": "platform", "to": "reddit", "sent_on": "2026-10-08"}]).text

    assert "October" not in text
