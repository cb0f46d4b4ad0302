"""Sentences for operators about the places that districts upload to: their servers, keys and folders."""

from typing import Final

SERVER: Final = "The SFTP server {host}:{port}"
"""The beginning of a sentence about a server, `{server}` in the sentences below."""

LATE: Final = "{server} did not complete {what} in time."
THE_LOGIN: Final = "the login"
THE_FILE: Final = "the file {file}"
"""The work that a server must complete in time."""

HANDSHAKE_DAMAGED: Final = "{server} sent a handshake that cannot be read ({kind})."
NO_ALGORITHM: Final = "{server} offers no cipher or key exchange that we accept."
LOGIN_UNANSWERED: Final = "{server} did not answer our login in time."
LOGIN_REFUSED: Final = "{server} refused the login {user}."
UNREACHABLE: Final = "{server} cannot be reached, or the connection failed ({reason})."
NO_KEY_PINNED: Final = "No key is pinned for the SFTP server {host}:{port}. Add its keys to the known hosts."
OTHER_KEY: Final = "{server} shows another key than the pinned one. Find out why before you continue."
"""Why the connection to a server failed."""

NO_KNOWN_HOSTS: Final = (
    "No SFTP server is set up: there is no file {file} with its host keys. `remind-etl sftp` makes it for its own "
    "server. For another server, pin its keys there."
)
KNOWN_HOSTS_UNREADABLE: Final = "The pinned host keys in {file} cannot be read."
NO_WAY_TO_LOG_IN: Final = "There is neither a key nor a password for the login {user}."
NO_KEY_FILE: Final = "There is no file {file} with our private key."
KEY_UNREADABLE: Final = "{file} is not a private key that can be read without a password."
LOGIN_FILE_UNREADABLE: Final = "The password in {file} cannot be read ({kind})."
OWN_KEY_UNREADABLE: Final = "The key {file} cannot be read. If you delete it, the next start makes a new key."
"""Why a key or a password cannot be used."""

ROOT_CLOSED: Final = "The SFTP server's directory {root} cannot be listed."
FOLDER_CLOSED: Final = "The drop root {root} cannot be listed."
FOLDER_TROUBLE: Final = "The drop root {root} cannot be read now ({reason})."
"""Why the directory with all districts cannot be read, on a server or on this host."""

SOURCES_UNREADABLE: Final = "{file} cannot be read as TOML ({kind})."
SOURCE_WRONG: Final = "The source {name!r} of {file} is wrong: {why}"
SOURCE_NAME: Final = "give it another name, of small letters, digits and hyphens."
SOURCE_KEYS: Final = "it may have {keys}, each a text."
SOURCE_ROOT: Final = "root must be sftp://LOGIN@HOST:PORT/FOLDER without a password, or file:///PATH."
SOURCE_LACKS: Final = "it needs known_hosts, and either key_file or password_file."
"""Why the file of sources cannot be used."""

PORT_TAKEN: Final = "The SFTP server's port {port} on {host} is taken by another program."
PORT_CLOSED: Final = "The SFTP server's port {port} on {host} cannot be used ({reason})."
"""Why the embedded server cannot start."""

HOME_OF_ROOT: Final = "The home belongs to root. Give it to an account of its own: uploads would be root's too."
NOT_FOR_PROFTPD: Final = (
    "A path, name or password of the settings has a blank, quote, \\, %, $, # or ;. ProFTPD cannot read it."
)
"""Why no configuration of ProFTPD can be written."""

NOTHING_NEW_UPLOADED: Final = "No district has uploaded anything new."
"""The skip reason of the sensor `drops` if it has no other."""
