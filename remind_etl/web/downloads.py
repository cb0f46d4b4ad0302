"""A few downloads at a time, because each holds rows in memory or on the disk until it was sent."""

import threading
from collections.abc import Callable
from typing import Final

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from remind_etl.catalogue import pages as texts
from remind_etl.errors import TransientError
from remind_etl.web.endpoints import Handler
from remind_etl.web.visit import PATIENCE_SECONDS, Visit

MOST_DOWNLOADS: Final = 4

_DOWNLOADS: Final = threading.BoundedSemaphore(MOST_DOWNLOADS)


class DownloadInPlace(Response):
    """An answer that gives its place back after it was sent, or when the browser goes away."""

    def __init__(self, answer: Response, give_back: Callable[[], None]) -> None:
        """Wrap the answer."""
        super().__init__()
        self.answer, self.give_back = answer, give_back

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await self.answer(scope, receive, send)
        finally:
            self.give_back()


def few_at_a_time(handler: Handler) -> Handler:
    """The handler of a download, which waits a moment for its place. If there is none, the pages are busy."""

    def answer(visit: Visit) -> Response:
        if not _DOWNLOADS.acquire(timeout=PATIENCE_SECONDS):
            raise TransientError(texts.BUSY)
        try:
            made = handler(visit)
        except BaseException:
            _DOWNLOADS.release()
            raise
        return DownloadInPlace(made, _DOWNLOADS.release)

    return answer
