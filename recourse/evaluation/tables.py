"""Figures as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

Figures = Mapping[str, Any]


def percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def show_own(own: Figures, console: Console) -> None:
    for table in (_overall(own), _by_intent(own["intents"]), _by_field(own["facts"]), _by_kind(own["safety"])):
        console.print(table)
    console.print(f"{own['left_out']} lines that the training data holds as well were left out.")


def show_sets(results: Iterable[Figures], console: Console) -> None:
    table = Table()
    table.add_column("set", overflow="fold")
    for heading in ("taught", "tested", "foreign", "top", "in", "out", "ECE", "s"):
        table.add_column(heading, no_wrap=True, justify="right")
    for one in results:
        table.add_row(
            one["set"],
            *(str(one[key]) for key in ("taught", "messages", "out_of_scope_messages")),
            *(percent(one[key]) for key in ("top_accuracy", "in_scope_accuracy", "out_of_scope_recall")),
            percent(one["calibration_error"]),
            f"{sum(one['seconds'].values()):.1f}",
        )
    console.print(table)
    console.print(
        "top: accuracy before anything is kept out; in, out: in-scope accuracy, out-of-scope recall at the gate."
    )


def _overall(own: Figures) -> Table:
    table = Table("what", "measured")
    for what, value in [*intent_rows(own["intents"]), *reader_rows(own), *latency_rows(own["latency_ms"])]:
        table.add_row(what, value)
    return table


def intent_rows(intents: Figures) -> Iterable[tuple[str, str]]:
    ours, foreign = intents["messages"] - intents["out_of_scope_messages"], intents["out_of_scope_messages"]
    yield f"intent accuracy, {ours} messages", percent(intents["in_scope_accuracy"])
    yield "the same before the out-of-scope decision", percent(intents["top_accuracy"])
    yield f"out-of-scope recall, {foreign} messages", percent(intents["out_of_scope_recall"])
    for fixed, found in intents["at_fixed_accuracy"].items():
        recall = f"{percent(found['out_of_scope_recall'])} (floor {found['floor']:.2f})" if found else "not reached"
        yield f"out-of-scope recall at accuracy {fixed}", recall
    yield "asked back which of two was meant", percent(intents["asked_back"]["share"])
    yield "asked back: the right one is among them", percent(intents["asked_back"]["right_among_two"])
    too = intents["with_lines_taught_too"]
    yield "with the lines taught too: intent accuracy", percent(too["in_scope_accuracy"])
    yield "with the lines taught too: out-of-scope recall", percent(too["out_of_scope_recall"])
    yield "calibration error (ECE)", percent(intents["calibration_error"])


def reader_rows(own: Figures) -> Iterable[tuple[str, str]]:
    facts, safety = own["facts"], own["safety"]
    yield f"facts, F1 over all fields, {facts['narratives']} narratives", percent(facts["overall"]["f1"])
    yield "links and handles, recall", percent(facts["address_recall"])
    yield "findings with characters that show them", percent(facts["spans_present"])
    yield "right findings that meet the words expected", percent(facts["overall"]["shown"])
    for name, what in (("helped_at_once", "helped at once"), ("heard", "heard")):
        level = safety[name]
        yield f"safety, {what}: recall, {safety['positives']} messages", percent(level["recall"])
        yield f"safety, {what}: by the right kind", percent(level["right_kind"])
        yield f"safety, {what}: false alarms, {safety['ordinary']} messages", percent(level["false_alarms"])


def latency_rows(latency: Figures) -> Iterable[tuple[str, str]]:
    for part in ("encoder", "reader", "classifier"):
        yield f"{part}, a message", f"p50 {latency[part]['p50']:.1f} ms, p95 {latency[part]['p95']:.1f} ms"
    statement = latency["statement"]
    yield f"reader, {statement['characters']:,} characters", f"{statement['once'] / 1000:.2f} s"


def _by_intent(intents: Figures) -> Table:
    table = Table("intent", "F1")
    for label, f1 in sorted(intents["f1"].items(), key=lambda row: row[1]):
        table.add_row(label, percent(f1))
    return table


def _by_field(facts: Figures) -> Table:
    table = Table("field", "F1", "right", "of which asked", "missed", "invented", "shown")
    for name, one in facts["fields"].items():
        numbers = (str(one[key]) for key in ("right", "asked", "missed", "invented"))
        table.add_row(name, percent(one["f1"]), *numbers, percent(one["shown"]))
    return table


def _by_kind(safety: Figures) -> Table:
    table = Table("safety", "lines", "at once", "heard", "any cue heard", "false alarms at once", "false alarms heard")
    for kind, at_once in safety["helped_at_once"]["kinds"].items():
        heard = safety["heard"]["kinds"][kind]
        shares = (at_once["recall"], heard["recall"], heard["any_cue"], at_once["false_alarms"], heard["false_alarms"])
        table.add_row(kind, str(heard["lines"]), *map(percent, shares))
    return table
