"""All checks together: each problem has a case, and each call to AWS its permission."""

from collections import Counter

import pytest

from connect_simulator import Fault, demo
from deflection_ops import permissions
from deflection_ops.checks import CHECKS
from deflection_ops.finding import Verdict
from ops.checks import (
    test_deployed_flows,
    test_documents,
    test_flow_modules,
    test_function,
    test_instance,
    test_opt_outs,
    test_queues,
    test_routes,
    test_sms_account,
    test_sms_flows,
    test_sms_numbers,
    test_source_numbers,
    test_stack,
    test_templates,
)
from ops.conftest import Deploy
from ops.reporting import by_name, findings
from ops.stack import CATALOGUE, DeployedStack, PatchedAws

MODULES = (
    test_deployed_flows,
    test_documents,
    test_flow_modules,
    test_function,
    test_instance,
    test_opt_outs,
    test_queues,
    test_routes,
    test_sms_account,
    test_sms_flows,
    test_sms_numbers,
    test_source_numbers,
    test_stack,
    test_templates,
)
TESTED_ALONE = {
    "DEPLOYMENT_FAILED",
    "ENVIRONMENT_NEARLY_FULL",
    "FUNCTION_NOT_ACTIVE",
    "STACK_CHANGING",
    "STACK_IN_REVIEW",
    "WORKER_NOT_FOUND",
    "WORKER_STOPPED",
}
"""The problems that need a test of their own instead of a case."""
PROBLEMS = {problem.code for check in CHECKS for problem in check.problems}


def test_every_problem_has_a_case() -> None:
    assert {case.code for module in MODULES for case in module.CASES} | TESTED_ALONE == PROBLEMS


def complete(deploy: Deploy) -> DeployedStack:
    """Deploy a stack that every check looks at."""
    stack = deploy(
        {
            "MESSAGES_PARAMETER": "messages",
            "ROUTES_PARAMETER": "routes",
            "SWITCH_PARAMETER": "switch",
            "OPT_OUT_LIST_NAME": "Default",
            "SUBTYPES": "connect:SMS,connect:WhatsApp",
            "CONSENT_ATTRIBUTE": "smsConsent",
            "INITIAL_MESSAGE": "Hello $customerName",
        },
        KnowledgeBaseId="*",
        MoreConnectPhoneNumberArns=demo.WHATSAPP_NUMBER_ARN,
    )
    stack.simulator.world.templates.add(("base", "hello"))
    stack.put_parameter("messages", CATALOGUE | {"fr": {"connect:WhatsApp": test_templates.TEMPLATE}})
    stack.put_parameter("routes", [test_templates.WHATSAPP_ROUTE])
    stack.put_parameter("switch", "on")
    return stack


def test_working_deployment_has_no_problems(deploy: Deploy) -> None:
    found = findings(complete(deploy).aws, CHECKS)

    assert {finding.code for finding in found} == {"OK"}
    assert {finding.name for finding in found} == {check.name for check in CHECKS}


DENIED = [
    ("DescribeInstance", "instance", "connect:DescribeInstance"),
    ("DescribePhoneNumber", "source number", "connect:DescribePhoneNumber"),
    ("DescribeContactFlow", "SMS flow", "connect:DescribeContactFlow"),
    ("DescribeContactFlowModule", "flow module", "connect:DescribeContactFlowModule"),
    ("DescribeQueue", "flows' queue", "connect:DescribeQueue"),
    ("ListLambdaFunctions", "association", "connect:ListLambdaFunctions"),
    ("GetPolicy", "permission", "lambda:GetPolicy"),
    ("GetEventSourceMapping", "worker", "lambda:GetEventSourceMapping"),
    ("Invoke", "dry run", "lambda:InvokeFunction"),
    ("DescribePhoneNumbers", "two-way SMS", "sms-voice:DescribePhoneNumbers"),
    ("DescribeOptOutLists", "opt-out list", "sms-voice:DescribeOptOutLists"),
    ("DescribeAccountAttributes", "SMS sandbox", "sms-voice:DescribeAccountAttributes"),
    ("DescribeSpendLimits", "spend limit", "sms-voice:DescribeSpendLimits"),
    ("GetQueueAttributes", "queue", "sqs:GetQueueAttributes"),
    ("GetMetricStatistics", "queue", "cloudwatch:GetMetricStatistics"),
    ("GetParameter", "SSM parameter", "ssm:GetParameter"),
    ("DescribeStacks", "stack", "cloudformation:DescribeStacks"),
    ("DescribeStackResources", "function", "cloudformation:DescribeStackResources"),
    ("GetFunctionConfiguration", "function", "lambda:GetFunctionConfiguration"),
    ("GetMessageTemplate", "message template", "wisdom:GetMessageTemplate"),
]


@pytest.mark.parametrize(("operation", "name", "permission"), DENIED, ids=[row[0] for row in DENIED])
def test_missing_permission_is_named(operation: str, name: str, permission: str, deploy: Deploy) -> None:
    stack = complete(deploy)
    stack.simulator.faults.add(Fault(operation, "access_denied", times=None))

    [finding] = by_name(stack.aws, CHECKS, name)

    assert (finding.code, finding.verdict) == ("PERMISSION_MISSING", Verdict.NOT_ASKED)
    assert permission in finding.sentence
    assert finding.cure


def test_permissions_of_the_doctor_are_those_of_its_calls_to_aws(deploy: Deploy) -> None:
    called = set()

    class Recording(PatchedAws):
        def call(self, service: str, operation: str, **request: object) -> object:
            called.add(operation.replace("_", ""))
            return super().call(service, operation, **request)

        read = call

    findings(Recording(complete(deploy)), CHECKS)

    assert called - {"getcalleridentity"} == {operation.lower() for operation, _, _ in DENIED}
    assert Counter(permissions.DOCTOR) == Counter(permission for _, _, permission in DENIED)
