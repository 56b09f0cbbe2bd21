"""How far a flow has come: the steps that it took, what it waits for, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass

from connect_simulator.flows.action_types import EndReason, Expects
from connect_simulator.flows.lambda_invocation import Invocation


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
        module: The flow module that has the action, by ARN; empty for the flow itself.
    """

    action: str
    type: str
    branch: str
    prompts: tuple[str, ...]
    attributes: Mapping[str, str]
    invocation: Invocation | None
    module: str = ""


@dataclass(frozen=True)
class Waiting:
    """The action at which the flow waits, what it expects, and for how many seconds; None means without a limit."""

    action: str
    expects: Expects
    seconds: int | None


@dataclass(frozen=True)
class End:
    """How and at which action the flow ended.

    `next_flow` is the ARN of the flow that continues a queued call, if a flow has set one.
    """

    reason: EndReason
    action: str
    next_flow: str | None = None
