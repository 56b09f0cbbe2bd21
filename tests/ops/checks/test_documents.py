from collections.abc import Callable

import pytest

from deflection_ops.checks.documents import CHECKS
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, by_name, codes, findings
from ops.stack import CATALOGUE, DeployedStack


def put(name: str, value: object) -> Callable[[DeployedStack], object]:
    return lambda stack: stack.put_parameter(name, value)


CASES = [
    Case("SSM_PARAMETER_NOT_FOUND", "switch", values=("SWITCH_PARAMETER",), environment={"SWITCH_PARAMETER": "switch"}),
    Case(
        "DOCUMENT_INVALID",
        "messages",
        values=("MESSAGES_PARAMETER", "line 1"),
        environment={"MESSAGES_PARAMETER": "messages"},
        change=put("messages", "Hello"),
    ),
    Case(
        "DOCUMENT_INVALID",
        "routes",
        values=("ROUTES_PARAMETER", "line 3", "ContactFlowId"),
        environment={"ROUTES_PARAMETER": "routes"},
        change=put("routes", '[\n  {\n    "ContactFlow": "a"\n  }\n]'),
    ),
    Case("SWITCHED_OFF", "switch", WARNING, environment={"SWITCH_PARAMETER": "switch"}, change=put("switch", "OFF")),
    Case("SWITCH_INVALID", "switch", environment={"SWITCH_PARAMETER": "switch"}, change=put("switch", "of")),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_missing_switch_is_reported_once(deploy: Deploy) -> None:
    assert by_name(deploy({"SWITCH_PARAMETER": "switch"}).aws, CHECKS, "switch") == []


def test_valid_documents_have_no_problems(deploy: Deploy) -> None:
    stack = deploy({"MESSAGES_PARAMETER": "messages", "SWITCH_PARAMETER": "switch"})
    stack.put_parameter("messages", CATALOGUE)
    stack.put_parameter("switch", "on")

    assert codes(stack.aws, CHECKS) == {"OK"}


def test_settings_without_documents_are_not_checked(deploy: Deploy) -> None:
    assert findings(deploy().aws, CHECKS) == []
