"""Who signs in to the pages, in SQLite and in Postgres."""

from datetime import UTC, datetime
from importlib.resources import files

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from remind_etl.databases import migrate
from remind_etl.decided.store import DecisionStore
from remind_etl.decided.tables import PAGE_USERS
from remind_etl.errors import UnknownDistrict, UsageError
from remind_etl_tests.ids import ELM, OAK

ADA = "ada@example.org"


@pytest.fixture
def store(store: DecisionStore) -> DecisionStore:
    """A store with two districts."""
    store.add_district(OAK, "Oak")
    store.add_district(ELM, "Elm")
    return store


def test_a_person_signs_in_with_the_password_that_was_shown_once(store: DecisionStore) -> None:
    password = store.add_administrator(OAK, " Ada@Example.org ")
    assert password

    user = store.signed_in("ADA@example.org", password)

    assert user is not None
    assert (user.email, user.districts, user.is_operator) == (ADA, (OAK,), False)
    assert store.page_user(user.user_id) == user
    assert user.may_see(OAK)
    assert not user.may_see(ELM)
    assert store.signed_in(ADA, "wrong") is None
    assert store.signed_in("nobody@example.org", password) is None


def test_one_email_is_one_person_with_one_password(store: DecisionStore) -> None:
    password = store.add_administrator(OAK, ADA)

    assert store.add_administrator(ELM, ADA.upper()) is None
    assert store.add_operator(ADA) is None

    user = store.signed_in(ADA, str(password))
    assert user is not None
    assert (user.districts, user.is_operator) == ((ELM, OAK), True)


def test_who_is_added_twice_or_has_no_email_is_refused(store: DecisionStore) -> None:
    store.add_administrator(OAK, ADA)
    store.add_operator(ADA)
    with pytest.raises(UsageError, match="already"):
        store.add_administrator(OAK, ADA)
    with pytest.raises(UsageError, match="already"):
        store.add_operator(ADA)
    for email in ("", "ada", "a b@example.org", "ada@example"):
        with pytest.raises(UsageError, match="cannot be an email"):
            store.add_administrator(OAK, email)


def test_who_is_removed_sees_nothing_and_another_district_stays(store: DecisionStore) -> None:
    password = str(store.add_administrator(OAK, ADA))
    store.add_administrator(ELM, ADA)

    store.remove_administrator(OAK, ADA)

    assert store.administrators(OAK) == []
    assert [user.districts for user in store.administrators(ELM)] == [(ELM,)]
    store.remove_administrator(ELM, ADA)
    assert store.signed_in(ADA, password) is None
    with pytest.raises(UsageError, match="no administrator"):
        store.remove_administrator(ELM, ADA)


def test_an_operator_who_is_removed_keeps_the_districts_of_theirs(store: DecisionStore) -> None:
    store.add_operator("op@example.org")
    store.add_operator(ADA)
    store.add_administrator(OAK, ADA)

    store.remove_operator(ADA)
    store.remove_operator("op@example.org")

    assert store.operators() == []
    assert [user.email for user in store.administrators(OAK)] == [ADA]
    with pytest.raises(UsageError, match="no operator"):
        store.remove_operator("op@example.org")


def test_a_new_password_takes_the_place_of_the_old_one(store: DecisionStore) -> None:
    old = str(store.add_administrator(OAK, ADA))

    new = store.new_page_password(ADA)

    assert store.signed_in(ADA, old) is None
    assert store.signed_in(ADA, new)
    with pytest.raises(UsageError, match="Nobody"):
        store.new_page_password("nobody@example.org")


def test_of_a_district_that_is_deleted_no_administrator_stays(store: DecisionStore) -> None:
    store.add_administrator(OAK, ADA)
    store.add_administrator(OAK, "both@example.org")
    store.add_administrator(ELM, "both@example.org")

    store.delete_district(OAK)

    assert store.new_page_password("both@example.org")
    with pytest.raises(UsageError, match="Nobody"):
        store.new_page_password(ADA)
    with pytest.raises(UnknownDistrict):
        store.administrators(OAK)


def test_the_log_names_no_email(store: DecisionStore) -> None:
    store.add_administrator(OAK, ADA)
    store.remove_administrator(OAK, ADA)

    log = store.log(OAK)
    assert [decision.what for decision in log][:2] == ["administrator removed", "administrator added"]
    assert "@" not in str([decision.detail for decision in log])


def test_the_number_of_a_removed_person_is_given_to_nobody_else(store: DecisionStore) -> None:
    store.add_administrator(OAK, ADA)
    (ada,) = store.administrators(OAK)
    store.remove_administrator(OAK, ADA)

    store.add_administrator(OAK, "eve@example.org")

    (eve,) = store.administrators(OAK)
    assert eve.user_id > ada.user_id


def test_people_of_an_earlier_version_keep_their_number_and_their_email_stays_one_person(url: str) -> None:
    engine = migrate.open_engine(url)
    config = Config()
    config.set_main_option("script_location", str(files("remind_etl").joinpath("decided", "migrations")))
    config.set_main_option("version_table", "decided_version")
    person = {"email": ADA, "password_hash": "x", "is_operator": True, "added_at": datetime.now(UTC)}
    with engine.begin() as db:
        config.attributes["connection"] = db
        command.upgrade(config, "0012")
        db.execute(sa.insert(PAGE_USERS), person)

    (before,) = DecisionStore(url).operators()

    assert (before.user_id, before.email) == (1, ADA)
    with pytest.raises(sa.exc.IntegrityError), engine.begin() as db:
        db.execute(sa.insert(PAGE_USERS), person)
