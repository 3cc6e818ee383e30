"""The importer that a training reads through: Rasa's own examples, read once."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.importers.rasa import RasaFileImporter

from bot.understanding.importing import ReadOnce

ROOT = Path(__file__).parents[3]
# Of Rasa's own check of its YAML.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")


def placed(folder: Path) -> tuple[str, str, list[str]]:
    nlu = folder / "nlu.yml"
    nlu.write_text(
        'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello you\n    - good day\n', encoding="utf-8"
    )
    return str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(nlu)]


def test_the_examples_are_rasas_own_and_the_files_are_read_once(tmp_path: Path) -> None:
    places = placed(tmp_path)
    ours = ReadOnce(*places)
    first = ours.get_nlu_data()
    (tmp_path / "nlu.yml").unlink()

    assert ours.get_nlu_data("en") is first
    assert [one.get("text") for one in first.intent_examples] == ["hello you", "good day"]


def test_whoever_merges_them_leaves_them_as_they_were(tmp_path: Path) -> None:
    config, domain, files = placed(tmp_path)
    whole = TrainingDataImporter.load_from_config(config, domain, files)
    before = whole.get_nlu_data().fingerprint()

    assert whole.get_nlu_data("en").fingerprint() == before
    assert RasaFileImporter(config, domain, files).get_nlu_data().fingerprint() != before  # Rasa added its own
