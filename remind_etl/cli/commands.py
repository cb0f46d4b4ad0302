"""All commands, as `--help` and the completion of a shell list them."""

from typing import Final

from remind_etl.cli.command_line import command_line

app: Final = command_line()
