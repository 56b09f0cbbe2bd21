"""Let Amazon Connect run the stack's test cases: simulated calls, which do not send messages."""

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from deflection_ops.errors import AwsError
from deflection_ops.finding import Finding, Observation
from deflection_ops.smoke_test import steps
from deflection_ops.smoke_test.sms_session import SmsSession

TEST_CASE_TYPE = "AWS::Connect::TestCase"
REAL_INVOCATION = "offer accepted"
"""The only test case that invokes the function itself."""
NOT_ENDED = {"INITIATED", "IN_PROGRESS"}
AT_ONCE = 5
"""How many test cases Amazon Connect runs at once; the others wait."""
MAX_SECONDS = 300
"""Amazon Connect stops a test case after this time."""
ATTEMPTS = 3
"""How often a test case is started that Amazon Connect accepts but does not begin."""


@dataclass
class Execution:
    """
    An execution of a test case.

    Attributes:
        name: The path that the test case tries, in words.
        case_id: The id of the test case.
        id: The id of the execution.
        attempts: How often the test case was started.
    """

    name: str
    case_id: str
    id: str = ""
    attempts: int = 0


def run_test_cases(session: SmsSession) -> Iterator[Finding]:
    """Start every test case, and yield the finding of each; skip a stack that does not deploy flows."""
    resources = session.deployment.resources.items()
    cases = {name: each.id.rpartition("/")[2] for name, each in resources if each.type == TEST_CASE_TYPE}
    if cases:
        try:
            yield from _run(session, [Execution(_words(name), case_id) for name, case_id in sorted(cases.items())])
        except AwsError as error:
            yield steps.TEST_CASES.not_asked(error)
    elif session.deployment.parameters.get("DeployFlows") != "false":
        yield steps.TEST_CASES.report(steps.TEST_CASES_MISSING.found())


def _run(session: SmsSession, executions: list[Execution]) -> Iterator[Finding]:
    for execution in executions:
        _start(session, execution)
    seconds = MAX_SECONDS * math.ceil(len(executions) / AT_ONCE) + 60
    while executions:
        for execution in tuple(executions):
            session.sleep(1)  # by default, Amazon Connect allows two calls of an operation a second
            seconds -= 1
            status = str(_call(session, "get_test_case_execution_summary", execution)["Status"])
            finding = None if status in NOT_ENDED else _judge(session, execution, status)
            if finding is None and seconds < 0:
                finding = _stop(session, execution)
            if finding is not None:
                executions.remove(execution)
                yield finding


def _start(session: SmsSession, execution: Execution) -> None:
    execution.attempts += 1
    request = {"InstanceId": session.deployment.settings.instance_id, "TestCaseId": execution.case_id}
    token = {"ClientToken": uuid4().hex}  # a known token would return the earlier execution
    answer = session.deployment.aws.call("connect", "start_test_case_execution", **request, **token)
    execution.id = str(answer["TestCaseExecutionId"])


def _judge(session: SmsSession, execution: Execution, status: str) -> Finding | None:
    """Return the finding of an execution that has ended; None if the test case was started again."""
    if status == "PASSED":
        if execution.name == REAL_INVOCATION:
            session.record("simulated", "The function sent nothing to a simulated call.", held=True)
        return steps.TEST_CASES.report(Observation(execution.name))
    if status != "FAILED":
        return steps.TEST_CASES.report(steps.TEST_CASE_ENDED.found(execution.name, status))
    records = _call(session, "list_test_case_execution_records", execution)["ExecutionRecords"]
    if any(map(_has_not_begun, _details(records))):
        if execution.attempts == ATTEMPTS:
            return steps.TEST_CASES.report(steps.TEST_CASE_NOT_BEGUN.found(execution.name))
        _start(session, execution)
        return None
    failed = {str(each.get("ObservationId")): None for each in records if each.get("Status") == "FAILED"}
    if "offer" in failed:
        return steps.TEST_CASES.report(steps.TEST_CASE_WITHOUT_OFFER.found(execution.name))
    return steps.TEST_CASES.report(steps.TEST_CASE_FAILED.found(execution.name, ", ".join(failed) or "unknown"))


def _stop(session: SmsSession, execution: Execution) -> Finding:
    """Stop an execution and end its call, which Amazon Connect would leave in the queue of the test cases."""
    _call(session, "stop_test_case_execution", execution)
    records = _call(session, "list_test_case_execution_records", execution)["ExecutionRecords"]
    for contact_id in [each["ContactId"] for each in _details(records) if "ContactId" in each]:
        request = {"InstanceId": session.deployment.settings.instance_id, "ContactId": contact_id}
        with suppress(AwsError):  # the call may have ended already
            session.deployment.aws.call("connect", "stop_contact", **request)
    return steps.TEST_CASES.report(steps.TEST_CASE_ENDLESS.found(execution.name))


def _call(session: SmsSession, operation: str, execution: Execution) -> Any:
    request = {
        "InstanceId": session.deployment.settings.instance_id,
        "TestCaseId": execution.case_id,
        "TestCaseExecutionId": execution.id,
    }
    return session.deployment.aws.call("connect", operation, **request)


def _details(records: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Yield the content of the records; their format is not documented."""
    for record in records:
        try:
            details = json.loads(record.get("Record", ""))
        except ValueError:
            continue
        if isinstance(details, dict):
            yield details


def _has_not_begun(details: Mapping[str, Any]) -> bool:
    reason = details.get("CompletionReason")
    return isinstance(reason, dict) and "INITIALIZATION_FAILURE" in str(reason.get("FailureReasons"))


def _words(logical_id: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", logical_id.removeprefix("TestCase")).lower()
