"""The shipped flows as the template deploys them."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from cloudformation import GIVEN, MADE, PROMPTS, RESOURCES, deployed
from connect_simulator.flows import Flow, FlowContact, FlowPlayer, read_flow

BOT_ARN = "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID"
FUNCTION_ARN: str = MADE["DeflectionFunctionAliaslive"]
MODULE_ARN: str = MADE["OfferModule.ContactFlowModuleArn"]
NAMES = {
    "voice": "VoiceFlow",
    "offer": "OfferModule",
    "customer_queue": "CustomerQueueFlow",
    "sms": "SmsFlow",
    "sms_bot": "SmsFlow",
    "sms_direct": "SmsFlow",
}
"""The resource of each flow file."""
VARIANTS = {"sms_bot": {"LexBotAliasArn": BOT_ARN}, "sms_direct": {"SmsReplySeconds": "0"}}
"""The template parameters that deploy a file instead of another one."""

type Call = Callable[..., FlowPlayer]


def document(name: str, **given: str) -> dict[str, Any]:
    """Return the flow of a file under the given template parameters and the defaults of the others."""
    loaded: dict[str, Any] = json.loads(
        deployed(RESOURCES[NAMES[name]]["Properties"]["Content"], GIVEN | VARIANTS.get(name, {}) | given)
    )
    return loaded


def flow_type(name: str) -> str:
    """Return the type of the flow of a file, or MODULE for a flow module."""
    type_: str = RESOURCES[NAMES[name]]["Properties"].get("Type", "MODULE")
    return type_


def flow(name: str, **given: str) -> Flow:
    return read_flow(document(name, **given), flow_type(name))


def said(prompt: str, language: str = "en-US") -> str:
    """Return the text of a prompt."""
    return PROMPTS[language][prompt]


def heard(play: FlowPlayer) -> list[str]:
    """Return what the customer has heard so far."""
    return [text for step in play.steps for text in step.prompts]


def play(name: str, contact: FlowContact, function: Callable[[Any], Any], **options: Any) -> FlowPlayer:
    """Play a flow until the customer must do something.

    The options are `errors`, `language`, and `given`: template parameters in place of their defaults.
    """
    errors: Mapping[str, str] = options.get("errors", {})
    given = dict(options.get("given", {}))
    if "language" in options:
        given["Language"] = options["language"]
    modules = {MODULE_ARN: flow("offer", **given)}
    begun = FlowPlayer(flow(name, **given), contact, {FUNCTION_ARN: function}, errors, modules)
    begun.run()
    return begun
