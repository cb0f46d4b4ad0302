"""A proxy that passes each piece on after a time, in a process of its own: it must not slow down what it measures.

python -m remind_etl_tests.delaying HOST PORT SECONDS

It writes the port that it listens on, and ends with its input.
"""

import socket
import sys
import threading
import time
from contextlib import suppress
from queue import SimpleQueue


def serve(listening: socket.socket, host: str, port: int, one_way_seconds: float) -> None:
    """Pass on each connection to this server."""
    with suppress(OSError):
        while True:
            near, _ = listening.accept()
            far = socket.create_connection((host, port))
            for source, target in ((near, far), (far, near)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                _pass_on(source, target, one_way_seconds)


def _pass_on(source: socket.socket, target: socket.socket, seconds: float) -> None:
    pieces: SimpleQueue[tuple[float, bytes]] = SimpleQueue()

    def read() -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                pieces.put((time.monotonic() + seconds, piece))
        pieces.put((time.monotonic() + seconds, b""))

    def write() -> None:
        while True:
            due, piece = pieces.get()
            time.sleep(max(0, due - time.monotonic()))
            with suppress(OSError):
                if not piece:
                    target.shutdown(socket.SHUT_WR)
                target.sendall(piece)
            if not piece:
                return

    threading.Thread(target=read, daemon=True).start()
    threading.Thread(target=write, daemon=True).start()


def main() -> None:
    """Serve until the input ends."""
    host, port, seconds = sys.argv[1:]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        sys.stdout.write(f"{listening.getsockname()[1]}\n")
        sys.stdout.flush()
        threading.Thread(target=serve, args=(listening, host, int(port), float(seconds)), daemon=True).start()
        sys.stdin.read()
        listening.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    main()
