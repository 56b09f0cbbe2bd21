"""What the function loads when it starts keeps to a budget, in numbers that no machine changes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from builders import QUEUES
from connect_simulator import demo

SRC = Path(__file__).parents[2] / "src"

MODULES = 375
KILOBYTES = 4700
"""
Of the function and of the packages that it loads; Python's own modules differ from version to version.

A caller hears silence while they are loaded, about 55 ms for each 1,000 KB. Raise this only for what is worth that.
"""

START = """
import json, sys
before = set(sys.modules)
from deflection import handler
loaded = {name: getattr(sys.modules[name], "__file__", None) for name in set(sys.modules) - before}
print(json.dumps({name: file for name, file in loaded.items() if name.split(".")[0] not in sys.stdlib_module_names}))
"""


@pytest.fixture(scope="module")
def loaded() -> dict[str, Any]:
    """The modules that a start loads, and their files."""
    run = subprocess.run(
        [sys.executable, "-c", START],
        env=demo.CREDENTIALS | demo.ENVIRONMENT | QUEUES | {"PYTHONPATH": str(SRC), "LAMBDA_TASK_ROOT": "/var/task"},
        capture_output=True,
        text=True,
        check=True,
    )
    modules: dict[str, Any] = json.loads(run.stdout)
    return modules


def test_a_start_loads_no_more_modules_than_its_budget(loaded: dict[str, Any]) -> None:
    assert len(loaded) <= MODULES


def test_a_start_loads_no_more_code_than_its_budget(loaded: dict[str, Any]) -> None:
    kilobytes = sum(Path(file).stat().st_size for file in loaded.values() if file and file.endswith(".py")) / 1000
    assert kilobytes <= KILOBYTES


@pytest.mark.parametrize(
    "late",
    [
        "aws_lambda_powertools.utilities.batch",
        "aws_lambda_powertools.utilities.idempotency",
        "aws_lambda_powertools.utilities.parameters",
        "boto3",
        "deflection.batch",
        "deflection.bus_wire",
        "phonenumbers.timezone",
        "pydantic.deprecated",
        "s3transfer",
        "tzdata",
    ],
)
def test_what_only_some_events_need_is_not_loaded_at_the_start(late: str, loaded: dict[str, Any]) -> None:
    assert late not in loaded
