"""The keys of an SFTP server of ours, and of our login there, in one folder."""

from pathlib import Path

import asyncssh

from remind_etl.catalogue import drop_servers
from remind_etl.errors import OperatorError
from remind_etl.files.durable import replace_file


def private_key(path: Path) -> asyncssh.SSHKey:
    """Read the private key, made if there is none.

    Raises OperatorError if it cannot be read.
    """
    if not path.exists():
        replace_file(path, asyncssh.generate_private_key("ssh-ed25519").export_private_key())
    try:
        return asyncssh.read_private_key(path)
    except (OSError, asyncssh.KeyImportError) as e:
        raise OperatorError(drop_servers.OWN_KEY_UNREADABLE.format(file=path)) from e


def pin(known_hosts: Path, host: str, port: int, host_key: asyncssh.SSHKey) -> None:
    """Write the server's key in the form clients pin."""
    form = "{}" if port == 22 else "[{}]:{}"  # as OpenSSH and paramiko look it up
    hosts = dict.fromkeys((host, "127.0.0.1", "localhost"))
    names = ",".join(form.format(name, port) for name in hosts)
    replace_file(known_hosts, f"{names} ".encode() + host_key.export_public_key())
