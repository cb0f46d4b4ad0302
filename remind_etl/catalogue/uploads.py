"""Sentences about an upload that is refused before it is read. They call the file "it"."""

from typing import Final

FILE_TOO_LARGE: Final = "it has {size}, and a file may have {most}"
DROP_TOO_LARGE: Final = "all files together have {size}, and may have {most}"

ONLY_SFTP: Final = "This server takes files over SFTP only. Use sftp, or scp without the option -O."
"""The answer to an SSH client that asks for a command, as `scp -O` does."""

REFUSED: Final = "{file} cannot be taken: {why}. {fix}"
"""The sentence about a file that is refused. The reason is one of the sentences above, the fix is its remedy."""
