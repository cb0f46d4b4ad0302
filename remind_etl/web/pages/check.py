"""Check files before they are uploaded, by the rules of `remind-etl check`.

Nothing is delivered, and no file is kept.
"""

import shutil
import tempfile
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from remind_etl import settings
from remind_etl.catalogue import pages as texts
from remind_etl.errors import TransientError, UsageError
from remind_etl.files.sent import SizeLimits
from remind_etl.operations.check_files import Rules, rehearse_files
from remind_etl.published import status
from remind_etl.published.report.groups import lines
from remind_etl.schema.upload import BY_FILE_NAME, is_complete_mark
from remind_etl.web.endpoints import of_district
from remind_etl.web.visit import Visit, place_of

MOST_BYTES: Final = 500_000_000
"""Of all files together. The check of more takes longer than a person waits."""
MOST_FILES: Final = 12

_ONE: Final = threading.BoundedSemaphore(1)
"""A check needs memory and time as a run does: one at a time."""


def ask_files(visit: Visit, message: str = "", **shown: Any) -> Response:
    """The form."""
    done = {"verdict": "", "says": "", "files": [], "groups": []}
    return visit.page("check.html", message=message, most=MOST_BYTES // 1_000_000, **{**done, **shown})


def check_sent(visit: Visit) -> Response:
    """What would be wrong with the files that were sent."""
    sent = [file for file in visit.files("files") if file.filename]
    if not sent:
        return ask_files(visit, texts.NO_FILES)
    try:
        with place_of(_ONE), tempfile.TemporaryDirectory(prefix="remind-etl-") as folder:
            return _checked(visit, _written(sent, Path(folder)))
    except UsageError:
        return ask_files(visit, texts.NO_SUCH_FILES)
    except TransientError:
        return ask_files(visit, texts.CHECK_BUSY)


def _written(sent: list[UploadFile], folder: Path) -> Path:
    """The folder with the files, under names that are known, or the zip if there is only one."""
    zips = [file for file in sent if str(file.filename).casefold().endswith(".zip")]
    if len(sent) == 1 and zips:
        target = folder / "upload.zip"
        _write(zips[0], target)
        return target
    (folder / "sent").mkdir()
    for file in sent:
        name = Path(str(file.filename).replace("\\", "/")).name
        if name.casefold() in BY_FILE_NAME or is_complete_mark(name):
            _write(file, folder / "sent" / name)
    return folder / "sent"


def _write(file: UploadFile, target: Path) -> None:
    with target.open("xb") as copy:
        shutil.copyfileobj(file.file, copy)


def _checked(visit: Visit, source: Path) -> Response:
    rules = Rules(visit.district.district_id, region=visit.district.region, sizes=SizeLimits(MOST_BYTES, MOST_BYTES))
    if limits := settings.read().limits:
        rules = replace(rules, limits=Path(limits))
    with rehearse_files(source, rules, lambda _: None) as done:
        files = done.files
        unused = [file["file"] for file in files if file["accepted"] and not file["used"]]
        verdict, says = status.verdict_on_drop(done.counts, unused)
        groups = [{**group, "first_lines": lines(group), "values": done.values(group)} for group in done.groups]
    return ask_files(visit, verdict=verdict, says=says, files=files, groups=groups)


ROUTES = (
    Route("/d/{district}/check", of_district(ask_files), methods=["GET"]),
    Route(
        "/d/{district}/check",
        of_district(check_sent, MOST_FILES),
        methods=["POST"],
        max_body_size=MOST_BYTES,
    ),
)
