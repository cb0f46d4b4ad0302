"""Settings are parsed at the start, and a wrong one is named."""

import pytest
from typer.testing import CliRunner

from remind_etl import settings
from remind_etl.cli import app
from remind_etl.definitions import definitions
from remind_etl.errors import UsageError

WRONG = {
    "REMIND_ETL_POLL_SECONDS": ("soon", "REMIND_ETL_POLL_SECONDS is 'soon': give a whole number, such as 60."),
    "REMIND_ETL_KEEP_DAYS": ("-1", "REMIND_ETL_KEEP_DAYS is '-1': give a whole number, such as 90."),
    "REMIND_ETL_SFTP_PORT": ("70000", "REMIND_ETL_SFTP_PORT is '70000': give a port, such as 2222."),
    "REMIND_ETL_TIME_ZONE": ("Mars", "REMIND_ETL_TIME_ZONE is 'Mars': give the name of a time zone, such as UTC."),
    "REMIND_ETL_MEMORY": ("much", "REMIND_ETL_MEMORY is 'much': give a size of memory, such as 2GB."),
    "REMIND_ETL_PLATFORM_URL": (
        "mysql://u:hush@h/d",
        "REMIND_ETL_PLATFORM_URL cannot be used: give a URL of sqlite or postgresql.",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_refused_by_name_before_anything_starts(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text, sentence = WRONG[name]
    monkeypatch.setenv(name, text)

    with pytest.raises(UsageError) as refused:
        definitions()
    done = CliRunner().invoke(app, ["districts", "list"])

    assert str(refused.value) == sentence
    assert (done.exit_code, " ".join(done.stderr.split())) == (2, sentence)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_QUIET_SECONDS", "")

    assert settings.read().quiet_seconds == 300


def test_no_secret_stands_in_the_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for setting in settings.SETTINGS:
        if setting.secret:
            monkeypatch.setenv(setting.name, "sqlite:///hush")

    assert "hush" not in repr(settings.read())
