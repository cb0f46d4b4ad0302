"""Lets the embedded server take writes that have more bytes than their data.

rclone 1.60 (pkg/sftp 1.13.5) sends the whole of its buffer behind the last data of a file. OpenSSH passes over such
bytes. asyncssh 2.24 refuses the write, and has no option for it. So this module changes its table of requests.
"""

from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from asyncssh.constants import FXP_WRITE
from asyncssh.packet import SSHPacket
from asyncssh.sftp import SFTPServerHandler

_WRITE: Final = cast(Callable[[Any, SSHPacket], Awaitable[object]], SFTPServerHandler._packet_handlers[FXP_WRITE])


async def _write(handler: Any, request: SSHPacket) -> object:
    request.get_string()  # the handle
    request.get_uint64()  # the place in the file
    request.get_string()  # the data
    without_padding = SSHPacket(request.get_consumed_payload())
    without_padding.get_byte()  # the kind and the number of the request, which were read before
    without_padding.get_uint32()
    return await _WRITE(handler, without_padding)


def accept_padded_writes() -> None:
    """Take them from now on, in every embedded server of this process."""
    SFTPServerHandler._packet_handlers[FXP_WRITE] = _write
