"""A proxy on loopback that breaks each connection at a place of its own."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from random import Random
from typing import Final, Literal

from remind_etl.dropped.client import Address

PIECE: Final = 16 * 1024

Kind = Literal["cut", "reset", "stall", "none"]


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


@contextmanager
def faulty(address: Address, next_fault: Callable[[], Fault]) -> Iterator[Address]:
    """The same server through the proxy; each connection is asked its fault."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening, ExitStack() as sockets:
        port = listening.getsockname()[1]

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listening.accept()
                    far = socket.create_connection((address.host, address.port))
                    for opened in (near, far):
                        sockets.callback(opened.close)
                    fault = next_fault()
                    for source, target in ((near, far), (far, near)):
                        breaks = fault if fault.is_from_server == (source is far) else Fault("none", 0)
                        threading.Thread(target=_forward, args=(source, target, breaks, ended), daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        pinned = address.known_hosts.with_name(f"known_hosts_of_{port}")
        pinned.write_text(address.known_hosts.read_text().replace(f":{address.port}", f":{port}"))
        try:
            yield replace(address, port=port, known_hosts=pinned)
        finally:
            ended.set()
            listening.shutdown(socket.SHUT_RDWR)


def _forward(source: socket.socket, target: socket.socket, fault: Fault, ended: threading.Event) -> None:
    passed = 0
    with suppress(OSError):
        while piece := source.recv(PIECE):
            left = fault.at - passed
            if fault.kind == "none" or len(piece) <= left:
                target.sendall(piece)
                passed += len(piece)
                continue
            target.sendall(piece[:left])
            if fault.kind == "stall":
                ended.wait()
                return
            if fault.kind == "reset":
                for side in (source, target):
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            for side in (source, target):
                side.shutdown(socket.SHUT_RDWR) if fault.kind == "cut" else side.close()
            return
        target.shutdown(socket.SHUT_WR)
