"""What `template.yaml` deploys agrees with the code, and `samconfig.toml` with both."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import boto3
import pytest
from cfnlint.decode import cfn_yaml

from connect_simulator import demo
from deflection import settings
from deflection.settings import Settings

ROOT = Path(__file__).parents[2]
TEMPLATE: dict[str, Any] = json.loads(json.dumps(cfn_yaml.load(str(ROOT / "template.yaml"))))
PARAMETERS = TEMPLATE["Parameters"]
RESOURCES = TEMPLATE["Resources"]
FUNCTION = RESOURCES["DeflectionFunction"]["Properties"]
VARIABLES = FUNCTION["Environment"]["Variables"]
[STATEMENT] = [statement for policy in FUNCTION["Policies"] for statement in policy["Statement"]]
SAMCONFIG = (ROOT / "samconfig.toml").read_text()

NOT_OUR_SETTINGS = {
    "LOG_LEVEL",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CONNECT",
}
GIVEN = {
    "InstanceArn": demo.INSTANCE_ARN,
    "SourcePhoneNumberArn": demo.SMS_NUMBER_ARN,
    "ContactFlowId": demo.SMS_FLOW_ID,
}


def resolve(value: Any, given: dict[str, str]) -> Any:
    """The value that CloudFormation makes of an expression, as far as this template goes."""
    match value:
        case {"Ref": name}:
            return given[name]
        case {"Fn::Sub": [text, names]}:
            return resolve({"Fn::Sub": text}, given | {name: resolve(part, given) for name, part in names.items()})
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{(\w+)\}", lambda match: given[match[1]], text)
        case {"Fn::Split": [delimiter, text]}:
            return resolve(text, given).split(delimiter)
        case {"Fn::Select": [index, values]}:
            return resolve(values, given)[int(index)]
        case _:
            return value


def deployed(given: dict[str, str]) -> dict[str, str]:
    """The environment of a function deployed with these parameters and else the defaults."""
    defaults = {name: str(parameter["Default"]) for name, parameter in PARAMETERS.items() if "Default" in parameter}
    return {name: resolve(value, defaults | given) for name, value in VARIABLES.items()}


def test_the_template_sets_every_setting_and_else_only_what_powertools_and_the_sdk_read() -> None:
    assert set(VARIABLES) == {name.upper() for name in Settings.model_fields} | NOT_OUR_SETTINGS


def test_the_templates_defaults_are_settings_that_the_function_takes() -> None:
    read = settings.read(deployed(GIVEN))

    assert read == Settings(
        instance_arn=demo.INSTANCE_ARN,
        source_phone_number_arn=demo.SMS_NUMBER_ARN,
        contact_flow_id=demo.SMS_FLOW_ID,
        chat_duration_minutes=480,
    )


def test_the_flows_time_limit_ends_before_the_functions_own() -> None:
    assert PARAMETERS["FlowTimeLimitSeconds"]["MaxValue"] < FUNCTION["Timeout"]


def test_empty_endpoint_variables_leave_a_deployed_function_with_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoints = {name: value for name, value in deployed(GIVEN).items() if name.startswith("AWS_ENDPOINT_URL")}
    for name, value in endpoints.items():
        monkeypatch.setenv(name, value)

    client = boto3.client("connect", region_name="eu-west-2")

    assert set(endpoints.values()) == {""}
    assert client.meta.endpoint_url == "https://connect.eu-west-2.amazonaws.com"


def test_the_function_may_start_a_contact_on_its_instance_from_its_number_with_its_flow_and_nothing_else() -> None:
    assert STATEMENT["Effect"] == "Allow"
    assert STATEMENT["Action"] == "connect:StartOutboundChatContact"
    assert [resolve(resource, GIVEN) for resource in STATEMENT["Resource"]] == [
        demo.INSTANCE_ARN,
        f"{demo.INSTANCE_ARN}/contact/*",
        demo.SMS_FLOW_ARN,
        demo.SMS_NUMBER_ARN,
    ]


def test_the_policy_names_the_same_flow_by_id_and_by_arn() -> None:
    by_id, by_arn = (
        [resolve(resource, GIVEN | {"ContactFlowId": flow}) for resource in STATEMENT["Resource"]]
        for flow in (demo.SMS_FLOW_ID, demo.SMS_FLOW_ARN)
    )

    assert by_id == by_arn


def test_the_subtype_condition_is_off_unless_asked_for() -> None:
    enforced = {"StringEquals": {"connect:Subtype": ["connect:SMS", "connect:WhatsApp"]}}

    assert STATEMENT["Condition"] == {"Fn::If": ["SubtypeIsEnforced", enforced, {"Ref": "AWS::NoValue"}]}
    assert TEMPLATE["Conditions"]["SubtypeIsEnforced"] == {"Fn::Equals": [{"Ref": "EnforceSubtypeCondition"}, "true"]}
    assert PARAMETERS["EnforceSubtypeCondition"]["Default"] == "false"


def test_only_the_instance_in_this_account_may_invoke_the_function() -> None:
    permissions = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::Permission"]

    assert permissions == [
        {
            "FunctionName": {"Ref": "DeflectionFunction"},
            "Action": "lambda:InvokeFunction",
            "Principal": "connect.amazonaws.com",
            "SourceArn": {"Ref": "InstanceArn"},
            "SourceAccount": {"Ref": "AWS::AccountId"},
        }
    ]


def test_flows_of_the_instance_can_choose_the_function() -> None:
    associations = [
        each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Connect::IntegrationAssociation"
    ]

    assert associations == [
        {
            "InstanceId": {"Ref": "InstanceArn"},
            "IntegrationType": "LAMBDA_FUNCTION",
            "IntegrationArn": {"Fn::GetAtt": ["DeflectionFunction", "Arn"]},
        }
    ]


def test_the_function_logs_to_the_group_that_ends_its_logs() -> None:
    assert FUNCTION["LoggingConfig"] == {"LogGroup": {"Ref": "DeflectionLogGroup"}}
    assert RESOURCES["DeflectionLogGroup"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("section", ["Parameters", "Outputs"])
def test_everything_that_people_meet_is_described(section: str) -> None:
    assert [name for name, entry in TEMPLATE[section].items() if not entry.get("Description")] == []


def test_every_pattern_says_in_words_what_it_wants() -> None:
    assert [
        name
        for name, parameter in PARAMETERS.items()
        if "AllowedPattern" in parameter and not parameter.get("ConstraintDescription")
    ] == []


def test_the_console_groups_every_parameter() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(PARAMETERS)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *GIVEN.items(),
        ("InstanceArn", demo.INSTANCE_ARN.replace("arn:aws:", "arn:aws-us-gov:")),
        ("ContactFlowId", demo.SMS_FLOW_ARN),
        ("AttributesToCopy", ""),
        ("AttributesToCopy", "*"),
        ("AttributesToCopy", "language,account id"),
        ("AllowedChannels", "VOICE"),
        ("AllowedChannels", "VOICE, CHAT,TASK"),
        ("DefaultCountry", ""),
        ("DefaultCountry", "GB"),
        ("ConsentAttribute", ""),
        ("ConsentAttribute", "sms_consent"),
    ],
)
def test_what_is_right_is_taken(parameter: str, value: str) -> None:
    assert re.fullmatch(PARAMETERS[parameter]["AllowedPattern"], value)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("InstanceArn", ""),
        ("InstanceArn", demo.INSTANCE_ID),
        ("InstanceArn", f"{demo.INSTANCE_ARN}/"),
        ("InstanceArn", demo.SMS_FLOW_ARN),
        ("SourcePhoneNumberArn", ""),
        ("SourcePhoneNumberArn", "+12025550123"),
        ("SourcePhoneNumberArn", demo.SMS_NUMBER_ARN.rpartition("/")[2]),
        ("SourcePhoneNumberArn", demo.SMS_NUMBER_ARN.replace(":connect:", ":sms-voice:")),
        (
            "SourcePhoneNumberArn",
            f"arn:aws:sms-voice:{demo.REGION}:{demo.ACCOUNT}:phone-number/phone-0123456789abcdef0123456789abcdef",
        ),
        ("ContactFlowId", ""),
        ("ContactFlowId", "SMS deflection"),
        ("ContactFlowId", demo.INSTANCE_ARN),
        ("ContactFlowId", f"contact-flow/{demo.SMS_FLOW_ID}"),
        ("AttributesToCopy", "$.Attributes.language"),
        ("AllowedChannels", ""),
        ("AllowedChannels", "voice"),
        ("AllowedChannels", "VOICE CHAT"),
        ("DefaultCountry", "USA"),
        ("DefaultCountry", "+1"),
        ("ConsentAttribute", "$.Attributes.smsConsent"),
    ],
)
def test_a_mistake_is_refused(parameter: str, value: str) -> None:
    assert not re.fullmatch(PARAMETERS[parameter]["AllowedPattern"], value)


def test_samconfigs_environments_differ_in_the_architecture_only() -> None:
    flat = {
        environment: {name: value for tables in commands.values() for name, value in tables["parameters"].items()}
        for environment, commands in tomllib.loads(SAMCONFIG).items()
        if environment != "version"
    }

    own = {"parameter_overrides": ["Architecture=arm64"]}
    shared = {name: flat["default"].get(name) for name in flat["arm64"] if name not in own}
    assert flat["arm64"] == shared | own
    assert PARAMETERS["Architecture"]["Default"] == "x86_64"


def test_a_local_invocation_has_the_simulators_settings_and_calls_the_simulator() -> None:
    local = tomllib.loads(SAMCONFIG)["default"]["local_invoke"]["parameters"]
    environment = json.loads((ROOT / local["env_vars"]).read_text())["DeflectionFunction"]
    undeclared = environment.keys() - VARIABLES.keys()

    assert undeclared == set(), "SAM sets only what the template declares"
    assert environment == demo.ENVIRONMENT | {"AWS_ENDPOINT_URL": "http://host.docker.internal:5005"}
    assert local["add_host"] == ["host.docker.internal:host-gateway"]
