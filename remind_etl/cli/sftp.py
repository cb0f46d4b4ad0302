"""`sftp`: the embedded SFTP server, and the configuration of the one for production."""

import grp
import pwd
from typing import TYPE_CHECKING, Literal

import typer

from remind_etl import settings
from remind_etl.cli import say, stores
from remind_etl.cli.serve import wait_for_ctrl_c

if TYPE_CHECKING:
    from remind_etl.dropped.proftpd import Database

app = typer.Typer(invoke_without_command=True)


@app.callback()
def serve_sftp(context: typer.Context) -> None:
    """Run only the embedded SFTP server. Each district has a login, and our login only reads."""
    if context.invoked_subcommand:
        return
    from remind_etl.dropped.server import EmbeddedServer

    home = stores.required_home(may_make=True)
    host, port = settings.read().sftp_host, settings.read().sftp_port
    with EmbeddedServer(
        home.drops, home.sftp, stores.decisions(may_make=True), host, port, settings.server_limits()
    ) as server:
        say.note(f"Serving sftp://{host}:{server.port}. Press Ctrl-C to end.")
        wait_for_ctrl_c()


@app.command("config")
def write_configuration(server: Literal["proftpd"]) -> None:
    """Write the configuration of ProFTPD, the SFTP server for production, to standard output."""
    from remind_etl.decided import passwords
    from remind_etl.dropped.host_keys import pin, private_key
    from remind_etl.dropped.proftpd import Account, proftpd_configuration
    from remind_etl.dropped.server import COLLECTOR

    home, chosen = stores.required_home(may_make=True), settings.read()
    stores.decisions(may_make=True).district_ids()  # brings the database up to date
    host_key = private_key(home.sftp / "host_key")
    pin(home.sftp / "known_hosts", chosen.sftp_host, chosen.sftp_port, host_key)
    (home.sftp / "proftpd" / "skel" / "upload").mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = home.root.stat()
    account = Account(
        pwd.getpwuid(owner.st_uid).pw_name, grp.getgrgid(owner.st_gid).gr_name, owner.st_uid, owner.st_gid
    )
    collector_key = private_key(home.sftp / "collector_key").export_public_key().decode().split()[1]
    typer.echo(
        proftpd_configuration(
            address=(chosen.sftp_host, chosen.sftp_port),
            database=_database(home.decisions_url),
            account=account,
            drops=home.drops,
            keys=home.sftp,
            collector=(COLLECTOR, collector_key),
            limits=settings.server_limits(),
            no_hash=passwords.new_login_password()[1],
        ),
        nl=False,
    )


def _database(url: str) -> "Database":
    """How ProFTPD opens the decisions."""
    import sqlalchemy as sa

    from remind_etl.dropped.proftpd import Database

    given = sa.make_url(url)
    if given.get_backend_name() == "sqlite":
        return Database("sqlite", given.database or "")
    host = given.host or given.query.get("host") or "127.0.0.1"
    return Database(
        *("postgres", given.database or "", str(host), given.port or 5432),
        *(given.username or "", given.password or ""),
    )
