import pytest

from connect_simulator import demo
from deflection_ops.checks.routes import CHECKS
from ops.checks.test_documents import put
from ops.checks.test_source_numbers import OTHER_NUMBER
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, by_name, codes

ROUTES = {"ROUTES_PARAMETER": "routes"}

CASES = [
    Case(
        "ROUTE_UNREACHABLE",
        "1",
        WARNING,
        environment=ROUTES,
        change=put("routes", [{"Match": {"Country": "US"}}, {"Match": {}}, {"Match": {"Country": "CA"}}]),
    ),
    Case(
        "ROUTE_UNREACHABLE",
        "0",
        WARNING,
        environment=ROUTES,
        change=put("routes", [{}, {"Match": {"Language": "de"}}, {}]),
    ),
    Case(
        "NOT_IN_ROLE",
        demo.WHATSAPP_NUMBER_ARN,
        values=("MoreConnectPhoneNumberArns",),
        environment=ROUTES,
        change=put("routes", [{"SourceEndpoint_Address": demo.WHATSAPP_NUMBER_ARN}]),
    ),
    Case(
        "NOT_IN_ROLE",
        "other",
        values=("MoreContactFlowArns",),
        environment=ROUTES,
        change=put("routes", [{"ContactFlowId": "other"}]),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_template_lists_may_have_spaces(deploy: Deploy) -> None:
    arns, flows = [OTHER_NUMBER, demo.WHATSAPP_NUMBER_ARN], list(demo.MORE_FLOW_ARNS)
    stack = deploy(ROUTES, MoreConnectPhoneNumberArns=", ".join(arns), MoreContactFlowArns=", ".join(flows))
    routes = zip(arns, flows, strict=True)
    stack.put_parameter("routes", [{"SourceEndpoint_Address": arn, "ContactFlowId": flow} for arn, flow in routes])

    found = by_name(stack.aws, CHECKS, "role")

    assert {finding.code for finding in found} == {"OK"}
    assert {finding.subject for finding in found} >= {*arns, *flows}


@pytest.mark.parametrize("match", [{}, {"Match": {"Country": "CA"}}])
def test_last_route_may_match_every_contact(match: dict[str, object], deploy: Deploy) -> None:
    stack = deploy(ROUTES)
    stack.put_parameter("routes", [{"Match": {"Country": "US"}}, match])

    [finding] = by_name(stack.aws, CHECKS, "routes")

    assert (finding.code, finding.subject) == ("OK", "2")


def test_settings_without_routes_have_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}
