"""What can go wrong, by who must act. Texts carry ids, counts and line numbers, never a person's data.

The texts of libraries' errors are matched here only, where a library has no type for what went wrong.
"""

import errno
import os
import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final


class RemindEtlError(Exception):
    """Any error that says who must act; its text is meant to be read."""


class TransientError(RemindEtlError):
    """Nobody acts: the same step succeeds when it is tried again."""


class DistrictError(RemindEtlError):
    """A person of the district acts; the text is written for them."""


class OperatorError(RemindEtlError):
    """We act: a setting, a key, a disk, or a defect of ours."""


class UsageError(RemindEtlError):
    """The command or its input was wrong; the text says what would be right."""


class DropBlocked(DistrictError):
    """A drop that was chosen cannot be processed."""


class DropUnstable(RemindEtlError):
    """A file changed, or may still change, while it is read; a new run is asked for once the files rest."""


class DropDamaged(OperatorError):
    """Landed files are not as they landed."""


class NothingLanded(DistrictError):
    """The district has no landed drop to process."""


class ConnectionTrouble(TransientError):
    """The SFTP server could not be reached, or the connection was lost."""


class HostKeyChanged(OperatorError):
    """The SFTP server's key is not the pinned one; nobody may go on before it is explained."""


class NoServerYet(OperatorError):
    """No SFTP server has been set up: the file with its pinned keys does not exist."""


class LoginRefused(OperatorError):
    """The SFTP server refused our login; trying again could lock us out."""


class DiskFull(OperatorError):
    """There is no room for what must be written; what was half-written is not used."""


class ReadOnly(OperatorError):
    """The disk or the file can only be read, so nothing can be changed."""


class Interrupted(TransientError):
    """A signal ended the run; the same run can be started again."""


class RunsUnreadable(OperatorError):
    """Dagster's list of runs cannot be read here."""


class StepFailed(OperatorError):
    """A statement of a stage's SQL failed; the text names the file and the statement."""


class WarehouseBusy(TransientError):
    """Another process has the district's warehouse open."""


class ScratchMissing(OperatorError):
    """The tables of the earlier steps are not on this machine, or another run or version of the code made them."""


class MessageNotSent(TransientError):
    """A message could not be sent; it is tried again. The text has no address, because addresses are secret."""


class DatabaseSilent(TransientError):
    """A database did not answer."""


class PlanStale(TransientError):
    """Something that the plan was made on was delivered since: of the district, or a contact point of a new account.

    The step that delivers cannot help it: the run, or the undoing, makes another plan when it is said again.
    """


class UnknownDistrict(UsageError):
    """No district has this id."""


class ResultsMissing(UsageError):
    """The results of the last run of a district, or a part of them, are not here, as after a restore."""


class DecidedMeanwhile(UsageError):
    """Another decision was made after a person looked, so theirs was not taken."""

    def __init__(self, text: str, changed: Sequence[str] = ()) -> None:
        """Say so; `changed` names what the other decision changed, if only a part of what the person sent."""
        super().__init__(text)
        self.changed = changed


NOTHING_HALF: Final = "A delivery, or the publication of a run, is there as a whole or not at all."
"""What is true after each error, also of one between the delivery and the publication."""

DISK_FULL: Final = (
    "The disk is full. Make room in the folder of REMIND_ETL_HOME, or for `check` in the folder of temporary files "
    f"(TMPDIR). Then try again. {NOTHING_HALF}"
)

_DISK_FULL: Final = ("No space left", "disk is full", "quota exceeded")
_SQLITE_FULL: Final = "SQLITE_IOERR_SHMSIZE"
"""SQLite could not make the file longer that its connections share. The text of the error is only `disk I/O error`."""

_DISK_FAILS: Final = "disk I/O error"
_LOCKED: Final = "Could not set lock"
_LOGIN_UNANSWERED: Final = ("Authentication timeout.", "transport shut down")


_INTERRUPTIONS: Final = ("KeyboardInterrupt", "InterruptException", "DagsterExecutionInterruptedError")
"""The errors that Ctrl-C or a signal becomes, in Python, DuckDB and Dagster."""

_QUERY_INTERRUPTED: Final = "Query interrupted"
"""The text of a RuntimeError, by which DuckDB 2.0 hides the error of a signal's handler."""

INTERRUPTED: Final = f"A signal interrupted it. {NOTHING_HALF} Start it again."

ONLY_UNPUBLISHED: Final = "What this run had to deliver is on the platform. Only its results are not published."
"""Follows the sentence about a failure after the delivery."""


def is_interruption(error: BaseException | None) -> bool:
    """True if Ctrl-C or a signal is the error, or led to it: DuckDB makes an error of its own of it."""
    while error:
        if type(error).__name__ in _INTERRUPTIONS or str(error) == _QUERY_INTERRUPTED:
            return True
        error = error.__cause__ or error.__context__
    return False


def places_of(error: BaseException) -> list[str]:
    """The places in files that the error came through, the last one first, as file and line."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(frames)]


def own_fault(error: Exception) -> str:
    """The kind and place of an error that we did not foresee. Its text stays out, as a library's may quote a cell."""
    places = " < ".join(place.split()[0] for place in places_of(error)[:4])
    return f"{type(error).__name__} in our own code, at {places}."


def is_locked_by_another(error: Exception) -> bool:
    """True if DuckDB could not open a file because another process has it open; it has no type for that."""
    return _LOCKED in str(error)


def is_port_taken(log: bytes) -> bool:
    """True if the log of Dagster's webserver says that another program has its port. It goes on without a page then."""
    return f"[Errno {errno.EADDRINUSE}]".encode() in log


def ended_part_of_dagster(log: bytes) -> str:
    """The part of `dagster dev` that ended by itself, by the end of its log; blank if none did. As of Dagster 1.13."""
    found = re.findall(rb"dagster-(daemon|webserver) process shut down unexpectedly", log)
    return found[-1].decode() if found else ""


def is_login_unanswered(error: Exception) -> bool:
    """True if paramiko says that the server did not answer the login, which it has no type for."""
    return any(sign in str(error) for sign in _LOGIN_UNANSWERED)


FULL_DATABASE: Final = (
    "The disk of the {database} is full. Make room there. Then try again. The database is as it was before."
)


@dataclass(frozen=True)
class NamedDatabase:
    """A database as errors name it: what it has, where it is, and the setting that says so. No password is in it."""

    name: str = "database"
    place: str = ""
    setting: str = "its URL"

    def __str__(self) -> str:
        """The name, with the place if it is known."""
        return f"{self.name} ({self.place})" if self.place else self.name


_READ_ONLY: Final = "readonly database"
_DATABASE_REFUSES: Final = (
    *("unable to open database file", "not a database", "is malformed"),
    *("authentication failed", "no password supplied", "no pg_hba.conf entry", "permission denied", "does not exist"),
)
"""What databases say that does not pass by itself."""


def database_trouble(error: BaseException, database: NamedDatabase) -> RemindEtlError:
    """The error that says what a database's operational error means and who must act; without the database's text."""
    if disk_full(error):
        return DiskFull(FULL_DATABASE.format(database=database))
    if is_read_only(error):
        return ReadOnly(
            f"The {database} can only be read, because its disk or its file is read-only. Make it writable, or name "
            "another folder in REMIND_ETL_HOME. Commands that only show something work."
        )
    if is_of_the_disk(error):
        return DiskFull(
            f"The disk of the {database} is full, or it fails. Make room there, or check the disk. Then try again. "
            "The database is as it was before."
        )
    if any(sign in str(error) for sign in _DATABASE_REFUSES):
        check = f"Check {database.setting}, its login, its disk, and the rights of its files."
        return OperatorError(f"The {database} cannot be used. {check}")
    if "database is locked" in str(error):
        return TransientError(f"The {database} is busy. Try again.")
    return DatabaseSilent(
        f"The {database} did not answer. See whether it runs, and check {database.setting}. Then try again."
    )


def is_read_only(error: BaseException) -> bool:
    """True if SQLite says that it may not write the file."""
    return _READ_ONLY in str(error)


def is_disk_read_only(path: Path) -> bool:
    """True if nothing on the disk of this file or folder can be changed."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def is_of_the_disk(error: BaseException) -> bool:
    """True if SQLite could not read or write its files. ADBC has no type for it, and no finer reason."""
    return _DISK_FAILS in str(error)


_STORAGE_REFUSES: Final = ("ACCESS_DENIED", "NO_SUCH_BUCKET", "INVALID_ACCESS_KEY", "SIGNATURE", "CREDENTIALS")
"""What a storage server says that does not pass by itself, as pyarrow quotes it."""


def storage_trouble(error: Exception) -> RemindEtlError:
    """The error that says what an error of the storage server means and who must act; without the server's text."""
    if any(sign in str(error).upper() for sign in _STORAGE_REFUSES):
        return OperatorError("The storage cannot be used. Check REMIND_ETL_STORAGE, its bucket, and its credentials.")
    return TransientError("The storage did not answer, or it is busy. Try again.")


def unusable(error: OSError, remedy: str) -> OperatorError:
    """The error that says which file or folder cannot be used and why, or that the disk is full."""
    if full := disk_full(error):
        return full
    return OperatorError(f"{error.filename or 'A file'} cannot be used: {error.strerror or 'unknown'}. {remedy}")


def disk_full(error: BaseException | None) -> DiskFull | None:
    """The error that says so, if the disk being full is what a library's error or one that led to it says."""
    while error:
        cause = getattr(error, "orig", None) or error
        if any(sign in str(error) for sign in _DISK_FULL) or getattr(cause, "sqlite_errorname", "") == _SQLITE_FULL:
            return DiskFull(DISK_FULL)
        error = error.__cause__ or error.__context__
    return None
