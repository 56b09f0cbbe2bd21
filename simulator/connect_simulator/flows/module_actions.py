"""Flow modules: enter one, and return from it with a result.

Source: https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-modules.html
"""

from collections.abc import Mapping

from connect_simulator.flows.action_types import ActionResult, ModuleCall, ModuleReturn
from connect_simulator.flows.document import Action
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function


def invoke_module(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run InvokeFlowModule; the player enters the module."""
    name = contact.resolve(action.parameters["FlowModuleId"]) or ""
    given = contact.resolve_all(action.parameters.get("Input", {}))
    # The id may end with a version or an alias.
    return ActionResult(enters=ModuleCall(name.rpartition("/")[2].partition(":")[0], given))


def end_module(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run EndFlowModuleExecution; the player continues the flow that invoked the module."""
    data = contact.resolve_all(action.parameters.get("ResultData", {}))
    return ActionResult(returns=ModuleReturn(action.parameters.get("Result"), data))
