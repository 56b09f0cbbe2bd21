"""The modules and the code that a cold start loads stay within a budget."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from builders import QUEUES
from connect_simulator import demo

SRC = Path(__file__).parents[2] / "src"

MODULES = 383
KILOBYTES = 4700
"""
Of the function and of the packages that it loads.

A caller hears silence while they are loaded, about 55 ms for each 1,000 KB. Raise this only for a good reason.
"""

PYTHONS_MODULES = 217
PYTHONS_KILOBYTES = 3750
"""Of Python's own modules beyond those that a bare Python has; they differ from version to version."""

of_lambdas_python = pytest.mark.skipif(
    sys.version_info[:2] != (3, 13), reason="Lambda runs the function with Python 3.13; others have other modules."
)

START = """
import sys
before = set(sys.modules)
from deflection import handler
loaded = {name: getattr(sys.modules[name], "__file__", None) for name in set(sys.modules) - before}
import json
print(json.dumps(loaded))
"""

type Modules = dict[str, str | None]


@pytest.fixture(scope="module")
def loaded() -> Modules:
    """Return the modules that a cold start loads, with their files."""
    run = subprocess.run(
        [sys.executable, "-c", START],
        env=demo.CREDENTIALS | demo.ENVIRONMENT | QUEUES | {"PYTHONPATH": str(SRC), "LAMBDA_TASK_ROOT": "/var/task"},
        capture_output=True,
        text=True,
        check=True,
    )
    modules: Modules = json.loads(run.stdout)
    return modules


@pytest.fixture(scope="module")
def packages(loaded: Modules) -> Modules:
    return {name: file for name, file in loaded.items() if not is_pythons(name)}


@pytest.fixture(scope="module")
def pythons(loaded: Modules) -> Modules:
    return {name: file for name, file in loaded.items() if is_pythons(name)}


def is_pythons(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def kilobytes(modules: Modules) -> float:
    return sum(Path(file).stat().st_size for file in modules.values() if file and file.endswith(".py")) / 1000


def test_cold_start_stays_within_the_module_budget(packages: Modules) -> None:
    assert len(packages) <= MODULES


def test_cold_start_stays_within_the_code_budget(packages: Modules) -> None:
    assert kilobytes(packages) <= KILOBYTES


@of_lambdas_python
def test_cold_start_stays_within_the_standard_library_module_budget(pythons: Modules) -> None:
    assert len(pythons) <= PYTHONS_MODULES


@of_lambdas_python
def test_cold_start_stays_within_the_standard_library_code_budget(pythons: Modules) -> None:
    assert kilobytes(pythons) <= PYTHONS_KILOBYTES


@pytest.mark.parametrize(
    "late",
    [
        "aws_lambda_powertools.utilities.batch",
        "aws_lambda_powertools.utilities.parameters",
        "boto3",
        "deflection.sqs_worker",
        "deflection.inbound.eventbridge_schema",
        "deflection.request.document",
        "deflection.request.message_catalog",
        "deflection.request.routes",
        "phonenumbers.timezone",
        "pydantic.deprecated",
        "s3transfer",
        "tzdata",
    ],
)
def test_module_that_only_some_events_need_is_not_loaded_at_cold_start(late: str, loaded: Modules) -> None:
    assert find_spec(late)
    assert late not in loaded
