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
TOO_MANY_REFUSED: Final = "There were too many wrong passwords or keys. Try again later."
IDLE: Final = "The connection was idle for too long. Connect again."
UPLOAD_TOO_LARGE: Final = "A file may have at most {most}."
TOO_MANY_FILES: Final = "The folder may have at most {most} files. Delete old files first."
TOO_MANY_OPEN: Final = "A connection may have at most {most} files open. Close some first."
TOO_MANY_BYTES: Final = "All files together may have at most {most}. Delete old files first."
"""The answers of the embedded SFTP server to what is over its limits."""

REFUSED: Final = "{file} cannot be taken: {why}. {fix}"
"""The sentence about a file that is refused. The reason is one of the sentences above, the fix is its remedy."""

DIFFER_IN_CASE: Final = "{names} differ only in upper and lower case. Keep the current one and delete the other."
NO_FILE: Final = "{file} is a folder or a link. Upload it as a file."
NO_ZIP: Final = "The zip is a folder or a link. Upload it as a file."
MANY_ZIPS: Final = "There are {count} zip files. Keep the one with the current files and delete the others."
ZIP_AND_FILES: Final = "There are a zip and separate CSV files. Keep either the zip or the CSV files."
NESTED: Final = "The folder upload has another folder upload in it. Upload the files into /upload itself."
"""Faults of an upload directory. The district corrects them before its files can be taken."""

NOTHING_YET: Final = "Nothing has been uploaded yet."
WAITS: Final = "Waits for {names}."
MAY_BE: Final = "{other} may be this file"
HAS_BEGUN: Final = "its upload has begun"
HAS_NO_BYTES: Final = "it has 0 bytes: export it again, and upload it"
ZIP: Final = "the zip file"
"""The state of an upload that is not complete."""

NO_FILE_OF: Final = "{file} of {district} is a directory or a link. Upload it as a file."
CANNOT_BE_READ: Final = "{file} of {district} cannot be read: permission denied."
NO_DIRECTORY: Final = "The upload directory of {district} is a file or a link, not a directory."
DIRECTORY_CLOSED: Final = "The upload directory of {district} cannot be read: permission denied."
NOT_UTF8: Final = "A file name in the upload directory of {district} is not UTF-8. Rename the file."
TOO_MANY_IN_DIRECTORY: Final = "The upload directory of {district} has more than {most} files. Delete old files."
"""Why the upload directory of a district, or a file there, cannot be read."""

UPLOAD_CHANGED: Final = "The files of {district} changed after they were listed."
FILE_CHANGED: Final = "{file} of {district} changed after it was listed."
COPY_FAILED: Final = "The copy of {file} of {district} cannot be written: {reason}."
"""Why the copy of an upload was given up."""

NOT_WRITABLE: Final = "This login may write only in /upload, or nowhere."
ONLY_FILES: Final = "Only files can be opened."
LINKS_NOT_FOLLOWED: Final = "This server does not follow links."
NO_LINKS: Final = "This server makes no links."
ONLY_VERSION_3: Final = "This server speaks only version 3 of SFTP."
"""The answers of the embedded SFTP server to what it does not do."""

ZIP_DAMAGED: Final = "it is not a zip, or it is damaged"
ZIP_HAS_LINKS: Final = "it contains links"
ZIP_HAS_FOLDERS: Final = "it has more than one folder"
ZIP_WITHOUT_FILES: Final = "it contains none of {files}"
ZIP_MAY_HAVE: Final = "it contains none of {files}; {other} may be one of them"
ZIP_HAS_TWICE: Final = "it contains a file twice"
ZIP_ENCRYPTED: Final = "it is encrypted"
ZIP_UNUSUAL: Final = "it is packed in an unusual way"
ZIP_TOO_MANY: Final = "it contains too many files"
ZIP_TOO_LARGE: Final = "its files are larger than rosters can be"
ZIP_LEADS_OUT: Final = "it has file names that lead out of the zip"
ZIP_BACKSLASHES: Final = "it has file names with backslashes, and only some programs read them as folders"
UPLOADED_TWICE: Final = "it was uploaded twice"
"""Why a zip, or a file, is refused."""

NO_DROP_YET: Final = "No drop of {district} has landed yet. The district must upload its files first."
NO_SUCH_DROP: Final = "{district} has no landed drop {drop!r}. `remind-etl history {district}` lists the drops."
DROP_GONE: Final = "{district} has no landed drop {drop!r} any more."
"""Why there is no landed drop to take."""

AT_REST: Final = "The upload is whole and at rest."

NEXT_TRY: Final = "The last run failed. The next one starts in {seconds} s."
"""The sensors say it before they ask for another run of an upload or a decision."""

GIVEN_UP: Final = "{tries} runs of this upload failed before they took it. The next one comes at night, or by a person."
"""The sensor says it if it asks for no more runs of an upload."""

DECISION_GIVEN_UP: Final = (
    "{tries} runs that carry out a decision failed. The next one comes at night, or with `remind-etl sync {district}`."
)
"""The sensor says it if it asks for no more runs of a decision."""

NEWEST_UPLOAD: Final = "The newest upload was taken: it is whole, and no run took it before."
"""Why a run for which nobody chose a drop took the upload."""

IN_FORCE: Final = "The drop in force was taken. {why}"
"""Why a run for which nobody chose a drop took a landed one. The reason is one of the sentences below."""

DECIDED: Final = "A decision or the end of a pause started this run, so it looked for no newer upload."
IN_FORCE_SINCE: Final = "Another drop came into force after this run was asked for."
NOTHING_UPLOADED: Final = "Nothing is in the upload directory."
TAKEN_BEFORE: Final = "The newest upload is not new: a run took it before."
NOT_WHOLE: Final = "The newest upload is not whole: {waits_for}"
NOT_AT_REST: Final = "The sensor has not found the newest upload at rest yet."
NOT_LOOKED_FOR: Final = (
    "The newest upload is whole, but the sensor `drops` does not look whether it is at rest. Start `dagster-daemon`, "
    "and the sensor in Dagster."
)
CHANGED_MEANWHILE: Final = "The newest upload changed while it was being copied."
NO_SERVER: Final = "No newer upload was looked for, because no SFTP server is set up yet."
NOT_LOOKED_AT: Final = "The server could not be asked for a newer upload: {error}"

NOTHING_TO_TAKE: Final = "No drop of {district} has landed yet. {why}"
"""Why a run for which nobody chose a drop has none at all."""

CANNOT_PUT: Final = (
    "The report of {district} cannot be put into {folder} ({reason}). Make the folder writable for the account of "
    "remind-etl. Then run `remind-etl sync {district} --again`."
)
"""Why a district finds no report beside its upload folder."""
