"""Settings are parsed at the start, and a wrong one is named."""

import pytest
from typer.testing import CliRunner

from remind_etl import settings
from remind_etl.cli.commands import app
from remind_etl.configuration.known_settings import SETTINGS
from remind_etl.definitions import definitions
from remind_etl.errors import UsageError

WRONG = [
    ("POLL_SECONDS", "soon", "'soon': give a whole number of seconds from 1 to 86400, such as 60."),
    ("POLL_SECONDS", "0", "'0': give a whole number of seconds from 1 to 86400, such as 60."),
    ("QUIET_SECONDS", "1.5", "'1.5': give a whole number of seconds from 0 to 1000000, such as 300."),
    ("KEEP_DAYS", "-1", "'-1': give a whole number of days from 0 to 36500, such as 90."),
    ("OVERDUE_DAYS", "99999999", "'99999999': give a whole number of days from 0 to 36500, such as 7."),
    (
        "SFTP_ROOT",
        "file://drops",
        "'file://drops': give a folder of the SFTP server, or file:///PATH for one of this host, such as /.",
    ),
    ("FILE_MB", "0", "'0': give a whole number of megabytes from 1 to 1000000, such as 2000."),
    ("THREADS", "0", "'0': give a whole number from 1 to 1000, such as 2."),
    ("SFTP_PORT", "70000", "'70000': give a port from 1 to 65535, such as 2222."),
    ("TIME_ZONE", "Mars", "'Mars': give the name of a time zone, such as UTC."),
    ("TIME_ZONE", "America", "'America': give the name of a time zone, such as UTC."),
    ("MEMORY", "much", "'much': give a size of memory, such as 2GB."),
    ("MEMORY", "0GB", "'0GB': give a size of memory, such as 2GB."),
    (
        "LIMITS",
        "limits",
        "'limits': give nothing. Take the files of each district over by "
        "`remind-etl districts limits ID --from FOLDER/ID`.",
    ),
    ("PLATFORM_URL", "mysql://u:hush@h/d", "cannot be used: give a URL of sqlite or postgresql."),
    ("WEBHOOK_URL", "http://hooks.example.org/hush", "cannot be used: give a URL that begins with https://."),
    (
        "SMTP_URL",
        "hush.example.org:25",
        "cannot be used: give a URL such as smtp://user:password@mail.example.org:587, or with smtps://.",
    ),
    ("MAIL_FROM", "Roster <r@e.org>", "'Roster <r@e.org>': give one email, such as roster@example.org."),
    (
        "MAIL_OPERATORS",
        "a@e.org; b@e.org",
        "'a@e.org; b@e.org': give emails with commas between, such as roster@example.org.",
    ),
    ("DECISIONS_URL", "postgresql:hush", "cannot be used: give a URL of sqlite or postgresql."),
]


@pytest.mark.parametrize(("name", "text", "says"), WRONG)
def test_a_wrong_setting_is_refused_by_name_before_anything_starts(
    name: str, text: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variable = f"REMIND_ETL_{name}"
    monkeypatch.setenv(variable, text)
    sentence = f"{variable} {says}" if says.startswith("cannot") else f"{variable} is {says}"

    with pytest.raises(UsageError) as refused:
        definitions()
    done = CliRunner().invoke(app, ["districts", "list"])

    assert str(refused.value) == sentence
    assert (done.exit_code, " ".join(done.stderr.split())) == (2, sentence)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_QUIET_SECONDS", "")

    assert settings.read().quiet_seconds == 300


def test_no_secret_stands_in_the_text_of_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    urls = {"REMIND_ETL_WEBHOOK_URL": "https://hush.example.org", "REMIND_ETL_SMTP_URL": "smtp://u:hush@example.org"}
    for setting in SETTINGS:
        if setting.secret:
            monkeypatch.setenv(setting.name, urls.get(setting.name, "sqlite:///hush"))

    assert "hush" not in repr(settings.read())


def test_all_wrong_variables_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REMIND_ETL_QUIET_SECONDS", "abc")
    monkeypatch.setenv("REMIND_ETL_TIME_ZONE", "Mars")
    with pytest.raises(UsageError, match=r"(?s)REMIND_ETL_QUIET_SECONDS.*REMIND_ETL_TIME_ZONE"):
        settings.read()
