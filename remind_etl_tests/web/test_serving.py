"""Where the pages listen."""

import socket

import pytest
from typer.testing import CliRunner

from remind_etl.cli.commands import app
from remind_etl.cli.serve import accepted_hosts
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


@pytest.mark.parametrize("at", ["0.0.0.0", "::"])  # noqa: S104 - to refuse them
def test_an_address_that_stands_for_all_of_a_host_is_no_name_of_the_pages(at: str) -> None:
    assert accepted_hosts("https://sync.example.org", at) == ["sync.example.org", "127.0.0.1", "localhost"]


@pytest.mark.parametrize("at", ["127.0.0.1", "::1", "10.0.0.5", "localhost"])
def test_pages_answer_by_the_address_that_they_listen_on(at: str) -> None:
    in_address = f"[{at}]" if ":" in at else at
    assert in_address in accepted_hosts("", at)


def test_a_port_that_does_not_exist_is_refused() -> None:
    for port in ("0", "65536", "99999"):
        assert CliRunner().invoke(app, ["web", "--port", port]).exit_code == 2
