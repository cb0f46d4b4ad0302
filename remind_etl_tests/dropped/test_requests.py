"""Requests of many tasks over one channel, to a server that answers in any order, in pieces, or with nonsense."""

import struct
import time
from collections.abc import Callable, Sequence
from typing import cast

import paramiko
import pytest
from paramiko.sftp import SFTPError

from remind_etl.dropped.requests import AT_ONCE, MOST_BYTES, Found, Kind, Request, Task, run_tasks

Reply = Callable[[int, int, bytes], bytes]


def packet(kind: int, number: int, rest: bytes) -> bytes:
    return struct.pack(">IBI", 5 + len(rest), kind, number) + rest


def text(content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + content


def status(number: int, code: int) -> bytes:
    return packet(Kind.STATUS, number, struct.pack(">I", code) + text(b"said") + text(b"en"))


class Channel:
    """A channel of a server of our own: it answers all that was sent, in reverse order, in pieces of a few bytes."""

    timeout = 30.0
    pause = 0.0
    """Seconds before each piece."""

    def __init__(self, reply: Reply, piece: int = 7) -> None:
        self._reply = reply
        self._piece = piece
        self._answers = b""
        self.most = 0
        """The most requests that came at once."""

    def sendall(self, sent: bytes) -> None:
        answers: list[bytes] = []
        while sent:
            length, kind, number = struct.unpack_from(">IBI", sent)
            answers.append(self._reply(number, kind, sent[13 : 4 + length]))
            sent = sent[4 + length :]
        self.most = max(self.most, len(answers))
        self._answers += b"".join(reversed(answers))

    def gettimeout(self) -> float:
        return self.timeout

    def recv(self, _: int) -> bytes:
        time.sleep(self.pause)
        some, self._answers = self._answers[: self._piece], self._answers[self._piece :]
        return some


def run(channel: Channel, tasks: Sequence[Task[object]]) -> list[object]:
    return list(run_tasks(cast(paramiko.Channel, channel), tasks))


def ask(path: bytes) -> Task[object]:
    """Two requests, so that a task goes on after its first answer."""
    handle = (yield Request(Kind.OPENDIR, path)).handle
    try:
        answer = yield Request(Kind.READDIR, handle)
    except FileNotFoundError:
        return path, "missing"
    except PermissionError:
        return path, "closed"
    return path, answer.is_end, answer.found


def handles(then: Reply) -> Reply:
    """Answers the opening of a directory with its path as the handle, and else with `then`."""
    return lambda number, kind, about: (
        packet(Kind.HANDLE, number, text(about)) if kind == Kind.OPENDIR else then(number, kind, about)
    )


def test_each_task_gets_the_answers_to_its_own_requests_in_any_order() -> None:
    paths = [b"%d" % number for number in range(3 * AT_ONCE)]

    def named(number: int, _: int, about: bytes) -> bytes:
        return packet(Kind.NAME, number, struct.pack(">I", 1) + text(about) + text(b"-rw-") + struct.pack(">I", 0))

    channel = Channel(handles(named))
    results = run(channel, [ask(path) for path in paths])
    assert sorted(results, key=str) == sorted(((path, False, (Found(path, 0, 0, 0),)) for path in paths), key=str)
    assert channel.most == AT_ONCE


def test_all_attributes_are_read_and_unknown_ones_passed_over() -> None:
    def named(number: int, _: int, __: bytes) -> bytes:
        attributes = struct.pack(">IQIIIII", 0x8000000F, 1 << 33, 1, 2, 0o100644, 5, 6)
        extended = struct.pack(">I", 1) + text(b"kind@example.org") + text(b"value")
        entry = text("sch\N{LATIN SMALL LETTER U WITH DIAERESIS}ler.csv".encode()) + text(b"") + attributes + extended
        return packet(Kind.NAME, number, struct.pack(">I", 2) + entry + text(b"b") + text(b"") + struct.pack(">I", 0))

    [(_, _, found)] = cast(list[tuple[bytes, bool, tuple[Found, ...]]], run(Channel(handles(named)), [ask(b"x")]))
    assert found == (Found("schüler.csv".encode(), 0o100644, 1 << 33, 6), Found(b"b", 0, 0, 0))


@pytest.mark.parametrize(("code", "result"), [(0, (False, ())), (1, (True, ())), (2, ("missing",)), (3, ("closed",))])
def test_a_status_is_the_answer_of_its_task_alone(code: int, result: tuple[object, ...]) -> None:
    channel = Channel(handles(lambda number, _, about: status(number, code if about == b"odd" else 1)))
    assert sorted(run(channel, [ask(b"a"), ask(b"odd")]), key=str) == [(b"a", True, ()), (b"odd", *result)]


@pytest.mark.parametrize(
    "nonsense",
    [
        lambda number, _, __: status(number, 4),
        lambda number, _, __: packet(Kind.NAME, number, struct.pack(">I", 1_000_000)),
        lambda number, _, __: packet(Kind.HANDLE, number, struct.pack(">I", 1_000_000)),
        lambda number, _, __: packet(Kind.ATTRS, number, struct.pack(">I", 0xFFFFFFFF)),
        lambda number, _, __: packet(99, number, b""),
        lambda _, __, ___: struct.pack(">I", MOST_BYTES + 1),
        lambda _, __, ___: struct.pack(">IB", 1, Kind.STATUS),
    ],
)
def test_an_answer_that_is_not_of_the_protocol_is_an_error(nonsense: Reply) -> None:
    with pytest.raises(SFTPError):
        run(Channel(nonsense), [ask(b"x")])


@pytest.mark.parametrize("kept", [0, 3, 10])
def test_a_session_that_ends_before_the_answer_is_an_error(kept: int) -> None:
    with pytest.raises(EOFError):
        run(Channel(lambda number, _, __: status(number, 1)[:kept]), [ask(b"x")])


def test_an_answer_to_what_was_asked_before_is_passed_over() -> None:
    channel = Channel(handles(lambda number, _, __: status(7, 2) + status(number, 1)))
    assert run(channel, [ask(b"x")]) == [(b"x", True, ())]


def test_an_answer_whose_pieces_come_in_time_and_that_never_ends_is_a_time_out() -> None:
    channel = Channel(lambda number, _, __: packet(Kind.HANDLE, number, text(b"x" * 1_000)))
    channel.timeout, channel.pause = 0.1, 0.02
    with pytest.raises(TimeoutError):
        run(channel, [ask(b"x")])
