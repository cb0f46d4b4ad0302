"""The district's report beside its upload folder, where it fetches it over SFTP: `reports/latest/`.

The servers let a district write in `upload/` only, and nothing but `upload/` is read as an upload.
"""

import shutil
from datetime import datetime
from pathlib import Path
from typing import Final

from remind_etl.catalogue.uploads import CANNOT_PUT
from remind_etl.errors import OperatorError
from remind_etl.files.incoming import delete_older
from remind_etl.schema.district_id import DistrictId

REPORTS: Final = "reports"
LATEST: Final = "latest"


class Parcels:
    """The folders of the districts on an SFTP server of this host."""

    def __init__(self, drops: Path) -> None:
        """Put reports below `drops`, which has a folder of each district that has logged in."""
        self._drops = drops

    def put(self, district: DistrictId, report: Path) -> None:
        """Put a copy of the report in the place of the one before. A district without a folder here gets none.

        Raises OperatorError if the folder of reports cannot be written.
        """
        if not (self._drops / district).is_dir():
            return
        reports = self._drops / district / REPORTS
        try:
            self._replace(reports, report)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise OperatorError(CANNOT_PUT.format(district=district, folder=reports, reason=reason)) from error

    def _replace(self, reports: Path, report: Path) -> None:
        reports.mkdir(mode=0o700, exist_ok=True)
        made, old = reports / f".{LATEST}-new", reports / f".{LATEST}-old"
        for left in (made, old):
            shutil.rmtree(left, ignore_errors=True)
        shutil.copytree(report, made)
        if (reports / LATEST).exists():
            (reports / LATEST).replace(old)
        made.replace(reports / LATEST)
        shutil.rmtree(old, ignore_errors=True)

    def sweep(self, district: DistrictId, before: datetime) -> None:
        """Delete what a killed process left beside the report before the moment."""
        delete_older((self._drops / district / REPORTS).glob(f".{LATEST}-*"), before)

    def delete(self, district: DistrictId) -> None:
        """Delete the report, which has values of the district's files."""
        shutil.rmtree(self._drops / district / REPORTS, ignore_errors=True)
