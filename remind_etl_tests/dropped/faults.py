"""A proxy on loopback that breaks each connection at a place of its own."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from remind_etl.dropped.client import Address
from remind_etl_tests.sftp import proxied

PIECE: Final = 16 * 1024

DRIP_SECONDS: Final = 0.1

Kind = Literal["cut", "reset", "stall", "drip", "none"]
"""`drip` passes on a byte in each DRIP_SECONDS: there is never silence."""


@dataclass(frozen=True)
class Fault:
    """What happens to a connection after so many bytes of one direction: from the server, or to it."""

    kind: Kind
    at: int
    is_from_server: bool = True


def random_fault(random: Random, size: int) -> Fault:
    """A fault anywhere in a transfer of so many bytes; one of three falls into the handshake or the listing."""
    kind: Kind = random.choice(("cut", "reset", "stall"))
    place = random.randrange(3)
    if place == 0:
        return Fault(kind, random.randrange(6_000), is_from_server=random.random() < 0.5)
    return Fault(kind, random.randrange(size + 12_000))


def faulty(address: Address, next_fault: Callable[[], Fault]) -> AbstractContextManager[Address]:
    """The same server through the proxy; each connection is asked its fault."""

    def join(near: socket.socket, far: socket.socket, ended: threading.Event) -> None:
        fault = next_fault()
        for source, target in ((near, far), (far, near)):
            breaks = fault if fault.is_from_server == (source is far) else Fault("none", 0)
            threading.Thread(target=_forward, args=(source, target, breaks, ended), daemon=True).start()

    return proxied(address, join)


def _drip(piece: bytes, target: socket.socket) -> None:
    for byte in piece:
        time.sleep(DRIP_SECONDS)
        target.sendall(bytes([byte]))


def _forward(source: socket.socket, target: socket.socket, fault: Fault, ended: threading.Event) -> None:
    passed = 0
    with suppress(OSError):
        while piece := source.recv(PIECE):
            left = fault.at - passed
            if fault.kind == "none" or len(piece) <= left:
                target.sendall(piece)
                passed += len(piece)
                continue
            target.sendall(piece[: max(0, left)])
            if fault.kind == "stall":
                ended.wait()
                return
            if fault.kind == "drip":
                _drip(piece[max(0, left) :], target)
                passed += len(piece)
                continue
            if fault.kind == "reset":
                for side in (source, target):
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            for side in (source, target):
                side.shutdown(socket.SHUT_RDWR) if fault.kind == "cut" else side.close()
            return
        target.shutdown(socket.SHUT_WR)
