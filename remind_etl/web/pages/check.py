"""Check files before they are uploaded, by the rules of `remind-etl check`.

Nothing is delivered, and no file is kept.
"""

import re
import shutil
import threading
from pathlib import Path
from typing import Any, Final

from starlette.datastructures import UploadFile
from starlette.responses import Response
from starlette.routing import Route

from remind_etl.catalogue import pages as texts
from remind_etl.catalogue import uploads
from remind_etl.catalogue.printable import printable
from remind_etl.errors import DiskFull, OperatorError, TransientError, UsageError
from remind_etl.files.sent import SizeLimits
from remind_etl.files.temporary import temporary_folder
from remind_etl.operations.check_apart import asked_rules, check_apart
from remind_etl.published import status
from remind_etl.published.report.page import rows_with_errors
from remind_etl.schema.upload import BY_FILE_NAME, is_complete_mark
from remind_etl.web.endpoints import of_district
from remind_etl.web.visit import Visit, place_of

MOST_BYTES: Final = 500_000_000
"""Of all files together. The check of more takes longer than a person waits."""
MOST_FILES: Final = 100
"""A folder may have other files too."""

_CHECKS: Final = threading.BoundedSemaphore(1)
"""A check needs memory and time as a run does: one at a time."""


def ask_files(visit: Visit, message: str = "", **shown: Any) -> Response:
    """The form."""
    done = {"verdict": "", "says": "", "files": [], "groups": [], "ignored": []}
    return visit.page(
        "check.html", message=message, most=MOST_BYTES // 1_000_000, most_files=MOST_FILES, **{**done, **shown}
    )


def check_sent(visit: Visit) -> Response:
    """What would be wrong with the files that were sent."""
    sent = [file for file in visit.files("files") if file.filename]
    if not sent:
        return ask_files(visit, texts.NO_FILES)
    try:
        with place_of(_CHECKS), temporary_folder() as folder:
            return _check_page(visit, sent, folder)
    except TransientError:
        return ask_files(visit, texts.CHECK_BUSY)
    except DiskFull:
        raise  # its text is for operators
    except (UsageError, OperatorError) as error:
        return ask_files(visit, str(error))


def _write_sent(sent: list[UploadFile], folder: Path) -> Path:
    """The folder with the files, under names that are known, or the zip if there is only one.

    Raises UsageError if two files have the same name, as in a folder with an older copy below it, if two names differ
    only in case, or if there are several zips.
    """
    zips = [file for file in sent if str(file.filename).casefold().endswith(".zip")]
    if len(sent) == 1 and zips:
        target = folder / _zip_name(zips[0])
        _write_file(zips[0], target)
        return target
    if len(zips) > 1:
        raise UsageError(texts.SEVERAL_ZIPS.format(count=len(zips)))
    (folder / "sent").mkdir()
    written: dict[str, str] = {}
    for file in sent:
        if _is_of_upload(name := _file_name(file)):
            other = written.setdefault(name.casefold(), name)
            if other != name:
                raise UsageError(uploads.DIFFER_IN_CASE.format(names=f"{other} and {name}"))
            if (folder / "sent" / name).exists():
                raise UsageError(texts.FILE_TWICE.format(file=name))
            _write_file(file, folder / "sent" / name)
    return folder / "sent"


def _zip_name(file: UploadFile) -> str:
    """The name of a zip as it was sent, so that what is said of it names it; another one if the name is odd."""
    name = _file_name(file)
    return name if re.fullmatch(r"\w[\w() -]{0,80}\.zip", name, re.ASCII | re.IGNORECASE) else "upload.zip"


def _write_file(file: UploadFile, target: Path) -> None:
    with target.open("xb") as copy:
        shutil.copyfileobj(file.file, copy)


def _check_page(visit: Visit, sent: list[UploadFile], folder: Path) -> Response:
    source, district = _write_sent(sent, folder), visit.district
    taken = visit.site.sizes
    sizes = SizeLimits(min(MOST_BYTES, taken.file_bytes), min(MOST_BYTES, taken.drop_bytes))
    rules = asked_rules(district.district_id, district.region, sizes, district.file_limits)
    done = check_apart(source, rules, folder)
    files = [{**file, "with_errors": rows_with_errors(file)} for file in done["files"]]
    unused = [file["file"] for file in files if file["accepted"] and not file["used"]]
    verdict, says = status.verdict_on_drop(done["counts"], unused)
    ignored = sorted({*done["ignored"], *(() if source.is_file() else _names_of_unused(sent))})
    return ask_files(visit, verdict=verdict, says=says, files=files, groups=done["groups"], ignored=ignored)


def _names_of_unused(sent: list[UploadFile]) -> list[str]:
    """The names of files that an upload does not use."""
    return [printable(name) for name in map(_file_name, sent) if not _is_of_upload(name) and not name.startswith(".")]


def _file_name(file: UploadFile) -> str:
    """The name of a file without the folders that a browser may send."""
    return Path(str(file.filename).replace("\\", "/")).name


def _is_of_upload(name: str) -> bool:
    return name.casefold() in BY_FILE_NAME or is_complete_mark(name)


ROUTES = (
    Route("/d/{district}/check", of_district(ask_files), methods=["GET"]),
    Route(
        "/d/{district}/check",
        of_district(check_sent, MOST_FILES),
        methods=["POST"],
        max_body_size=MOST_BYTES,
    ),
)
