"""Sentences about an upload that is refused before it is read. They call the file "it"."""

from typing import Final

FILE_TOO_LARGE: Final = "it has {size}, and a file may have {most}"
DROP_TOO_LARGE: Final = "all files together have {size}, and may have {most}"

NOT_A_LIST: Final = "it must be empty, or have the columns file, bytes and rows"
NOT_THERE: Final = "it lists {file}, which was not uploaded"
NOT_LISTED: Final = "_COMPLETE does not list it"
OTHER_SIZE: Final = "it has {size} bytes, and _COMPLETE says {stated}"
OTHER_ROWS: Final = "it has {rows} rows, and _COMPLETE says {stated}"

ONLY_SFTP: Final = "This server takes files over SFTP only. Use sftp, or scp without the option -O."
"""The answer to an SSH client that asks for a command, as `scp -O` does."""

REFUSED: Final = "{file} cannot be taken: {why}. {fix}"
"""The sentence about a file that is refused. The reason is one of the sentences above, the fix is its remedy."""
