"""`schools`: the links from schools of the files to schools of the platform."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from remind_etl.cli import say, stores
from remind_etl.cli.say import AsJson, DistrictArgument
from remind_etl.schema.district_id import DistrictId

if TYPE_CHECKING:
    from remind_etl.decided.store import SchoolLink
    from remind_etl.operations.school_links import SchoolLinks

app = typer.Typer(no_args_is_help=True, help="Import the platform's schools. List, confirm, set and ignore links.")

SisSchool = Annotated[str, typer.Argument(metavar="SIS_SCHOOL_ID", help="The school_id in schools.csv.")]


@app.command("import")
def import_schools(
    district: DistrictArgument,
    file: Annotated[
        Path, typer.Argument(help="A CSV file with the columns platform_school_id,name.", exists=True, dir_okay=False)
    ],
    as_json: AsJson = False,
) -> None:
    """Replace a district's list of platform schools."""
    from remind_etl.operations.platform_schools import read_platform_schools

    schools = read_platform_schools(file)
    stores.decisions().import_schools(district, schools)
    if as_json:
        say.document({"district": district, "platform_schools": len(schools)})
    else:
        say.note(f"{district} has {len(schools)} schools on the platform.")


@app.command("list")
def list_schools(district: DistrictArgument, as_json: AsJson = False) -> None:
    """List the schools of the newest drop: confirmed, proposed, ignored, unknown to the platform, or taken back."""
    from remind_etl.operations.school_links import COLUMNS

    rows = _links(district).rows()
    if as_json:
        say.document(rows)
    else:
        say.table(COLUMNS, [[row[column] for column in COLUMNS] for row in rows])


@app.command()
def link(
    district: DistrictArgument,
    sis_school_id: SisSchool,
    platform_school_id: Annotated[str, typer.Argument(help="The platform's id of the school.")],
    shared: Annotated[
        bool, typer.Option("--shared", help="Allow it if another school feeds this platform school already.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Link a school of the files to a school of the platform. A running Dagster then starts a run."""
    from remind_etl.decided.store import SchoolLink

    chosen = SchoolLink(sis_school_id, platform_school_id, "confirmed", _links(district).name_of(sis_school_id))
    _decide(district, [chosen], as_json, may_share=shared)


@app.command()
def confirm(
    district: DistrictArgument,
    exact: Annotated[bool, typer.Option("--exact", help="Only links with the same id or the same name.")] = False,
    as_json: AsJson = False,
) -> None:
    """Confirm the proposed links of a district's schools. A running Dagster then starts a run.

    A proposal that a later decision contradicts is listed and skipped. Then the exit status is 1.
    """
    links = _links(district)
    confirmed, refused = links.confirm(links.proposals(exact))
    if as_json or confirmed or not refused:
        _tell(district, confirmed, as_json)
    for reason in refused:
        say.complain(reason)
    if refused:
        raise typer.Exit(1)


@app.command()
def ignore(district: DistrictArgument, sis_school_id: SisSchool, as_json: AsJson = False) -> None:
    """Ignore a school of the files on purpose."""
    from remind_etl.decided.store import SchoolLink

    _decide(district, [SchoolLink(sis_school_id, None, "ignored", _links(district).name_of(sis_school_id))], as_json)


def _decide(district: DistrictId, links: list["SchoolLink"], as_json: bool, may_share: bool = False) -> None:
    stores.decisions().link_schools(district, links, may_share)
    _tell(district, links, as_json)


def _tell(district: DistrictId, links: list["SchoolLink"], as_json: bool) -> None:
    if as_json:
        say.document([vars(link) for link in links])
    elif links:
        say.table(
            ("school_id", "link", "platform_school_id"), [(x.school_id, x.link, x.platform_school_id) for x in links]
        )
        say.note(f"A running Dagster starts a run by itself. Without Dagster, run `remind-etl sync {district}`.")
    else:
        say.note(f"There is nothing to confirm in {district}. `remind-etl schools list {district}` shows all links.")


def _links(district: DistrictId) -> "SchoolLinks":
    """The links of the district's schools."""
    from remind_etl.operations.school_links import SchoolLinks

    return SchoolLinks(district, stores.published(), stores.decisions())
