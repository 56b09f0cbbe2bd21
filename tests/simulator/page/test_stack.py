"""The stack of the template."""

from connect_simulator import demo
from page_client import STACK


def test_stack_has_the_flows_and_settings_of_the_template() -> None:
    assert STACK.flow("VoiceFlow").start == "voice"
    assert STACK.flow("CustomerQueueFlow").type == "CUSTOMER_QUEUE"
    assert STACK.flow("SmsFlow").start == "queue"
    assert STACK.variables["CONSENT_ATTRIBUTE"] == "smsConsent"
    assert STACK.variables["INSTANCE_ARN"] == demo.INSTANCE_ARN
    assert not any(name.startswith(("AWS_", "POWERTOOLS_")) for name in STACK.variables)
