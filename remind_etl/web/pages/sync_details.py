"""How the district uploads: address, login, and a new password."""

import zipfile
from io import BytesIO

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.schema import upload
from remind_etl.schema.district_id import MAIN_SOURCE
from remind_etl.web.endpoints import of_district
from remind_etl.web.visit import Visit

FILES = [(file.file_name, [column.name for column in file.columns]) for file in upload.FILES]


def show_details(visit: Visit, password: str = "", wrong: str = "") -> Response:
    """The upload address and login, how to transfer, and the files with their columns."""
    site, district = visit.site, visit.district.district_id
    manifest = site.published.manifest(district)
    details = [
        ("Upload URL", f"sftp://{district}@{site.upload_host}:{site.upload_port}/upload"),
        ("Host", site.upload_host),
        ("Port", str(site.upload_port)),
        ("Username", str(district)),
        ("Folder", "/upload"),
    ]
    source = visit.district.source
    return visit.page(
        "sync_details.html",
        details=details if source == MAIN_SOURCE else [("Source", source)],
        password=password,
        wrong=wrong,
        password_mark=_password_mark(visit),
        password_note=texts.SHOWN_ONCE,
        files=FILES,
        quiet_seconds=site.quiet_seconds_of(visit.district),
        arrived_at=manifest.arrived_at if manifest else None,
    )


def make_password(visit: Visit) -> Response:
    """Replace the password of the district's login and show it this once. A form that is sent again makes none."""
    if visit.text("sure") != "yes":
        return show_details(visit, wrong=texts.NOT_SURE)
    if visit.text("made") != _password_mark(visit):
        return show_details(visit, wrong=texts.MADE_MEANWHILE)
    return show_details(visit, visit.site.deciding_as(visit.who).new_password(visit.district.district_id))


def _password_mark(visit: Visit) -> str:
    """Stands for the present password: when it was made."""
    made = [past for past in visit.site.decisions.log(visit.district.district_id) if past.what == "password replaced"]
    return made[0].decided_at.isoformat() if made else "first"


def send_templates(visit: Visit) -> Response:
    """The five files with their headers only, as a zip."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, columns in FILES:
            archive.writestr(name, ",".join(columns) + "\r\n")
    headers = {"Content-Disposition": 'attachment; filename="templates.zip"'}
    return Response(packed.getvalue(), media_type="application/zip", headers=headers)


ROUTES = (
    Route("/d/{district}/sync", of_district(show_details), methods=["GET"]),
    Route("/d/{district}/sync/password", of_district(make_password), methods=["POST"]),
    Route("/d/{district}/sync/templates.zip", of_district(send_templates), methods=["GET"]),
)
