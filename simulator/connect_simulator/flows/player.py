"""A flow while it is played: one step after the other, until the customer must do something, or the end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from connect_simulator.flows.actions import Done, How, WaitsFor, do
from connect_simulator.flows.document import Action, Flow, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function, Invocation

NO_ERRORS: Mapping[str, str] = MappingProxyType({})
TIMEOUT = "Timeout"
INTERRUPTED = "MessagesInterrupted"


@dataclass(frozen=True)
class Step:
    """One action that the flow came to.

    Attributes:
        action: Its id.
        type: Its type.
        came_by: The branch of the action before that led here: empty, or the result or the error.
        heard: What the customer hears, or reads when it is a text.
        wrote: The attributes that were written.
        invocation: The function's invocation, when it is one.
    """

    action: str
    type: str
    came_by: str
    heard: tuple[str, ...]
    wrote: Mapping[str, str]
    invocation: Invocation | None


@dataclass(frozen=True)
class Waiting:
    """The flow waits at an action for a key, for digits, for a text, or in the queue for an agent."""

    action: str
    what_for: WaitsFor


@dataclass(frozen=True)
class End:
    """The flow ended, at this action, in this way.

    `next_flow` is the ARN of the flow in which a call goes on that was put into a queue, if one was set.
    """

    how: How
    action: str
    next_flow: str | None = None


class Play:
    """A flow that is played for a contact.

    `errors` are to be met: the type of the error by the id of the action that meets it, whenever it is come to.
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
        """The next step; None when the customer must do something first, or when the flow has ended."""
        if self.waiting or self.end:
            return None
        came_by, name = self._next
        action = self.flow.actions[name]
        done = self._done(action)
        step = Step(name, action.type, came_by, done.heard, done.wrote, done.invocation)
        self.steps.append(step)
        if done.waits_for:
            self.waiting = Waiting(name, done.waits_for)
        elif done.ends:
            hook = self.contact.hooks.get("CustomerQueue") if done.ends == "QUEUED" else None
            self.end = End(done.ends, name, hook)
        else:
            self._next = _branch(action, done)
        return step

    def on(self) -> list[Step]:
        """The steps until the customer must do something, or until the flow ends."""
        return list(iter(self.step, None))

    def press(self, keys: str) -> list[Step]:
        """The customer presses keys; the star takes back what was typed, and the pound key ends it."""
        if not re.fullmatch(r"[0-9*#]+", keys):
            raise ValueError("A keypad has 0 to 9, * and #.")
        action = self._waited("KEY", "DIGITS")
        if "InputValidation" not in action.parameters:
            return self._go_on(action.after(keys[0]))
        longest = int(action.parameters["InputValidation"]["CustomValidation"]["MaximumLength"])
        self.contact.stored_input = keys.partition("#")[0].rpartition("*")[2][:longest]
        return self._go_on(("", _next_of(action)))

    def say_nothing(self) -> list[Step]:
        """The customer does nothing, for as long as the action waits."""
        action = self._waited("KEY", "DIGITS", "REPLY")
        if "InputValidation" not in action.parameters:
            return self._go_on(action.after_error("InputTimeLimitExceeded"))
        # AWS: without any input the flow goes on as if there was some, and the stored input is this word.
        self.contact.stored_input = TIMEOUT
        return self._go_on(("", _next_of(action)))

    def wait(self) -> list[Step]:
        """The customer waits in the queue until the flow interrupts; where it never does, nothing happens."""
        action = self._waited("AGENT")
        return self._go_on(action.after(INTERRUPTED)) if "InterruptFrequencySeconds" in action.parameters else []

    def reply(self, intent: str) -> list[Step]:
        """The customer writes what the bot takes for this intent."""
        action = self._waited("REPLY")
        if not action.conditions:
            return self._go_on(action.after_error("NoMatchingCondition"))
        return self._go_on(action.after(intent))

    def answer(self) -> None:
        """An agent takes the contact out of the queue, whatever its flow is doing."""
        self._stop("ANSWERED")

    def hang_up(self) -> None:
        """The customer hangs up, whatever the flow is doing."""
        self._stop("HUNG_UP")

    def _done(self, action: Action) -> Done:
        error = self._errors.get(action.id)
        if error is None:
            return do(action, self.flow.type, self.contact, self._functions)
        if error not in action.errors:
            raise FlowError(f"{action.id} has no branch for {error}.")
        return Done(error=error)

    def _waited(self, *what_for: WaitsFor) -> Action:
        if self.waiting is None or self.waiting.what_for not in what_for:
            raise FlowError("The flow does not wait for that.")
        return self.flow.actions[self.waiting.action]

    def _go_on(self, branch: tuple[str, str]) -> list[Step]:
        self.waiting, self._next = None, branch
        return self.on()

    def _stop(self, how: How) -> None:
        if self.end:
            raise FlowError("The flow has ended.")
        self.end = End(how, self.waiting.action if self.waiting else self._next[1])
        self.waiting = None


def _branch(action: Action, done: Done) -> tuple[str, str]:
    if done.error is not None:
        return action.after_error(done.error)
    return action.after(done.result) if done.result is not None else ("", _next_of(action))


def _next_of(action: Action) -> str:
    if action.next is None:
        raise FlowError(f"{action.id} leads nowhere.")
    return action.next
