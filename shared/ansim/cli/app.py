"""Every command of `ansim`, its options and its help. Exit codes: 0 done, 1 could not, 2 wrongly asked."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from ansim.errors import AnsimError
from ansim.history.world import FOUNDING_SEED

__all__ = ["app", "main"]

app = typer.Typer(
    help="Ansim (안심): software of an integrated response centre for digital sex crimes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
parked = typer.Typer(help="Messages that could not be handled: look at them, replay them.", no_args_is_help=True)
app.add_typer(parked, name="parked")

AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, for programs.")]


@app.command()
def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget all data of an earlier demo first.")] = False,
    no_history: Annotated[
        bool, typer.Option("--no-history", help="Start empty, without the founding history.")
    ] = False,
) -> None:
    """Start the whole suite on this machine and keep it up until Ctrl-C."""
    from ansim.cli.demo import demo as run_demo

    _end(run_demo(fresh=fresh, history=not no_history))


@app.command()
def run(
    target: Annotated[str, typer.Argument(help="A service (intake) or one of its workers (analytics:pulse).")],
) -> None:
    """Run one process of the suite with the settings of its environment."""
    from ansim.cli.processes import run_target

    _end(run_target(target))


@app.command()
def provision() -> None:
    """Make ANSIM_OWNER_DATABASE_URL and ANSIM_KAFKA_BOOTSTRAP ready: roles, databases, tables, grants, topics."""
    from ansim.cli.processes import provision as run_provision

    _end(run_provision())


@app.command()
def status(as_json: AsJson = False) -> None:
    """Show every process of the running suite: address, readiness, lag, unpublished and parked events."""
    from ansim.cli.status import status as show_status

    _end(show_status(as_json=as_json))


@app.command()
def token(role: Annotated[str, typer.Argument(help="A role such as intake_officer or analyst.")]) -> None:
    """Print a bearer token of the demo's invented person with this role."""
    from ansim.cli.processes import print_token

    _end(print_token(role))


@parked.command("list")
def parked_list(as_json: AsJson = False) -> None:
    """List what is parked, in all services: where it was, why, and never what it says."""
    from ansim.cli.parked import list_parked

    _end(list_parked(as_json=as_json))


@parked.command("show")
def parked_show(
    service: Annotated[str, typer.Argument(help="The service that parked it.")],
    number: Annotated[int, typer.Argument(help="Its number in `ansim parked list`.")],
) -> None:
    """Show all that is known of one parked message except its content."""
    from ansim.cli.parked import show_parked

    _end(show_parked(service, number))


@parked.command("replay")
def parked_replay(
    service: Annotated[str, typer.Argument(help="The service that parked it.")],
    number: Annotated[int, typer.Argument(help="Its number in `ansim parked list`.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen.")] = False,
) -> None:
    """Handle a parked message and all behind it in its stream again. What had its effect already has none again."""
    from ansim.cli.parked import replay_parked

    _end(replay_parked(service, number, dry_run=dry_run))


@app.command()
def figures(as_json: AsJson = False) -> None:
    """Print every figure beside the published one."""
    from ansim.cli.processes import run_command

    _end(run_command("figures", as_json=as_json))


@app.command()
def reconcile(as_json: AsJson = False) -> None:
    """Compare the statistics with the services' journals, figure by figure; exit 1 on any difference."""
    from ansim.cli.processes import run_command

    _end(run_command("reconcile", as_json=as_json))


@app.command()
def rebuild(
    drop_old: Annotated[bool, typer.Option("--drop-old", help="Drop the replaced tables at once.")] = False,
) -> None:
    """Count all statistics again from the topics' beginning, beside the old ones, then switch."""
    from ansim.cli.processes import run_command

    _end(run_command("rebuild", drop_old=drop_old))


@app.command()
def history(
    seed: Annotated[int, typer.Option(help="Another seed gives other invented people.")] = FOUNDING_SEED,
) -> None:
    """Play the founding history into the running suite; what is there already is not played again."""
    from ansim.cli.history import play_history

    _end(play_history(seed))


@app.command()
def reindex(service: Annotated[str, typer.Argument(help="The service whose journal to read: intake.")]) -> None:
    """Make sealed names and telephone numbers findable again: after an update, or a change of keys."""
    from ansim.cli.reindex import reindex_service

    _end(reindex_service(service))


@app.command("import")
def import_sheet(
    service: Annotated[str, typer.Argument(help="Where the rows go: intake or victim-support.")],
    file: Annotated[
        Path, typer.Argument(help="A spreadsheet: .csv (UTF-8 or CP949) or .xlsx. Columns: docs/imports.md.")
    ],
    subject: Annotated[str, typer.Option("--as", help="In whose name: the sign-in name of a member of staff.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would happen; write nothing.")] = False,
    report: Annotated[
        Path | None,
        typer.Option("--report", help="Where to put the rows not taken in, .csv or .xlsx. It holds personal data."),
    ] = None,
    language: Annotated[str, typer.Option(help="The language of the report: ko or en.")] = "ko",
) -> None:
    """Take a centre's spreadsheet in. Good rows go in, bad ones into the report. Exit 1 when some were refused."""
    from ansim.cli.imports import import_file

    _end(import_file(service, file, subject=subject, dry_run=dry_run, report=report, language=language))


@app.command("verify-receipt")
def verify_receipt(
    receipt: Annotated[Path, typer.Argument(help="The file receipt.json that a reporter saved.")],
    key: Annotated[Path, typer.Option("--key", help="The centre's published key, saved from its page /receipt/key.")],
) -> None:
    """Check a receipt without a network: was it signed by the centre, and when? Exit 1 when it was not."""
    from ansim.cli.receipts import verify_receipt as check

    _end(check(receipt, key))


@app.command()
def erase(
    service: Annotated[str, typer.Argument(help="The service that holds the record: intake or victim-support.")],
    whose: Annotated[str, typer.Argument(metavar="PSEUDONYM|NUMBER", help="The record's number, or a pseudonym.")],
    requested_by: Annotated[str, typer.Option(help="The account of the member of staff who asks for it.")],
    reason: Annotated[
        str, typer.Option(help="In words, for whoever approves; sealed, and destroyed with the rest.")
    ] = "Asked for on the command line.",
) -> None:
    """Ask for the erasure of a person's data. This only opens the request: a second person approves it at the desk, always."""
    from ansim.cli.erase import erase as ask

    _end(ask(service, whose, requested_by, reason))


@app.command("verify-access-record")
def verify_access_record(
    services: Annotated[list[str] | None, typer.Argument(help="Services to check; none: all of them.")] = None,
    head: Annotated[
        str, typer.Option(help="A head written down earlier: proves that nothing was cut off at the end.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check that no entry of the access record was changed, deleted or slipped in; exit 1 and say where if one was."""
    from ansim.cli.access_record import verify_access_record as check

    _end(check(services or [], head, as_json=as_json))


@app.command()
def bench(
    only: Annotated[str, typer.Option(help="One part alone: waiting or throughput.")] = "",
    quick: Annotated[bool, typer.Option("--quick", help="Fewer of everything, to see that it runs.")] = False,
) -> None:
    """Measure speed and delay on servers of its own and print the ratios."""
    from ansim.cli.processes import run_bench

    _end(run_bench((["--only", only] if only else []) + (["--quick"] if quick else [])))


@app.command()
def provider(port: Annotated[int, typer.Option(help="Where to listen on the loopback address.")]) -> None:
    """Run the demo sign-in: invented people only, never for a real centre."""
    from ansim.cli.processes import run_provider

    _end(run_provider(port))


@app.command()
def assets() -> None:
    """Build fonts, colours and scripts that pages load, from locked packages."""
    from ansim.cli.processes import build_assets

    _end(build_assets())


def main() -> None:
    """Runs a command. A failure on purpose is one line on standard error and exit code 1; anything else is a traceback."""
    try:
        app()
    except AnsimError as error:
        print(f"ansim: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _end(code: int) -> None:
    if code:
        raise typer.Exit(code)
