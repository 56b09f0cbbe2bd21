"""Actions around a flow module."""

from collections.abc import Mapping

from connect_simulator.flows.action_types import ActionResult
from connect_simulator.flows.document import Action
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function


def invoke_module(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run InvokeFlowModule; the player enters the module."""
    return ActionResult(module=contact.resolve(action.parameters["FlowModuleId"]) or "")


def end_module(_: Action, _contact: FlowContact, _functions: Mapping[str, Function]) -> ActionResult:
    """Run EndFlowModuleExecution; the player continues the flow that invoked the module."""
    return ActionResult(leaves_module=True)
