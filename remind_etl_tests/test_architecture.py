"""The rules of the architecture, as far as a test can hold them; docs/pipeline.md is their explanation."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import dagster as dg
import pytest
from typer.main import get_command

import remind_etl
from remind_etl import suites
from remind_etl.catalogue import problems, problems_page
from remind_etl.cli.commands import app
from remind_etl.configuration.known_settings import SETTINGS
from remind_etl.definitions import STAGE_ASSETS, definitions
from remind_etl.orchestration.resources import resources
from remind_etl.orchestration.stage_asset import NO_PERSONS
from remind_etl.schema import tables, upload

CODE: Final = Path(remind_etl.__file__).parent
REPOSITORY: Final = CODE.parent
TESTS, DOCS = REPOSITORY / "remind_etl_tests", REPOSITORY / "docs"

STAGES: Final = ("dropped", "landed", "raw", "valid", "decided", "mapped", "provisioned", "planned", "delivered")
PLAIN: Final = {
    *("schema/upload.py", "schema/records.py", "schema/limits.py", "errors.py", "warehouse/sql.py"),
    *("catalogue/problems.py", "catalogue/remedies.py"),
}
SHELLS: Final = {
    *("definitions.py", "demo.py", "operations/forget.py"),
    *(f"orchestration/{path.name}" for path in (CODE / "orchestration").glob("*.py")),
    *(f"{stage}/{name}.py" for stage in STAGES for name in ("assets", "sensors")),
}
STORES: Final = {
    *(
        f"decided/{noun}.py"
        for noun in (
            "store",
            "districts",
            "links",
            "account_links",
            "approvals",
            "pauses",
            "page_users",
            "outbox",
            "logins",
            "log",
            "manifests",
        )
    ),
    *(
        f"dropped/{noun}.py"
        for noun in (
            *("client", "connection", "requests", "sweep", "mounted", "source", "places"),
            *("server", "confined", "accounts", "host_keys", "door", "allowance", "padded_writes"),
        )
    ),
    *(f"delivered/{noun}.py" for noun in ("platform", "outside_accounts", "writes", "connection", "erase")),
    "landed/copy.py",
}
"""What resources hand out, and the embedded server: these are there to reach files, a network, databases, a clock."""
RUNS_SQL: Final = {"execute", "executemany", "exec_driver_sql", "sql", "query", "from_query", "text"}


@cache
def _modules() -> dict[str, ast.Module]:
    """The Python of the project, by path below its package."""
    paths = sorted(CODE.rglob("*.py"))
    return {path.relative_to(CODE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def _rules() -> dict[str, ast.Module]:
    """The modules of the stages that are neither shells nor stores nor migrations."""
    return {
        name: tree
        for name, tree in _modules().items()
        if name.split("/")[0] in STAGES and name not in SHELLS | STORES and "migrations/" not in name
    }


def _imports(tree: ast.AST) -> set[str]:
    """What a module imports anywhere, as dotted names; of `from a import b` both `a` and `a.b`."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide which stage is meant"
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


@cache
def _ours(name: str) -> frozenset[str]:
    """The modules of the project that a module imports anywhere, also within a function."""
    found = set[str]()
    for node in ast.walk(_modules()[name]):
        if isinstance(node, ast.Import):
            found |= {path for alias in node.names for path in _files(alias.name)}
        elif isinstance(node, ast.ImportFrom):
            # If `b` is a module of the package `a`, `from a import b` takes nothing else of `a`.
            for alias in node.names:
                found |= _files(f"{node.module}.{alias.name}") or _files(str(node.module))
    return frozenset(found - {name})


def _files(imported: str) -> set[str]:
    """The file of a module or package of the project, by its dotted name."""
    path = imported.removeprefix("remind_etl").removeprefix(".").replace(".", "/")
    return {f"{path}.py", f"{path}/__init__.py"} & _modules().keys()


@cache
def _closure(name: str, ends: frozenset[str] = frozenset()) -> frozenset[str]:
    """The module and all that it imports, also through others; what lies behind a module of `ends` is left out."""
    seen, todo = set[str](), [name]
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo += [] if module in ends else _ours(module)
    return frozenset(seen)


def _outside(tree: ast.AST) -> set[str]:
    """The top-level packages that are imported from outside of the project."""
    return {name.split(".")[0] for name in _imports(tree)} - {"remind_etl"}


def _called(tree: ast.AST, *names: str) -> list[ast.Call]:
    """The calls of methods or functions of these names through a dot, as in `db.execute()`."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in names]


def _dotted(tree: ast.AST) -> set[str]:
    """All names with a dot that are used, such as `os.environ` and `datetime.now`."""
    return {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _texts(*suffixes: str) -> Iterator[tuple[str, str]]:
    """The files of the repository with these suffixes, without what is made at run time."""
    tops = [CODE, TESTS, DOCS, REPOSITORY / "expectations", REPOSITORY / ".ci"]
    paths = [
        *(p for p in REPOSITORY.iterdir() if p.is_file() and p.name != ".git"),
        *(p for top in tops for p in top.rglob("*")),
    ]
    for path in sorted(p for p in paths if p.is_file() and p.suffix in suffixes and "__pycache__" not in p.parts):
        yield path.relative_to(REPOSITORY).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def _doc(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def _commands(command: Any, path: str = "remind-etl") -> Iterator[str]:
    for name, sub in getattr(command, "commands", {}).items():
        # A group may take an argument before its commands: `districts keys ID add`.
        deeper = " ".join([path, name, *(str(p.metavar) for p in sub.params if p.param_type_name == "argument")])
        yield from _commands(sub, deeper) if hasattr(sub, "commands") else (f"{path} {name}",)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.Definitions]:
    """What Dagster serves, in a home of its own."""
    with pytest.MonkeyPatch.context() as patch:
        for setting in SETTINGS:
            patch.delenv(setting.name, raising=False)
        patch.setenv("REMIND_ETL_HOME", str(tmp_path_factory.mktemp("home")))
        yield definitions()


# Who may import whom


def test_contract_problems_errors_sql_and_kinds_import_the_standard_library_and_each_other_only() -> None:
    own = {f"remind_etl.{name.removesuffix('.py').replace('/', '.')}" for name in PLAIN}
    for name in PLAIN:
        tree = _modules()[name]
        assert _outside(tree) <= sys.stdlib_module_names, name
        ours = {imported for imported in _imports(tree) if imported.startswith("remind_etl.")}
        assert all(any(f"{i}.".startswith(f"{plain}.") for plain in own) for i in ours), (name, ours)


def test_the_package_and_its_stages_import_nothing_by_themselves() -> None:
    assert [name for name in ("__init__.py", *(f"{s}/__init__.py" for s in STAGES)) if _imports(_modules()[name])] == []


def test_only_shells_import_dagster() -> None:
    assert {name for name, tree in _modules().items() if "dagster" in _outside(tree)} <= SHELLS


def test_a_rule_knows_no_network_and_no_other_database() -> None:
    far = {"paramiko", "asyncssh", "socket", "ssl", "http", "urllib", "requests", "subprocess"}
    far |= {"sqlalchemy", "adbc_driver_manager", "adbc_driver_sqlite", "adbc_driver_postgresql"}
    reach = {name: _outside(tree) & far for name, tree in _rules().items() if not name.endswith("/tables.py")}
    assert {name: found for name, found in reach.items() if found} == {}


def test_a_rule_knows_no_clock_and_no_chance() -> None:
    clock = re.compile(r"(.*\.)?(datetime\.(now|utcnow|today)|date\.today|time\.\w+|random\.\w+|uuid\.uuid[14])")
    found = {name: {d for d in _dotted(tree) if clock.fullmatch(d)} for name, tree in _rules().items()}
    assert {name: dotted for name, dotted in found.items() if dotted} == {}
    assert [name for name, tree in _rules().items() if {"time", "random", "secrets"} & _outside(tree)] == [
        "decided/passwords.py"
    ]
    in_sql = re.compile(r"\b(now|today|random|uuid|uuidv\d|get_current_\w+)\(|\bcurrent_(date|time|timestamp)\b")
    assert [n for n, text in _texts(".sql") if n.split("/")[1] in STAGES and in_sql.search(text)] == []


def test_a_rule_knows_no_environment_and_little_else_does() -> None:
    reads = {n for n, tree in _modules().items() if _dotted(tree) & {"os.environ", "os.getenv", "os.environb"}}
    of_dagster = {"orchestration/instance.py", "orchestration/has_run.py"}
    assert reads <= {"configuration/environment.py", "demo.py", "suites/validation.py"} | of_dagster
    assert [name for name, tree in _rules().items() if "remind_etl.settings" in _imports(tree)] == []


def test_a_stage_never_imports_another_stage_not_even_through_a_third_module() -> None:
    found = {
        name: others
        for name in _modules()
        if (stage := name.split("/")[0]) in STAGES
        and (
            others := {n for n in _closure(name) if n.split("/")[0] in STAGES}
            - {n for n in _modules() if n.startswith(f"{stage}/")}
        )
    }
    assert found == {}


def test_no_module_imports_itself_through_others() -> None:
    assert [name for name in _modules() if name in set().union(*map(_closure, _ours(name)))] == []


def test_definitions_alone_wire_and_resources_alone_know_all_stores() -> None:
    wiring = {"definitions.py", "orchestration/resources.py"}
    knows = {name for name in _modules() if _ours(name) & wiring}
    assert knows == {"definitions.py", "orchestration/run_here.py"}


def test_rules_and_stores_do_not_know_who_wires_them() -> None:
    wiring = {"remind_etl.definitions", "remind_etl.demo", "remind_etl.orchestration", "remind_etl.cli"}
    below = {name: tree for name, tree in _modules().items() if name in STORES | PLAIN} | _rules()
    assert {name: found for name, tree in below.items() if (found := _imports(tree) & wiring)} == {}


def test_only_the_storage_knows_whether_it_is_a_folder_or_a_bucket() -> None:
    storage = {"files/storage.py", "files/bucket.py"}
    others = {name: tree for name, tree in _modules().items() if name not in storage}
    kinds = {"remind_etl.files.bucket", "remind_etl.files.storage.FolderStorage", "pyarrow.fs"}
    assert {name: found for name, tree in others.items() if (found := _imports(tree) & kinds)} == {}
    texts = [n for n, text in _texts(".py") if n.startswith("remind_etl/") and re.search(r"s3|FolderStorage", text)]
    assert {name.removeprefix("remind_etl/") for name in texts} - storage == {"configuration/known_settings.py"}


def test_every_connection_of_duckdb_is_made_where_a_signal_ends_its_statements() -> None:
    connects = {name for name, text in _texts(".py") if name.startswith("remind_etl/") and "duckdb.connect(" in text}
    interruptible = {f"remind_etl/warehouse/{name}.py" for name in ("connection", "memory", "reading")}
    assert connects == {*interruptible, "remind_etl/warehouse/parsing.py"}  # which has no data


def test_commands_never_open_a_warehouse() -> None:
    for name, tree in _modules().items():
        if name.startswith(("cli/", "web/")):
            closed = {
                f"remind_etl.{m}" for m in ("warehouse.connection", "orchestration.resources", "suites", "definitions")
            }
            assert not _imports(tree) & closed, name
            assert not [call for call in _called(tree, "connect") if call.args or call.keywords], name
    opens = {
        n
        for n, tree in _modules().items()
        for c in _called(tree, "connect")
        if "duckdb." in ast.unparse(c.func) and c.args
    }
    assert opens == {"warehouse/connection.py"}


def test_only_suites_knows_great_expectations_and_imports_it_when_it_judges() -> None:
    assert {n for n, tree in _modules().items() if "great_expectations" in _outside(tree)} == {"suites/validation.py"}
    at_import = [n for n in _modules()["suites/validation.py"].body if isinstance(n, ast.Import | ast.ImportFrom)]
    assert "great_expectations" not in set().union(*map(_outside, at_import))


# Assets


def test_the_groups_are_the_nine_stages_and_each_is_the_prefix_of_its_assets(served: dg.Definitions) -> None:
    graph = served.resolve_asset_graph()
    keys = graph.get_all_asset_keys()
    assert all(key.path == [graph.get(key).group_name, key.path[-1]] for key in keys)
    assert {graph.get(key).group_name for key in keys} == set(STAGES)
    assert [line.split()[0] for line in str(remind_etl.__doc__).splitlines()[2:]] == list(STAGES)
    assert all((CODE / stage / "assets.py").is_file() for stage in STAGES)


def test_every_asset_says_its_grain_kinds_and_owners(served: dg.Definitions) -> None:
    graph = served.resolve_asset_graph()
    for node in map(graph.get, graph.get_all_asset_keys()):
        assert re.match(r"One row \w[^.]*[:,.;]", node.description or ""), node.key
        assert node.kinds, node.key
        assert node.owners, node.key


def test_every_asset_that_is_a_table_shows_its_columns(served: dg.Definitions) -> None:
    graph = served.resolve_asset_graph()
    shown = {
        node.key.to_user_string(): node.metadata["dagster/column_schema"]
        for node in map(graph.get, graph.get_all_asset_keys())
        if "dagster/column_schema" in node.metadata
    }
    columns = {key: [column.name for column in schema.columns] for key, schema in shown.items()}
    assert columns == {key: [column.name for column in table.columns] for key, table in tables.OF_ASSETS.items()}
    no_table = {"dropped/files", "delivered/receipt", "delivered/report"}
    assert {key.to_user_string() for key in graph.get_all_asset_keys()} - shown.keys() == no_table


def test_every_table_has_its_name_and_every_asset_with_data_of_persons_its_tag(served: dg.Definitions) -> None:
    graph = served.resolve_asset_graph()
    nodes = {key.to_user_string(): graph.get(key) for key in graph.get_all_asset_keys()}
    named = {key: node.metadata["dagster/table_name"] for key, node in nodes.items() if key in tables.OF_ASSETS}
    assert all(name.startswith(key.split("/")[0]) and "." in name for key, name in named.items()), named
    assert {key for key, node in nodes.items() if "pii" not in node.tags} == NO_PERSONS
    assert {"raw/students", "provisioned/accounts", "landed/files", "dropped/files"}.isdisjoint(NO_PERSONS)


def test_the_code_of_every_asset_names_each_sql_file_of_its_stage(served: dg.Definitions) -> None:
    """Undoing a delivery is a command, so not all of `delivered` belong to an asset."""
    graph = served.resolve_asset_graph()
    shown: dict[str, set[str]] = {}
    for key in graph.get_all_asset_keys():
        if code := graph.get(key).metadata.get("dagster/code_references"):
            files = {Path(reference.file_path) for reference in code.code_references}
            sql = {file.stem for file in files if file.suffix == ".sql"}
            assert all(file.exists() for file in files)
            assert sql or not any(CODE.joinpath(key.path[0]).glob("*.sql")), key
            shown[key.path[0]] = shown.get(key.path[0], set()) | sql
    del shown["delivered"]
    assert shown == {stage: {file.stem for file in CODE.joinpath(stage).glob("*.sql")} for stage in shown}


def test_only_drops_and_decisions_are_external(served: dg.Definitions) -> None:
    graph = served.resolve_asset_graph()
    external = {key.to_user_string() for key in graph.get_all_asset_keys() if graph.get(key).is_external}
    assert external == {"dropped/files", "decided/school_links", "decided/approvals"}


def test_every_asset_is_retried_partitioned_by_district_and_part_of_the_pipeline(served: dg.Definitions) -> None:
    made = [asset for asset in STAGE_ASSETS if isinstance(asset, dg.AssetsDefinition)]
    job = served.resolve_job_def("sync")
    assert [asset.key for asset in made if not isinstance(asset.op, dg.OpDefinition) or not asset.op.retry_policy] == []
    assert {asset.partitions_def and asset.partitions_def.name for asset in made} == {"district"}  # type: ignore[attr-defined]
    assert job.asset_layer.executable_asset_keys == {asset.key for asset in made}
    assert job.executor_def is dg.in_process_executor


def test_a_table_of_valid_is_filled_by_the_sql_of_its_name() -> None:
    assert [name for name in upload.BY_NAME if not (CODE / "valid" / f"{name}.sql").is_file()] == []


def test_every_rule_is_in_an_asset_check_and_every_check_a_sentence() -> None:
    made = [spec for asset in STAGE_ASSETS if isinstance(asset, dg.AssetsDefinition) for spec in asset.check_specs]
    specs = {_of_table(spec): spec for spec in made}
    expected = {
        f"{path.parent.name}/{path.stem}__{rule.check}": rule
        for path in (REPOSITORY / "expectations").glob("*/*.json")
        for rule in suites.expectations(path.parent.name, path.stem)
    }
    others = {name.split("__")[1] for name in specs.keys() - expected.keys()}
    guards = {name for name, rule in expected.items() if rule.is_critical and name.startswith("provisioned/")}
    assert expected.keys() - specs.keys() == set()
    assert others == {
        *("nothing_blocks_the_drop", "every_school_is_linked"),
        *("no_removal_waits_for_a_person", "files_list_what_other_files_name", "ids_are_spelled_as_before"),
    }
    gates = {"valid/problems__nothing_blocks_the_drop", "planned/changes__ids_are_spelled_as_before"}
    assert {n for n, spec in specs.items() if spec.blocking} == guards | gates
    assert [spec.name for spec in made if not spec.description or spec.name.count("_") < 2] == []
    assert [check for check in others if f"`{check}`" not in _doc("pipeline.md")] == []
    assert 30 <= len(specs) <= 60


def test_every_check_of_a_district_is_partitioned_as_its_asset_is() -> None:
    made = [asset for asset in STAGE_ASSETS if isinstance(asset, dg.AssetsDefinition)]
    assert [
        spec.key.to_user_string()
        for asset in made
        for spec in asset.check_specs
        if spec.partitions_def is None or spec.partitions_def != asset.partitions_def
    ] == []


def test_a_check_is_critical_with_all_its_rules_or_with_none() -> None:
    for path in (REPOSITORY / "expectations").glob("*/*.json"):
        rules = suites.expectations(path.parent.name, path.stem)
        assert len({(rule.check, rule.is_critical) for rule in rules}) == len({rule.check for rule in rules})


def _of_table(spec: dg.AssetCheckSpec) -> str:
    """The check's name after that of its table; checks of an asset's other tables carry it already."""
    stage, table = spec.asset_key.path
    return f"{stage}/{spec.name}" if "__" in spec.name else f"{stage}/{table}__{spec.name}"


# SQL


def test_no_sql_is_put_together_from_pieces() -> None:
    begins_sql = re.compile(r"f?['\"]+\s*(select|insert|update|delete|create|drop|alter|attach|pragma|copy)\s")
    found = set[str]()
    for name, tree in _modules().items():
        texts = [call.args[0] for call in _called(tree, *RUNS_SQL) if call.args]
        formats = [text for text in texts if isinstance(text, ast.Call) and _called(ast.Expr(text), "format", "join")]
        joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.BinOp)]
        pieces = [node for node in joined if node in texts or begins_sql.match(ast.unparse(node))]
        found |= {f"{name}:{node.lineno}" for node in (*formats, *pieces)}
    assert found == set()


def test_every_sql_file_begins_with_a_comment_that_explains_it() -> None:
    assert [name for name, text in _texts(".sql") if not re.match(r"-- \w", text)] == []


# Files, names, errors


def test_texts_of_errors_are_matched_in_one_module() -> None:
    matched = re.compile(r"(?<!\w)(in|==|!=) str\((e|error|exception)\)|(?<!\w)str\((e|error|exception)\) (in|==|!=) ")
    assert {n for n, tree in _modules().items() if matched.search(ast.unparse(tree))} == {"errors.py"}


def test_no_module_is_named_for_nothing() -> None:
    empty = {"util", "utils", "helper", "helpers", "common", "base", "manager", "misc", "core", "lib"}
    assert [name for name in _modules() if empty & set(name.removesuffix(".py").split("/"))] == []


def test_the_top_level_has_four_modules_and_folders() -> None:
    assert {path.name for path in CODE.glob("*.py")} == {
        *("__init__.py", "definitions.py", "settings.py", "errors.py", "demo.py"),
    }


SHARED_NAMES: Final = {
    "approve": {"cli/holds.py", "orchestration/decide.py"},
    "refuse": {"cli/holds.py", "orchestration/decide.py"},
    "problems": {"cli/show.py", "valid/assets.py"},
    "prune": {"delivered/erase.py", "landed/erase.py"},
    "forget_district": {"delivered/erase.py", "landed/erase.py"},
    "forget_student": {"delivered/erase.py", "landed/erase.py"},
}
"""Public functions of one name in two modules.

- `approve`, `refuse` and `problems` are names of commands, and Dagster shows a job or an asset of the same name.
- The stores of two stages erase the same thing, each in its module `erase.py`.
"""


def test_no_two_modules_share_the_name_of_a_function() -> None:
    modules: dict[str, set[str]] = {}
    for name, tree in _modules().items():
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        for function in functions if "migrations/" not in name else ():
            modules.setdefault(function.name, set()).add(name)
    shared = {name: found for name, found in modules.items() if len(found) > 1 and not name.startswith("_")}
    assert shared == SHARED_NAMES


def test_a_folder_of_tests_is_named_for_the_package_it_tests() -> None:
    folders = {path.parent.relative_to(TESTS).as_posix() for path in TESTS.rglob("*/test_*.py")}
    # The oracle compares all stages with the law, and `deploy` is the folder beside the package.
    assert {folder for folder in folders if not (CODE / folder / "__init__.py").is_file()} == {"oracle", "deploy"}


def test_whoever_catches_every_exception_raises_again() -> None:
    found = []
    for name, tree in _modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None
                or {"Exception", "BaseException"} & {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
            ):
                # `set_exception` raises it where the future is waited for.
                raises = any(isinstance(n, ast.Raise) for n in ast.walk(node)) or _called(node, "set_exception")
                found += [] if raises else [f"{name}:{node.lineno}"]
    assert found == []


def test_definitions_load_without_a_warning_and_nothing_is_read_or_made_at_import(tmp_path: Path) -> None:
    script = """
import importlib, os, pathlib, pkgutil, remind_etl
for module in pkgutil.walk_packages(remind_etl.__path__, "remind_etl."):
    if ".migrations" not in module.name:
        importlib.import_module(module.name)
assert not pathlib.Path(os.environ["REMIND_ETL_HOME"]).exists()
from remind_etl.definitions import definitions
definitions().resolve_asset_graph()
"""
    environment = {"REMIND_ETL_HOME": str(tmp_path / "home"), "HOME": str(tmp_path)}
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_no_path_of_one_machine_stands_in_a_file() -> None:
    path = re.compile(r"(?<![\w.~>})-])/(work|tmp|root|home|Users)/\w")
    suffixes = (".py", ".sql", ".md", ".json", ".toml", ".yaml", ".lock", ".csv", "")
    assert [name for name, text in _texts(*suffixes) if path.search(text)] == []


# Settings, secrets, documents


def test_every_setting_that_is_named_exists() -> None:
    named = {
        m
        for _, text in _texts(".py", ".md", ".yaml", ".toml", "")
        for m in re.findall(r"REMIND_ETL_[A-Z_]*[A-Z]", text)
    }
    assert named - {setting.name for setting in SETTINGS} == set()


def test_every_setting_stands_in_the_table_with_its_default_and_meaning() -> None:
    rows = re.findall(r"^\| `REMIND_ETL_.*$", _doc("operate.md"), re.MULTILINE)
    assert rows == [
        f"| `{s.name}` | {f'`{s.default}`' if s.default else '—'} | {s.meaning}{' Secret.' if s.secret else ''} |"
        for s in SETTINGS
    ]


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("REMIND_ETL_HOME", str(tmp_path))
    secrets = {s.name: f"sqlite:///hush-{s.name}" for s in SETTINGS if s.secret}
    secrets |= {
        "REMIND_ETL_WEBHOOK_URL": "https://hush.example.org",
        "REMIND_ETL_SMTP_URL": "smtp://u:hush@example.org",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    served = definitions().resources or {}
    made = resources()
    configured = [resource for resource in made.values() if isinstance(resource, dg.ConfigurableResource)]
    shown = [value for resource in configured for _, value in resource]
    of_pages = {"REMIND_ETL_OIDC_CLIENT_SECRET"}  # no resource takes it
    assert {value.env_var_name for value in shown if isinstance(value, dg.EnvVar)} == set(secrets) - of_pages
    assert "hush" not in repr((shown, made, served))
    assert all(s.secret for s in SETTINGS if re.search(r"PASSWORD|SECRET|TOKEN|_URL$", s.name))


def test_every_command_sensor_schedule_and_job_is_documented(served: dg.Definitions) -> None:
    read = (REPOSITORY / "README.md").read_text() + _doc("operate.md")
    assert [command for command in _commands(get_command(app)) if command not in read] == []
    starts = [*(served.sensors or ()), *(served.schedules or ()), *(served.jobs or ())]
    assert [start.name for start in starts if f"`{start.name}`" not in _doc("operate.md")] == []


def test_every_stage_and_asset_has_its_heading_in_the_pipeline(served: dg.Definitions) -> None:
    headings = re.findall(r"^##+ (.+)$", _doc("pipeline.md"), re.MULTILINE)
    assert [heading for heading in headings if heading in STAGES] == list(STAGES)
    keys = {key.to_user_string() for key in served.resolve_asset_graph().get_all_asset_keys()}
    assert {heading for heading in headings if "/" in heading} == keys


def test_the_readme_names_the_two_commands_and_the_nine_words() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    assert [word for word in ("make demo", "make test", *STAGES) if word not in readme[:3000]] == []


def test_the_page_of_problems_is_what_the_catalogue_makes_and_each_is_found_by_something() -> None:
    assert _doc("problems.md") == problems_page.render_problems_page()
    found = "".join(
        text
        for name, text in _texts(".py", ".sql", ".json")
        if name.startswith(("remind_etl/", "expectations/")) and not name.endswith("problems.py")
    )
    assert [p.code for p in problems.CATALOGUE if not re.search(f"['\"]{p.code}['\"]", found)] == []
    assert set(problems_page.MEANINGS) == set(problems.Severity)


def test_what_the_documents_point_to_exists() -> None:
    tests = "".join(text for name, text in _texts(".py") if name.startswith("remind_etl_tests/"))
    for name, text in _texts(".md"):
        folder = (REPOSITORY / name).parent
        links = {link.split("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text) if "://" not in link} - {""}
        assert [link for link in links if not (folder / link).exists()] == [], name
        assert [test for test in re.findall(r"`(test_\w+)`", text) if f"def {test}(" not in tests] == [], name
