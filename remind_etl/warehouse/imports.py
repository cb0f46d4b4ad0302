"""How the large libraries are imported."""

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader
from types import ModuleType


@contextmanager
def without_collecting() -> Iterator[None]:
    """Look for no garbage meanwhile: an import makes none, and looking takes a fifth of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def deferring(*modules: str) -> Iterator[None]:
    """Let an import of these modules within this only name them. Python loads each when something of it is used."""
    finder = _Deferring(frozenset(modules))
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


@dataclass(frozen=True)
class _Deferring(MetaPathFinder):
    """Finds these modules where Python would, and leaves their loading to their first use."""

    modules: frozenset[str]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """What Python imports; None leaves a module to the other finders."""
        found = PathFinder.find_spec(fullname, path, target) if fullname in self.modules else None
        if found and found.loader:
            found.loader = LazyLoader(found.loader)
        return found
