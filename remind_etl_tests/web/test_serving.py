"""Where the pages listen."""

import socket

import pytest
from typer.testing import CliRunner

from remind_etl.cli.commands import app
from remind_etl.errors import UsageError
from remind_etl.web.serving import require_free_port


def test_pages_are_not_served_on_a_port_that_another_program_has() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(UsageError, match=f"Another program listens on port {port} of 127.0.0.1"):
            require_free_port("127.0.0.1", port)
    require_free_port("127.0.0.1", port)
    with pytest.raises(UsageError, match="This machine cannot listen on port"):
        require_free_port("192.0.2.1", port)


def test_a_port_that_does_not_exist_is_refused() -> None:
    for port in ("0", "65536", "99999"):
        assert CliRunner().invoke(app, ["web", "--port", port]).exit_code == 2
