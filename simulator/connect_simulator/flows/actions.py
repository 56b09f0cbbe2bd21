"""Run an action of a flow for a contact.

The page of each action type lists the types of flow that can use it:
https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
"""

from collections.abc import Mapping
from typing import Any, Final

from connect_simulator.flows.action_types import EITHER, INBOUND, MODULE, QUEUE, ActionResult, ActionType
from connect_simulator.flows.callback_actions import create_callback, set_callback_number
from connect_simulator.flows.contact_actions import (
    compare,
    set_attributes,
    set_event_hook,
    set_flow_attributes,
    set_language,
    set_queue,
    set_voice,
    tag_contact,
)
from connect_simulator.flows.document import CATCH_ALL, Action, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import RESPONSE_TYPES, Function, invoke
from connect_simulator.flows.metric_actions import check_hours, check_metric, get_metrics
from connect_simulator.flows.module_actions import end_module, invoke_module
from connect_simulator.flows.prompt_actions import ask_bot, get_input, loop_prompts, play_prompt, wait


def run_action(action: Action, flow_type: str, contact: FlowContact, functions: Mapping[str, Function]) -> ActionResult:
    """Run an action for a contact.

    Raises:
        FlowError: The action, one of its parameters, or its place in this type of flow is not simulated.
    """
    action_type = ACTION_TYPES.get(action.type)
    if action_type is None or flow_type not in action_type.flow_types:
        raise FlowError(f"{action.id}: {action.type} is not simulated in a {flow_type}.")
    names: set[Any] = set(action.parameters)
    if not action_type.required <= names <= action_type.required | action_type.optional:
        raise FlowError(f"{action.id}: these parameters of {action.type} are not simulated.")
    return action_type.run(action, contact, functions)


def _invoke_function(action: Action, contact: FlowContact, functions: Mapping[str, Function]) -> ActionResult:
    is_synchronous = action.parameters["InvocationType"] == "SYNCHRONOUS"
    seconds = action.parameters["InvocationTimeLimitSeconds"]
    if not is_synchronous or seconds not in {str(number) for number in range(1, 9)}:
        raise FlowError(f"{action.id}: only synchronous invocations of 1 to 8 whole seconds are simulated.")
    validation = action.parameters["ResponseValidation"]
    if validation.keys() != {"ResponseType"} or validation["ResponseType"] not in RESPONSE_TYPES:
        raise FlowError(f"{action.id}: ResponseValidation must have the ResponseType STRING_MAP or JSON.")
    parameters = action.parameters.get("LambdaInvocationAttributes", {})
    event = contact.lambda_event({name: contact.resolve(value) for name, value in parameters.items()})
    function = functions.get(contact.resolve(action.parameters["LambdaFunctionARN"]))
    invocation = invoke(function, event, validation["ResponseType"])
    if invocation.response is None:
        return ActionResult(error=CATCH_ALL, invocation=invocation)
    contact.external = invocation.response
    return ActionResult(invocation=invocation)


def _transfer_to_queue(_: Action, contact: FlowContact, _functions: Mapping[str, Function]) -> ActionResult:
    return ActionResult(error=CATCH_ALL) if contact.queue_arn is None else ActionResult(ends="QUEUED")


def _disconnect(_: Action, _contact: FlowContact, _functions: Mapping[str, Function]) -> ActionResult:
    return ActionResult(ends="DISCONNECTED")


def _end_flow(_: Action, _contact: FlowContact, _functions: Mapping[str, Function]) -> ActionResult:
    return ActionResult(ends="FLOW_ENDED")


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


ACTION_TYPES: Final[Mapping[str, ActionType]] = {
    "UpdateContactTextToSpeechVoice": ActionType(set_voice, EITHER, _names("TextToSpeechVoice", "TextToSpeechEngine")),
    "UpdateContactData": ActionType(set_language, EITHER, _names("LanguageCode", "TargetContact")),
    "UpdateContactEventHooks": ActionType(set_event_hook, EITHER, _names("EventHooks")),
    "UpdateContactTargetQueue": ActionType(set_queue, INBOUND, _names("QueueId")),
    "UpdateContactAttributes": ActionType(set_attributes, EITHER, _names("Attributes", "TargetContact")),
    "TagContact": ActionType(tag_contact, EITHER, _names("Tags")),
    "UpdateFlowAttributes": ActionType(set_flow_attributes, EITHER, _names("FlowAttributes")),
    "Compare": ActionType(compare, EITHER, _names("ComparisonValue")),
    "GetMetricData": ActionType(get_metrics, EITHER, optional=_names("QueueId", "QueueChannel")),
    "CheckMetricData": ActionType(check_metric, EITHER, _names("MetricType"), _names("QueueId")),
    "CheckHoursOfOperation": ActionType(check_hours, EITHER, optional=_names("HoursOfOperationId")),
    "MessageParticipant": ActionType(play_prompt, EITHER, _names("Text")),
    "MessageParticipantIteratively": ActionType(
        loop_prompts, QUEUE, _names("Messages"), _names("InterruptFrequencySeconds")
    ),
    "GetParticipantInput": ActionType(
        get_input,
        EITHER,
        _names("Text", "StoreInput", "InputTimeLimitSeconds"),
        _names("DTMFConfiguration", "InputValidation"),
    ),
    "ConnectParticipantWithLexBot": ActionType(ask_bot, EITHER, _names("Text", "LexV2Bot", "LexTimeoutSeconds")),
    "Wait": ActionType(wait, EITHER, _names("TimeLimitSeconds"), _names("Events")),
    "InvokeLambdaFunction": ActionType(
        _invoke_function,
        EITHER,
        _names("LambdaFunctionARN", "InvocationTimeLimitSeconds", "InvocationType", "ResponseValidation"),
        _names("LambdaInvocationAttributes"),
    ),
    "UpdateContactCallbackNumber": ActionType(set_callback_number, EITHER, _names("CallbackNumber")),
    "CreateCallbackContact": ActionType(
        create_callback,
        EITHER,
        _names("InitialCallDelaySeconds", "MaximumConnectionAttempts", "RetryDelaySeconds"),
        _names("QueueId"),
    ),
    "InvokeFlowModule": ActionType(invoke_module, INBOUND, _names("FlowModuleId"), _names("Input")),
    "EndFlowModuleExecution": ActionType(end_module, MODULE, optional=_names("Result", "ResultData")),
    "TransferContactToQueue": ActionType(_transfer_to_queue, INBOUND),
    "DisconnectParticipant": ActionType(_disconnect, EITHER),
    "EndFlowExecution": ActionType(_end_flow, QUEUE),
}
