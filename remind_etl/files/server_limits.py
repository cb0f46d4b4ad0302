"""What an SFTP server allows a district, and all districts together."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ServerLimits:
    """Sizes are in bytes and times in seconds. Their settings have the same names after `sftp_`."""

    attempts: int = 3
    """Wrong passwords and keys on one connection."""
    refused_seconds: int = 600
    """How long an address is refused that gave too many wrong passwords or keys on two connections."""
    connections: int = 200
    """Connections in all."""
    district_connections: int = 5
    """Connections of one district."""
    idle_seconds: int = 600
    """How long a connection may rest."""
    file_bytes: int = 4_000_000_000
    """The size of one upload."""
    district_files: int = 1_000
    """Files of one district."""
    district_bytes: int = 10_000_000_000
    """Bytes of all files of one district."""


USUAL_LIMITS = ServerLimits()
