"""The exit status of a command that a signal ended. It is known before the command imports the rest."""

from typing import Final

ENDED_BY_SIGNAL: Final = 130
"""The exit status after Ctrl-C or another signal that ends."""
