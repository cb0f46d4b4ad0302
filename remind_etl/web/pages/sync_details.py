"""How the district uploads: address, login, a new password, and public keys."""

import zipfile
from io import BytesIO

from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.dropped.connection import pinned_fingerprints
from remind_etl.errors import DecidedMeanwhile, OperatorError, UsageError
from remind_etl.schema import upload
from remind_etl.schema.district_id import MAIN_SOURCE
from remind_etl.web.endpoints import of_district
from remind_etl.web.pages.progress import followed_run
from remind_etl.web.pages.sync_now import last_taken_at
from remind_etl.web.visit import Visit

FILES = [(file.file_name, [column.name for column in file.columns]) for file in upload.FILES]


def show_details(visit: Visit, password: str = "", wrong: str = "") -> Response:
    """The upload address and login, how to transfer, and the files with their columns."""
    site, district = visit.site, visit.district.district_id
    login = site.decisions.sftp_login(district)
    details = [
        ("Upload URL", f"sftp://{district}@{site.upload_host}:{site.upload_port}/upload"),
        ("Host", site.upload_host),
        ("Port", str(site.upload_port)),
        ("Username", str(district)),
        ("Folder", "/upload"),
    ]
    source, run = visit.district.source, followed_run(visit)
    try:
        server_keys = pinned_fingerprints(site.upload_address(source))
    except OperatorError:  # an operator sees it in `doctor`; a district can upload all the same
        server_keys = []
    return visit.page(
        "sync_details.html",
        details=details if source == MAIN_SOURCE else [("Source", source)],
        is_our_server=source == MAIN_SOURCE,
        host=site.upload_host,
        port=site.upload_port,
        server_keys=server_keys,
        password=password,
        wrong=wrong,
        password_mark=login.password_mark,
        password_note=texts.SHOWN_ONCE,
        files=FILES,
        quiet_seconds=site.quiet_seconds_of(visit.district),
        arrived_at=last_taken_at(visit),
        login=login,
        shows_run=run.says if run.is_begun else "",
        shown_run=run.run_id,
        is_begun=run.is_begun,
    )


def make_password(visit: Visit) -> Response:
    """Replace the password of the district's login and show it this once. A form that is sent again makes none."""
    if visit.text("sure") != "yes":
        return show_details(visit, wrong=texts.NOT_SURE)
    try:
        password = visit.site.deciding_as(visit.who).new_password(visit.district.district_id, visit.text("made"))
    except DecidedMeanwhile:
        return show_details(visit, wrong=texts.MADE_MEANWHILE)
    return show_details(visit, password)


def add_public_key(visit: Visit) -> Response:
    """Let a public key log in. The sentences about a key that cannot be added are those of the command."""
    text = visit.text("key")
    if not text:
        return visit.back("sync", texts.NO_KEY)
    try:
        key = visit.site.deciding_as(visit.who).add_key(visit.district.district_id, text)
    except UsageError as error:
        return visit.back("sync", str(error))
    return visit.back("sync", texts.KEY_ADDED.format(fingerprint=key.fingerprint))


def remove_public_key(visit: Visit) -> Response:
    """Take a public key from the login."""
    store, district = visit.site.deciding_as(visit.who), visit.district.district_id
    fingerprint = visit.text("fingerprint")
    if fingerprint not in {key.fingerprint for key in store.sftp_login(district).keys}:
        return visit.back("sync", texts.NO_SUCH_KEY)
    try:
        store.remove_key(district, fingerprint)
    except UsageError:  # another person was faster
        return visit.back("sync", texts.NO_SUCH_KEY)
    return visit.back("sync", texts.KEY_REMOVED.format(fingerprint=fingerprint))


def switch_login(visit: Visit) -> Response:
    """Disable the login, or enable it again. Only operators enable it, because they may have disabled it."""
    store, district = visit.site.deciding_as(visit.who), visit.district.district_id
    if visit.text("decision") == "enable":
        if not visit.is_operator:
            return visit.back("sync", texts.ASK_TO_ENABLE)
        store.enable_login(district)
        return visit.back("sync", texts.LOGIN_ENABLED)
    if visit.text("decision") != "disable" or visit.text("sure") != "yes":
        return visit.back("sync", texts.NOT_SURE_TO_DISABLE)
    store.disable_login(district)
    return visit.back("sync", texts.LOGIN_DISABLED)


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
    Route("/d/{district}/sync/keys/add", of_district(add_public_key), methods=["POST"]),
    Route("/d/{district}/sync/keys/remove", of_district(remove_public_key), methods=["POST"]),
    Route("/d/{district}/sync/login", of_district(switch_login), methods=["POST"]),
    Route("/d/{district}/sync/templates.zip", of_district(send_templates), methods=["GET"]),
)
