"""Play a flow one step after the other, until the customer must do something, or until it ends."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from connect_simulator.flows.action_types import ActionResult, EndReason, Expects, ModuleCall, ModuleReturn
from connect_simulator.flows.actions import run_action
from connect_simulator.flows.customer_input import (
    Branch,
    branch_on_keys,
    branch_on_reply,
    branch_on_timeout,
    default_branch,
    require_keys,
)
from connect_simulator.flows.document import CATCH_ALL, Action, Flow, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function
from connect_simulator.flows.progress import End, Step, Waiting

MAX_NESTED_MODULES: Final = 5
"""Source: https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-modules.html"""
NO_MODULES: Final[Mapping[str, Flow]] = MappingProxyType({})
NO_ERRORS: Final[Mapping[str, str]] = MappingProxyType({})


class FlowPlayer:
    """A flow that is played for a contact.

    `errors` makes actions fail: the error type by the id of the action, or by its type.
    `modules` are the flow modules that it can invoke, by ARN.

    Attributes:
        flow: The flow, or the flow module that it is in.
        module: The ARN of that flow module; empty for the flow itself.
        contact: The contact.
        steps: The steps that it has taken.
        waiting: The input that the flow waits for.
        end: How the flow ended.
    """

    def __init__(
        self,
        flow: Flow,
        contact: FlowContact,
        functions: Mapping[str, Function],
        errors: Mapping[str, str] = NO_ERRORS,
        modules: Mapping[str, Flow] = NO_MODULES,
    ) -> None:
        self.flow = flow
        self.module = ""
        self.contact = contact
        self.steps: list[Step] = []
        self.waiting: Waiting | None = None
        self.end: End | None = None
        self._functions = functions
        # Source: flow-control-actions-updateflowattributes.html (they are not carried over to subsequent flows).
        contact.flow_attributes = {}
        self._errors = errors
        self._modules = modules
        self._outer: list[tuple[Flow, str, Action]] = []
        self._next: Branch = ("", flow.start)

    def step(self) -> Step | None:
        """Take the next step; return None if the customer must do something first, or if the flow has ended."""
        if self.waiting or self.end:
            return None
        branch, name = self._next
        action = self.flow.actions[name]
        result = self._run(action)
        step = Step(name, action.type, branch, result.prompts, result.attributes, result.invocation, self.module)
        self.steps.append(step)
        if result.expects:
            self.waiting = Waiting(name, result.expects, result.seconds)
        elif result.ends:
            hook = self.contact.event_hooks.get("CustomerQueue") if result.ends == "QUEUED" else None
            self.end = End(result.ends, name, hook)
        elif result.enters:
            self._enter_module(action, result.enters)
        elif result.returns:
            self._leave_module(result.returns)
        else:
            self._next = _branch_after(action, result)
        return step

    def run(self) -> list[Step]:
        """Take and return all steps until the customer must do something, or until the flow ends."""
        return list(iter(self.step, None))

    def press(self, keys: str) -> list[Step]:
        """Press keys; the star deletes what was typed, and the pound key ends the input."""
        require_keys(keys)
        return self._continue(branch_on_keys(self._waiting_action("KEY", "DIGITS"), self.contact, keys))

    def time_out(self) -> list[Step]:
        """Let the time limit of the action pass without input."""
        return self._continue(branch_on_timeout(self._waiting_action("KEY", "DIGITS", "REPLY", "TIME"), self.contact))

    def wait(self) -> list[Step]:
        """Wait in the queue until the flow interrupts its prompts; without an interruption, nothing happens."""
        action = self._waiting_action("AGENT")
        if self.waiting and self.waiting.seconds is None:
            return []
        return self._continue(branch_on_timeout(action, self.contact))

    def reply(self, intent: str = "") -> list[Step]:
        """Send a message; a bot recognizes it as this intent."""
        return self._continue(branch_on_reply(self._waiting_action("REPLY"), intent))

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
            raise FlowError(f"{action.id} does not have a branch for the error {error}.")
        return ActionResult(error=error)

    def _enter_module(self, action: Action, call: ModuleCall) -> None:
        arn = next((arn for arn in self._modules if arn.rpartition("/")[2] == call.module_id), None)
        if arn is None:
            self._next = action.branch_for_error(CATCH_ALL)
            return
        if len(self._outer) == MAX_NESTED_MODULES:
            raise FlowError(f"{action.id}: at most {MAX_NESTED_MODULES} flow modules can be nested.")
        self._outer.append((self.flow, self.module, action))
        self.contact.enter_module(call.given)
        self.flow, self.module = self._modules[arn], arn
        self._next = ("", self.flow.start)

    def _leave_module(self, returned: ModuleReturn) -> None:
        self.flow, self.module, action = self._outer.pop()
        self.contact.leave_module(returned.result, returned.data)
        self._next = _branch_after(action, ActionResult(result=returned.result))

    def _waiting_action(self, *expects: Expects) -> Action:
        if self.waiting is None or self.waiting.expects not in expects:
            raise FlowError("The flow does not wait for this input.")
        return self.flow.actions[self.waiting.action]

    def _continue(self, branch: Branch) -> list[Step]:
        self.waiting, self._next = None, branch
        return self.run()

    def _stop(self, reason: EndReason) -> None:
        if self.end:
            raise FlowError("The flow has already ended.")
        self.end = End(reason, self.waiting.action if self.waiting else self._next[1])
        self.waiting = None


def _branch_after(action: Action, result: ActionResult) -> Branch:
    if result.error is not None:
        return action.branch_for_error(result.error)
    return action.branch_for(result.result) if result.result is not None else default_branch(action)
