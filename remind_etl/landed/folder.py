"""Lands a folder or a zip of this machine."""

from pathlib import Path
from typing import Final

from remind_etl.catalogue import remedies, uploads
from remind_etl.catalogue.printable import printable
from remind_etl.errors import UsageError
from remind_etl.files.sent import SizeLimits
from remind_etl.landed.archive import why_refused
from remind_etl.landed.copy import Drop, LandingStore, file_source
from remind_etl.schema import upload
from remind_etl.schema.district_id import DistrictId

MOST: Final = 5
"""Names of other files that a message holds."""


def land_folder(store: LandingStore, district: DistrictId, path: Path) -> Drop:
    """Land the files of the contract in a folder, or a zip, as a drop of the district.

    Raises UsageError if it is neither, may not be read or holds none of them.
    """
    return store.land(district, [file_source(file) for file in files_to_land(path)])[0]


def files_to_land(path: Path) -> list[Path]:
    """The zip, or the files of the contract in the folder, each of which this account may read.

    Raises UsageError if it is neither, may not be read or holds none of them.
    """
    try:
        sent = _sent(path)
        for file in sent:
            file.open("rb").close()
    except PermissionError as error:
        raise UsageError(f"This account may not read {error.filename}.") from error
    return sent


def require_usable(path: Path, sizes: SizeLimits) -> None:
    """Raise UsageError if `files_to_land` does, or if the path is a zip that would be refused."""
    files_to_land(path)
    if path.is_file() and (refused := why_refused(path, sizes)):
        fix = remedies.ZIPS[refused.remedy]
        raise UsageError(uploads.REFUSED.format(file=printable(path.name), why=refused.why, fix=fix))


def _sent(path: Path) -> list[Path]:
    """The zip, or the files of the contract in the folder."""
    if path.is_file() and path.suffix.casefold() == ".zip":
        return [path]
    if not path.is_dir():
        wrong = "is neither a folder nor a zip. Name the folder of the files" if path.exists() else "does not exist"
        raise UsageError(f"{path} {wrong}.")
    sent = sorted(p for p in path.iterdir() if p.is_file() and p.name.casefold() in upload.BY_FILE_NAME)
    marks = [p for p in path.iterdir() if upload.is_complete_mark(p.name) and p.is_file() and p.stat().st_size]
    if not sent:
        folders = [f"{printable(p.name)}/" for p in sorted(path.iterdir()) if p.is_dir()]
        there = (other_files(path) + folders)[:MOST]
        zips = " Name the zip itself." * any(name.casefold().endswith(".zip") for name in there)
        renamed = [f"{name} to {meant.file_name}" for name in there if (meant := upload.likely_file(name))]
        rename = f" Rename {', '.join(renamed)}." * bool(renamed)
        raise UsageError(
            f"{path} has none of {', '.join(upload.BY_FILE_NAME)}. "
            f"It contains {', '.join(there) or 'nothing'}.{rename}{zips}"
        )
    return sent + marks


def other_files(path: Path) -> list[str]:
    """The names of the files in a folder that are none of the contract's, whatever a message can show of them.

    Of a zip none are told.
    """
    if not path.is_dir():
        return []
    known = {*upload.BY_FILE_NAME, upload.COMPLETE.casefold()}
    names = sorted(p.name for p in path.iterdir() if p.is_file() and p.name.casefold() not in known)
    return [printable(name) for name in names if not name.startswith(".")]
