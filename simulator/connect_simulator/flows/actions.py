"""What each action does to the contact, and what it then leads to.

Each type has its page under https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html,
which says in which types of flow it may be.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from connect_simulator.flows.document import CATCH_ALL, NO_CONDITION, Action, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import RESPONSE_TYPES, Function, Invocation, invoke

type WaitsFor = Literal["KEY", "DIGITS", "AGENT", "REPLY"]
"""A key of the keypad, digits and the pound key, an agent (in the queue), or a text."""
type How = Literal["DISCONNECTED", "QUEUED", "OVER", "ANSWERED", "HUNG_UP"]
"""Connect ended the call; it put it into a queue; the queue flow is over and the caller waits on in silence; an agent
took it; the customer has gone."""

INBOUND: Final = frozenset({"CONTACT_FLOW"})
QUEUE: Final = frozenset({"CUSTOMER_QUEUE"})
EITHER: Final = INBOUND | QUEUE
ENGINES: Final = ("Standard", "Neural", "Generative")


@dataclass(frozen=True)
class Done:
    """What an action came to: a result or an error if there is one, else it just goes on; or the end of the flow."""

    result: str | None = None
    error: str | None = None
    ends: How | None = None
    waits_for: WaitsFor | None = None
    heard: tuple[str, ...] = ()
    wrote: Mapping[str, str] = field(default_factory=dict)
    invocation: Invocation | None = None


@dataclass(frozen=True)
class Kind:
    """A type of action: what it does, in which types of flow it may be, and which parameters it must and may have."""

    do: Callable[[Action, FlowContact, Mapping[str, Function]], Done]
    flow_types: frozenset[str]
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


def _set_voice(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> Done:
    if action.parameters["TextToSpeechEngine"] not in ENGINES:
        return Done(error=CATCH_ALL)
    contact.voice = action.parameters["TextToSpeechVoice"]
    return Done()


def _set_hook(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> Done:
    [(event, flow)] = action.parameters["EventHooks"].items()
    contact.hooks[event] = contact.value(flow)
    return Done()


def _set_queue(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> Done:
    queue = contact.value(action.parameters["QueueId"])
    if queue not in contact.queue_names:
        return Done(error=CATCH_ALL)
    contact.queue_arn = queue
    return Done()


def _write(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> Done:
    if action.parameters["TargetContact"] != "Current":
        raise FlowError(f"{action.id}: only the current contact's attributes are simulated.")
    values = {name: contact.value(value) for name, value in action.parameters["Attributes"].items()}
    for name, value in values.items():
        # What Amazon Connect writes for a reference that is not set, or is empty, is not documented.
        if not value:
            raise FlowError(
                f"{action.id}: {name} would be written without a value, "
                "and AWS does not document what Amazon Connect does then."
            )
    contact.attributes |= values
    return Done(wrote=values)


def _compare(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> Done:
    value = contact.value(action.parameters["ComparisonValue"])
    # Assumption: what is not set equals nothing.
    return Done(error=NO_CONDITION) if value is None else Done(result=value)


def _say(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> Done:
    return Done(heard=(_text(action, contact),))


def _loop_prompts(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> Done:
    if contact.channel != "VOICE":
        return Done(error=CATCH_ALL)
    heard = tuple(next(iter(message.values())) for message in action.parameters["Messages"])
    return Done(waits_for="AGENT", heard=heard)


def _ask(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> Done:
    if contact.channel != "VOICE":
        return Done(error=CATCH_ALL)
    stores = action.parameters["StoreInput"] == "True"
    if stores is not ("InputValidation" in action.parameters) or (stores and action.conditions):
        raise FlowError(f"{action.id}: what is stored has InputValidation and no conditions, and else it is reversed.")
    return Done(waits_for="DIGITS" if stores else "KEY", heard=(_text(action, contact),))


def _ask_bot(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> Done:
    if not action.parameters["LexV2Bot"]["AliasArn"].startswith("arn:"):
        return Done(error=CATCH_ALL)
    return Done(waits_for="REPLY", heard=(_text(action, contact),))


def _invoke(action: Action, contact: FlowContact, functions: Mapping[str, Function]) -> Done:
    synchronous = action.parameters["InvocationType"] == "SYNCHRONOUS"
    seconds = action.parameters["InvocationTimeLimitSeconds"]
    if not synchronous or seconds not in {str(number) for number in range(1, 9)}:
        raise FlowError(f"{action.id}: only synchronous invocations of 1 to 8 whole seconds are simulated.")
    validation = action.parameters["ResponseValidation"]
    if validation.keys() != {"ResponseType"} or validation["ResponseType"] not in RESPONSE_TYPES:
        raise FlowError(f"{action.id}: ResponseValidation must have the ResponseType STRING_MAP or JSON.")
    given = action.parameters.get("LambdaInvocationAttributes", {})
    event = contact.event({name: contact.value(value) for name, value in given.items()})
    function = functions.get(contact.value(action.parameters["LambdaFunctionARN"]))
    invocation = invoke(function, event, validation["ResponseType"])
    if invocation.answer is None:
        return Done(error=CATCH_ALL, invocation=invocation)
    contact.external = invocation.answer
    return Done(invocation=invocation)


def _transfer(_: Action, contact: FlowContact, _functions: Mapping[str, Function]) -> Done:
    return Done(error=CATCH_ALL) if contact.queue_arn is None else Done(ends="QUEUED")


def _disconnect(_: Action, _contact: FlowContact, _functions: Mapping[str, Function]) -> Done:
    return Done(ends="DISCONNECTED")


def _end(_: Action, _contact: FlowContact, _functions: Mapping[str, Function]) -> Done:
    return Done(ends="OVER")


def _text(action: Action, contact: FlowContact) -> str:
    text = contact.value(action.parameters["Text"])
    if not text:
        raise FlowError(f"{action.id}: there is nothing to say.")
    return str(text)


def _names(*names: str) -> frozenset[str]:
    return frozenset(names)


KINDS: Final[Mapping[str, Kind]] = {
    "UpdateContactTextToSpeechVoice": Kind(_set_voice, EITHER, _names("TextToSpeechVoice", "TextToSpeechEngine")),
    "UpdateContactEventHooks": Kind(_set_hook, EITHER, _names("EventHooks")),
    "UpdateContactTargetQueue": Kind(_set_queue, EITHER, _names("QueueId")),
    "UpdateContactAttributes": Kind(_write, EITHER, _names("Attributes", "TargetContact")),
    "Compare": Kind(_compare, EITHER, _names("ComparisonValue")),
    "MessageParticipant": Kind(_say, EITHER, _names("Text")),
    "MessageParticipantIteratively": Kind(
        _loop_prompts, QUEUE, _names("Messages"), _names("InterruptFrequencySeconds")
    ),
    "GetParticipantInput": Kind(
        _ask,
        EITHER,
        _names("Text", "StoreInput", "InputTimeLimitSeconds"),
        _names("DTMFConfiguration", "InputValidation"),
    ),
    "ConnectParticipantWithLexBot": Kind(_ask_bot, EITHER, _names("Text", "LexV2Bot", "LexTimeoutSeconds")),
    "InvokeLambdaFunction": Kind(
        _invoke,
        EITHER,
        _names("LambdaFunctionARN", "InvocationTimeLimitSeconds", "InvocationType", "ResponseValidation"),
        _names("LambdaInvocationAttributes"),
    ),
    "TransferContactToQueue": Kind(_transfer, INBOUND),
    "DisconnectParticipant": Kind(_disconnect, EITHER),
    "EndFlowExecution": Kind(_end, QUEUE),
}


def do(action: Action, flow_type: str, contact: FlowContact, functions: Mapping[str, Function]) -> Done:
    """What came of an action.

    Raises:
        FlowError: The action, a parameter of it or its place in this type of flow is not known here.
    """
    kind = KINDS.get(action.type)
    if kind is None or flow_type not in kind.flow_types:
        raise FlowError(f"{action.id}: {action.type} is not simulated in a {flow_type}.")
    given: set[Any] = set(action.parameters)
    if not kind.required <= given <= kind.required | kind.optional:
        raise FlowError(f"{action.id}: {action.type} has other parameters than are simulated.")
    return kind.do(action, contact, functions)
