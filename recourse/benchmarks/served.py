"""What people feel: starting, answering, answering many, answering late in a long talk, opening a case."""

from __future__ import annotations

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Mapping

from encryption.token import Token, conversation_keys
from recourse.benchmarks import inside, sizes
from recourse.benchmarks.budget import percentile
from recourse.benchmarks.serving import JOURNEY, Client, Process, circle, home_for, running
from recourse.settings import Settings

Figures = Mapping[str, float]
Say = Callable[[str], None]

CONVERSATIONS = 10
CLIENTS, SECONDS = 16, 20.0
EARLY, LATE, WINDOW = 10, 300, 5  # turns; the median of twice as many around each
LOGINS, PACE_SECONDS = 30, 0.12  # slower than the pace at which codes are taken at all


def measure(settings: Settings, wanted: frozenset[str], say: Say) -> dict[str, Figures]:
    """Every row that needs running processes, on one start of them."""
    found: dict[str, Figures] = {}
    with home_for(settings) as given:
        say("starting intake")
        with running("intake", given) as intake:
            found["start"] = _start(intake)
            say("one client")
            found["turn"] = _turns(intake)
            found["widget"] = sizes.measure_widget(intake.port)
            found["memory-intake"] = {"size": intake.memory_mb()}
            for row, work in (("clients-16", _clients), ("turn-300", _long_talk)):
                if row in wanted:
                    say(f"{row}: up to a minute")
                    found[row] = work(intake.port)
            if "receipt" in wanted:
                say("receipt")
                found["receipt"] = _logins(intake.port, given)
            if "memory-all" in wanted:
                say("desk and worker")
                with running("desk", given) as desk, running("worker", given) as worker:
                    found["memory-all"] = {"size": sum(p.memory_mb() for p in (intake, desk, worker))}
    return found


def _start(intake: Process) -> Figures:
    cpu, client = intake.cpu_seconds(), Client(intake.port)
    first = client.start() + client.say(JOURNEY["conversation"][0])
    client.close()
    return {"ready": intake.ready_seconds, "first answer": intake.ready_seconds + first, "processor": cpu}


def _turns(intake: Process) -> Figures:
    client = Client(intake.port)
    _talk(client)  # only warms up
    cpu = intake.cpu_seconds()
    times = [seconds for _ in range(CONVERSATIONS) for seconds in _talk(client)]
    cpu = (intake.cpu_seconds() - cpu) / len(times)
    client.close()
    return {"p50": percentile(times, 0.5) * 1000, "p95": percentile(times, 0.95) * 1000, "processor": cpu * 1000}


def _talk(client: Client) -> list[float]:
    client.start()
    return [client.say(line) for line in JOURNEY["conversation"]]


def _clients(port: int) -> Figures:
    """Sixteen people at once, each in a talk of their own, for a bounded time."""
    times: list[float] = []
    over = time.monotonic() + SECONDS

    def person() -> None:
        client = Client(port)
        while time.monotonic() < over:
            client.start()
            for line in JOURNEY["conversation"]:
                times.append(client.say(line))
                if time.monotonic() >= over:
                    break
        client.close()

    people = [threading.Thread(target=person) for _ in range(CLIENTS)]
    started = time.perf_counter()
    for one in people:
        one.start()
    for one in people:
        one.join()
    seconds = time.perf_counter() - started
    return {"throughput": len(times) / seconds, "p95": percentile(times, 0.95) * 1000}


def _long_talk(port: int) -> Figures:
    """The same lines, said by turns in a long talk and in a young one: what else runs here slows both alike."""
    long, young = Client(port), Client(port)
    for client, turns in ((long, LATE - WINDOW), (young, EARLY - WINDOW)):
        client.start()
        for line in itertools.islice(itertools.chain(JOURNEY["conversation"][:5], circle()), turns):
            client.say(line)
    late, early = [], []
    for line in itertools.islice(circle(), 2 * WINDOW):
        late.append(long.say(line) * 1000)
        early.append(young.say(line) * 1000)
    long.close()
    young.close()
    figures = {"turn 10": statistics.median(early), "turn 300": statistics.median(late)}
    return {**figures, "ratio": figures["turn 300"] / figures["turn 10"]}


def _logins(port: int, settings: Settings) -> Figures:
    """Cases that were sealed just now, opened with their codes."""
    tokens = [Token.new() for _ in range(LOGINS)]
    inside.submit_cases(settings, tokens)
    client = Client(port)
    times = []
    for token in tokens:
        time.sleep(PACE_SECONDS)
        seconds, _ = client.ask("POST", "/api/v1/cases/open", {"receipt": conversation_keys(token).receipt.code})
        times.append(seconds * 1000)
    client.close()
    return {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)}
