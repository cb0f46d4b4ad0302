"""How a command that a signal ended answers. It is known before the command imports the rest."""

from typing import Any, Final

ENDED_BY_SIGNAL: Final = 130
"""The exit status after Ctrl-C or another signal that ends."""


def error_document(sentence: str, status: int) -> dict[str, Any]:
    """What --json answers if a command ends with an error: the sentence and the exit status."""
    return {"error": {"message": sentence, "exit_status": status}}
