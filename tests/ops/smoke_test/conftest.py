from collections.abc import Callable

import pytest

from deflection_ops.terminal import Terminal
from ops.smoke_test.running import Result, run
from ops.stack import DeployedStack

type Smoke = Callable[..., Result]


@pytest.fixture
def smoke(capsys: pytest.CaptureFixture[str]) -> Smoke:
    """Run `make smoke` and return its report."""

    def call(stack: DeployedStack, *more: str, at: Terminal | None = None) -> Result:
        return run(stack, capsys, *more, at=at)

    return call
