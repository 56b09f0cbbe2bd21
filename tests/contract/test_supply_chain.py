"""Dependencies of the function are pinned with hashes, needed, and permissively licensed."""

import ast
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import metadata, packages_distributions, requires
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "src" / "requirements.txt"
PIN_FILES = sorted([REQUIREMENTS, *(ROOT / "requirements").glob("*.txt")])
NOT_IMPORTED = {
    "boto3": "Powertools imports it for parameters, and does not require it",
    "tzdata": "the time zones that zoneinfo reads, which Lambda's image has not",
}
EXTRAS = {"aws-lambda-powertools": {"tracer"}}
LICENSES = {
    "Apache License 2.0",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Dual License",  # python-dateutil: Apache 2.0 or BSD
    "MIT",
    "MIT-0",
    "PSF-2.0",
}
"""Licenses that require only to keep the notice."""


def pins(path: Path) -> dict[str, str]:
    """Return the pinned packages, each with its version and hashes."""
    pinned = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(.*(?:\n .*)*)", path.read_text(), re.MULTILINE)
    return {name.lower(): rest for name, rest in pinned}


def imported() -> set[str]:
    """Return the distributions that the function imports."""
    modules: set[str] = set()
    for path in (ROOT / "src" / "deflection").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Import(names=names):
                    modules |= {name.name.partition(".")[0] for name in names}
                case ast.ImportFrom(module=str(module), level=0):
                    modules.add(module.partition(".")[0])
    others = modules - sys.stdlib_module_names - {"deflection"}
    return {packages_distributions()[module][0].lower().replace("_", "-") for module in others}


def required(name: str) -> Iterator[str]:
    """Yield the distributions that a deployed distribution requires."""
    for requirement in requires(name) or []:
        wanted, _, marker = requirement.partition(";")
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", marker)
        if not extra or extra[1] in EXTRAS.get(name, set()):
            yield re.match(r"[\w.-]+", wanted)[0].lower().replace("_", "-")  # type: ignore[index]


@pytest.mark.parametrize("path", PIN_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_pin_has_hashes_and_names_no_index(path: Path) -> None:
    text = path.read_text()
    pinned = pins(path)

    assert pinned
    assert [name for name, rest in pinned.items() if "--hash=sha256:" not in rest] == []
    assert re.findall(r"^(?!\s+--hash=|[\w.-]+(?:\[[\w,-]+\])?==).+$", text, re.MULTILINE) == []
    assert "://" not in text


def test_every_deployed_package_is_needed() -> None:
    needed = dict.fromkeys(imported(), "imported") | NOT_IMPORTED
    to_follow = list(needed)
    while to_follow:
        name = to_follow.pop()
        for each in required(name):
            if each in pins(REQUIREMENTS) and each not in needed:
                needed[each] = f"required by {name}"
                to_follow.append(each)

    assert needed.keys() == pins(REQUIREMENTS).keys(), needed


def test_packages_listed_as_not_imported_are_not_imported() -> None:
    assert imported() & NOT_IMPORTED.keys() == set()


@pytest.mark.parametrize("name", pins(REQUIREMENTS))
def test_every_deployed_package_has_a_permissive_license(name: str) -> None:
    told = metadata(name)

    assert (told.get("License-Expression") or told.get("License")) in LICENSES


NO_WAY = "requests.exceptions.ProxyError: pypi.org: Max retries exceeded (Caused by 'Connection refused')"
NO_SERVICE = "requests.exceptions.ConnectionError: pypi.org"
KNOWN = {"name": "moto", "version": "1", "vulns": [{"id": "PYSEC-0", "fix_versions": ["2"]}]}


@pytest.mark.parametrize(
    ("answer", "error", "status", "said"),
    [
        ({"dependencies": [KNOWN | {"vulns": []}]}, "", 0, "No known vulnerabilities in 1 packages.\n"),
        ({"dependencies": [KNOWN]}, "", 1, "moto 1: PYSEC-0, fixed in 2\n"),
        (None, NO_SERVICE, 0, f"SKIPPED: PyPI could not be asked for known vulnerabilities ({NO_SERVICE}).\n"),
        (None, NO_WAY, 0, f"SKIPPED: PyPI could not be asked for known vulnerabilities ({NO_WAY}).\n"),
        (None, "hashes do not match", 1, "pip-audit failed: hashes do not match\n"),
        (None, "/home/u/connect-sms-deflection/a.py\nKeyError: 'a'", 1, "pip-audit failed: KeyError: 'a'\n"),
    ],
    ids=["none", "some", "nobody to ask", "no way there", "it fails", "an unexpected error"],
)
def test_audit_succeeds_only_without_findings_or_without_a_service(
    answer: Any, error: str, status: int, said: str, tmp_path: Path
) -> None:
    ends = 0 if "No known" in said else 1
    python, program = tmp_path / "python", tmp_path / "pip-audit"
    python.symlink_to(sys.executable)
    told = f"print({json.dumps(json.dumps(answer) if answer else '')})"
    program.write_text(f"#!{sys.executable}\nimport sys\n{told}\nsys.stderr.write({error!r})\nsys.exit({ends})\n")
    program.chmod(0o700)

    done = subprocess.run([python, ROOT / ".ci" / "audit"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (status, said)


@pytest.mark.proof
def test_sbom_lists_every_deployed_package_with_its_hash(tmp_path: Path) -> None:
    written = tmp_path / "sbom.json"
    subprocess.run([shutil.which("make") or "make", "-s", "sbom", f"SBOM={written}"], cwd=ROOT, check=True)
    bill = json.loads(written.read_text())

    assert bill["bomFormat"] == "CycloneDX"
    assert {each["name"].lower(): each["version"] for each in bill["components"]} == {
        name: rest.split()[0] for name, rest in pins(REQUIREMENTS).items()
    }
    assert all(each["externalReferences"][0]["hashes"] for each in bill["components"])
