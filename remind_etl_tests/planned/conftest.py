from pathlib import Path

import pytest

from remind_etl_tests.districts import District, new_district


@pytest.fixture
def district(tmp_path: Path) -> District:
    """A district of which the platform holds nothing yet."""
    return new_district(tmp_path)
