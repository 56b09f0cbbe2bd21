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
from deflection import deferral, settings
from deflection.settings import Settings

ROOT = Path(__file__).parents[2]
TEMPLATE: dict[str, Any] = json.loads(json.dumps(cfn_yaml.load(str(ROOT / "template.yaml"))))
PARAMETERS = TEMPLATE["Parameters"]
RESOURCES = TEMPLATE["Resources"]
FUNCTION = RESOURCES["DeflectionFunction"]["Properties"]
VARIABLES = FUNCTION["Environment"]["Variables"]
STATEMENTS = {statement["Sid"]: statement for policy in FUNCTION["Policies"] for statement in policy["Statement"]}
START_SMS_CONTACT = STATEMENTS["StartSmsContact"]
QUEUE = RESOURCES["DeflectionQueue"]["Properties"]
RULES = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::Events::Rule"}
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
MADE = {
    "AWS::AccountId": demo.ACCOUNT,
    "DeflectionQueue": f"https://sqs.{demo.REGION}.amazonaws.com/{demo.ACCOUNT}/stack-DeflectionQueue-abc.fifo",
    "DeadLetterQueue": f"https://sqs.{demo.REGION}.amazonaws.com/{demo.ACCOUNT}/stack-DeadLetterQueue-abc.fifo",
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
        case {"Fn::If": [condition, yes, no]}:
            return resolve(yes if holds(TEMPLATE["Conditions"][condition], given) else no, given)
        case dict():
            return {name: resolve(part, given) for name, part in value.items()}
        case list():
            return [resolve(part, given) for part in value]
        case _:
            return value


def holds(condition: Any, given: dict[str, str]) -> bool:
    """Whether a condition holds, as far as this template goes."""
    match condition:
        case {"Fn::Not": [other]}:
            return not holds(other, given)
        case {"Fn::Equals": [one, other]}:
            return bool(resolve(one, given) == resolve(other, given))
        case _:
            raise NotImplementedError(condition)


def deployed(value: Any, given: dict[str, str]) -> Any:
    """What CloudFormation makes of an expression under these parameters and else the defaults."""
    defaults = {name: str(parameter["Default"]) for name, parameter in PARAMETERS.items() if "Default" in parameter}
    return resolve(value, MADE | defaults | given)


def arn_of(resource: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [resource, "Arn"]}


def queues() -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::SQS::Queue"}


def test_the_template_sets_every_setting_and_else_only_what_powertools_and_the_sdk_read() -> None:
    assert set(VARIABLES) == {name.upper() for name in Settings.model_fields} | NOT_OUR_SETTINGS


def test_the_templates_defaults_are_settings_that_the_function_takes() -> None:
    read = settings.read(deployed(VARIABLES, GIVEN))

    assert read == Settings(
        instance_arn=demo.INSTANCE_ARN,
        source_phone_number_arn=demo.SMS_NUMBER_ARN,
        contact_flow_id=demo.SMS_FLOW_ID,
        chat_duration_minutes=480,
        queue_url=MADE["DeflectionQueue"],
        dead_letter_queue_url=MADE["DeadLetterQueue"],
    )


def test_the_flows_time_limit_ends_before_the_functions_own() -> None:
    assert PARAMETERS["FlowTimeLimitSeconds"]["MaxValue"] < FUNCTION["Timeout"]


def test_empty_endpoint_variables_leave_a_deployed_function_with_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoints = {
        name: value for name, value in deployed(VARIABLES, GIVEN).items() if name.startswith("AWS_ENDPOINT_URL")
    }
    for name, value in endpoints.items():
        monkeypatch.setenv(name, value)

    client = boto3.client("connect", region_name="eu-west-2")

    assert set(endpoints.values()) == {""}
    assert client.meta.endpoint_url == "https://connect.eu-west-2.amazonaws.com"


def test_the_function_may_start_a_contact_on_its_instance_from_its_number_with_its_flow() -> None:
    assert START_SMS_CONTACT["Action"] == "connect:StartOutboundChatContact"
    assert resolve(START_SMS_CONTACT["Resource"], GIVEN) == [
        demo.INSTANCE_ARN,
        f"{demo.INSTANCE_ARN}/contact/*",
        demo.SMS_FLOW_ARN,
        demo.SMS_NUMBER_ARN,
    ]


def test_the_function_may_else_describe_contacts_work_off_its_queue_keep_dead_letters_and_nothing_more() -> None:
    others = {sid: statement for sid, statement in STATEMENTS.items() if statement is not START_SMS_CONTACT}

    assert resolve(others, GIVEN) == {
        "DescribeContact": {
            "Sid": "DescribeContact",
            "Effect": "Allow",
            "Action": "connect:DescribeContact",
            "Resource": f"{demo.INSTANCE_ARN}/contact/*",
        },
        "WorkOffQueue": {
            "Sid": "WorkOffQueue",
            "Effect": "Allow",
            "Action": [
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            ],
            "Resource": arn_of("DeflectionQueue"),
        },
        "KeepDeadLetters": {
            "Sid": "KeepDeadLetters",
            "Effect": "Allow",
            "Action": "sqs:SendMessage",
            "Resource": arn_of("DeadLetterQueue"),
        },
        "UseQueueKey": {
            "Sid": "UseQueueKey",
            "Effect": "Allow",
            "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
            "Resource": arn_of("QueueKey"),
        },
    }
    assert "Events" not in FUNCTION, "SAM adds a policy for every queue of the account to an SQS event source"


def test_the_policy_names_the_same_flow_by_id_and_by_arn() -> None:
    by_id, by_arn = (
        resolve(START_SMS_CONTACT["Resource"], GIVEN | {"ContactFlowId": flow})
        for flow in (demo.SMS_FLOW_ID, demo.SMS_FLOW_ARN)
    )

    assert by_id == by_arn


def test_the_subtype_condition_is_off_unless_asked_for() -> None:
    enforced = {"StringEquals": {"connect:Subtype": ["connect:SMS", "connect:WhatsApp"]}}

    assert START_SMS_CONTACT["Condition"] == {"Fn::If": ["SubtypeIsEnforced", enforced, {"Ref": "AWS::NoValue"}]}
    assert TEMPLATE["Conditions"]["SubtypeIsEnforced"] == {"Fn::Equals": [{"Ref": "EnforceSubtypeCondition"}, "true"]}
    assert PARAMETERS["EnforceSubtypeCondition"]["Default"] == "false"


def test_one_worker_at_a_time_works_off_the_queue_so_that_its_pace_is_the_pace_of_all_sends() -> None:
    workers = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::EventSourceMapping"]
    groups = {target["SqsParameters"]["MessageGroupId"] for rule in RULES.values() for target in rule["Targets"]}

    assert workers == [
        {
            "EventSourceArn": arn_of("DeflectionQueue"),
            "FunctionName": {"Ref": "DeflectionFunction"},
            "BatchSize": 10,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }
    ]
    assert QUEUE["FifoQueue"] is True
    assert groups == {deferral.SOURCE}, "the group that the function defers to"


def test_a_record_stays_with_its_worker_as_long_as_init_and_the_function_may_take_and_little_longer() -> None:
    longest_init_seconds = 10

    assert 0 <= QUEUE["VisibilityTimeout"] - FUNCTION["Timeout"] - longest_init_seconds <= 10


def test_the_slowest_pace_lets_a_new_worker_send_within_its_time() -> None:
    time_for_a_call = 5

    assert 1 / PARAMETERS["QueueSendsPerSecond"]["MinValue"] < FUNCTION["Timeout"] - 2 * time_for_a_call


def test_what_waits_is_kept_longer_than_the_oldest_event_and_dead_letters_as_long_as_sqs_can() -> None:
    retention = {name: queue["MessageRetentionPeriod"] for name, queue in queues().items()}

    assert retention["DeflectionQueue"] > PARAMETERS["MaxEventAgeSeconds"]["MaxValue"]
    assert retention["DeadLetterQueue"] == retention["UndeliveredEvents"] == 14 * 24 * 60 * 60


def test_duplicates_of_eventbridge_are_dropped_by_the_queue() -> None:
    assert QUEUE["ContentBasedDeduplication"] is True


def test_only_a_record_that_always_ends_the_function_is_put_onto_the_dead_letter_queue_by_sqs() -> None:
    assert QUEUE["RedrivePolicy"] == {"deadLetterTargetArn": arn_of("DeadLetterQueue"), "maxReceiveCount": 1000}
    assert queues()["DeadLetterQueue"]["FifoQueue"] is True, "as SQS wants it of a FIFO queue's"


def test_every_queue_is_encrypted_with_a_key_of_the_stack_that_rotates() -> None:
    assert {name: queue["KmsMasterKeyId"] for name, queue in queues().items()} == {
        "DeflectionQueue": arn_of("QueueKey"),
        "DeadLetterQueue": arn_of("QueueKey"),
        "UndeliveredEvents": arn_of("QueueKey"),
    }
    assert RESOURCES["QueueKey"]["Properties"]["EnableKeyRotation"] is True


def test_the_key_is_the_accounts_and_eventbridge_may_use_it_for_this_account() -> None:
    account, eventbridge = RESOURCES["QueueKey"]["Properties"]["KeyPolicy"]["Statement"]

    assert account["Principal"] == {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    assert eventbridge == {
        "Sid": "EventBridgeMaySend",
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }


def test_only_the_rules_of_the_stack_may_send_to_the_queues_from_outside() -> None:
    policies = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::SQS::QueuePolicy"]

    assert policies == [
        {
            "Queues": [{"Ref": name}],
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "RulesMaySend",
                        "Effect": "Allow",
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": arn_of(name),
                        "Condition": {"ArnEquals": {"aws:SourceArn": [arn_of(rule) for rule in RULES]}},
                    }
                ],
            },
        }
        for name in ("DeflectionQueue", "UndeliveredEvents")
    ]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_sends_to_the_queue_as_long_as_the_event_is_worth_it_and_else_keeps_the_event(rule: str) -> None:
    assert RULES[rule]["Targets"] == [
        {
            "Id": "queue",
            "Arn": arn_of("DeflectionQueue"),
            "SqsParameters": {"MessageGroupId": deferral.SOURCE},
            "RetryPolicy": {"MaximumEventAgeInSeconds": {"Ref": "MaxEventAgeSeconds"}},
            "DeadLetterConfig": {"Arn": arn_of("UndeliveredEvents")},
        }
    ]
    assert "FifoQueue" not in queues()["UndeliveredEvents"], "EventBridge takes standard queues only"
    assert PARAMETERS["MaxEventAgeSeconds"]["MinValue"] == 60, "EventBridge's least"


@pytest.mark.parametrize(
    ("trigger", "consent", "deploys"),
    [
        ("NONE", "", True),
        ("NONE", "smsConsent", True),
        ("ABANDONED", "smsConsent", True),
        ("QUEUED", "smsConsent", True),
        ("ABANDONED", "", False),
        ("QUEUED", "", False),
    ],
)
def test_nobody_is_texted_unasked(trigger: str, consent: str, *, deploys: bool) -> None:
    rule = TEMPLATE["Rules"]["NobodyIsTextedUnasked"]
    given = {"ContactEventTrigger": trigger, "ConsentAttribute": consent}

    asserted = all(holds(assertion["Assert"], given) for assertion in rule["Assertions"])

    assert (asserted or not holds(rule["RuleCondition"], given)) is deploys


def test_who_asks_for_abandoned_calls_is_told_what_is_not_verified() -> None:
    assert "not verified" in PARAMETERS["ContactEventTrigger"]["Description"]


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
        ("RuleActionNames", ""),
        ("RuleActionNames", "TEXT_THE_CUSTOMER"),
        ("RuleActionNames", "Text the customer,X,SEND_LINK"),
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
        ("RuleActionNames", "TEXT_THE_CUSTOMER, SEND_LINK"),
        ("RuleActionNames", "TEXT_THE_CUSTOMER "),
        ("RuleActionNames", ","),
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
    assert environment == demo.ENVIRONMENT | {
        "AWS_ENDPOINT_URL": "http://host.docker.internal:5005",
        # SAM would set the queues' logical ids, which are no URLs.
        "QUEUE_URL": "",
        "DEAD_LETTER_QUEUE_URL": "",
    }
    assert local["add_host"] == ["host.docker.internal:host-gateway"]
