"""The environment variables of this process: those that are settings, and those that every process needs."""

import os
from typing import Final

PREFIX: Final = "REMIND_ETL_"
"""The beginning of the name of every setting."""


def variables() -> dict[str, str]:
    """The variables of the environment that begin as settings do; an empty variable is not set."""
    return {name: text for name, text in os.environ.items() if name.startswith(PREFIX) and text}


def plain_environment() -> dict[str, str]:
    """What a process of its own needs of the environment to run Python. No setting and no secret is in it."""
    kept = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL")
    return {name: value for name in kept if (value := os.environ.get(name))}


def leave_out_plugins() -> None:
    """Let pydantic look for no plugins. To find them, it reads the metadata of all packages, and we use none."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"
