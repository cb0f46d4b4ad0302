"""The components of the product are listed for those who audit it."""

import json
import re
import subprocess
from pathlib import Path
from typing import Final

import pytest

REPOSITORY: Final = Path(__file__).parents[1]


@pytest.mark.soak
def test_the_list_of_components_has_each_library_of_the_lock_with_its_version_and_hashes(tmp_path: Path) -> None:
    """`make sbom` installs its own environment the first time."""
    listed = tmp_path / "sbom.cdx.json"
    make = ["make", "sbom", f"SBOM={listed}"]
    subprocess.run(make, cwd=REPOSITORY, check=True, capture_output=True)  # noqa: S603
    lock = (REPOSITORY / "requirements.lock").read_text()
    locked = dict(re.findall(r"^([^\s=\[]+)\S*==([^\s;\\]+)", lock, re.MULTILINE))
    components = json.loads(listed.read_text())["components"]
    assert {component["name"]: component["version"] for component in components} == locked
    hashed = [reference["hashes"] for component in components for reference in component["externalReferences"]]
    assert len(hashed) >= len(locked)
    assert all(hash_["alg"] == "SHA-256" for hashes in hashed for hash_ in hashes)
