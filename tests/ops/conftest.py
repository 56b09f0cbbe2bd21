import os
from collections.abc import Callable, Iterator

import pytest

from connect_simulator import Simulator, demo
from deflection_ops.aws import AwsApi, AwsClient
from ops.stack import DeployedStack, UncachedAws

type Deploy = Callable[..., DeployedStack]


@pytest.fixture(scope="session")
def _aws(_serving: Simulator) -> Iterator[AwsApi]:
    """Share the clients, which take long to create; their environment is that of a shell for the simulator."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("AWS_"):
                patch.delenv(name)
        for name, value in (demo.CREDENTIALS | {"AWS_ENDPOINT_URL": _serving.url}).items():
            patch.setenv(name, value)
        yield AwsClient()


@pytest.fixture
def aws(simulator: Simulator, _aws: AwsApi, monkeypatch: pytest.MonkeyPatch) -> AwsApi:
    """Return the API of an account with the demo instance."""
    for name, value in (demo.CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url}).items():
        monkeypatch.setenv(name, value)
    return UncachedAws(_aws)


@pytest.fixture
def deploy(simulator: Simulator, aws: AwsApi) -> Deploy:
    """Deploy the stack with these settings and template parameters; by default its checks pass."""

    def run(environment: dict[str, str] | None = None, **parameters: str) -> DeployedStack:
        return DeployedStack(simulator, aws, environment or {}, **parameters)

    return run
