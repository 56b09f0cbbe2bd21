"""The test cases of an instance, and their executions."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import uuid4

from connect_simulator.connect.chats import Contact
from connect_simulator.connect.errors import ConnectError
from connect_simulator.connect.instance_config import InstanceConfig
from connect_simulator.flows import ContactCenter, Flow, FlowContact, FlowError, read_flow
from connect_simulator.flows.flow_contact import TEST_TYPE
from connect_simulator.flows.test_case import TestCaseResult, run_test_case

WAITING: Final = ("INITIATED", "IN_PROGRESS")
LIMIT_REACHED: Final = "Failed to start execution of test case due to limit reached."

type Handler = Callable[[Any], Any]


class Instance(Protocol):
    """The part of the world that test cases use."""

    instance_config: InstanceConfig
    center: ContactCenter

    def clock(self) -> float:
        """Return the current time in epoch seconds."""

    def put_contact(self, contact: Contact) -> None:
        """Add a contact."""


@dataclass
class _Execution:
    """An execution; each summary shows the next of its statuses, and the last one stays."""

    case: str
    contact_id: str
    started_at: float
    statuses: list[str]
    result: TestCaseResult
    has_begun: bool = True


@dataclass
class TestCases:
    """The published test cases of an instance.

    Attributes:
        definitions: The members of each test case by its ARN: Name, Content and EntryPoint.
        functions: The handlers of the functions that flows invoke, by the function's name.
        statuses: The statuses that the executions of a case have instead of their own, by its name.
        not_begun: How many executions of a case fail before they begin, by its name.
    """

    __test__ = False  # for pytest

    world: Instance
    definitions: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    functions: Mapping[str, Handler] = field(default_factory=dict)
    statuses: dict[str, list[str]] = field(default_factory=dict)
    not_begun: Counter[str] = field(default_factory=Counter)
    _executions: dict[str, _Execution] = field(default_factory=dict)
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def start(self, case_id: str, token: str) -> dict[str, Any]:
        """Start an execution; a known client token returns the earlier one."""
        arn = next((arn for arn in self.definitions if arn.endswith(f"/{case_id}")), None)
        if arn is None:
            raise ConnectError("ResourceNotFoundException", "The test case was not found.")
        execution_id = self._tokens.setdefault((arn, token), str(uuid4()))
        if execution_id not in self._executions:
            self._executions[execution_id] = self._execute(self.definitions[arn])
        return {"TestCaseExecutionId": execution_id, "TestCaseId": case_id, "Status": "INITIATED"}

    def summary(self, execution_id: str) -> dict[str, Any]:
        """Return the member values of GetTestCaseExecutionSummary's response."""
        execution = self._find(execution_id)
        status, *later = execution.statuses
        execution.statuses = later or [status]
        counts = {"TotalObservations": 0, "ObservationsPassed": 0, "ObservationsFailed": 0}
        if status not in WAITING:
            passed, failed = len(execution.result.passed), len(execution.result.failed)
            counts = {
                "TotalObservations": passed + failed,
                "ObservationsPassed": passed,
                "ObservationsFailed": failed,
            }
        ended = {} if status in WAITING else {"EndTime": self.world.clock()}
        return {"StartTime": execution.started_at, **ended, "Status": status, "ObservationSummary": counts}

    def records(self, execution_id: str) -> list[dict[str, Any]]:
        """Return the execution records; their contents are not documented, and were seen in an instance."""
        execution = self._find(execution_id)
        return [
            {"ObservationId": name, "Status": status, "Timestamp": execution.started_at, "Record": json.dumps(record)}
            for name, status, record in _records(execution)
        ]

    def stop(self, execution_id: str) -> None:
        """Stop an execution; its contact goes on."""
        self._find(execution_id).statuses = ["STOPPED"]

    def _find(self, execution_id: str) -> _Execution:
        if execution_id not in self._executions:
            raise ConnectError("ResourceNotFoundException", "The execution was not found.")
        return self._executions[execution_id]

    def _execute(self, case: Mapping[str, Any]) -> _Execution:
        name, contact_id, now = case["Name"], str(uuid4()), self.world.clock()
        if self.not_begun[name]:
            self.not_begun[name] -= 1
            return _Execution(name, contact_id, now, ["FAILED"], TestCaseResult((), (), None), has_begun=False)
        result = self._play(case, contact_id)
        final = "FAILED" if result.failed else "PASSED"
        return _Execution(name, contact_id, now, list(self.statuses.get(name, [*WAITING, final])), result)

    def _play(self, case: Mapping[str, Any], contact_id: str) -> TestCaseResult:
        content, config = json.loads(case["Content"]), self.world.instance_config
        contact = FlowContact(contact_id, customer=None, is_test=True, center=self.world.center)
        flow_id = case["EntryPoint"]["VoiceCallEntryPointParameters"]["FlowId"]
        try:
            flow = _read(config.flows[flow_id])
            modules = {arn: _read(each) for arn, each in config.modules.items()}
            result = run_test_case(content, flow, contact, self._functions_of(flow, *modules.values()), modules)
        except FlowError:
            result = TestCaseResult((), tuple(each["Identifier"] for each in content["Observations"]), None)
        self.world.put_contact(self._ended_contact(contact))
        return result

    def _functions_of(self, *flows: Flow) -> dict[str, Handler]:
        arns = {
            arn
            for flow in flows
            for action in flow.actions.values()
            if (arn := action.parameters.get("LambdaFunctionARN"))
        }
        named = {arn: arn.rpartition(":function:")[2].partition(":")[0] for arn in arns}
        return {arn: self.functions.get(name, _raise_unknown) for arn, name in named.items()}

    def _ended_contact(self, contact: FlowContact) -> Contact:
        now = self.world.clock()
        return {
            "Id": contact.id,
            "InitialContactId": contact.id,
            "Channel": "VOICE",
            "InitiationMethod": "INBOUND",
            "InitiationTimestamp": now,
            "DisconnectTimestamp": now,
            "DisconnectReason": "OTHER",
            "SegmentAttributes": {"connect:ValidationTestType": {"ValueString": TEST_TYPE}},
            "Attributes": dict(contact.attributes),
            "Tags": dict(contact.tags),
        }


def _records(execution: _Execution) -> Iterator[tuple[str, str, dict[str, Any]]]:
    if not execution.has_begun:
        reason = {"Type": "FAILURE", "FailureReasons": ["INITIALIZATION_FAILURE"], "Message": LIMIT_REACHED}
        yield "completion", "FAILED", {"Type": "COMPLETION", "CompletionReason": reason}
        return
    yield "execution", "PASSED", {"Type": "EXECUTION_START", "ContactId": execution.contact_id}
    for name in execution.result.passed:
        yield name, "PASSED", {"Type": "OBSERVE_EVENT"}
    for name in execution.result.failed:
        yield name, "FAILED", {"Type": "OBSERVE_EVENT"}


def _raise_unknown(_event: Any) -> Any:
    raise LookupError("The function does not have a handler.")


def _read(described: Mapping[str, Any]) -> Flow:
    return read_flow(json.loads(described["Content"]), described.get("Type", "MODULE"))
