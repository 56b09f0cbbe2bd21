"""The result of an action, and the description of an action type."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from connect_simulator.flows.document import Action, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function, Invocation

type Expects = Literal["KEY", "DIGITS", "AGENT", "REPLY", "TIME"]
"""The input that a flow waits for: a key, digits and the pound key, an agent (in the queue), or a message.

TIME: nothing but the end of its time limit.
"""
type EndReason = Literal["DISCONNECTED", "QUEUED", "FLOW_ENDED", "ANSWERED", "HUNG_UP"]
"""How a flow ended.

DISCONNECTED: Amazon Connect ended the contact. QUEUED: it was transferred to a queue. FLOW_ENDED: the queue flow ended
and the caller waits in silence. ANSWERED: an agent accepted the contact. HUNG_UP: the customer hung up.
"""

MODULE: Final = frozenset({"MODULE"})
INBOUND: Final = frozenset({"CONTACT_FLOW"}) | MODULE
"""Inbound flows and flow modules, which only inbound flows can invoke."""
QUEUE: Final = frozenset({"CUSTOMER_QUEUE"})
EITHER: Final = INBOUND | QUEUE

type Run = Callable[[Action, FlowContact, Mapping[str, Function]], ActionResult]


@dataclass(frozen=True)
class ModuleCall:
    """The id of a flow module, and its input."""

    module_id: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class ModuleReturn:
    """The branch that a flow module selects, if any, and its output."""

    result: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class ActionResult:
    """The result of an action; without a result, error or end, the flow continues with the next action.

    Attributes:
        result: Selects the branch of a condition.
        error: Selects the branch of an error.
        ends: How the action ends the flow.
        expects: The input that the flow waits for after the action.
        seconds: The time limit for that input.
        prompts: The text that the customer hears, or reads in a chat.
        attributes: The contact attributes that the action set.
        invocation: The invocation of a function.
        enters: The flow module that the flow enters.
        returns: The result that a flow module returns to the flow that invoked it.
    """

    result: str | None = None
    error: str | None = None
    ends: EndReason | None = None
    expects: Expects | None = None
    seconds: int | None = None
    prompts: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    invocation: Invocation | None = None
    enters: ModuleCall | None = None
    returns: ModuleReturn | None = None


@dataclass(frozen=True)
class ActionType:
    """A type of action.

    Attributes:
        run: Runs the action for a contact.
        flow_types: The types of flow that may have it.
        required: The names of the required parameters.
        optional: The names of the optional parameters that are simulated.
    """

    run: Run
    flow_types: frozenset[str]
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


def prompt_text(action: Action, contact: FlowContact) -> str:
    """Return the text that an action says.

    Raises:
        FlowError: The text is empty.
    """
    text = contact.render(action.parameters["Text"])
    if not text:
        raise FlowError(f"{action.id}: Text must not be empty.")
    return text
