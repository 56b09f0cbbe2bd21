"""Run a test case of Amazon Connect: its observations watch a flow, press keys and compare attributes.

Source: https://docs.aws.amazon.com/connect/latest/devguide/testing-language.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connect_simulator.flows.document import OPERATORS, Flow, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function
from connect_simulator.flows.player import FlowPlayer
from connect_simulator.flows.progress import Step

MAX_INPUTS: Final = 50
"""A flow that waits more often is stopped, as Amazon Connect stops it after five minutes."""

type Json = Mapping[str, Any]
type Event = tuple[str, Json]


@dataclass(frozen=True)
class TestCaseResult:
    """The result of a test case.

    Attributes:
        passed: The observations that saw their event, with true assertions.
        failed: The other observations.
        queue_arn: The queue that the contact entered; None if the test ended before.
    """

    __test__ = False  # for pytest

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    queue_arn: str | None


def run_test_case(
    content: Json,
    flow: Flow,
    contact: FlowContact,
    functions: Mapping[str, Function],
    modules: Mapping[str, Flow],
) -> TestCaseResult:
    """Play the flow for the contact until the test ends.

    Raises:
        FlowError: The flow or the test case has a part that is not simulated.
    """
    return _Run(content, flow, contact, functions, modules).result()


class _Run:
    def __init__(
        self,
        content: Json,
        flow: Flow,
        contact: FlowContact,
        functions: Mapping[str, Function],
        modules: Mapping[str, Flow],
    ) -> None:
        self._observations = {each["Identifier"]: each for each in content["Observations"]}
        following = {name for each in self._observations.values() for name in each["Transitions"]["NextObservations"]}
        # Source: testing-simulation-observe-block.html (an observation that follows no other one is active at once).
        self._active = [name for name in self._observations if name not in following]
        self._passed: list[str] = []
        self._answers: dict[str, list[Json]] = {}
        self._queues: dict[str, str] = {}
        self._keys = ""
        self._has_ended = False
        self._flow, self._contact, self._modules = flow, contact, modules
        self._attributes = dict(contact.attributes)
        mocked = {arn: self._mock(arn, function) for arn, function in functions.items()}
        self._player = FlowPlayer(flow, contact, mocked, modules=modules)

    def result(self) -> TestCaseResult:
        self._see(("TestInitiated", {}))
        steps = self._player.run()
        for _ in range(MAX_INPUTS):
            self._watch(steps)
            if self._has_ended or self._player.end:
                break
            keys, self._keys = self._keys, ""
            steps = self._player.press(keys) if keys else self._player.time_out()
        is_queued = not self._has_ended and self._player.end is not None and self._player.end.reason == "QUEUED"
        queue = self._contact.queue_arn if is_queued else None
        failed = tuple(name for name in self._observations if name not in self._passed)
        return TestCaseResult(tuple(self._passed), failed, self._queues.get(queue or "", queue))

    def _watch(self, steps: Iterable[Step]) -> None:
        for step in steps:
            self._attributes |= step.attributes
            for event in self._events(step):
                self._see(event)
            if self._has_ended:
                return

    def _events(self, step: Step) -> Iterator[Event]:
        if step.prompts:
            yield "MessageReceived", {"Text": " ".join(step.prompts)}
        flow = self._modules[step.module] if step.module else self._flow
        parameters = flow.actions[step.action].parameters
        if step.type == "InvokeLambdaFunction":
            given = {"LambdaFunctionARN": self._contact.resolve(parameters["LambdaFunctionARN"])}
            yield "FlowActionStarted", {"ActionType": step.type, "ActionParameters": given}
        if step.type == "TransferContactToQueue":
            given = {"QueueId": self._contact.queue_arn}
            yield "FlowActionStarted", {"ActionType": step.type, "ActionParameters": given}

    def _see(self, event: Event) -> None:
        for name in [each for each in self._active if _matches(self._observations[each]["Event"], event)]:
            observation = self._observations[name]
            self._active.remove(name)
            self._active += observation["Transitions"]["NextObservations"]
            results = [self._act(action) for action in observation["Actions"]]
            if all(results):
                self._passed.append(name)

    def _act(self, action: Json) -> bool:
        """Run an action and return whether it is not a false assertion.

        Assumption: the actions after a false assertion run, too.
        """
        match action["Type"], action["Parameters"]:
            case "Assert", {"Namespace": str(path), "Operator": operator, "Operand": operand}:
                value = self._attributes.get(path.removeprefix("$.Attributes."), "")
                return OPERATORS[operator](value, operand)
            case "SendInstruction", {"Instruction": {"Type": "DtmfInput", "Properties": {"Value": keys}}}:
                self._keys = str(keys)
            case "TestControl", {"Command": {"Type": "EndTest"}}:
                self._has_ended = True
            case "OverrideSystemBehavior", {"Behavior": {"Properties": override}}:
                self._override(override)
            case other:
                raise FlowError(f"This action of a test case is not simulated: {other}.")
        return True

    def _override(self, override: Json) -> None:
        match override["ActionParameters"], override["Strategy"]:
            case (
                {"LambdaFunctionARN": arn},
                {"Type": "MockResponse", "Response": {"ExecutionResult": {"Value": str(value)}}},
            ):
                self._answers.setdefault(arn, []).append(json.loads(value))
            case {"QueueId": arn}, {"Type": "SubstituteResource", "SubstituteArn": substitute}:
                self._queues[arn] = substitute
            case other:
                raise FlowError(f"This override of a test case is not simulated: {other}.")

    def _mock(self, arn: str, function: Function) -> Function:
        """Return the function with the answers of the test case; it gives each answer once, in order."""
        return lambda event: answers.pop(0) if (answers := self._answers.get(arn)) else function(event)


def _matches(expected: Json, event: Event) -> bool:
    kind, seen = event
    properties = expected["Properties"]
    if kind != expected["Type"]:
        return False
    if kind == "MessageReceived":
        # Assumption: a message is similar to its own text, and includes each part of it.
        is_part = properties["MatchingCriteria"]["Type"] == "Inclusion"
        return properties["Text"] in seen["Text"] if is_part else properties["Text"] == seen["Text"]
    return all(seen[name] == value for name, value in properties.items())
