"""A person's words to findings: a blank spaCy pipeline with components of ours, and no model to download."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casework.reader.addresses import AddressFinder
from casework.reader.ages import AgeFinder
from casework.reader.amounts import AmountFinder
from casework.reader.countries import CountryFinder
from casework.reader.cues import CueMatcher, closed, lexicon_of, read_cues
from casework.reader.dates import DateFinder
from casework.reader.finding import Finding
from casework.reader.links import Link, LinkInspector, inspect, platform_names
from casework.reader.platforms import PlatformFinder
from casework.reader.relations import relate
from casework.reader.tokens import Cutter, Lexicon
from casework.reader.wordlists import law_domains, read_data

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

    from casework.reader.linear import Floats
    from casework.reader.signals import SentenceVectors, SignalModel

LONGEST = 20_000  # characters: the statement
_CUE_FILES = ("acts", "wants", "tried", "answers", "tools", "safety", "cries", "acting", "circumstances")


class Reader:
    """Reads one text at a time; holds nothing of it afterwards."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp

    def read(self, text: str, today: dt.date, vector: Floats | None = None) -> tuple[Finding, ...]:
        """
        Return what the words say, in the order of the text.

        `today` is the day on which they were written; `vector` is that of the whole text, where somebody has it
        already. Beyond 20,000 characters nothing is read.
        """
        doc = self._nlp.make_doc(text[:LONGEST])
        doc.user_data |= {"today": today, "vector": vector}
        for _, component in self._nlp.pipeline:
            doc = component(doc)
        return tuple(doc.user_data["findings"])


def load_reader(signals: SignalModel | None = None, encoder: SentenceVectors | None = None) -> Reader:
    """
    Build the reader from data/reader and the domains of data/law. Takes about a second: once per process.

    Without `signals` (nothing is trained yet) it reads by patterns alone.
    """
    import spacy
    from spacy.language import Language
    from spacy.util import registry

    lists = read_data("lists")["lists"]
    contexts = read_data("contexts")
    places = read_data("places")
    spelling = read_data("spellings")
    names = list(platform_names())
    lists["platform"] = sorted({*lists["platform_parts"], *(name for name, _, _ in names if " " not in name)})
    cues = read_cues((read_data(name) for name in _CUE_FILES), lists)
    inspector = LinkInspector(read_data("platforms"), read_data("sites"), law_domains())
    finder = AddressFinder(read_data("domains"), inspector.known_hosts, inspector.schemes)
    spellings = {form: tuple(str(words).split()) for form, words in spelling["spellings"].items()}
    lexicon = Lexicon(lexicon_of(cues), [*map(str, spelling["protected"]), *_place_words(places)])
    cutter = Cutter(finder, spellings, lexicon)

    def cut(name: str) -> tuple[str, ...]:
        return tuple(word.norm for word in cutter.cut(name)[0])

    registry.tokenizers("recourse.words.v1", func=lambda: lambda nlp: _WordTokenizer(nlp.vocab, cutter, lexicon.words))
    nlp = spacy.blank("en", config={"nlp": {"tokenizer": {"@tokenizers": "recourse.words.v1"}}})
    components: Mapping[str, Any] = {
        "recourse_platforms": PlatformFinder(
            inspector, ((cut(name), service, key) for name, service, key in names), contexts["platform"]
        ),
        "recourse_cues": CueMatcher(nlp.vocab, cues),
        "recourse_countries": CountryFinder(places, contexts["country"], cut),
        "recourse_ages": AgeFinder(contexts["age"]),
        "recourse_dates": DateFinder(contexts["date"]),
        "recourse_amounts": AmountFinder(contexts["amount"]),
        **_finders_of(signals, encoder),
        "recourse_relations": relate,
    }
    for name, component in components.items():
        Language.component(name, func=component)
        nlp.add_pipe(name)
    return Reader(nlp)


def _finders_of(signals: SignalModel | None, encoder: SentenceVectors | None) -> dict[str, Any]:
    if signals is None:
        return {}
    from casework.reader.signals import SignalFinder  # numpy: what only reads patterns does without

    return {"recourse_signals": SignalFinder(signals, encoder)}


def load_trained_reader(models: Path) -> Reader:
    """Build the reader with the signals that `recourse train` left in `models`; by patterns alone where it did not."""
    from casework.reader.encoder import shared_encoder
    from casework.reader.signals import FILE, SignalModel

    trained = models / FILE
    return load_reader(SignalModel.load(trained), shared_encoder()) if trained.exists() else load_reader()


def read_to_dict(reader: Reader, text: str, today: dt.date) -> dict[str, Any]:
    """The findings as `recourse read --json` prints them, and what each address in them points at."""
    findings = reader.read(text, today)
    return {
        "findings": [
            {"field": f.field, "value": f.value, "start": f.start, "end": f.end, "confidence": f.confidence}
            for f in findings
        ],
        "links": [
            {"start": f.start, "end": f.end, **_told(inspect(text[f.start : f.end]))}
            for f in findings
            if f.field in {"places.url", "places.unusable"}
        ],
        "text_length": len(text),
    }


def _told(link: Link) -> dict[str, Any]:
    known = dataclasses.asdict(link)
    return {**known, "share": list(link.share)}


class _WordTokenizer:
    """What spaCy calls to make a Doc: our words beside it, and in it only words that a pattern names."""

    def __init__(self, vocab: Vocab, cutter: Cutter, known: frozenset[str]) -> None:
        self._vocab = vocab
        self._cutter = cutter
        self._known = known

    def __call__(self, text: str) -> Doc:
        from spacy.tokens import Doc

        words, _ = self._cutter.cut(text)
        seen = closed(words, self._known)
        doc = Doc(self._vocab, words=seen)
        doc.user_data.update({"text": text, "words": words, "closed": seen, "findings": []})
        return doc


def _place_words(places: Mapping[str, Any]) -> Iterable[str]:
    for part in ("countries", "nations", "demonyms", "national_demonyms", "cities"):
        for row in places[part].values():
            for name in row:
                yield from str(name).split()
