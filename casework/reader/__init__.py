"""A person's words to facts, each with the characters that show it. Importing this loads nothing heavy."""

from __future__ import annotations

from casework.reader.finding import FACT, Finding
from casework.reader.reader import Reader, load_reader, load_trained_reader, read_to_dict

__all__ = ["FACT", "Finding", "Reader", "load_reader", "load_trained_reader", "read_to_dict"]
