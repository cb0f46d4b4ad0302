"""Sentences about an upload before it is read: why it is refused, and why a run takes it. They call it "it"."""

from typing import Final

FILE_TOO_LARGE: Final = "it has {size}, and a file may have {most}"
DROP_TOO_LARGE: Final = "all files together have {size}, and may have {most}"

NOT_A_LIST: Final = "it must be empty, have the columns file, bytes and rows, or have lines of sha256sum"
NOT_THERE: Final = "it lists {file}, which was not uploaded"
NOT_LISTED: Final = "_COMPLETE does not list it"
OTHER_SIZE: Final = "it has {size} bytes, and _COMPLETE says {stated}"
OTHER_CONTENT: Final = "its SHA-256 is not the one in _COMPLETE"
OTHER_ROWS: Final = "it has {rows} rows, and _COMPLETE says {stated}"

DAMAGED: Final = (
    "The landed drop {drop} is damaged: {file} does not have the bytes that were landed. The drop is not processed. "
    "Restore the file from a backup, or ask {district} to upload the same files again."
)

ONLY_SFTP: Final = "This server takes files over SFTP only. Use sftp, or scp without the option -O."
"""The answer to an SSH client that asks for a command, as `scp -O` does."""

TOO_MANY_CONNECTIONS: Final = "There are too many connections. Close some, or try again later."
TOO_MANY_PASSWORDS: Final = "There were too many wrong passwords. Try again later."
IDLE: Final = "The connection was idle for too long. Connect again."
UPLOAD_TOO_LARGE: Final = "A file may have at most {most}."
TOO_MANY_FILES: Final = "The folder may have at most {most} files. Delete old files first."
TOO_MANY_BYTES: Final = "All files together may have at most {most}. Delete old files first."
"""The answers of the embedded SFTP server to what is over its limits."""

REFUSED: Final = "{file} cannot be taken: {why}. {fix}"
"""The sentence about a file that is refused. The reason is one of the sentences above, the fix is its remedy."""

AT_REST: Final = "The upload is whole and at rest."

NEWEST_UPLOAD: Final = "The newest upload was taken: it is whole, and no run took it before."
"""Why a run for which nobody chose a drop took the upload."""

IN_FORCE: Final = "The drop in force was taken. {why}"
"""Why a run for which nobody chose a drop took a landed one. The reason is one of the sentences below."""

NOTHING_UPLOADED: Final = "Nothing is in the upload directory."
TAKEN_BEFORE: Final = "The newest upload is not new: a run took it before."
NOT_WHOLE: Final = "The newest upload is not whole: {waits_for}"
NOT_AT_REST: Final = "The sensor has not found the newest upload at rest yet."
CHANGED_MEANWHILE: Final = "The newest upload changed while it was being copied."
NOT_LOOKED_AT: Final = "The server could not be asked for a newer upload: {error}"

NOTHING_TO_TAKE: Final = "No drop of {district} has landed yet. {why}"
"""Why a run for which nobody chose a drop has none at all."""
