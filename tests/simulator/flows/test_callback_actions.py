"""Actions that promise the caller a callback."""

from typing import Any

import pytest

from connect_simulator import demo
from connect_simulator.flows import Callback, ContactCenter, FlowError, FlowPlayer
from flow_language import action, begin, otherwise

CALLBACK = {"InitialCallDelaySeconds": "5", "MaximumConnectionAttempts": "1", "RetryDelaySeconds": "600"}


def call_back(number: str | None = None, parameters: dict[str, str] = CALLBACK, **contact: Any) -> FlowPlayer:
    """Set the callback number if one is typed, and create the callback."""
    callback = action("CreateCallbackContact", parameters, "b")
    if number is not None:
        contact |= {"stored_input": number}
    errors = otherwise("InvalidCallbackNumber", "CallbackNumberNotDialable")
    set_number = action(
        "UpdateContactCallbackNumber", {"CallbackNumber": "$.StoredCustomerInput"}, NextAction="b", Errors=errors
    )
    actions = [callback] if number is None else [set_number, callback]
    return begin(*actions, **({"queue_arn": demo.QUEUE_ARN} | contact))


@pytest.mark.parametrize(
    ("typed", "called"),
    [(None, "+14255550142"), ("+61491570006", "+61491570006"), ("61491570006", "+61491570006")],
)
@pytest.mark.parametrize("flow_type", ["CONTACT_FLOW", "CUSTOMER_QUEUE"])
def test_callback_waits_in_the_queue_and_the_call_goes_on(flow_type: str, typed: str | None, called: str) -> None:
    play = call_back(typed, flow_type=flow_type)

    assert play.contact.center.callbacks == [Callback("call-1", called, demo.QUEUE_ARN, 5, 1, 600)]
    assert [(step.action, step.branch) for step in play.steps][-1] == ("end", "")


@pytest.mark.parametrize(
    ("number", "contact", "error"),
    [
        ("", {}, "InvalidCallbackNumber"),
        ("Timeout", {}, "InvalidCallbackNumber"),
        ("123", {}, "InvalidCallbackNumber"),
        ("0491570006", {}, "InvalidCallbackNumber"),
        ("+14255550142", {"channel": "CHAT"}, "InvalidCallbackNumber"),
        ("14255550142", {"center": ContactCenter(undialable={"+14255550142"})}, "CallbackNumberNotDialable"),
    ],
)
def test_number_that_cannot_be_called_has_a_branch(number: str, contact: dict[str, Any], error: str) -> None:
    play = call_back(number, **contact)

    assert (play.steps[-1].branch, play.contact.center.callbacks) == (error, [])


@pytest.mark.parametrize(
    "contact", [{"queue_arn": None}, {"customer": None}, {"channel": "CHAT"}, {"center": ContactCenter(queues={})}]
)
def test_callback_without_a_number_or_a_queue_takes_the_error_branch(contact: dict[str, Any]) -> None:
    assert call_back(**contact).steps[-1].branch == "NoMatchingError"


def test_queue_of_the_callback_can_be_given() -> None:
    play = call_back(parameters=CALLBACK | {"QueueId": demo.QUEUE_ARN}, queue_arn=None)

    assert [callback.queue_arn for callback in play.contact.center.callbacks] == [demo.QUEUE_ARN]


@pytest.mark.parametrize("name", CALLBACK)
@pytest.mark.parametrize("value", ["0", "soon", "$.Attributes.delay", "259201"])
def test_numbers_of_a_callback_are_static_and_limited(name: str, value: str) -> None:
    if (name, value) == ("MaximumConnectionAttempts", "259201"):
        return
    with pytest.raises(FlowError, match=name):
        call_back(parameters=CALLBACK | {name: value})
