import os
from collections.abc import Callable, Iterator

import pytest

from connect_simulator import Simulator, demo
from deflection_ops.aws import Aws, AwsApi
from ops.stack import Fresh, Stack

type Deploy = Callable[..., Stack]


@pytest.fixture(scope="session")
def _aws(_serving: Simulator) -> Iterator[AwsApi]:
    """Clients take long to make, so all tests share them; the environment is that of a shell for the simulator."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("AWS_"):
                patch.delenv(name)
        for name, value in (demo.CREDENTIALS | {"AWS_ENDPOINT_URL": _serving.url}).items():
            patch.setenv(name, value)
        aws = Aws()
        yield aws


@pytest.fixture
def deploy(simulator: Simulator, _aws: AwsApi, monkeypatch: pytest.MonkeyPatch) -> Deploy:
    """Deploys the stack with these settings and template parameters; without any, all is well."""
    for name, value in (demo.CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url}).items():
        monkeypatch.setenv(name, value)

    def run(environment: dict[str, str] | None = None, **parameters: str) -> Stack:
        return Stack(simulator, Fresh(_aws), environment or {}, **parameters)

    return run
