"""The events of a run: the metrics of the stack's rules settle what AWS does not document."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from connect_simulator import Fault
from ops.conftest import Deploy
from ops.smoke_test.conftest import Smoke
from ops.smoke_test.running import terminal
from ops.smoke_test.test_test_cases import add_test_cases
from ops.stack import DeployedStack, add_resources

RULES = {name: ("AWS::Events::Rule", f"sms-{name}") for name in ("DeflectedCallsRule", "AnswersRule", "DeliveriesRule")}
COUNTED = {"CountOutcomes": "true", "DeliveryEventNumbers": "+14255550180"}


def count(stack: DeployedStack, rule: str) -> None:
    """Let CloudWatch show an event of a rule."""
    metric = {
        "MetricName": "Invocations",
        "Dimensions": [{"Name": "RuleName", "Value": f"sms-{rule}"}],
        "Timestamp": datetime.now(UTC),
        "Value": 1,
    }
    stack.call("cloudwatch", "put_metric_data", Namespace="AWS/Events", MetricData=[metric])


def add_rules(stack: DeployedStack) -> DeployedStack:
    stack.aws = add_resources(stack, **RULES)
    return stack


def test_rules_that_got_their_events_settle_the_assumptions(deploy: Deploy, smoke: Smoke) -> None:
    stack = add_rules(deploy(**COUNTED))
    for rule in ("AnswersRule", "DeliveriesRule"):
        count(stack, rule)

    result = smoke(stack)

    assert {(each["subject"], each["code"]) for each in result.named("events")} == {
        ("AnswersRule", "OK"),
        ("DeliveriesRule", "OK"),
    }
    assert (result.judgements["detail type"], result.judgements["deliveries"]) == ("held", "held")
    assert result.judgements["tags"] == "not tried", "without a simulated call, no call is tagged"


def test_tag_of_a_simulated_call_is_in_its_event(deploy: Deploy, smoke: Smoke) -> None:
    stack = add_test_cases(deploy(CountOutcomes="true"))
    stack.aws = both(stack)
    for rule in ("AnswersRule", "DeflectedCallsRule"):
        count(stack, rule)

    assert smoke(stack).judgements["tags"] == "held"


def both(stack: DeployedStack) -> Any:
    """Return the resources of the test cases and the rules."""
    cases = stack.aws.call("cloudformation", "describe_stack_resources", StackName="sms")["StackResources"]
    named = {each["LogicalResourceId"]: (each["ResourceType"], each["PhysicalResourceId"]) for each in cases}
    return add_resources(stack, **{name: each for name, each in named.items() if "TestCase" in name}, **RULES)


def test_event_that_is_late_decides_nothing(deploy: Deploy, smoke: Smoke) -> None:
    slept: list[float] = []
    stack = add_rules(deploy(DeliveryEventNumbers="+14255550180"))

    result = smoke(stack, at=terminal_that_sleeps(slept))

    assert (result.one("events")["code"], result.one("events")["verdict"]) == ("EVENTS_NOT_SEEN", "warning")
    assert result.judgements["deliveries"] == "not tried"
    assert "DeliveriesRule" in result.evidence["deliveries"]
    assert sum(each for each in slept if each > 1) == 300
    assert result.status == 0


def terminal_that_sleeps(slept: list[float]) -> Any:
    return replace(terminal(), sleep=slept.append)


def test_event_that_comes_while_the_command_waits_counts(deploy: Deploy, smoke: Smoke) -> None:
    stack = add_rules(deploy(DeliveryEventNumbers="+14255550180"))

    def sleep(seconds: float) -> None:
        if seconds > 1:
            count(stack, "DeliveriesRule")

    assert smoke(stack, at=replace(terminal(), sleep=sleep)).judgements["deliveries"] == "held"


@pytest.mark.parametrize("parameters", [{}, {"CountOutcomes": "false", "DeliveryEventNumbers": ""}])
def test_stack_that_counts_nothing_waits_for_nothing(parameters: dict[str, str], deploy: Deploy, smoke: Smoke) -> None:
    slept: list[float] = []

    result = smoke(deploy(**parameters), at=terminal_that_sleeps(slept))

    assert result.named("events") == []
    assert max(slept, default=0) <= 1


def test_message_that_was_not_sent_has_no_events(deploy: Deploy, smoke: Smoke) -> None:
    stack = add_rules(deploy(**COUNTED))

    result = smoke(stack, at=terminal(lambda: "no"))

    assert result.named("events") == []


def test_missing_permission_decides_nothing(deploy: Deploy, smoke: Smoke) -> None:
    stack = add_rules(deploy(**COUNTED))
    stack.simulator.faults.add(Fault("GetMetricStatistics", "access_denied", after=1, times=None))

    result = smoke(stack)

    assert (result.one("events")["code"], result.one("events")["verdict"]) == ("PERMISSION_MISSING", "not asked")
    assert result.judgements["deliveries"] == "not tried"
