"""A storage server for tests that speaks S3: moto's, on loopback, in this process."""

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pytest
from moto.server import ThreadedMotoServer
from pyarrow.fs import S3FileSystem

KEYS: Final = {"AWS_ACCESS_KEY_ID": "tests", "AWS_SECRET_ACCESS_KEY": "tests", "AWS_REGION": "us-east-1"}


@contextmanager
def object_server() -> Iterator[str]:
    """The address of a running server."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"{host}:{port}"
    finally:
        server.stop()


def new_bucket(address: str, environment: pytest.MonkeyPatch) -> str:
    """The URL of a new bucket; the environment gets the credentials."""
    for name, value in KEYS.items():
        environment.setenv(name, value)
    name = f"bucket-{uuid.uuid4().hex}"
    S3FileSystem(endpoint_override=address, scheme="http", allow_bucket_creation=True).create_dir(name)
    return f"s3://{name}/rosters?endpoint_override={address}&scheme=http"
