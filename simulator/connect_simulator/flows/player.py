"""Play a flow one step after the other, until the customer must do something, or until it ends."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from connect_simulator.flows.action_types import ActionResult, EndReason, Expects
from connect_simulator.flows.actions import run_action
from connect_simulator.flows.document import NO_CONDITION, Action, Flow, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function, Invocation

NO_ERRORS: Final[Mapping[str, str]] = MappingProxyType({})
TIMEOUT: Final = "Timeout"
INTERRUPTED: Final = "MessagesInterrupted"


@dataclass(frozen=True)
class Step:
    """An action that the flow ran.

    Attributes:
        action: Its id.
        type: Its type.
        branch: The branch of the previous action that led here: a result, an error, or empty.
        prompts: The text that the customer hears, or reads in a chat.
        attributes: The contact attributes that the action set.
        invocation: The invocation of a function, if the action is one.
    """

    action: str
    type: str
    branch: str
    prompts: tuple[str, ...]
    attributes: Mapping[str, str]
    invocation: Invocation | None


@dataclass(frozen=True)
class Waiting:
    """The action at which the flow waits, and what it expects."""

    action: str
    expects: Expects


@dataclass(frozen=True)
class End:
    """How and at which action the flow ended.

    `next_flow` is the ARN of the flow that continues a queued call, if a flow has set one.
    """

    reason: EndReason
    action: str
    next_flow: str | None = None


class FlowPlayer:
    """A flow that is played for a contact.

    `errors` makes actions fail: the error type by the id of the action, or by its type.
    """

    def __init__(
        self,
        flow: Flow,
        contact: FlowContact,
        functions: Mapping[str, Function],
        errors: Mapping[str, str] = NO_ERRORS,
    ) -> None:
        self.flow = flow
        self.contact = contact
        self.steps: list[Step] = []
        self.waiting: Waiting | None = None
        self.end: End | None = None
        self._functions = functions
        self._errors = errors
        self._next: tuple[str, str] = ("", flow.start)

    def step(self) -> Step | None:
        """Take the next step; return None if the customer must do something first, or if the flow has ended."""
        if self.waiting or self.end:
            return None
        branch, name = self._next
        action = self.flow.actions[name]
        result = self._run(action)
        step = Step(name, action.type, branch, result.prompts, result.attributes, result.invocation)
        self.steps.append(step)
        if result.expects:
            self.waiting = Waiting(name, result.expects)
        elif result.ends:
            hook = self.contact.event_hooks.get("CustomerQueue") if result.ends == "QUEUED" else None
            self.end = End(result.ends, name, hook)
        else:
            self._next = _branch_after(action, result)
        return step

    def run(self) -> list[Step]:
        """Take and return all steps until the customer must do something, or until the flow ends."""
        return list(iter(self.step, None))

    def press(self, keys: str) -> list[Step]:
        """Press keys; the star deletes what was typed, and the pound key ends the input."""
        if not re.fullmatch(r"[0-9*#]+", keys):
            raise ValueError(f"keys must contain only 0 to 9, * and # (got {keys}).")
        action = self._waiting_action("KEY", "DIGITS")
        if "InputValidation" not in action.parameters:
            return self._continue(action.branch_for(keys[0]))
        max_length = int(action.parameters["InputValidation"]["CustomValidation"]["MaximumLength"])
        self.contact.stored_input = keys.partition("#")[0].rpartition("*")[2][:max_length]
        return self._continue(("", _next_action(action)))

    def time_out(self) -> list[Step]:
        """Let the time limit of the action pass without input."""
        action = self._waiting_action("KEY", "DIGITS", "REPLY")
        if "InputValidation" not in action.parameters:
            return self._continue(action.branch_for_error("InputTimeLimitExceeded"))
        # AWS: without any input, the flow continues as with input, and the stored input is this word.
        self.contact.stored_input = TIMEOUT
        return self._continue(("", _next_action(action)))

    def wait(self) -> list[Step]:
        """Wait in the queue until the flow interrupts its prompts; without an interruption, nothing happens."""
        action = self._waiting_action("AGENT")
        if "InterruptFrequencySeconds" not in action.parameters:
            return []
        return self._continue(action.branch_for(INTERRUPTED))

    def reply(self, intent: str) -> list[Step]:
        """Send a message that the bot recognizes as this intent."""
        action = self._waiting_action("REPLY")
        if not action.conditions:
            return self._continue(action.branch_for_error(NO_CONDITION))
        return self._continue(action.branch_for(intent))

    def connect_agent(self) -> None:
        """Connect an agent to the contact, at any step."""
        self._stop("ANSWERED")

    def hang_up(self) -> None:
        """Hang up as the customer, at any step."""
        self._stop("HUNG_UP")

    def _run(self, action: Action) -> ActionResult:
        error = self._errors.get(action.id, self._errors.get(action.type))
        if error is None:
            return run_action(action, self.flow.type, self.contact, self._functions)
        if error not in action.errors:
            raise FlowError(f"{action.id} has no branch for the error {error}.")
        return ActionResult(error=error)

    def _waiting_action(self, *expects: Expects) -> Action:
        if self.waiting is None or self.waiting.expects not in expects:
            raise FlowError("The flow does not wait for this input.")
        return self.flow.actions[self.waiting.action]

    def _continue(self, branch: tuple[str, str]) -> list[Step]:
        self.waiting, self._next = None, branch
        return self.run()

    def _stop(self, reason: EndReason) -> None:
        if self.end:
            raise FlowError("The flow has already ended.")
        self.end = End(reason, self.waiting.action if self.waiting else self._next[1])
        self.waiting = None


def _branch_after(action: Action, result: ActionResult) -> tuple[str, str]:
    if result.error is not None:
        return action.branch_for_error(result.error)
    return action.branch_for(result.result) if result.result is not None else ("", _next_action(action))


def _next_action(action: Action) -> str:
    if action.next is None:
        raise FlowError(f"{action.id} has no next action.")
    return action.next
