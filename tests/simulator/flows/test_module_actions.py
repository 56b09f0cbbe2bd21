"""Flow modules: how a flow invokes them, and the attributes that they share."""

from typing import Any

import pytest

from connect_simulator import demo
from connect_simulator.flows import End, Flow, FlowContact, FlowError, FlowPlayer, Waiting
from flow_language import FUNCTION, action, flow, invoke, otherwise, say, when, write

ARN = f"{demo.INSTANCE_ARN}/flow-module/offer"
INNER = f"{demo.INSTANCE_ARN}/flow-module/inner"
RETURN = action("EndFlowModuleExecution", {}, "return", NextAction=None, Errors=None)
MENU = {"Text": "Press 1.", "StoreInput": "False", "InputTimeLimitSeconds": "5"}


def module(*actions: dict[str, Any]) -> Flow:
    return flow(*actions, RETURN, flow_type="MODULE")


def enter(name: str = ARN, identifier: str = "enter", **transitions: Any) -> dict[str, Any]:
    return action("InvokeFlowModule", {"FlowModuleId": name}, identifier, **transitions)


def play(modules: dict[str, Flow], *actions: dict[str, Any], **contact: Any) -> FlowPlayer:
    functions = {FUNCTION: lambda _: {"Status": "STARTED"}}
    player = FlowPlayer(flow(*actions), FlowContact("call-1", **contact), functions, modules=modules)
    player.run()
    return player


@pytest.mark.parametrize("name", [ARN, "offer", "$.Attributes.module"])
def test_flow_continues_after_the_module(name: str) -> None:
    offer = module(say("Hello", NextAction="return"))

    player = play({ARN: offer}, enter(name, NextAction="b"), say("Goodbye", "b"), attributes={"module": ARN})

    assert [(step.action, step.module) for step in player.steps] == [
        ("enter", ""),
        ("a", ARN),
        ("return", ARN),
        ("b", ""),
        ("end", ""),
    ]
    assert [step.prompts for step in player.steps if step.prompts] == [("Hello",), ("Goodbye",)]


def test_module_can_wait_for_the_caller() -> None:
    menu = action("GetParticipantInput", MENU, Conditions=when(**{"1": "return"}))
    player = play({ARN: module(menu)}, enter(NextAction="b"), say("Thank you", "b"))
    assert (player.waiting, player.module) == (Waiting("a", "KEY", 5), ARN)

    player.press("1")

    assert (player.end, player.module) == (End("DISCONNECTED", "end"), "")


def test_local_data_of_a_flow_does_not_cross_the_border() -> None:
    inside = module(
        action("GetMetricData", {}, NextAction="write"),
        write(seen="yes") | {"Identifier": "write", "Transitions": {"NextAction": "invoke"}},
        invoke() | {"Identifier": "invoke", "Transitions": {"NextAction": "ask"}},
        action("GetParticipantInput", MENU, "ask", Conditions=when(**{"1": "return"})),
    )
    queue = action("UpdateContactTargetQueue", {"QueueId": demo.QUEUE_ARN}, "queue", NextAction="enter")
    outside = {"external": {"Status": "mine"}, "stored_input": "12"}
    player = play({ARN: inside}, queue, enter(NextAction="b"), say("x", "b"), **outside)
    values = [player.contact.resolve(name) for name in ("$.External.Status", "$.StoredCustomerInput")]
    assert values == ["STARTED", None]

    player.press("1")

    values = [
        player.contact.resolve(f"$.{name}") for name in ("External.Status", "StoredCustomerInput", "Metrics.Queue")
    ]
    assert values == ["mine", "12", None]
    assert player.contact.attributes == {"seen": "yes"}


def test_module_that_ends_the_contact_ends_the_flow() -> None:
    player = play(
        {ARN: module(action("DisconnectParticipant", {}, NextAction=None))}, enter(NextAction="b"), say("x", "b")
    )

    assert player.end == End("DISCONNECTED", "a")
    assert [step.action for step in player.steps] == ["enter", "a"]


def test_module_can_invoke_a_module() -> None:
    modules = {ARN: module(enter(INNER, "a", NextAction="return")), INNER: module(say("Hello", NextAction="return"))}

    player = play(modules, enter())

    assert [step.module for step in player.steps] == ["", ARN, INNER, INNER, ARN, ""]


def test_modules_can_be_nested_five_deep_only() -> None:
    with pytest.raises(FlowError, match="at most 5"):
        play({ARN: module(enter(ARN, "a"))}, enter())


@pytest.mark.parametrize("name", ["another", "$.Attributes.none"])
def test_unknown_module_takes_the_error_branch(name: str) -> None:
    assert play({}, enter(name)).steps[-1].branch == "NoMatchingError"


def test_module_is_for_inbound_flows_and_return_for_modules_only() -> None:
    for actions, flow_type in (([enter()], "CUSTOMER_QUEUE"), ([RETURN], "CONTACT_FLOW")):
        with pytest.raises(FlowError, match="not simulated"):
            FlowPlayer(flow(*actions, flow_type=flow_type), FlowContact("call-1"), {}).run()


def test_module_gets_an_input_and_returns_a_branch_with_data() -> None:
    answer = action(
        "EndFlowModuleExecution",
        {"Result": "offered", "ResultData": {"status": "$.External.Status", "wait": "$.Modules.Input.wait"}},
        "answer",
        NextAction=None,
        Errors=None,
    )
    inside = flow(invoke() | {"Transitions": {"NextAction": "answer"}}, answer, flow_type="MODULE")
    call = action(
        "InvokeFlowModule",
        {"FlowModuleId": "offer:$LATEST", "Input": {"wait": "$.Attributes.wait", "loud": True}},
        "enter",
        Conditions=when(offered="b"),
        Errors=otherwise("NoMatchingCondition", "NoMatchingError"),
    )

    player = play({ARN: inside}, call, say("x", "b"), attributes={"wait": "60"})

    assert [step.branch for step in player.steps if step.action == "b"] == ["offered"]
    assert player.contact.resolve("$.Modules.Result") == "offered"
    assert player.contact.resolve("$.Modules.ResultData.status") == "STARTED"
    assert player.contact.resolve("$.Modules.ResultData.wait") == "60"
    assert player.contact.resolve("$.Modules.Input.wait") is None


def test_module_that_selects_no_branch_continues_with_the_next_action() -> None:
    call = enter(NextAction="b", Conditions=when(offered="end"), Errors=otherwise("NoMatchingCondition"))

    player = play({ARN: module(say("Hello", NextAction="return"))}, call, say("x", "b"))

    assert [(step.action, step.branch) for step in player.steps][-2:] == [("b", ""), ("end", "")]


def test_flow_attributes_stay_in_their_flow() -> None:
    setting = {"FlowAttributes": {"wait": {"Value": "$.Attributes.wait"}, "none": {"Value": "$.Attributes.none"}}}
    menu = action("GetParticipantInput", MENU, Conditions=when(**{"1": "return"}))
    player = play(
        {ARN: module(menu)},
        action("UpdateFlowAttributes", setting, "s", NextAction="enter"),
        enter(),
        attributes={"wait": "60"},
    )
    assert player.contact.resolve("$.FlowAttributes.wait") is None

    player.press("1")

    assert [player.contact.resolve(f"$.FlowAttributes.{name}") for name in ("wait", "none")] == ["60", ""]
    FlowPlayer(flow(say("x")), player.contact, {})
    assert player.contact.resolve("$.FlowAttributes.wait") is None
