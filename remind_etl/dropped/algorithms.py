"""The algorithms of SSH that we offer and accept, as a client and as the embedded server; the fastest first.

All are without a failure in `ssh-audit`: no SHA-1, MD5, CBC, short Diffie-Hellman group or curve of unknown origin.
"""

from collections.abc import Sequence
from typing import Final

CIPHERS: Final = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes256-ctr")
MACS: Final = ("hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512")
KEY_EXCHANGES: Final = (
    "mlkem768x25519-sha256",
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group18-sha512",
    "diffie-hellman-group-exchange-sha256",
)
SERVER_KEY_EXCHANGES: Final = tuple(name for name in KEY_EXCHANGES if "exchange-sha256" not in name)
"""Without the exchange in which a client chooses the size of the group."""


def accepted(offered: Sequence[str], ours: Sequence[str]) -> tuple[str, ...]:
    """Our algorithms that a library has, in our order."""
    return tuple(name for name in ours if name in offered)
