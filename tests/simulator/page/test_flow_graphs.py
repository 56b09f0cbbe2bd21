"""The flows as the page draws them."""

from typing import Any

import pytest

from connect_simulator.page.choices import ChoiceError, Choices
from connect_simulator.page.flow_graphs import FlowGraphs, describe_flows
from page_client import PROMPTS, STACK


def types(graph: Any) -> set[str]:
    return {node["type"] for node in graph["nodes"]}


def given(**parameters: str) -> Choices:
    return Choices({}, {}, stack_parameters=parameters)


def test_graphs_are_in_the_order_of_a_call() -> None:
    assert list(describe_flows(STACK)) == ["VoiceFlow", "OfferModule", "CustomerQueueFlow", "SmsFlow"]


@pytest.mark.parametrize(
    ("parameters", "waits", "asks_a_bot"),
    [
        ({}, True, False),
        ({"SmsReplySeconds": "0"}, False, False),
        ({"LexBotAliasArn": "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID"}, False, True),
    ],
    ids=["gate", "direct", "bot"],
)
def test_graph_of_the_sms_flow_follows_the_template_parameters(
    parameters: dict[str, str], *, waits: bool, asks_a_bot: bool
) -> None:
    drawn = types(describe_flows(STACK, given=parameters)["SmsFlow"])

    assert ("Wait" in drawn, "ConnectParticipantWithLexBot" in drawn) == (waits, asks_a_bot)


def test_graphs_are_published_only_if_they_differ_from_the_drawn_ones() -> None:
    published: list[Any] = []
    graphs = FlowGraphs(STACK, lambda kind, flows: published.append((kind, flows)))

    for language, choices in (
        ("en-US", given()),
        ("es-US", given()),
        ("es-US", given()),
        ("en-US", given(SmsReplySeconds="0")),
    ):
        graphs.draw(language, choices)

    [(kind, spanish), (_, direct)] = published
    prompts = [node["parameters"].get("Text") for node in spanish["VoiceFlow"]["nodes"]]
    assert kind == "graphs"
    assert PROMPTS["es-US"]["StartedPrompt"] in prompts
    assert "Wait" not in types(direct["SmsFlow"])


@pytest.mark.parametrize("parameters", [{"QueueOfferSeconds": "soon"}, {"Language": "xx-XX"}])
def test_parameters_with_which_the_flows_cannot_be_played_are_rejected(parameters: dict[str, str]) -> None:
    graphs = FlowGraphs(STACK, lambda *_, **__: None)

    with pytest.raises(ChoiceError) as error:
        graphs.check(given(**parameters))

    assert error.value.field == "stack_parameters"
