"""The SFTP logins of districts, in SQLite and in Postgres."""

import base64
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import argon2
import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from remind_etl.databases import migrate
from remind_etl.decided.logins import MOST_KEYS, SFTP_AUDIT_DAYS
from remind_etl.decided.public_keys import read_public_key
from remind_etl.decided.store import DecisionStore
from remind_etl.decided.tables import DECISIONS
from remind_etl.errors import DecidedMeanwhile, UnknownDistrict, UsageError
from remind_etl_tests.ids import ELM, OAK

CLIENT = "192.0.2.7"


def line_of_key(comment: str = "ann@example.org") -> str:
    """A new public key, as OpenSSH writes it."""
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    return f"{public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()} {comment}\n"


def blob(line: str) -> bytes:
    return base64.b64decode(line.split()[1])


def _at_once(calls: Sequence[Callable[[], object]]) -> list[object]:
    """What each of the calls returned or raised, when they were made at the same time."""
    begin = threading.Barrier(len(calls))

    def called(call: Callable[[], object]) -> object:
        begin.wait()
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return [*pool.map(called, calls)]


class TestAPassword:
    def test_lets_in_until_it_is_replaced(self, store: DecisionStore) -> None:
        first = store.add_district(OAK, "Oak")
        assert store.check_password("oak", first)
        second = store.new_password(OAK)

        assert (store.check_password("oak", first), store.check_password("oak", second)) == (False, True)
        assert not store.check_password("elm", second)
        assert first != second

    def test_is_replaced_only_as_the_person_saw_it(self, store: DecisionStore) -> None:
        store.add_district(OAK, "Oak")
        seen = store.sftp_login(OAK).password_mark
        password = store.new_password(OAK, seen)

        with pytest.raises(DecidedMeanwhile):
            store.new_password(OAK, seen)

        assert store.check_password("oak", password)
        assert [past.what for past in store.log(OAK)].count("password replaced") == 1
        assert store.check_password("oak", store.new_password(OAK, store.sftp_login(OAK).password_mark))

    def test_that_two_people_replace_at_once_is_shown_to_the_one_whose_password_works(
        self, store: DecisionStore
    ) -> None:
        store.add_district(OAK, "Oak")
        seen = store.sftp_login(OAK).password_mark

        made = _at_once([lambda: store.new_password(OAK, seen)] * 2)

        assert [type(one) for one in made if not isinstance(one, str)] == [DecidedMeanwhile]
        (password,) = (one for one in made if isinstance(one, str))
        assert store.check_password("oak", password)

    def test_of_more_than_72_bytes_is_wrong_though_it_begins_as_the_right_one(self, store: DecisionStore) -> None:
        password = store.add_district(OAK, "Oak")
        assert not store.check_password("oak", password + "x" * 100)
        assert not store.check_password("oak", "")

    def test_has_a_hash_that_the_systems_crypt_understands(self, store: DecisionStore) -> None:
        store.add_district(OAK, "Oak")
        with store.engine.connect() as db:
            login, password_hash = db.execute(sa.text("select login, password_hash from sftp_users")).one()
        assert (login, password_hash[:7]) == ("oak", "$2b$10$")

    def test_of_a_disabled_login_lets_nobody_in_until_it_is_enabled(self, store: DecisionStore) -> None:
        password, line = store.add_district(OAK, "Oak"), line_of_key()
        store.add_key(OAK, line)

        assert (store.disable_login(OAK), store.disable_login(OAK)) == (True, False)
        assert store.sftp_login(OAK).is_disabled
        assert not store.check_password("oak", password)
        assert not store.has_key("oak", blob(line))
        with store.engine.connect() as db:
            assert db.execute(sa.text("select * from sftp_users, sftp_user_keys")).all() == []
        assert (store.enable_login(OAK), store.enable_login(OAK)) == (True, False)
        assert store.check_password("oak", password)
        assert store.has_key("oak", blob(line))


class TestAKey:
    def test_lets_in_until_it_is_removed_and_its_comment_is_not_kept(self, store: DecisionStore) -> None:
        store.add_district(OAK, "Oak")
        store.add_district(ELM, "Elm")
        line = line_of_key()
        added = store.add_key(OAK, line)

        assert store.sftp_login(OAK).keys == (added,)
        assert (store.has_key("oak", blob(line)), store.has_key("elm", blob(line))) == (True, False)
        with store.engine.connect() as db:
            assert db.execute(sa.text("select login, public_key from sftp_user_keys")).all() == [
                ("oak", line.split()[1])
            ]
            assert "ann@" not in str(db.execute(sa.text("select * from sftp_keys")).all())
        store.remove_key(OAK, added.fingerprint)
        assert not store.has_key("oak", blob(line))
        with pytest.raises(UsageError, match="no key"):
            store.remove_key(OAK, added.fingerprint)

    def test_is_added_once(self, store: DecisionStore) -> None:
        store.add_district(OAK, "Oak")
        line = line_of_key()
        store.add_key(OAK, line)
        with pytest.raises(UsageError, match="already"):
            store.add_key(OAK, line.replace("ann", "bob"))

    def test_is_one_of_a_few(self, store: DecisionStore) -> None:
        store.add_district(OAK, "Oak")
        for _ in range(MOST_KEYS):
            store.add_key(OAK, line_of_key())
        with pytest.raises(UsageError, match="Remove one first"):
            store.add_key(OAK, line_of_key())

    def test_is_one_of_a_few_and_there_once_also_if_several_are_added_at_once(self, store: DecisionStore) -> None:
        store.add_district(OAK, "Oak")
        line = line_of_key()
        twice = _at_once([lambda: store.add_key(OAK, line)] * 4)
        for _ in range(MOST_KEYS - 2):
            store.add_key(OAK, line_of_key())

        added = _at_once([lambda: store.add_key(OAK, line_of_key())] * 4)

        assert [type(one) for one in twice].count(UsageError) == 3
        assert [type(one) for one in added].count(UsageError) == 3
        assert len(store.sftp_login(OAK).keys) == MOST_KEYS

    @pytest.mark.parametrize(
        "key",
        [ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)],
        ids=["ecdsa", "rsa"],
    )
    def test_may_be_as_openssh_or_as_putty_writes_it(self, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> None:
        line = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        body = line.split()[1]
        wrapped = "\r\n".join(body[n : n + 64] for n in range(0, len(body), 64))
        putty = (
            '---- BEGIN SSH2 PUBLIC KEY ----\r\nComment: "rsa-key by \\\r\nann"\r\n'
            f"{wrapped}\r\n---- END SSH2 PUBLIC KEY ----\r\n"
        )
        assert read_public_key(putty) == read_public_key(f"# my key\n{line} ann\n\n")
        assert read_public_key(line).public_key == body

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("", "not a public key"),
            ("ssh-ed25519", "not a public key"),
            ("ssh-ed25519 AAAA", "not a public key"),
            ("ssh-ed25519 no-base64!", "not a public key"),
            (line_of_key() + line_of_key(), "Give one key"),
            ("x" * 30_000, "not a public key"),
            (f"ssh-rsa {line_of_key().split()[1][:-8]}", "not a public key"),
            (f"ssh-dss {base64.b64encode(bytes(3) + bytes([7]) + b'ssh-dss').decode()}", "ed25519, ecdsa or rsa"),
            ("PuTTY-User-Key-File-3: ssh-ed25519", "private key"),
            (
                ed25519.Ed25519PrivateKey.generate()
                .private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
                .decode(),
                "private key",
            ),
            (
                rsa.generate_private_key(65537, 1024)  # noqa: S505
                .public_key()
                .public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
                .decode(),
                "1024 bits",
            ),
        ],
        ids=["empty", "a kind", "cut", "no base64", "two", "long", "damaged", "dsa", "of putty", "private", "short"],
    )
    def test_that_the_servers_would_not_accept_is_refused(self, text: str, why: str) -> None:
        with pytest.raises(UsageError, match=why):
            read_public_key(text)


class TestTheAudit:
    def test_has_logins_and_uploads_and_a_login_moves_the_last_login(self, store: DecisionStore) -> None:
        store.add_district(OAK, "Oak")
        assert store.sftp_login(OAK).last_login_at is None
        store.note_event("oak", "login", CLIENT)
        store.note_event("oak", "upload", CLIENT, "students.csv", 3_000_000_000)

        upload, login = store.sftp_events(OAK, 10)
        assert (login.what, login.file, login.bytes, login.client) == ("login", None, None, CLIENT)
        assert (upload.what, upload.file, upload.bytes) == ("upload", "students.csv", 3_000_000_000)
        assert store.sftp_login(OAK).last_login_at == login.at
        assert login.at.tzinfo

    def test_never_keeps_the_name_of_an_unknown_login(self, store: DecisionStore) -> None:
        store.note_event("hunter2", "login refused", CLIENT)
        [event] = store.sftp_events(None, 10)
        assert (event.district_id, event.client) == (None, CLIENT)

    def test_is_kept_for_so_many_days(self, store: DecisionStore) -> None:
        store.add_district(OAK, "Oak")
        store.note_event("oak", "login", CLIENT)
        now = datetime.now(UTC)
        assert store.prune_sftp_audit(now + timedelta(days=SFTP_AUDIT_DAYS - 1)) == 0
        assert store.prune_sftp_audit(now + timedelta(days=SFTP_AUDIT_DAYS + 1)) == 1

    def test_goes_with_the_district(self, store: DecisionStore) -> None:
        store.add_district(OAK, "Oak")
        store.add_key(OAK, line_of_key())
        store.note_event("oak", "login", CLIENT)
        store.delete_district(OAK)
        assert store.sftp_events(None, 10) == []
        with pytest.raises(UnknownDistrict):
            store.sftp_login(OAK)


def test_each_change_of_a_login_is_a_decision(store: DecisionStore) -> None:
    store.add_district(OAK, "Oak")
    key = store.add_key(OAK, line_of_key())
    store.disable_login(OAK)
    store.enable_login(OAK)
    store.remove_key(OAK, key.fingerprint)
    store.new_password(OAK)
    assert [decision.what for decision in reversed(store.log(OAK))] == [
        *("district added", "key added", "login disabled", "login enabled", "key removed", "password replaced"),
    ]


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.sftp_login(OAK),
        lambda store: store.new_password(OAK),
        lambda store: store.add_key(OAK, line_of_key()),
        lambda store: store.remove_key(OAK, "SHA256:x"),
        lambda store: store.disable_login(OAK),
        lambda store: store.enable_login(OAK),
    ],
)
def test_an_unknown_district_has_no_login(store: DecisionStore, act: object) -> None:
    with pytest.raises(UnknownDistrict):
        act(store)  # type: ignore[operator]


def test_a_login_from_before_the_migration_keeps_its_password(url: str) -> None:
    engine = migrate.open_engine(url)
    config = Config()
    config.set_main_option("script_location", str(files("remind_etl").joinpath("decided", "migrations")))
    config.set_main_option("version_table", "decided_version")
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0008")
        old = sa.table("districts", *map(sa.column, ("district_id", "name", "region", "link_policy", "password_hash")),
                       sa.column("limits", sa.JSON), sa.column("added_at", sa.DateTime(timezone=True)))  # fmt: skip
        row: dict[str, object] = {
            "district_id": "oak",
            "name": "Oak",
            "region": "US",
            "link_policy": "ask",
            "limits": {},
        }
        row |= {"password_hash": argon2.PasswordHasher().hash("old"), "added_at": datetime.now(UTC)}
        db.execute(sa.insert(old), row)
        db.execute(sa.insert(DECISIONS), {"district_id": "oak", "what": "district added", "detail": {},
                                          "decided_by": "ann", "decided_at": datetime.now(UTC)})  # fmt: skip
    store = DecisionStore(url)
    assert store.check_password("oak", "old")
    assert not store.check_password("oak", "other")
    assert (store.sftp_login(OAK).is_disabled, store.sftp_login(OAK).password_made_at) == (False, None)
    assert [decision.what for decision in store.log(OAK)] == ["district added"]
    store.new_password(OAK)
    assert not store.check_password("oak", "old")
