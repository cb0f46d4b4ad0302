from pathlib import Path

import pytest

from remind_etl.sample.generate import write_sample
from remind_etl_tests.sample.districts import SEED, STUDENTS, UNTIDY, Sample, read


@pytest.fixture(scope="session")
def tidy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tidy_folder")
    write_sample(folder, STUDENTS, SEED)
    return folder


@pytest.fixture(scope="session")
def tidy(tidy_folder: Path) -> Sample:
    return read(tidy_folder)


@pytest.fixture(scope="session")
def untidy_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("untidy_folder")
    write_sample(folder, STUDENTS, SEED, UNTIDY)
    return folder


@pytest.fixture(scope="session")
def untidy(untidy_folder: Path) -> Sample:
    return read(untidy_folder)
