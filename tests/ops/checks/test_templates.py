import pytest

from connect_simulator import demo
from deflection_ops.checks.templates import CHECKS
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, codes, findings
from ops.stack import DeployedStack

TEMPLATE = {"KnowledgeBaseId": "base", "MessageTemplateId": "hello", "TemplateAttributes": {}}
WHATSAPP_ROUTE = {"SourceEndpoint_Address": {"connect:WhatsApp": demo.WHATSAPP_NUMBER_ARN}}


def put_messages(stack: DeployedStack) -> None:
    stack.put_parameter("messages", {"default": TEMPLATE})


def put_route(stack: DeployedStack) -> None:
    stack.put_parameter("routes", [WHATSAPP_ROUTE | {"Subtypes": ["connect:SMS", "connect:WhatsApp"]}])


CASES = [
    Case(
        "TEMPLATE_NOT_FOUND",
        "base/hello",
        environment={"MESSAGES_PARAMETER": "messages"},
        parameters={"KnowledgeBaseId": "*"},
        change=put_messages,
    ),
    Case(
        "TEMPLATE_NOT_ALLOWED",
        "base/hello",
        values=("KnowledgeBaseId",),
        environment={"MESSAGES_PARAMETER": "messages"},
        change=put_messages,
    ),
    Case("WHATSAPP_TEMPLATE_MISSING", "", WARNING, environment={"ROUTES_PARAMETER": "routes"}, change=put_route),
    Case("WHATSAPP_TEMPLATE_MISSING", "", WARNING, environment={"SUBTYPES": "connect:SMS,connect:WhatsApp"}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_existing_template_has_no_problems(deploy: Deploy) -> None:
    environment = {"MESSAGES_PARAMETER": "messages", "SUBTYPES": "connect:SMS,connect:WhatsApp"}
    stack = deploy(environment, KnowledgeBaseId="*")
    put_messages(stack)
    stack.simulator.world.templates.add(("base", "hello"))

    assert codes(stack.aws, CHECKS) == {"OK"}


def test_messages_without_templates_are_not_checked(deploy: Deploy) -> None:
    assert findings(deploy().aws, CHECKS) == []
