"""`districts`: the districts that may upload."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from remind_etl import settings
from remind_etl.cli import keys, say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.errors import UsageError
from remind_etl.schema import limits
from remind_etl.schema.district_id import DistrictId, LinkPolicy, district_id

app = typer.Typer(no_args_is_help=True, help="Add districts, list them, change them and their SFTP logins.")
app.add_typer(keys.app, name="keys")


@app.command()
def add(
    district: DistrictArgument,
    name: Annotated[str, typer.Option(help="The district's name.", show_default=False)],
    region: Annotated[str, typer.Option(help="Country of phones without a country code, in two letters.")] = "US",
    link_policy: Annotated[
        LinkPolicy,
        typer.Option(
            help="`ask`: a person confirms each school link. `exact`: a run confirms links with the same id or name."
        ),
    ] = "ask",
    as_json: AsJson = False,
) -> None:
    """Add a district and its SFTP login. The password is shown only once. `districts password` makes a new one."""
    password = stores.decisions(may_make=True).add_district(district, name, region, link_policy)
    _tell(district, password, as_json)


@app.command("list")
def list_districts(as_json: AsJson = False) -> None:
    """List the districts with their statuses."""
    rows = stores.shown_statuses(stores.decisions().districts())
    if as_json:
        say.document(rows)
    else:
        say.table(("district", "name", "status"), [(r["district"], r["name"], r["status"]) for r in rows])


@app.command("set")
def set_values(
    district: DistrictArgument,
    values: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME=VALUE",
            help=f"name, region, link_policy, source, quiet_seconds, time_zone, or a limit: {', '.join(limits.NAMES)}.",
            show_default=False,
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Change the settings and limits of a district. A running Dagster then starts a run for the district."""
    given = _named_values(values, "removal_share=0.15")
    if "source" in given:
        _require_source(given["source"])
    known = stores.decisions().set_district(district, given)
    row = {name: getattr(known, name) for name in ("district_id", "name", "region", "link_policy", "source")}
    row["quiet_seconds"] = settings.read().quiet_seconds if known.quiet_seconds is None else known.quiet_seconds
    row["time_zone"] = known.time_zone or settings.read().time_zone
    row |= vars(known.limits)
    if as_json:
        say.document(row)
    else:
        say.table(("what", "value"), list(row.items()))


@app.command("limits")
def limits_of_files(
    district: DistrictArgument,
    values: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TABLE.RULE.LIMIT=VALUE",
            help="Limits that change. Without a value, the usual one holds again.",
            show_default=False,
        ),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FOLDER",
            help="Take the district's own limits from files, such as students.json, in the place of all that it has.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show or change how much of a district's files may be wrong. A running Dagster then starts a run for it."""
    from remind_etl.operations.file_limits import limits_in_force, read_limits, with_limits

    decisions = stores.decisions()
    before = decisions.district(district).file_limits
    own = read_limits(folder) if folder else before
    own = with_limits(own, _named_values(values or (), "students.rejected_rows_are_few.share=0.1"))
    decisions.set_file_limits(district, own, before)
    limits = limits_in_force(own)
    if as_json:
        say.document([vars(limit) for limit in limits])
    else:
        say.table(("limit", "value", "usual"), [(limit.name, limit.value, limit.usual) for limit in limits])


@app.command()
def password(district: DistrictArgument, as_json: AsJson = False) -> None:
    """Replace the password of a district's SFTP login. The new password is shown only once."""
    _tell(district, stores.decisions().new_password(district), as_json)


@app.command()
def disable(district: DistrictArgument) -> None:
    """Refuse the next login of a district on the SFTP server, by password and by key."""
    is_new = stores.decisions().disable_login(district)
    say.note(f"The login of {district} is disabled{'' if is_new else ' already'}.")


@app.command()
def enable(district: DistrictArgument) -> None:
    """Let a district log in again, with the password and the keys from before."""
    is_new = stores.decisions().enable_login(district)
    say.note(f"The login of {district} is enabled{'' if is_new else ' already'}.")


@app.command()
def logins(
    district: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="One district. Without it, all.", autocompletion=say.known_ids),
    ] = None,
    most: Annotated[int, typer.Option("--most", min=1, help="How many are shown.")] = 100,
    as_json: AsJson = False,
) -> None:
    """List logins, uploads and their refusals on the SFTP server, the newest first."""
    of_one = None if district is None else district_id(district)
    store = stores.decisions()
    if of_one is not None:
        store.district(of_one)
    events = store.sftp_events(of_one, most)
    rows = [vars(event) for event in events]
    if as_json:
        say.document(rows)
    else:
        columns = ("at", "district_id", "what", "file", "bytes", "client")
        say.table(columns, [[row[name] for name in columns] for row in rows])


def _named_values(values: Iterable[str], example: str) -> dict[str, str]:
    """The values by name.

    Raises UsageError unless each is written as NAME=VALUE.
    """
    given = [value.partition("=") for value in values]
    if not all(name and equals for name, equals, _ in given):
        raise UsageError(f"Write each as NAME=VALUE, such as {example}.")
    return {name: value for name, _, value in given}


def _require_source(name: str) -> None:
    """Raise UsageError unless the settings describe this source."""
    from remind_etl.operations.drop_places import (
        collector_addresses,
    )  # it takes longer to import than most commands take

    known = collector_addresses()
    if name not in known:
        raise UsageError(f"{name!r} is not a source. The sources are {', '.join(known)}; see REMIND_ETL_SOURCES.")


def _tell(district: DistrictId, password: str, as_json: bool) -> None:
    host, port = settings.read().sftp_host, settings.read().sftp_port
    login = {
        "district": district,
        "url": f"sftp://{district}@{host}:{port}/upload",
        "host": host,
        "port": port,
        "user": district,
        "password": password,
    }
    if as_json:
        say.document(login)
    else:
        say.table(("what", "value"), [(k, v) for k, v in login.items() if k != "district"])
        say.note("Write the password down now. Only its hash is stored.")
