"""Public keys of SFTP logins, as people give them: a line of OpenSSH, or the file that PuTTY and WinSCP save."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from remind_etl.errors import UsageError

LEAST_RSA_BITS: Final = 2048
KINDS: Final = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")
"""What both SFTP servers accept. `ssh-rsa` is the kind of key, whatever hash its signatures have."""

MOST_BYTES: Final = 20_000
"""A public key of RSA with 16,384 bits has about 3,000."""

_RFC_4716: Final = re.compile(
    r"---- BEGIN SSH2 PUBLIC KEY ----\n(?P<body>.*?)\n---- END SSH2 PUBLIC KEY ----", re.DOTALL
)


@dataclass(frozen=True)
class PublicKey:
    """A public key: its kind, such as `ssh-ed25519`, its bytes in base64, and its fingerprint as OpenSSH shows it.

    The comment of a key is left out, because it often names a person.
    """

    kind: str
    public_key: str
    fingerprint: str


def read_public_key(text: str) -> PublicKey:
    """The one public key of the text.

    Raises UsageError if it is none, more than one, a private key, or one that the servers do not accept.
    """
    # Every command knows this module, and few read a key: the library takes a tenth of a second to import.
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import load_ssh_public_key

    if "PRIVATE KEY" in text or text.startswith("PuTTY-User-Key-File"):
        raise UsageError("This is a private key. Keep it secret, and give the public key: its file often ends in .pub.")
    try:
        body = base64.b64decode(_base64_of(text), validate=True)
        kind = body[4 : 4 + int.from_bytes(body[:4])].decode("ascii")
        public_key = base64.b64encode(body).decode()
        key = load_ssh_public_key(f"{KINDS[KINDS.index(kind)]} {public_key}".encode())
    except (ValueError, binascii.Error, UnsupportedAlgorithm, IndexError) as error:
        raise UsageError(
            "This is not a public key that the server accepts. Give one key, of the kind ed25519, ecdsa or rsa."
        ) from error
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < LEAST_RSA_BITS:
        raise UsageError(f"The RSA key has {key.key_size} bits. Give one of at least {LEAST_RSA_BITS} bits.")
    return PublicKey(kind, public_key, fingerprint_of(body))


def fingerprint_of(key: bytes) -> str:
    """The fingerprint of a public key's bytes, as `ssh-keygen -l` shows it."""
    return f"SHA256:{base64.b64encode(hashlib.sha256(key).digest()).decode().rstrip('=')}"


def _base64_of(text: str) -> str:
    """The base64 part of the text.

    Raises ValueError if there is not exactly one.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(lines) > MOST_BYTES:
        raise ValueError("too long for a key")
    if found := _RFC_4716.fullmatch(lines):
        return "".join(line for line in _without_headers(found["body"]))
    keys = [line for line in lines.split("\n") if line.strip() and not line.startswith("#")]
    if len(keys) != 1:
        raise ValueError("not one key")
    return keys[0].split()[1]


def _without_headers(body: str) -> list[str]:
    """The lines of the key; a header, such as the comment, may go on after a backslash."""
    lines, is_header = [], False
    for line in body.split("\n"):
        is_header = is_header or ":" in line
        if not is_header:
            lines.append(line.strip())
        is_header = is_header and line.endswith("\\")
    return lines
