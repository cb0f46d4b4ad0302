"""Asks an SFTP server about many directories at once: requests go out before earlier ones are answered.

paramiko waits for the answer to each request. That costs a round trip and two changes of thread, five times for each
directory. The protocol is version 3 (draft-ietf-secsh-filexfer-02), which every SFTP server speaks.
"""

import struct
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import count, islice
from math import inf
from typing import Final, Generic, TypeVar

import paramiko
from paramiko.sftp import SFTPError

AT_ONCE: Final = 48
"""Tasks in progress at once. Each holds at most one open directory, and OpenSSH allows at least a hundred."""

MOST_BYTES: Final = 1 << 20
"""The most that one answer may have. OpenSSH sends up to 256 KiB."""

FIRST_NUMBER: Final = 1 << 31
"""Our numbers of requests begin here: paramiko numbers its own requests of the same session from 1."""


class Kind(IntEnum):
    """A type of request or answer, with its number in the protocol."""

    CLOSE = 4
    LSTAT = 7
    OPENDIR = 11
    READDIR = 12
    STATUS = 101
    HANDLE = 102
    NAME = 104
    ATTRS = 105


class Status(IntEnum):
    """A result that an answer names."""

    OK = 0
    END = 1
    NO_SUCH_FILE = 2
    PERMISSION_DENIED = 3


@dataclass(frozen=True)
class Request:
    """A request, about a path or a handle."""

    kind: Kind
    about: bytes


@dataclass(frozen=True)
class Found:
    """A file or directory as the server describes it: mode, size in bytes, and mtime in seconds of its clock."""

    name: bytes
    mode: int
    size: int
    mtime: int


@dataclass(frozen=True)
class Answer:
    """What the server answered, without an error."""

    handle: bytes = b""
    found: tuple[Found, ...] = ()
    is_end: bool = False
    """True if the directory has no more entries."""


T = TypeVar("T")

Task = Generator[Request, Answer, T]
"""Yields requests, gets their answers, and returns its result. It gets FileNotFoundError or PermissionError instead of
an answer, and SFTPError for any other refusal."""


def run_tasks(channel: paramiko.Channel, tasks: Iterable[Task[T]]) -> Iterator[T]:
    """Yield the results of the tasks, in the order in which they end. Tasks are taken one by one, when there is room.

    Nothing else may use the channel until all results are taken. Raises EOFError if the server ends the session,
    TimeoutError if no whole answer comes within the channel's timeout, SFTPError for one that is not of the protocol.
    """
    waiting, started = iter(tasks), _Started[T]()
    received, limit = bytearray(), channel.gettimeout() or inf
    while True:
        for task in islice(waiting, AT_ONCE - len(started.asking)):
            started.proceed(task, None)
        if started.questions:
            channel.sendall(bytes(started.questions))
            started.questions.clear()
        while started.results:
            yield started.results.popleft()
        if not started.asking:
            return
        asked_at, answers = time.monotonic(), list[tuple[int, Answer | Exception]]()
        while not answers:
            received += _some(channel)
            answers += _answers(received)
            # Each piece of a long answer may come in time, and the answer never.
            if not answers and time.monotonic() - asked_at > limit:
                raise TimeoutError
        for number, answer in answers:
            # A session may still get answers to what was asked before.
            if asked := started.asking.pop(number, None):
                started.proceed(asked, answer)


class _Started(Generic[T]):
    """Tasks that have begun: what they ask, and the results of those that have ended."""

    def __init__(self) -> None:
        self.asking: dict[int, Task[T]] = {}
        """By the number of its request, each task that waits for an answer."""
        self.questions = bytearray()
        """Requests that are to be sent."""
        self.results: deque[T] = deque()
        self._numbers = count(FIRST_NUMBER)

    def proceed(self, task: Task[T], answer: Answer | Exception | None) -> None:
        """Give the task its answer, or None at its beginning, and take its next request or its result."""
        try:
            asked = task.throw(answer) if isinstance(answer, Exception) else task.send(answer)  # type: ignore[arg-type]
        except StopIteration as end:
            self.results.append(end.value)
        else:
            number = next(self._numbers)
            self.asking[number] = task
            self.questions.extend(_encoded(number, asked))


def _encoded(number: int, asked: Request) -> bytes:
    return struct.pack(
        f">IBII{len(asked.about)}s", 9 + len(asked.about), asked.kind, number, len(asked.about), asked.about
    )


def _some(channel: paramiko.Channel) -> bytes:
    if not (some := channel.recv(1 << 16)):
        raise EOFError
    return some


def _answers(received: bytearray) -> Iterator[tuple[int, Answer | Exception]]:
    """Take the whole answers from what was received, each with the number of its request."""
    while len(received) >= 4:
        (length,) = struct.unpack_from(">I", received)
        if length > MOST_BYTES:
            raise SFTPError("An answer is too long.")
        if len(received) < 4 + length:
            return
        packet = bytes(received[4 : 4 + length])
        del received[: 4 + length]
        try:
            yield _answer(packet)
        except struct.error as e:
            raise SFTPError("An answer is cut off.") from e


def _answer(packet: bytes) -> tuple[int, Answer | Exception]:
    kind, number = struct.unpack_from(">BI", packet)
    rest = _Fields(packet, 5)
    if kind == Kind.STATUS:
        return number, _status(rest.number())
    if kind == Kind.HANDLE:
        return number, Answer(handle=rest.text())
    if kind == Kind.ATTRS:
        return number, Answer(found=(rest.attributes(b""),))
    if kind == Kind.NAME:
        return number, Answer(found=tuple(rest.entry() for _ in range(rest.number())))
    raise SFTPError("An answer has an unknown type.")


def _status(code: int) -> Answer | Exception:
    if code == Status.NO_SUCH_FILE:
        return FileNotFoundError()
    if code == Status.PERMISSION_DENIED:
        return PermissionError()
    if code in (Status.OK, Status.END):
        return Answer(is_end=code == Status.END)
    return SFTPError(f"The server answered with status {code}.")


class _Fields:
    """Reads the fields of a packet, one after the other. Raises struct.error at its end."""

    def __init__(self, packet: bytes, at: int) -> None:
        self._packet = packet
        self._at = at

    def _next(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(form, self._packet, self._at)
        self._at += struct.calcsize(form)
        return values

    def number(self) -> int:
        return self._next(">I")[0]

    def text(self) -> bytes:
        end = self.number() + self._at
        if end > len(self._packet):
            raise struct.error
        text = self._packet[self._at : end]
        self._at = end
        return text

    def entry(self) -> Found:
        name = self.text()
        self.text()  # the line of `ls -l`
        return self.attributes(name)

    def attributes(self, name: bytes) -> Found:
        """The attributes of a file; what the server does not tell is 0."""
        flags = self.number()
        size = self._next(">Q")[0] if flags & 1 else 0
        if flags & 2:
            self._next(">II")  # owner and group
        mode = self.number() if flags & 4 else 0
        mtime = self._next(">II")[1] if flags & 8 else 0
        if flags & 0x80000000:
            for _ in range(2 * self.number()):
                self.text()
        return Found(name, mode, size, mtime)
