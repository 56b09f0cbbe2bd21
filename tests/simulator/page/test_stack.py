"""The stack of the template."""

from connect_simulator import demo
from page_client import PROMPTS, STACK


def test_stack_has_the_flows_and_settings_of_the_template() -> None:
    assert STACK.flow("VoiceFlow").start == "voice"
    assert STACK.flow("CustomerQueueFlow").type == "CUSTOMER_QUEUE"
    assert STACK.flow("SmsFlow").start == "language"
    assert STACK.variables["CONSENT_ATTRIBUTE"] == "smsConsent"
    assert STACK.variables["INITIAL_MESSAGE"] == PROMPTS["en-US"]["InitialMessage"]
    assert STACK.variables["INSTANCE_ARN"] == demo.INSTANCE_ARN
    assert not any(name.startswith(("AWS_", "POWERTOOLS_")) for name in STACK.variables)


def test_unknown_language_is_replaced_by_the_default_of_the_template() -> None:
    assert STACK.flow("VoiceFlow", language="sv-SE") == STACK.flow("VoiceFlow", language="en-US")
    assert STACK.flow("VoiceFlow", language="es-US") != STACK.flow("VoiceFlow", language="en-US")
