"""The command line. Each command imports what it needs when it runs, so that `plan` starts at once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=__doc__)
law_app = typer.Typer(no_args_is_help=True, help="The legal data.")
audit_app = typer.Typer(no_args_is_help=True, help="The signed record of who opened which case.")
keys_app = typer.Typer(no_args_is_help=True, help="The keys of this installation.")
staff_app = typer.Typer(no_args_is_help=True, help="The people who work at the desk.")
for _name, _group in {"law": law_app, "audit": audit_app, "keys": keys_app, "staff": staff_app}.items():
    app.add_typer(_group, name=_name)

Home = Annotated[Path | None, typer.Option("--home", help="Folder of databases and keys; default var/.")]
IntakePort = Annotated[int | None, typer.Option("--intake-port", help="Default 8080.")]
DeskPort = Annotated[int | None, typer.Option("--desk-port", help="Default 8081.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
Facts = Annotated[Path, typer.Argument(help="YAML file: today, facts.")]
Letters = Annotated[Path | None, typer.Option("--letters", help="Folder for every document as text, PDF and e-mail.")]
Today = Annotated[str | None, typer.Option(help="Day that «last week» is counted from; default today.")]
PublicSet = Annotated[str | None, typer.Option("--set", metavar="NAME", help="banking77, clinc150 or hint3.")]
LawRow = Annotated[str, typer.Argument(help="Id of any row, or TABLE/ID.")]
OldLaw = Annotated[str | None, typer.Option("--law", "--version", help="As it stood: one of `law versions`.")]


@app.callback()
def _begin() -> None:
    from recourse.hardening import refuse_dumps

    refuse_dumps()


def _settings(home: Path | None = None, intake_port: int | None = None, desk_port: int | None = None) -> Any:
    from recourse.settings import read_settings

    return read_settings(home=home and home.resolve(), intake_port=intake_port, desk_port=desk_port)


@app.command()
def up(home: Home = None, intake_port: IntakePort = None, desk_port: DeskPort = None) -> None:
    """Start intake, desk and worker; train first when no current model is there."""
    from rich.console import Console

    from recourse import serve

    settings, console = _settings(home, intake_port, desk_port), Console()
    serve.train_if_needed(settings)
    raise typer.Exit(serve.up(settings, console))


@app.command()
def intake(home: Home = None, intake_port: IntakePort = None, desk_port: DeskPort = None) -> None:
    """The public side alone."""
    from recourse import serve

    serve.serve_intake(_settings(home, intake_port, desk_port))


@app.command()
def desk(home: Home = None, intake_port: IntakePort = None, desk_port: DeskPort = None) -> None:
    """The staff side alone."""
    from recourse import serve

    serve.serve_desk(_settings(home, intake_port, desk_port))


@app.command()
def worker(home: Home = None, intake_port: IntakePort = None, desk_port: DeskPort = None) -> None:
    """Clocks and sweeps alone."""
    from recourse import serve

    serve.serve_worker(_settings(home, intake_port, desk_port))


@app.command()
def train(force: Annotated[bool, typer.Option("--force", help="Also when the model is current.")] = False) -> None:
    """Train the assistant from config.yml, domain.yml and data/."""
    from recourse import training

    training.run(_settings(), force=force)


@app.command()
def chat(home: Home = None) -> None:
    """The same conversation in the terminal. /exit leaves and deletes."""
    from recourse import chat as terminal

    terminal.run(_settings(home))


@app.command(
    name="rasa", context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def rasa_(context: typer.Context) -> None:
    """The usual Rasa commands without TensorFlow, such as `recourse rasa test nlu --nlu FILE`."""
    from recourse import rasa_cli

    raise typer.Exit(rasa_cli.run(context.args))


@app.command()
def plan(facts: Facts, as_json: AsJson = False, law: OldLaw = None, letters: Letters = None, home: Home = None) -> None:
    """Rights, steps, clocks and referrals that follow from a file of facts; with --letters every document, too."""
    from recourse import planning

    read = planning.read(facts, planning.law_of(_settings(home), law) if law else None)
    planning.show(read, as_json=as_json, letters=letters)


@app.command()
def read(as_json: AsJson = False, today: Today = None) -> None:
    """Facts with their spans in the text on standard input. Nothing is stored."""
    from recourse import reading

    reading.run(as_json=as_json, today=today)


@app.command()
def bench(as_json: AsJson = False, only: Annotated[str | None, typer.Option(help="One row, by name.")] = None) -> None:
    """Measure the rows of the performance budget (docs/performance.md)."""
    from recourse import bench as benchmarks

    benchmarks.run(_settings(), as_json=as_json, only=only)


@app.command(name="eval")
def eval_(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Folder of the public set.")] = None,
    public: PublicSet = None,
    shots: Annotated[int | None, typer.Option(help="Examples of a class; 0: all. Default: 10 for banking77.")] = None,
    subset: Annotated[bool, typer.Option("--subset", help="hint3: the smaller training files.")] = False,
    card: Annotated[bool, typer.Option("--card", help="Write models/MODEL_CARD.md from the last figures.")] = False,
    as_json: AsJson = False,
) -> None:
    """How well it understands: tests/evaluation through the trained model, or a public set through the same parts."""
    from recourse.evaluation import command

    asked = command.Asked(name=public, folder=folder, shots=shots, subset=subset)
    command.run(_settings(), asked, card=card, as_json=as_json)


@app.command()
def doctor(as_json: AsJson = False, home: Home = None) -> None:
    """What is installed, what is missing, what is risky and why we can live with it."""
    from recourse import doctor as examination

    raise typer.Exit(examination.run(_settings(home), as_json=as_json))


@app.command()
def backup(
    cases: Annotated[Path, typer.Option("--cases", help="Folder for the cases; such copies may be kept.")],
    keys: Annotated[Path, typer.Option("--keys", help="Another folder, for the keys; what is over 7 days old goes.")],
    home: Home = None,
) -> None:
    """Copy cases, keys and the ledger of erasures while everything runs. Never conversations."""
    from recourse import backup_cli

    backup_cli.backup(_settings(home), cases, keys)


@app.command()
def restore(
    cases: Annotated[Path | None, typer.Option("--cases", help="A copy of the cases.")] = None,
    keys: Annotated[Path | None, typer.Option("--keys", help="A copy of the keys, of the last 7 days.")] = None,
    ledger: Annotated[Path | None, typer.Option("--ledger", help="A copy, where the home has no ledger.")] = None,
    accept_older_keys: Annotated[
        bool, typer.Option("--accept-older-keys", help="There are no newer ones: later cases stay closed for ever.")
    ] = False,
    accept_shorter_ledger: Annotated[
        bool, typer.Option("--accept-shorter-ledger", help="The ledger is lost: what its lost lines erased may return.")
    ] = False,
    home: Home = None,
) -> None:
    """Put copies in place and erase again what was erased since. Stop the processes first."""
    from casework.restore import Given
    from recourse import backup_cli

    accepted = {"accept_older_keys": accept_older_keys, "accept_shorter_ledger": accept_shorter_ledger}
    backup_cli.restore(_settings(home), Given(cases=cases, keys=keys, ledger=ledger, **accepted))


@law_app.command()
def show(row: LawRow, version: OldLaw = None, home: Home = None) -> None:
    """One row of the legal data with its sources and what rests on it."""
    from recourse import law_cli

    law_cli.show(row, _settings(home), version)


@law_app.command()
def check(as_json: AsJson = False) -> None:
    """Stale rows, broken references, contradictions, articles that do not exist. Ends with 1 when there are any."""
    from recourse import law_cli

    raise typer.Exit(law_cli.check(as_json=as_json))


@law_app.command()
def versions(home: Home = None) -> None:
    """The versions of the legal data that this home has used."""
    from recourse import law_cli

    law_cli.versions(_settings(home))


@audit_app.command()
def heads(home: Home = None) -> None:
    """Where each chain ends, as JSON. Keep it elsewhere: it shows later that nothing was cut off."""
    from recourse import audit_cli

    audit_cli.heads(_settings(home))


@audit_app.command(name="verify")
def verify_audit(
    home: Home = None,
    exported: Annotated[Path | None, typer.Option("--heads", help="A file that `heads` printed.")] = None,
) -> None:
    """Whether any entry was edited, moved or removed, and with a file of heads, cut off."""
    from recourse import audit_cli

    audit_cli.check(_settings(home), exported)


@keys_app.command(name="status")
def keys_status(as_json: AsJson = False, home: Home = None) -> None:
    """Every epoch of every key, and how much still hangs on it."""
    from recourse import keys_cli

    keys_cli.status(_settings(home), as_json=as_json)


@keys_app.command(name="rewrap")
def keys_rewrap(home: Home = None) -> None:
    """Move all cases of your teams to the newest keys; asks for your name, password and code."""
    from recourse import keys_cli

    keys_cli.rewrap(_settings(home))


@keys_app.command(name="next")
def keys_next(
    families: Annotated[
        list[str], typer.Argument(help="triage, platform, regulator, safeguarding, dispatch, audit-desk, audit-worker.")
    ],
    home: Home = None,
) -> None:
    """Sign the next epoch of these keys, as a key officer; also when all of them have lapsed."""
    from recourse import keys_cli

    keys_cli.next_epoch(_settings(home), families)


@keys_app.command(name="new")
def keys_new(
    kind: Annotated[str, typer.Argument(help="pepper, audit-desk or audit-worker.")], home: Home = None
) -> None:
    """Make the next secret of this machine; the older ones stay for what was made with them."""
    from recourse import keys_cli

    keys_cli.new_secret(_settings(home), kind)


@staff_app.command(name="list")
def staff_list(home: Home = None) -> None:
    """Who works here, and in which teams."""
    from recourse import staff_cli

    staff_cli.show(_settings(home))


@staff_app.command(name="invite")
def staff_invite(
    teams: Annotated[list[str] | None, typer.Option("--team", help="A team; again for more. All, if none.")] = None,
    officer: Annotated[bool, typer.Option("--key-officer", help="They may sign keys and let people in.")] = False,
    home: Home = None,
) -> None:
    """Print a one-time link for somebody new, as a key officer."""
    from recourse import staff_cli

    staff_cli.invite(_settings(home), teams or [], as_officer=officer)


@staff_app.command(name="remove")
def staff_remove(login: Annotated[str, typer.Argument(help="Their name.")], home: Home = None) -> None:
    """Take everything from a member at once and sign new keys; says what they could have kept."""
    from recourse import staff_cli

    staff_cli.remove(_settings(home), login)


def to_stdout(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2, ensure_ascii=False))
