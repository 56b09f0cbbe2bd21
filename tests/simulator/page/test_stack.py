"""The stack of the template."""

from pathlib import Path

import pytest

from connect_simulator import demo
from connect_simulator.flows import FlowContact, FlowError, FlowPlayer
from connect_simulator.page import read_stack
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


def test_flow_follows_the_template_parameters() -> None:
    awaited, direct = STACK.flow("SmsFlow"), STACK.flow("SmsFlow", given={"SmsReplySeconds": "0"})

    assert [each.type for each in awaited.actions.values()].count("Wait") == 1
    assert "Wait" not in [each.type for each in direct.actions.values()]
    short = STACK.flow("SmsFlow", given={"SmsReplySeconds": "120"})
    assert [each.parameters["TimeLimitSeconds"] for each in short.actions.values() if each.type == "Wait"] == ["120"]


MODULE = """
Parameters: {Language: {Default: en-US}, Greeting: {Default: Hello}, Kind: {Default: short}}
Conditions: {IsShort: !Equals [!Ref Kind, short], IsLong: !Not [!Condition IsShort], Always: !Or [!Condition IsShort,
  !And [!Condition IsLong]]}
Mappings: {Prompts: {en-US: {Bye: Goodbye}}}
Resources:
  DeflectionFunction: {Type: "AWS::Serverless::Function", Properties: {Environment: {Variables: {}}}}
  Offer:
    Type: AWS::Connect::ContactFlowModule
    Properties:
      Content: !If
      - Always
      - !Sub
        - >-
          {"Version": "2019-10-30", "StartAction": "a", "Actions": [{"Identifier": "a", "Type": "MessageParticipant",
          "Parameters": {"Text": "${Greeting} ${Bye} ${More}"}, "Transitions": {"NextAction": "b", "Errors":
          [{"ErrorType": "NoMatchingError", "NextAction": "b"}]}},
          {"Identifier": "b", "Type": "EndFlowModuleExecution", "Parameters": {}, "Transitions": {}}]}
        - {Bye: !FindInMap [Prompts, !Ref Language, Bye], More: !Join ["-", [!If [IsLong, x, y], z]]}
      - ""
  Voice:
    Type: AWS::Connect::ContactFlow
    Properties:
      Type: CONTACT_FLOW
      Content: !Sub
        - >-
          {"Version": "2019-10-30", "StartAction": "a", "Actions": [{"Identifier": "a", "Type": "InvokeFlowModule",
          "Parameters": {"FlowModuleId": "${Id}"}, "Transitions": {"NextAction": "b", "Errors":
          [{"ErrorType": "NoMatchingError", "NextAction": "b"}]}},
          {"Identifier": "b", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}]}
        - Id: !Select [1, !Split [/flow-module/, !GetAtt Offer.ContactFlowModuleArn]]
"""


def test_flow_of_the_template_invokes_its_module(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(MODULE)
    stack = read_stack(tmp_path / "template.yaml")
    given = {"Kind": "long", "Greeting": "Hi"}

    player = FlowPlayer(stack.flow("Voice", given=given), FlowContact("call-1"), {}, modules=stack.modules(given=given))
    player.run()

    assert [text for step in player.steps for text in step.prompts] == ["Hi Goodbye x-z"]
    assert [step.action for step in player.steps] == ["a", "a", "b", "b"]


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ('"MessageParticipant"', '"Wait"', "a: not in a MODULE"),
        ('"EndFlowModuleExecution"', '"TransferContactToQueue"', "b: NextAction must be given"),
        ('"DisconnectParticipant"', '"EndFlowModuleExecution"', "b: not in a CONTACT_FLOW"),
    ],
)
def test_flow_and_module_that_amazon_connect_refuses_are_not_read(
    before: str, after: str, finding: str, tmp_path: Path
) -> None:
    (tmp_path / "template.yaml").write_text(MODULE.replace(before, after))

    with pytest.raises(FlowError, match=finding):
        read_stack(tmp_path / "template.yaml")
