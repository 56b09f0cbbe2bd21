from pathlib import Path
from typing import Any

import pytest

from deflection_docs.template import Template, as_text

TEMPLATE = """
Metadata:
  AWS::CloudFormation::Interface: {ParameterGroups: []}
Parameters:
  Email: {Type: String}
  Topic: {Type: String}
Rules: {}
Conditions:
  EmailIsGiven: !Not [!Equals [!Ref Email, ""]]
  AlarmsRing: !Or [!Condition EmailIsGiven, !Not [!Equals [!Ref Topic, ""]]]
Resources:
  Function: {Type: AWS::Serverless::Function, Properties: {Environment: {Variables: {TOPIC: !Ref Topic}}}}
  Queue: {Type: AWS::SQS::Queue}
Outputs: {}
"""


@pytest.fixture
def template(tmp_path: Path) -> Template:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return Template(path)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("plain", "plain"),
        (300, "300"),
        ({"Ref": "Queue"}, "${Queue}"),
        ({"Fn::GetAtt": ["Queue", "Arn"]}, "${Queue.Arn}"),
        ({"Fn::Sub": "${InstanceArn}/contact/*"}, "${InstanceArn}/contact/*"),
        ({"Fn::Sub": ["flow/${Id}", {"Id": {"Ref": "ContactFlowId"}}]}, "flow/${Id}"),
        ({"Fn::Join": ["/", {"Fn::Split": ["//", {"Fn::Sub": "parameter/${Name}"}]}]}, "parameter/${Name}"),
        ({"Fn::If": ["Given", {"Ref": "Name"}, {"Ref": "AWS::NoValue"}]}, "${Name}"),
        ({"Fn::If": ["Given", {"Ref": "AWS::NoValue"}, "other"]}, "other"),
        ([{"Ref": "One"}, "two"], "${One}, two"),
        ({"Service": "connect.amazonaws.com"}, "Service: connect.amazonaws.com"),
    ],
)
def test_expression_becomes_a_text(expression: Any, text: str) -> None:
    assert as_text(expression) == text


def test_condition_is_told_by_the_parameters_that_decide_it(template: Template) -> None:
    assert template.when("AlarmsRing") == "`Email` or `Topic`"
    assert template.when(None) == "always"


def test_value_is_told_by_its_parameters_and_resources(template: Template) -> None:
    expression = {"Fn::If": ["EmailIsGiven", {"Fn::GetAtt": ["Queue", "Arn"]}, [{"Ref": "Topic"}, "Email"]]}

    assert template.sources(expression) == (["Topic"], ["Queue"])


def test_variables_are_those_of_the_function(template: Template) -> None:
    assert template.variables == {"TOPIC": {"Ref": "Topic"}}
    assert list(template.resources_of("AWS::SQS::Queue")) == ["Queue"]
