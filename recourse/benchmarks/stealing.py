"""How much of the processor a virtual machine's host kept for others while something was measured."""

from __future__ import annotations

from pathlib import Path

STAT = Path("/proc/stat")
IDLE, WAITING, STOLEN = 3, 4, 7  # places in its first line: proc(5)


def ticks(stat: Path = STAT) -> tuple[int, ...] | None:
    """The clock ticks of all cores since the start, by what they were used for; None where nobody counts them."""
    try:
        name, _, counts = stat.read_text(encoding="ascii").partition("\n")[0].partition(" ")
    except OSError:
        return None
    found = tuple(map(int, counts.split())) if name == "cpu" else ()
    return found if len(found) > STOLEN else None


def stolen(before: tuple[int, ...] | None, after: tuple[int, ...] | None) -> float | None:
    """The share of the time that was wanted and not given, 0 to 1; None where nobody counts it."""
    if before is None or after is None:
        return None
    used = [late - early for early, late in zip(before, after, strict=True)]
    wanted = sum(used[:8]) - used[IDLE] - used[WAITING]  # what guests use is counted in the first two already
    return round(used[STOLEN] / wanted, 3) if wanted else 0.0
