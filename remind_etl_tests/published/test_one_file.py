"""Small published tables that a process reads once."""

from pathlib import Path

import duckdb

from remind_etl.published.one_file import kept_rows_of_file
from remind_etl.published.store import Manifest, Published
from remind_etl_tests.ids import ELM, OAK


def test_rows_that_are_kept_are_those_of_the_newest_publication_of_their_district(tmp_path: Path) -> None:
    published = Published(tmp_path)

    def publish(manifest: Manifest, drop: str) -> Manifest:
        with duckdb.connect() as db:
            return published.publish(manifest, {"plans": db.sql(f"select '{drop}' as drop_id")})

    def kept(manifest: Manifest) -> list[str]:
        return [row["drop_id"] for row in kept_rows_of_file(published.files(manifest)["plans"], ("drop_id",))]

    oak, elm = Manifest(OAK, "d1", "2026-01-01T00:00:00+00:00"), Manifest(ELM, "d1", "2026-01-01T00:00:00+00:00")
    assert kept(publish(oak, "first")) == ["first"]
    assert kept(publish(elm, "of another")) == ["of another"]
    newest = publish(oak, "second")
    assert kept(newest) == kept(newest) == ["second"]
