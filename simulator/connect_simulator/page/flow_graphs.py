"""The flows of a stack as the page draws them: the blocks and the branches between them."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from connect_simulator.flows import Flow, FlowError
from connect_simulator.page.choices import ChoiceError, Choices
from connect_simulator.page.stack import NO_VALUES, Stack

SHOWN_FLOWS: Final = ("VoiceFlow", "CustomerQueueFlow", "SmsFlow")

type Graphs = dict[str, Any]


def describe_flows(stack: Stack, language: str = "", given: Mapping[str, str] = NO_VALUES) -> Graphs:
    """Describe the flows and the flow modules by their names, in the order of their tabs.

    Raises:
        FlowError: Amazon Connect would refuse a flow with these template parameters, or it cannot be played.
        KeyError: A template parameter has a value that the template does not have.
    """
    modules = {stack.module_names[arn]: module for arn, module in stack.modules(language=language, given=given).items()}
    voice, *others = (stack.flow(name, language=language, given=given) for name in SHOWN_FLOWS)
    shown = {SHOWN_FLOWS[0]: voice, **modules, **dict(zip(SHOWN_FLOWS[1:], others, strict=True))}
    return {name: _graph(flow) for name, flow in shown.items()}


class FlowGraphs:
    """The flows as the page of a session has drawn them; at first, with the defaults of the template parameters."""

    def __init__(self, stack: Stack, publish: Callable[..., None]) -> None:
        self._stack = stack
        self._publish = publish
        self._drawn = describe_flows(stack)

    def check(self, choices: Choices) -> None:
        """Check that the flows can be played with the chosen template parameters.

        Raises:
            ChoiceError: They cannot.
        """
        try:
            describe_flows(self._stack, given=choices.stack_parameters)
        except KeyError as error:
            raise ChoiceError("stack_parameters", f"The template does not have a value for {error}.") from None
        except FlowError as error:
            raise ChoiceError("stack_parameters", str(error)) from None

    def draw(self, language: str, choices: Choices) -> None:
        """Publish the flows of a call, unless the page has drawn them already."""
        graphs = describe_flows(self._stack, language, choices.stack_parameters)
        if graphs != self._drawn:
            self._publish("graphs", flows=graphs)
            self._drawn = graphs


def _graph(flow: Flow) -> dict[str, Any]:
    nodes = [
        {
            "id": action.id,
            "type": action.type,
            "parameters": dict(action.parameters),
            "branches": [{"name": name, "to": to} for name, to in action.branches()],
        }
        for action in flow.actions.values()
    ]
    return {"start": flow.start, "nodes": nodes}
