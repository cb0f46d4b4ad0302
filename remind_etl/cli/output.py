"""Standard output whose reader may end first, as in `remind-etl doctor | head`: the command still ends as it would."""

import io
import sys


class Pipe(io.FileIO):
    """A file that takes everything, also after its reader has ended."""

    has_reader = True

    def write(self, data: object, /) -> int:
        """Write the bytes, if anybody reads them."""
        try:
            return super().write(data)  # type: ignore[arg-type]
        except BrokenPipeError:
            self.has_reader = False
            return memoryview(data).nbytes  # type: ignore[arg-type]


def outlive_reader() -> None:
    """Let no later output of this process fail because its reader has ended."""
    usual = sys.stdout
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(Pipe(usual.fileno(), "w", closefd=False)),
        encoding=usual.encoding,
        errors=usual.errors,
        line_buffering=usual.isatty(),
    )


def has_reader() -> bool:
    """False if the reader of standard output has ended."""
    buffer = getattr(sys.stdout, "buffer", None)
    return getattr(getattr(buffer, "raw", None), "has_reader", True)
