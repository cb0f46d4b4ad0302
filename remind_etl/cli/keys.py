"""`districts keys`: the public keys of a district's SFTP login."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.errors import UsageError
from remind_etl.schema.district_id import DistrictId

if TYPE_CHECKING:
    from remind_etl.decided.store import SftpKey

app = typer.Typer(no_args_is_help=True, help="Add public keys to a district's SFTP login, list them, or remove one.")

MOST_CHARACTERS: Final = 100_000


@app.callback()
def keys_of(context: typer.Context, district: DistrictArgument) -> None:
    """Keep whose keys they are."""
    context.obj = district


@app.command("add")
def add_key(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File of one public key.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Let the district log in with the key pair of a public key, beside its password. It holds for the next login."""
    try:
        with file.open(encoding="utf-8-sig") as text:
            given = text.read(MOST_CHARACTERS)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read as a public key.") from error
    _show_keys([stores.decisions().add_key(_district(context), given)], as_json)


@app.command("list")
def list_keys(context: typer.Context, as_json: AsJson = False) -> None:
    """List the public keys of a district's login."""
    _show_keys(stores.decisions().sftp_login(_district(context)).keys, as_json)


@app.command("remove")
def remove_key(
    context: typer.Context,
    fingerprint: Annotated[
        str, typer.Argument(metavar="FINGERPRINT", help="The key, as `list` shows it.", show_default=False)
    ],
) -> None:
    """Take a public key from a district's login. It holds for the next login."""
    district = _district(context)
    stores.decisions().remove_key(district, fingerprint)
    say.note(f"The key does not log in for {district} any more.")


def _district(context: typer.Context) -> DistrictId:
    district: DistrictId = context.obj
    return district


def _show_keys(keys: "Iterable[SftpKey]", as_json: bool) -> None:
    columns = ("fingerprint", "kind", "added_at")
    rows = [(key.fingerprint, key.kind, key.added_at) for key in keys]
    if as_json:
        say.document([dict(zip(columns, row, strict=True)) for row in rows])
    else:
        say.table(columns, rows)
