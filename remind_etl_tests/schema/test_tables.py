"""The description of tables and columns is that of the tables which exist."""

from pathlib import Path

import sqlalchemy as sa

from remind_etl.decided import tables as decided
from remind_etl.delivered.platform import PlatformStore
from remind_etl.schema import columns_page, files_page, forms, tables, upload
from remind_etl_tests.ids import OAK
from remind_etl_tests.warehouses import SMALL, prepared

ALL = (*tables.RAW, *tables.VALID, *tables.PUBLISHED, *tables.PLATFORM, *tables.DECIDED, tables.LANDED_FILES)


def test_the_page_of_columns_is_made_from_the_description() -> None:
    assert columns_page.PAGE.read_text(encoding="utf-8") == columns_page.render_columns_page()


def test_the_page_of_files_is_what_the_schema_makes() -> None:
    assert files_page.PAGE.read_text(encoding="utf-8") == files_page.render_files_page()


def test_every_column_of_the_files_has_its_forms_and_an_example_that_fits() -> None:
    columns = {column.name: column for file in upload.FILES for column in file.columns}
    assert forms.FORMS.keys() == forms.EXAMPLES.keys() == columns.keys()
    assert [name for name, value in forms.EXAMPLES.items() if not 0 < len(value) <= columns[name].limit] == []


def test_landed_raw_and_valid_tables_have_the_described_columns(tmp_path: Path) -> None:
    with prepared(tmp_path, SMALL) as db:
        for name, columns in tables.types_of((tables.LANDED_FILES, *tables.RAW, *tables.VALID)).items():
            relation = db.table(name)
            found = [(column, str(kind)) for column, kind in zip(relation.columns, relation.types, strict=True)]
            described = list(columns.items())
            assert found == described, f"{name} is not as described. Change its SQL file, or schema/tables.py."


def test_the_platform_has_the_described_tables_columns_and_keys(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'platform.db'}"
    PlatformStore(url).deliveries(OAK)
    inspector = sa.inspect(sa.create_engine(url))
    views = ["class_members", "class_seats"]
    names = {*inspector.get_table_names(), *views} - {"delivered_version", "class_seats"}
    assert inspector.get_view_names() == views
    assert {table.name for table in tables.PLATFORM} == names
    for table in tables.PLATFORM:
        found = {column["name"]: str(column["type"]) for column in inspector.get_columns(table.name)}
        if table.name not in views:
            assert inspector.get_pk_constraint(table.name)["constrained_columns"] == list(table.key), table.name
            assert found == {c.name: c.type for c in table.columns}, table.name
        assert list(found) == [column.name for column in table.columns], table.name


def test_the_decisions_database_has_the_described_tables_columns_and_keys() -> None:
    names = {"DATETIME": "TIMESTAMP WITH TIME ZONE"}
    found = {
        table.name: (
            {column.name: names.get(str(column.type), str(column.type)) for column in table.columns},
            {column.name for column in table.primary_key},
        )
        for table in decided.METADATA.sorted_tables
    }
    assert found == {t.name: (tables.types_of([t])[t.name], set(t.key)) for t in tables.DECIDED}


def test_every_key_is_a_column_and_every_text_a_sentence() -> None:
    for table in ALL:
        assert set(table.key) <= {column.name for column in table.columns}, table.name
        assert all(text.endswith(".") for text in (table.grain, *(c.meaning for c in table.columns))), table.name
        assert all(column.source for column in table.columns), table.name
