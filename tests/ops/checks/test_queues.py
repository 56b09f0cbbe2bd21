import pytest

from deflection_ops.checks.queues import CHECKS
from deflection_ops.finding import Verdict
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, by_name, codes, findings
from ops.stack import DeployedStack, PatchedAws, remove_resources


def delete_dead_letter_queue(stack: DeployedStack) -> None:
    stack.call("sqs", "delete_queue", QueueUrl=stack.environment["DEAD_LETTER_QUEUE_URL"])


def grow_old(stack: DeployedStack) -> None:
    metric = {
        "MetricName": "QueueAge",
        "Dimensions": [{"Name": "service", "Value": "connect-sms-deflection"}],
        "Value": 400,
    }
    stack.call("cloudwatch", "put_metric_data", Namespace="ConnectSmsDeflection", MetricData=[metric])


def put_dead_letter(stack: DeployedStack) -> None:
    stack.call("sqs", "send_message", QueueUrl=stack.environment["DEAD_LETTER_QUEUE_URL"], MessageBody="{}")


CASES = [
    Case("QUEUE_TOO_SLOW", "0", WARNING, values=("300",), change=grow_old),
    Case("FAILED_RECORDS", "DeadLetterQueue", WARNING, values=("1",), change=put_dead_letter),
    Case("SQS_QUEUE_NOT_FOUND", "DeadLetterQueue", WARNING, change=delete_dead_letter_queue),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_deleted_queue_is_reported(deploy: Deploy) -> None:
    stack = deploy()
    stack.call("sqs", "delete_queue", QueueUrl=stack.environment["QUEUE_URL"])

    [finding] = by_name(stack.aws, CHECKS, "queue")

    assert (finding.code, finding.subject) == ("SQS_QUEUE_NOT_FOUND", stack.environment["QUEUE_URL"])


def test_empty_queues_have_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}


def test_stack_without_queues_of_its_own_has_only_those_of_failed_events(deploy: Deploy) -> None:
    stack = deploy({"QUEUE_URL": "", "DEAD_LETTER_QUEUE_URL": ""})

    found = findings(stack.aws, CHECKS)

    assert [each.subject for each in found if each.name != "worker"] == ["UndeliveredEvents", "FailedInvocations"]


def test_stopped_worker_is_started_with_its_own_id(deploy: Deploy) -> None:
    stack = deploy()
    worker = stack.physical_id("QueueWorker")
    stack.call("lambda", "update_event_source_mapping", UUID=worker, Enabled=False)

    [finding] = by_name(stack.aws, CHECKS, "worker")

    assert (finding.code, finding.subject, finding.verdict) == ("WORKER_STOPPED", "Disabled", Verdict.NOT_OK)
    assert f"`aws lambda update-event-source-mapping --region us-east-1 --uuid {worker} --enabled`" in finding.cure


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("Creating", "OK"),
        ("Enabling", "OK"),
        ("Enabled", "OK"),
        ("Updating", "OK"),
        ("Disabling", "WORKER_STOPPED"),
        ("Disabled", "WORKER_STOPPED"),
        ("Deleting", "WORKER_STOPPED"),
    ],
)
def test_worker_is_ok_while_it_polls_or_is_about_to(state: str, code: str, deploy: Deploy) -> None:
    [finding] = by_name(PatchedAws(deploy(), get_event_source_mapping={"State": state}), CHECKS, "worker")

    assert (finding.code, finding.subject) == (code, state)


def test_deleted_worker_is_reported(deploy: Deploy) -> None:
    stack = deploy()
    worker = stack.physical_id("QueueWorker")
    stack.call("lambda", "delete_event_source_mapping", UUID=worker)

    [finding] = by_name(stack.aws, CHECKS, "worker")

    assert (finding.code, finding.subject) == ("WORKER_NOT_FOUND", worker)


def test_stack_without_a_worker_is_reported(deploy: Deploy) -> None:
    aws = remove_resources(deploy(), "AWS::Lambda::EventSourceMapping")

    assert [finding.code for finding in by_name(aws, CHECKS, "worker")] == ["WORKER_NOT_FOUND"]
