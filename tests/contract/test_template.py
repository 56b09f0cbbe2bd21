"""The template: its parameters against the settings, its policies, queues, key and rules; and samconfig.toml."""

import json
import re
import tomllib
from typing import Any

import boto3
import phonenumbers
import pytest

from builders import REQUIRED
from cloudformation import (
    ALIAS,
    FUNCTION,
    GIVEN,
    KNOWLEDGE_BASE,
    MADE,
    OPTIONS,
    OTHER_FLOW_ARN,
    OTHER_NUMBER_ARN,
    PARAMETERS,
    PROMPTS,
    QUEUE,
    RESOURCES,
    ROOT,
    RULES,
    TEMPLATE,
    VARIABLES,
    accepts,
    arn_of,
    broken_rules,
    deployed,
    holds,
    parameters_in,
    queues,
    resolve,
    statements,
)
from connect_simulator import demo
from deflection.aws.dynamodb import EXPIRY_ATTRIBUTE, KEY_ATTRIBUTE
from deflection.aws.gateway import RECORD_CALL_TIMEOUT_SECONDS
from deflection.aws.rate_limiter import WORKERS
from deflection.environment import read_settings
from deflection.handler import RESPONSE_RESERVE_SECONDS
from deflection.settings import Settings
from deflection.sqs_worker import SHORT_BATCH, SQS_RESERVE_SECONDS

SAMCONFIG = (ROOT / "samconfig.toml").read_text()

NOT_OUR_SETTINGS = {
    "LOG_LEVEL",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_CONNECT",
}
BOT_ARN = f"arn:aws:lex:{demo.REGION}:{demo.ACCOUNT}:bot-alias/ABCDEFGHIJ/TSTALIASID"
LISTS_ARN = f"arn:aws:sms-voice:{demo.REGION}:999999999999:opt-out-list/Shared_1"


def ssm(name: str) -> str:
    return f"arn:aws:ssm:{demo.REGION}:{demo.ACCOUNT}:parameter/{name}"


def allow(sid: str, action: str | list[str], resource: Any, **condition: Any) -> dict[str, Any]:
    return {sid: {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource, **condition}}


def test_template_sets_every_setting_and_the_variables_of_powertools_and_the_sdk() -> None:
    assert set(VARIABLES) == {name.upper() for name in Settings.model_fields} | NOT_OUR_SETTINGS


def test_function_accepts_the_defaults_of_the_template() -> None:
    read = read_settings(deployed(VARIABLES, GIVEN))

    assert read == Settings(
        instance_arn=demo.INSTANCE_ARN,
        source_phone_number_arn=demo.SMS_NUMBER_ARN,
        contact_flow_id=demo.SMS_FLOW_ID,
        initial_message=PROMPTS["en-US"]["InitialMessage"],
        switch_parameter=MADE["Switch"],
        chat_duration_minutes=480,
        attributes_to_copy=("*",),
        default_country="US",
        consent_attribute="smsConsent",
        queue_url=MADE["DeflectionQueue"],
        dead_letter_queue_url=MADE["DeadLetterQueue"],
    )


def environment_bytes(given: dict[str, str]) -> int:
    """
    The size that Lambda measures: the JSON object of all environment variables, in UTF-8.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, 4 KB in all.
    """
    variables = {name: str(value) for name, value in deployed(VARIABLES, GIVEN | given).items()}
    return len(json.dumps(variables, ensure_ascii=False, separators=(",", ":")).encode())


ENVIRONMENT_LIMIT = 3_900
"""Bytes, somewhat below Lambda's 4,096, because where exactly it draws the line is not documented."""
FREE_TEXTS = [
    name
    for name in sorted(parameters_in(VARIABLES))
    if PARAMETERS[name]["Type"] == "String"
    if any(accepts(name, text) for text in ("x" * 200, "X" * 120, ", ".join(["US"] * 50)))
]
"""The template parameters in the environment whose length varies."""


def test_description_states_the_bytes_that_default_settings_leave_for_a_message() -> None:
    numbers = re.findall(r"\d[\d,]*", PARAMETERS["InitialMessage"]["Description"])
    room = ENVIRONMENT_LIMIT - environment_bytes({"InitialMessage": "x"}) + len("x")

    assert [number for number in numbers if 0 <= room - int(number.replace(",", "")) < 200]


@pytest.mark.parametrize("name", FREE_TEXTS)
def test_no_template_parameter_alone_exceeds_the_environment_limit(name: str) -> None:
    longest = "x" * PARAMETERS[name].get("MaxLength", 4096)

    assert environment_bytes({name: longest}) <= ENVIRONMENT_LIMIT


def test_all_countries_fit_the_template_parameter() -> None:
    countries = ", ".join(code for code in sorted(phonenumbers.SUPPORTED_REGIONS) if accepts("DefaultCountry", code))

    assert accepts("AllowedCountries", countries)


def test_longest_document_names_fit_the_environment() -> None:
    names = ("MessagesParameter", "RoutesParameter")

    assert environment_bytes({name: "x" * PARAMETERS[name]["MaxLength"] for name in names}) <= ENVIRONMENT_LIMIT


def test_template_parameters_reach_the_settings() -> None:
    by_default, given = deployed(VARIABLES, GIVEN), deployed(VARIABLES, GIVEN | OPTIONS)

    read_settings(given)

    assert {name: value for name, value in given.items() if value != by_default[name]} == {
        "SUBTYPES": "connect:WhatsApp,connect:SMS",
        "MESSAGES_PARAMETER": "/sms/messages",
        "ROUTES_PARAMETER": "/sms/routes",
        "ALLOWED_COUNTRIES": "US, CA",
        "QUIET_HOURS": "21:00-08:00",
        "REPEAT_WINDOW_MINUTES": "1440",
        "TABLE_NAME": "stack-RecentTexts-abc",
        "OPT_OUT_LIST_NAME": "Default",
        "CARRIER_LOOKUP": "true",
    }


@pytest.mark.parametrize("subtypes", PARAMETERS["Subtypes"]["AllowedValues"])
def test_function_accepts_every_allowed_order_of_channels(subtypes: str) -> None:
    assert read_settings(deployed(VARIABLES, GIVEN | {"Subtypes": subtypes})).subtypes == tuple(subtypes.split(","))


TRICKY = [
    *("", " ", "\t", "\n", "\xa0", "x", " x", "x ", "x\n", "x\xa0", "a b", "Größe", "x" * 300, "x" * 1024, "x" * 1025),
    *("It costs $5.", "It costs $$5.", "$", "$$", "$$$", "$name", "${name}", "${na me}", "${}"),
    *("$ name", "$1", "$größe", "$nameÄ", "$nai\u0308ve", "$name様", "\u3000"),
    *("US", "UK", "GB", "us", "XX", "EU", "US,CA", "US, CA", "US,UK", "US,", ",", ",US", "US,,CA"),
    *("0", "1", "59", "60", "060", "60.0", "60.5", "-60", "100", "999", "1000", "9999", "10079", "10080", "10081"),
    *("79999", "85999", "86399", "86400", "86401", "90000", "100000", "true", "TRUE", "21:00-08:00", "21:00-21:00"),
    *("{}", '{"a": 1}', " {}", "[]", "[1]", " [1]", '["a"]', "*", "VOICE", "VOICE,CHAT", "a,b", "a, b", "a,$.b"),
    *(demo.INSTANCE_ARN, demo.INSTANCE_ARN.replace(demo.REGION, "useast1"), demo.SMS_FLOW_ARN, demo.SMS_FLOW_ID),
]
"""Values that an operator may enter for any template parameter."""


@pytest.mark.parametrize("parameter", sorted(parameters_in(VARIABLES)))
def test_value_that_the_template_accepts_is_valid_for_the_function(parameter: str) -> None:
    taken = [value for value in TRICKY if accepts(parameter, value) and not broken_rules(**{parameter: value})]

    for value in taken:
        assert read_settings(deployed(VARIABLES, GIVEN | {parameter: value})).instance_arn, value


@pytest.mark.parametrize("name", ["ConsentAttribute", "AttributesToCopy"])
def test_only_an_empty_value_leaves_the_setting_unset(name: str) -> None:
    field = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    taken = [value for value in TRICKY if accepts(name, value)]
    given = {"DeployFlows": "false", "ContactFlowId": demo.SMS_FLOW_ID}
    read = {value: read_settings(deployed(VARIABLES, GIVEN | given | {name: value})) for value in taken}

    assert [value for value, settings in read.items() if not getattr(settings, field)] == [""]


def test_consent_attribute_reaches_the_function_unchanged() -> None:
    taken = [name for name in TRICKY if name and accepts("ConsentAttribute", name)]
    read = [read_settings(deployed(VARIABLES, GIVEN | {"ConsentAttribute": name})) for name in taken]

    assert [each.consent_attribute for each in read] == taken


@pytest.mark.parametrize("parameter", ["AllowedCountries", "DefaultCountry"])
def test_template_accepts_exactly_the_countries_that_the_function_knows(parameter: str) -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    codes = {one + other for one in letters for other in letters}

    assert {code for code in codes if accepts(parameter, code)} == phonenumbers.SUPPORTED_REGIONS & codes


def test_deployed_function_calls_the_endpoints_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    endpoints = {
        name: value for name, value in deployed(VARIABLES, GIVEN).items() if name.startswith("AWS_ENDPOINT_URL")
    }
    for name, value in endpoints.items():
        monkeypatch.setenv(name, value)

    client = boto3.client("connect", region_name="eu-west-2")

    assert set(endpoints.values()) == {""}
    assert client.meta.endpoint_url == "https://connect.eu-west-2.amazonaws.com"


def test_function_may_start_contacts_with_its_instance_number_and_flow() -> None:
    assert statements()["StartSmsContact"] == {
        "Sid": "StartSmsContact",
        "Effect": "Allow",
        "Action": "connect:StartOutboundChatContact",
        "Resource": [demo.INSTANCE_ARN, f"{demo.INSTANCE_ARN}/contact/*", demo.SMS_FLOW_ARN, demo.SMS_NUMBER_ARN],
    }


@pytest.mark.parametrize(
    ("given", "flows", "numbers"),
    [
        ({"MoreContactFlowArns": OTHER_FLOW_ARN}, [OTHER_FLOW_ARN], []),
        (
            {"MoreConnectPhoneNumberArns": f"{demo.WHATSAPP_NUMBER_ARN},{OTHER_NUMBER_ARN}"},
            [],
            [demo.WHATSAPP_NUMBER_ARN, OTHER_NUMBER_ARN],
        ),
        (OPTIONS, [OTHER_FLOW_ARN], [demo.WHATSAPP_NUMBER_ARN, OTHER_NUMBER_ARN]),
    ],
)
def test_function_may_use_the_additional_flows_and_numbers(
    given: dict[str, str], flows: list[str], numbers: list[str]
) -> None:
    assert statements(**given)["StartSmsContact"]["Resource"] == [
        demo.INSTANCE_ARN,
        f"{demo.INSTANCE_ARN}/contact/*",
        demo.SMS_FLOW_ARN,
        *flows,
        demo.SMS_NUMBER_ARN,
        *numbers,
    ]


def test_function_has_no_other_permission_by_default() -> None:
    others = {sid: statement for sid, statement in statements().items() if sid != "StartSmsContact"}

    assert others == (
        allow("DescribeContact", "connect:DescribeContact", f"{demo.INSTANCE_ARN}/contact/*")
        | allow(
            "WorkOffQueue",
            [
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            ],
            arn_of("DeflectionQueue"),
        )
        | allow("KeepDeadLetters", "sqs:SendMessage", arn_of("DeadLetterQueue"))
        | allow("UseKey", ["kms:Decrypt", "kms:GenerateDataKey"], arn_of("DataKey"))
        | allow("ReadDocuments", DOCUMENTS, [SWITCH])
    )
    assert "Events" not in FUNCTION, "SAM adds a policy for every queue of the account to an SQS event source"


TEMPLATES = ["wisdom:GetMessageTemplate", "wisdom:RenderMessageTemplate"]
WISDOM = f"arn:aws:wisdom:{demo.REGION}:{demo.ACCOUNT}"
DOCUMENTS = "ssm:GetParameter"
SWITCH = ssm(str(MADE["Switch"]).lstrip("/"))
OPT_OUTS = "sms-voice:DescribeOptedOutNumbers"


@pytest.mark.parametrize(
    ("given", "added"),
    [
        ({"Subtypes": "connect:WhatsApp"}, {}),
        ({"AllowedCountries": "US", "QuietHours": "21:00-08:00"}, {}),
        (
            {"KnowledgeBaseId": "*"},
            allow("UseMessageTemplates", TEMPLATES, [f"{WISDOM}:knowledge-base/*", f"{WISDOM}:message-template/*/*"]),
        ),
        (
            {"KnowledgeBaseId": KNOWLEDGE_BASE},
            allow(
                "UseMessageTemplates",
                TEMPLATES,
                [f"{WISDOM}:knowledge-base/{KNOWLEDGE_BASE}", f"{WISDOM}:message-template/{KNOWLEDGE_BASE}/*"],
            ),
        ),
        ({"MessagesParameter": "/sms/messages"}, allow("ReadDocuments", DOCUMENTS, [SWITCH, ssm("sms/messages")])),
        ({"RoutesParameter": "/routes"}, allow("ReadDocuments", DOCUMENTS, [SWITCH, ssm("routes")])),
        (
            {"MessagesParameter": "/a/b/c", "RoutesParameter": "routes"},
            allow("ReadDocuments", DOCUMENTS, [SWITCH, ssm("a/b/c"), ssm("routes")]),
        ),
        (
            {"OptOutListName": "Default"},
            allow("AskOptOutList", OPT_OUTS, f"arn:aws:sms-voice:{demo.REGION}:{demo.ACCOUNT}:opt-out-list/Default"),
        ),
        ({"OptOutListName": LISTS_ARN}, allow("AskOptOutList", OPT_OUTS, LISTS_ARN)),
        ({"CarrierLookup": "true"}, allow("LookUpCarriers", "sms-voice:CarrierLookup", "*")),
        (
            {"RepeatWindowMinutes": "60"},
            allow(
                "RememberTexts",
                ["dynamodb:GetItem", "dynamodb:PutItem"],
                arn_of("RecentTexts"),
            )
            | allow(
                "UseTableKey",
                ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
                arn_of("DataKey"),
                Condition={"StringEquals": {"kms:ViaService": f"dynamodb.{demo.REGION}.amazonaws.com"}},
            ),
        ),
    ],
)
def test_template_parameter_adds_only_the_permission_it_needs(given: dict[str, str], added: dict[str, Any]) -> None:
    assert statements(**given) == statements() | added


def test_policy_is_the_same_for_the_id_and_the_arn_of_a_flow() -> None:
    assert statements(ContactFlowId=demo.SMS_FLOW_ID) == statements(ContactFlowId=demo.SMS_FLOW_ARN)


def test_policy_is_the_same_for_the_name_and_the_arn_of_an_opt_out_list() -> None:
    arn = f"arn:aws:sms-voice:{demo.REGION}:{demo.ACCOUNT}:opt-out-list/Default"

    assert statements(OptOutListName="Default") == statements(OptOutListName=arn)


@pytest.mark.parametrize(
    ("given", "is_used"),
    [
        ({}, False),
        ({"RepeatWindowMinutes": "1"}, True),
        ({"CountOutcomes": "true"}, True),
        ({"DeliveryEventNumbers": "+14255550100"}, True),
    ],
)
def test_table_exists_only_with_a_repeat_window_or_results(given: dict[str, str], *, is_used: bool) -> None:
    assert RESOURCES["RecentTexts"]["Condition"] == "TableIsUsed"
    assert deployed({"Fn::If": ["TableIsUsed", "yes", "no"]}, GIVEN | given) == ("yes" if is_used else "no")


def test_table_has_encryption_and_expiry() -> None:
    table = RESOURCES["RecentTexts"]

    assert table["Properties"] == {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": KEY_ATTRIBUTE, "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": KEY_ATTRIBUTE, "KeyType": "HASH"}],
        "TimeToLiveSpecification": {"AttributeName": EXPIRY_ATTRIBUTE, "Enabled": True},
        "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": arn_of("DataKey")},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 1},
    }
    assert table["DeletionPolicy"] == table["UpdateReplacePolicy"] == "Delete"


def test_as_many_workers_process_the_queue_as_share_its_rate() -> None:
    workers = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::EventSourceMapping"]

    assert workers == [
        {
            "EventSourceArn": arn_of("DeflectionQueue"),
            "FunctionName": ALIAS,
            "ScalingConfig": {"MaximumConcurrency": WORKERS},
            "BatchSize": 200,
            "MaximumBatchingWindowInSeconds": 1,
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
        }
    ]
    assert workers[0]["BatchSize"] > SHORT_BATCH


def test_queues_are_standard_so_that_no_record_holds_up_another() -> None:
    assert [name for name, queue in queues().items() if "FifoQueue" in queue] == []
    assert [target for rule in RULES.values() for target in rule["Targets"] if "SqsParameters" in target] == []


def test_visibility_timeout_covers_the_batching_window_the_cold_start_and_the_function_timeout() -> None:
    longest_init_seconds = 10
    window_seconds = RESOURCES["QueueWorker"]["Properties"]["MaximumBatchingWindowInSeconds"]

    assert 0 <= QUEUE["VisibilityTimeout"] - FUNCTION["Timeout"] - longest_init_seconds - window_seconds <= 10


def test_slowest_rate_fits_the_function_timeout() -> None:
    slowest = PARAMETERS["QueueSendsPerSecond"]["MinValue"]
    last_turn = FUNCTION["Timeout"] - RESPONSE_RESERVE_SECONDS - SQS_RESERVE_SECONDS - RECORD_CALL_TIMEOUT_SECONDS

    assert WORKERS / slowest < last_turn
    assert read_settings(REQUIRED | {"QUEUE_SENDS_PER_SECOND": str(slowest)}).queue_sends_per_second == slowest


def test_queue_retention_exceeds_the_oldest_event_and_dead_letters_are_kept_14_days() -> None:
    retention = {name: queue["MessageRetentionPeriod"] for name, queue in queues().items()}

    assert accepts("MaxEventAgeSeconds", "86400")
    assert not accepts("MaxEventAgeSeconds", "86401")
    assert retention["DeflectionQueue"] > 86_400
    assert retention["DeadLetterQueue"] == retention["UndeliveredEvents"] == 14 * 24 * 60 * 60


def test_sqs_moves_a_record_to_the_dlq_only_after_a_thousand_receives() -> None:
    assert QUEUE["RedrivePolicy"] == {"deadLetterTargetArn": arn_of("DeadLetterQueue"), "maxReceiveCount": 1000}


def test_every_queue_is_encrypted_with_the_rotating_key_of_the_stack() -> None:
    assert {name: queue["KmsMasterKeyId"] for name, queue in queues().items()} == {
        "DeflectionQueue": arn_of("DataKey"),
        "DeadLetterQueue": arn_of("DataKey"),
        "UndeliveredEvents": arn_of("DataKey"),
        "FailedInvocations": arn_of("DataKey"),
    }
    assert RESOURCES["DataKey"]["Properties"]["EnableKeyRotation"] is True


def test_log_group_and_environment_variables_are_encrypted_with_the_key() -> None:
    assert RESOURCES["DeflectionLogGroup"]["Properties"]["KmsKeyId"] == arn_of("DataKey")
    assert FUNCTION["KmsKeyArn"] == arn_of("DataKey")


def test_key_policy_allows_the_account_and_the_services_of_this_account() -> None:
    def may_use(**given: str) -> tuple[Any, dict[str, Any]]:
        account, *services = deployed(RESOURCES["DataKey"]["Properties"]["KeyPolicy"], GIVEN | given)["Statement"]
        return account["Principal"], {
            each["Principal"]["Service"]: (each["Action"], each["Condition"]) for each in services
        }

    here = {"StringEquals": {"aws:SourceAccount": demo.ACCOUNT}}
    group = f"arn:aws:logs:{demo.REGION}:{demo.ACCOUNT}:log-group:/aws/lambda/{MADE['AWS::StackName']}"
    services = {
        "events.amazonaws.com": (["kms:Decrypt", "kms:GenerateDataKey"], here),
        f"logs.{demo.REGION}.amazonaws.com": (
            ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"],
            {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn": group}},
        ),
    }
    alarms = {"cloudwatch.amazonaws.com": (["kms:Decrypt", "kms:GenerateDataKey*"], here)}
    account = {"AWS": f"arn:aws:iam::{demo.ACCOUNT}:root"}
    assert may_use() == (account, services)
    assert may_use(AlarmTarget="operator@example.com") == (account, services | alarms)


def test_queue_policies_allow_only_the_rules_of_the_stack() -> None:
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
def test_rule_targets_the_queue_and_keeps_undelivered_events(rule: str) -> None:
    assert RULES[rule]["Targets"] == [
        {
            "Id": "queue",
            "Arn": arn_of("DeflectionQueue"),
            "RetryPolicy": {"MaximumEventAgeInSeconds": {"Ref": "MaxEventAgeSeconds"}},
            "DeadLetterConfig": {"Arn": arn_of("UndeliveredEvents")},
        }
    ]
    assert accepts("MaxEventAgeSeconds", "60")
    assert not accepts("MaxEventAgeSeconds", "59"), "EventBridge's least is 60"


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
def test_contact_event_trigger_requires_a_consent_attribute(trigger: str, consent: str, *, deploys: bool) -> None:
    broken = broken_rules(ContactEventTrigger=trigger, ConsentAttribute=consent)

    assert ("NobodyIsTextedUnasked" not in broken) is deploys


@pytest.mark.parametrize(
    ("given", "broken"),
    [
        ({}, []),
        ({"ContactFlowId": demo.SMS_FLOW_ID}, []),
        ({"QueueArn": ""}, ["FlowsHaveTheirQueueAndAsk"]),
        ({"DefaultCountry": ""}, ["FlowsHaveTheirQueueAndAsk"]),
        ({"ConsentAttribute": ""}, ["FlowsHaveTheirQueueAndAsk"]),
        ({"DeployFlows": "with-test-cases"}, []),
        ({"DeployFlows": "with-test-cases", "QueueArn": ""}, ["FlowsHaveTheirQueueAndAsk"]),
        ({"DeployFlows": "false"}, ["OwnFlowsAreNamed"]),
        ({"DeployFlows": "false", "ContactFlowId": demo.SMS_FLOW_ID}, []),
        ({"DeployFlows": "false", "ContactFlowId": demo.SMS_FLOW_ID, "QueueArn": "", "ConsentAttribute": ""}, []),
    ],
)
def test_deployed_flows_require_a_queue_and_consent_and_custom_flows_require_a_flow_id(
    given: dict[str, str], broken: list[str]
) -> None:
    assert broken_rules(**given) == broken


@pytest.mark.parametrize(
    ("given", "flow"),
    [
        ({}, demo.SMS_FLOW_ID),
        ({"DeployFlows": "with-test-cases"}, demo.SMS_FLOW_ID),
        ({"ContactFlowId": OTHER_FLOW_ARN}, OTHER_FLOW_ARN),
        ({"DeployFlows": "false", "ContactFlowId": OTHER_FLOW_ARN}, OTHER_FLOW_ARN),
    ],
)
def test_sms_contacts_use_the_flow_of_the_stack_or_the_given_one(given: dict[str, str], flow: str) -> None:
    assert deployed(VARIABLES, GIVEN | given)["CONTACT_FLOW_ID"] == flow
    assert flow.rpartition("/")[2] in statements(**given)["StartSmsContact"]["Resource"][2]
    assert holds(TEMPLATE["Conditions"]["SmsFlowIsDeployed"], {"DeployFlows": "true", "ContactFlowId": ""} | given) is (
        flow == demo.SMS_FLOW_ID
    )


@pytest.mark.parametrize(
    ("bot", "seconds", "broken"), [("", "0", []), (BOT_ARN, "60", []), (BOT_ARN, "0", ["BotWaitsForReply"])]
)
def test_bot_requires_a_time_for_the_reply(bot: str, seconds: str, broken: list[str]) -> None:
    assert broken_rules(LexBotAliasArn=bot, SmsReplySeconds=seconds) == broken


@pytest.mark.parametrize("subtypes", PARAMETERS["Subtypes"]["AllowedValues"])
def test_whatsapp_requires_message_templates(subtypes: str) -> None:
    without, with_templates = (broken_rules(Subtypes=subtypes, KnowledgeBaseId=each) for each in ("", "*"))

    assert without == (["WhatsAppHasTemplates"] if "connect:WhatsApp" in subtypes else [])
    assert with_templates == []


def test_only_the_instance_may_invoke_the_function() -> None:
    permissions = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::Permission"]

    assert permissions == [
        {
            "FunctionName": ALIAS,
            "Action": "lambda:InvokeFunction",
            "Principal": "connect.amazonaws.com",
            "SourceArn": {"Ref": "InstanceArn"},
            "SourceAccount": {"Ref": "AWS::AccountId"},
        }
    ]


def test_function_is_associated_with_the_instance() -> None:
    associations = [
        each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Connect::IntegrationAssociation"
    ]

    assert associations == [
        {
            "InstanceId": {"Ref": "InstanceArn"},
            "IntegrationType": "LAMBDA_FUNCTION",
            "IntegrationArn": ALIAS,
        }
    ]


def test_function_arn_output_is_the_live_alias() -> None:
    assert FUNCTION["AutoPublishAlias"] == "live"
    assert FUNCTION["AutoPublishAliasAllProperties"] is True, "or a changed setting publishes no version"
    assert TEMPLATE["Outputs"]["FunctionArn"]["Value"] == ALIAS


def test_template_parameter_publishes_a_version_only_if_it_changes_the_function() -> None:
    changing = parameters_in({name: value for name, value in FUNCTION.items() if name not in {"Policies", "Events"}})
    [content, messages] = RESOURCES["SettingsVersion"]["Properties"]["Content"]["Fn::Sub"]

    assert FUNCTION["VersionDescription"] == {"Fn::Sub": "Settings ${SettingsVersion.VersionNumber}"}
    assert FUNCTION["Description"]["Fn::Sub"].endswith(" Settings ${SettingsVersion.VersionNumber}.")
    assert dict(line.split("=") for line in content.splitlines()) == {name: f"${{{name}}}" for name in changing} | {
        "InitialMessage": "${FirstMessage}"
    }
    assert messages == {"FirstMessage": VARIABLES["INITIAL_MESSAGE"]}, "or a changed prompt file publishes no version"


@pytest.mark.parametrize("language", PROMPTS)
def test_first_message_is_the_given_one_or_that_of_the_language(language: str) -> None:
    by_language = deployed(VARIABLES, GIVEN | {"Language": language})
    given = deployed(VARIABLES, GIVEN | {"Language": language, "InitialMessage": "Hello $customerName"})

    assert read_settings(by_language).initial_message == PROMPTS[language]["InitialMessage"]
    assert read_settings(given).initial_message == "Hello $customerName"


@pytest.mark.parametrize(
    ("given", "applied"), [({}, "None"), ({"SnapStart": "PublishedVersions"}, "PublishedVersions")]
)
def test_snapstart_is_off_by_default(given: dict[str, str], applied: str) -> None:
    assert deployed(FUNCTION["SnapStart"], GIVEN | given) == {"ApplyOn": applied}


def test_function_logs_to_the_log_group_with_retention() -> None:
    assert FUNCTION["LoggingConfig"] == {"LogGroup": {"Ref": "DeflectionLogGroup"}}
    assert RESOURCES["DeflectionLogGroup"]["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


def test_redrive_command_moves_dead_letters_to_the_queue() -> None:
    arns = {"DeadLetterQueue.Arn": "dead", "DeflectionQueue.Arn": "queue"}

    assert resolve(TEMPLATE["Outputs"]["RedriveCommand"]["Value"], arns) == (
        "aws sqs start-message-move-task --source-arn dead --destination-arn queue"
    )


@pytest.mark.parametrize("section", ["Parameters", "Outputs"])
def test_every_parameter_and_output_has_a_description(section: str) -> None:
    assert [name for name, entry in TEMPLATE[section].items() if not entry.get("Description")] == []


def test_description_of_a_parameter_is_one_sentence() -> None:
    found = {name: parameter["Description"] for name, parameter in PARAMETERS.items()}

    assert [name for name, text in found.items() if re.search(r"[.!?] ", text) or not text.endswith(".")] == []


def test_template_asks_at_most_40_questions_of_which_four_need_an_answer() -> None:
    assert len(PARAMETERS) <= 40
    assert [name for name, parameter in PARAMETERS.items() if "Default" not in parameter] == [
        "InstanceArn",
        "ConnectPhoneNumberArn",
        "QueueArn",
        "DefaultCountry",
    ]


def test_template_has_at_most_1400_lines() -> None:
    assert len((ROOT / "template.yaml").read_text().splitlines()) <= 1400


def test_every_pattern_has_a_constraint_description() -> None:
    assert [
        name
        for name, parameter in PARAMETERS.items()
        if "AllowedPattern" in parameter and not parameter.get("ConstraintDescription")
    ] == []


def test_console_groups_every_parameter() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(PARAMETERS)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        *GIVEN.items(),
        ("InstanceArn", demo.INSTANCE_ARN.replace("arn:aws:", "arn:aws-us-gov:")),
        ("ContactFlowId", ""),
        ("ContactFlowId", demo.SMS_FLOW_ID),
        ("ContactFlowId", demo.SMS_FLOW_ARN),
        ("QueueArn", ""),
        ("LexBotAliasArn", ""),
        ("LexBotAliasArn", BOT_ARN),
        *(("QueueOfferSeconds", seconds) for seconds in ("20", "60", "999")),
        *(("SmsReplySeconds", seconds) for seconds in ("0", "60", "3600", "99999")),
        *(("InitialMessage", text) for text in ("", "It costs $$5.", "Hello $name,\n${name}!", "$$$name", "x" * 1024)),
        *(("ChatDurationMinutes", minutes) for minutes in ("60", "480", "9999", "10079", "10080")),
        *(("MaxEventAgeSeconds", seconds) for seconds in ("60", "300", "79999", "85999", "86399", "86400")),
        ("AttributesToCopy", ""),
        ("AttributesToCopy", "*"),
        ("AttributesToCopy", "language,account id"),
        ("MoreConnectPhoneNumberArns", ""),
        ("MoreConnectPhoneNumberArns", demo.WHATSAPP_NUMBER_ARN),
        ("MoreContactFlowArns", ""),
        ("MoreContactFlowArns", demo.SMS_FLOW_ARN),
        ("KnowledgeBaseId", "*"),
        ("KnowledgeBaseId", KNOWLEDGE_BASE),
        *(
            (parameter, name)
            for parameter in ("MessagesParameter", "RoutesParameter")
            for name in ("", "sms", "/sms", "/a/b.c/d-e_F", "Sms.messages-2")
        ),
        ("AllowedCountries", ""),
        ("AllowedCountries", "US"),
        ("AllowedCountries", "US,CA, GB"),
        ("QuietHours", ""),
        ("QuietHours", "21:00-08:00"),
        ("QuietHours", "00:00-23:59"),
        ("RepeatWindowMinutes", ""),
        *(("RepeatWindowMinutes", str(minutes)) for minutes in (1, 60, 9999, 10000, 10079, 10080)),
        ("OptOutListName", ""),
        ("OptOutListName", "Default"),
        ("OptOutListName", LISTS_ARN),
        ("DefaultCountry", ""),
        ("DefaultCountry", "GB"),
        ("ConsentAttribute", ""),
        ("ConsentAttribute", "sms_consent"),
        ("ConsentAttribute", "SMS consent-2"),
        ("ConsentAttribute", "c"),
        ("RuleActionNames", ""),
        ("RuleActionNames", "TEXT_THE_CUSTOMER"),
        ("RuleActionNames", "Text the customer,X,SEND_LINK"),
        ("AlarmTarget", ""),
        ("AlarmTarget", "operator@example.com"),
        ("AlarmTarget", f"arn:aws:sns:{demo.REGION}:{demo.ACCOUNT}:our_topic-1"),
    ],
)
def test_pattern_accepts_valid_values(parameter: str, value: str) -> None:
    assert re.fullmatch(PARAMETERS[parameter]["AllowedPattern"], value)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("InstanceArn", ""),
        ("InstanceArn", demo.INSTANCE_ID),
        ("InstanceArn", f"{demo.INSTANCE_ARN}/"),
        ("InstanceArn", demo.SMS_FLOW_ARN),
        ("ConnectPhoneNumberArn", ""),
        ("ConnectPhoneNumberArn", "+12025550123"),
        ("ConnectPhoneNumberArn", demo.SMS_NUMBER_ARN.rpartition("/")[2]),
        ("ConnectPhoneNumberArn", demo.SMS_NUMBER_ARN.replace(":connect:", ":sms-voice:")),
        (
            "ConnectPhoneNumberArn",
            f"arn:aws:sms-voice:{demo.REGION}:{demo.ACCOUNT}:phone-number/phone-0123456789abcdef0123456789abcdef",
        ),
        ("QueueArn", demo.QUEUE_ARN.rpartition("/")[2]),
        ("QueueArn", demo.SMS_FLOW_ARN),
        ("LexBotAliasArn", BOT_ARN.replace("bot-alias", "bot")),
        ("LexBotAliasArn", "TSTALIASID"),
        *(("QueueOfferSeconds", seconds) for seconds in ("", "19", "1000", "30.5")),
        *(("SmsReplySeconds", seconds) for seconds in ("", "59", "100000", "-60")),
        *(
            ("ConsentAttribute", text)
            for text in ('a "quote"', "back\\slash", "two\nlines", "a tab\t", "\x7f", "Hello $.Attributes.name")
        ),
        ("ContactFlowId", "SMS deflection"),
        ("ContactFlowId", demo.INSTANCE_ARN),
        ("ContactFlowId", f"contact-flow/{demo.SMS_FLOW_ID}"),
        *(
            ("InitialMessage", text)
            for text in (" ", "\n", "It costs $5.", "$", "$$$", "Hello ${name", "${}", "$ name")
        ),
        *(("ChatDurationMinutes", minutes) for minutes in ("", "59", "060", "60.5", "10081", "20000")),
        *(("MaxEventAgeSeconds", seconds) for seconds in ("", "59", "060", "60.5", "86401", "86500", "87000", "90000")),
        ("AttributesToCopy", "$.Attributes.language"),
        ("AttributesToCopy", "language, $.Attributes.accountId"),
        ("AttributesToCopy", " "),
        ("MoreConnectPhoneNumberArns", "+12025550123"),
        ("MoreConnectPhoneNumberArns", demo.SMS_NUMBER_ARN.replace(":connect:", ":sms-voice:")),
        ("MoreContactFlowArns", demo.SMS_FLOW_ID),
        ("MoreContactFlowArns", f"{demo.INSTANCE_ARN}/contact-flow/*"),
        ("KnowledgeBaseId", f"arn:aws:wisdom:{demo.REGION}:{demo.ACCOUNT}:knowledge-base/{KNOWLEDGE_BASE}"),
        *(
            (parameter, name)
            for parameter in ("MessagesParameter", "RoutesParameter")
            for name in ("/", "a/b", "/a//b", "/a/", "/sms/*", ssm("sms"), "my messages")
        ),
        ("AllowedCountries", "us"),
        ("AllowedCountries", "USA"),
        ("AllowedCountries", "US CA"),
        ("AllowedCountries", "US,"),
        ("AllowedCountries", "UK"),
        ("AllowedCountries", "US,UK"),
        ("QuietHours", "21-8"),
        ("QuietHours", "9:00-10:00"),
        ("QuietHours", "24:00-08:00"),
        ("QuietHours", "21:00-08:60"),
        ("QuietHours", "21:00-21:00"),
        *(("RepeatWindowMinutes", minutes) for minutes in ("0", "01", "10081", "20000", "1.5", "-1", "60 ")),
        ("OptOutListName", "my list"),
        ("OptOutListName", "*"),
        ("OptOutListName", LISTS_ARN.replace("opt-out-list", "phone-number")),
        ("DefaultCountry", "USA"),
        ("DefaultCountry", "+1"),
        ("DefaultCountry", "UK"),
        ("ConsentAttribute", "$.Attributes.smsConsent"),
        *(("ConsentAttribute", name) for name in (" ", "  ", "\xa0", " smsConsent", "smsConsent ", "smsConsent\xa0")),
        ("RuleActionNames", "TEXT_THE_CUSTOMER, SEND_LINK"),
        ("RuleActionNames", "TEXT_THE_CUSTOMER "),
        ("RuleActionNames", ","),
        ("AlarmTarget", "operator"),
        ("AlarmTarget", "a@example.com,b@example.com"),
        ("AlarmTarget", "a@example.com b@example.com"),
        ("AlarmTarget", "our-topic"),
        ("AlarmTarget", f"arn:aws:sns:{demo.REGION}:{demo.ACCOUNT}:ours.fifo"),
    ],
)
def test_pattern_refuses_invalid_values(parameter: str, value: str) -> None:
    assert not re.fullmatch(PARAMETERS[parameter]["AllowedPattern"], value)


def test_samconfig_environments_differ_only_in_the_architecture() -> None:
    flat = {
        environment: {name: value for tables in commands.values() for name, value in tables["parameters"].items()}
        for environment, commands in tomllib.loads(SAMCONFIG).items()
        if environment != "version"
    }

    own = {"parameter_overrides": ["Architecture=arm64"]}
    shared = {name: flat["default"].get(name) for name in flat["arm64"] if name not in own}
    assert flat["arm64"] == shared | own
    assert PARAMETERS["Architecture"]["Default"] == "x86_64"


def test_sam_local_invoke_uses_the_simulator() -> None:
    local = tomllib.loads(SAMCONFIG)["default"]["local_invoke"]["parameters"]
    environment = json.loads((ROOT / local["env_vars"]).read_text())["DeflectionFunction"]
    undeclared = environment.keys() - VARIABLES.keys()

    assert undeclared == set(), "SAM sets only what the template declares"
    assert environment == demo.ENVIRONMENT | {
        "AWS_ENDPOINT_URL": "http://host.docker.internal:5005",
        # The sample events are of calls that other flows handle.
        "CONSENT_ATTRIBUTE": "",
        # SAM would set the logical ids of the switch and the queues.
        "SWITCH_PARAMETER": "",
        "QUEUE_URL": "",
        "DEAD_LETTER_QUEUE_URL": "",
    }
    assert local["add_host"] == ["host.docker.internal:host-gateway"]
