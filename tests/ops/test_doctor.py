"""Each check of the doctor fails once, with its line, its cure and the exit status."""

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from connect_simulator import Fault, demo
from connect_simulator.faults import FaultKind
from deflection_ops import doctor
from deflection_ops.aws import Aws
from deflection_ops.checks import CHECKS
from deflection_ops.cli import LOG_IN
from deflection_ops.finding import LACKING, STOPPED, Verdict
from ops.conftest import Deploy
from ops.stack import ACCOUNT, CATALOGUE, INSTANCE_ARN, QUEUE_ARN, STACK, Stack, flow

KNOWN = {
    "<account>": ACCOUNT,
    "<alias-arn>": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{STACK}:live",
    "<function>": STACK,
    "<instance-arn>": INSTANCE_ARN,
    "<instance-id>": demo.INSTANCE_ID,
    "<region>": "us-east-1",
}


def with_names(cure: str) -> str:
    return functools.reduce(lambda told, blank: told.replace(blank, KNOWN[blank]), KNOWN, cure)


CURES = {check.name: with_names(check.cure) for check in CHECKS}
OTHER_INSTANCE = INSTANCE_ARN.replace("a1b2c3d4", "b1b2c3d4")
OTHER_QUEUE = QUEUE_ARN.replace("7c1d2e3f", "8c1d2e3f")
OTHER_NUMBER = demo.SMS_NUMBER_ARN.replace("2f9a6b3c", "4f9a6b3c")
ALIAS_ARN = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{STACK}:live"
WHATSAPP_ROUTE = {"SourceEndpoint_Address": {"connect:WhatsApp": demo.WHATSAPP_NUMBER_ARN}}
TEMPLATE = {"KnowledgeBaseId": "base", "MessageTemplateId": "hello", "TemplateAttributes": {}}

NOT_OK, WARNING = Verdict.NOT_OK, Verdict.WARNING


@dataclass(frozen=True)
class Case:
    """What is wrong with a deployment, and the line that tells it."""

    name: str
    sentence: str
    verdict: Verdict = NOT_OK
    environment: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    change: Callable[[Stack], object] = lambda _stack: None


def source(**members: object) -> Callable[[Stack], object]:
    """The number is otherwise in End User Messaging."""
    return lambda stack: stack.simulator.world.sms.phone_numbers[demo.SMS_SOURCE_ARN].update(members)


def number(**members: object) -> Callable[[Stack], object]:
    """The number is otherwise in Amazon Connect."""
    return lambda stack: stack.simulator.world.instance_config.phone_numbers.update({demo.SMS_NUMBER_ARN: members})


def sms_flow(**members: object) -> Callable[[Stack], object]:
    return lambda stack: stack.simulator.world.instance_config.flows.update({demo.SMS_FLOW_ARN: members})


def voice_flow(**members: object) -> Callable[[Stack], object]:
    return lambda stack: stack.simulator.world.instance_config.flows[stack.physical_id("VoiceFlow")].update(members)


def document(name: str, value: object) -> Callable[[Stack], object]:
    return lambda stack: stack.put_parameter(name, value)


def delete_queue(stack: Stack) -> None:
    stack.send("sqs", "delete_queue", QueueUrl=stack.environment["QUEUE_URL"])


def delete_dead_letters(stack: Stack) -> None:
    stack.send("sqs", "delete_queue", QueueUrl=stack.environment["DEAD_LETTER_QUEUE_URL"])


def grow_old(stack: Stack) -> None:
    metric = {
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": "DeflectionQueue"}],
        "Value": 400,
    }
    stack.send("cloudwatch", "put_metric_data", Namespace="AWS/SQS", MetricData=[metric])


def put_dead_letter(stack: Stack) -> None:
    stack.send("sqs", "send_message", QueueUrl=stack.environment["DEAD_LETTER_QUEUE_URL"], MessageBody="{}")


def remove_alias(stack: Stack) -> None:
    stack.send("lambda", "delete_alias", FunctionName=STACK, Name="live")


def remove_permission(stack: Stack) -> None:
    stack.send("lambda", "remove_permission", FunctionName=STACK, Qualifier="live", StatementId="connect")


def permit_another_instance(stack: Stack) -> None:
    remove_permission(stack)
    stack.send(
        "lambda",
        "add_permission",
        FunctionName=STACK,
        Qualifier="live",
        StatementId="other",
        Action="lambda:InvokeFunction",
        Principal="connect.amazonaws.com",
        SourceArn=OTHER_INSTANCE,
    )


def associate(*arns: str) -> Callable[[Stack], object]:
    def change(stack: Stack) -> None:
        stack.simulator.world.instance_config.functions[:] = arns

    return change


def raise_error(stack: Stack) -> None:
    def fail(_event: object) -> None:
        raise ImportError("+14255550142")

    stack.simulator.functions[STACK] = fail


CASES = [
    Case(
        "settings",
        "SOURCE_PHONE_NUMBER_ARN must be a phone-number ARN of Connect, not one of End User Messaging.",
        environment={"SOURCE_PHONE_NUMBER_ARN": demo.SMS_SOURCE_ARN},
    ),
    Case(
        "account and Region",
        f"The instance is of {demo.ACCOUNT}, us-east-1, and the stack of {ACCOUNT}, us-east-1.",
        environment={"INSTANCE_ARN": demo.INSTANCE_ARN},
    ),
    Case(
        "account and Region",
        f"The instance is of {ACCOUNT}, eu-west-2, and the stack of {ACCOUNT}, us-east-1.",
        environment={"INSTANCE_ARN": INSTANCE_ARN.replace("us-east-1", "eu-west-2")},
    ),
    Case(
        "function",
        "The function has no version under the alias live, or is not there.",
        change=remove_alias,
    ),
    Case(
        "instance",
        f"{OTHER_INSTANCE} is not there.",
        environment={"INSTANCE_ARN": OTHER_INSTANCE},
    ),
    Case(
        "instance",
        f"{INSTANCE_ARN} is CREATION_FAILED.",
        change=lambda stack: stack.simulator.world.instance_config.instance.update(InstanceStatus="CREATION_FAILED"),
    ),
    Case(
        "source number",
        f"{OTHER_NUMBER} is not known in this account and Region.",
        environment={"SOURCE_PHONE_NUMBER_ARN": OTHER_NUMBER},
    ),
    Case(
        "source number",
        f"{demo.SMS_NUMBER_ARN} is IN_PROGRESS.",
        change=number(PhoneNumberStatus={"Status": "IN_PROGRESS"}),
    ),
    Case(
        "number's instance",
        f"{demo.SMS_NUMBER_ARN} is of {OTHER_INSTANCE}.",
        change=number(TargetArn=OTHER_INSTANCE),
    ),
    Case(
        "number's kind",
        f"{demo.SMS_NUMBER_ARN} cannot text: connect:SMS wants one that is imported from sms-voice.",
        change=number(PhoneNumberType="DID", SourcePhoneNumberArn=None),
    ),
    Case(
        "number's kind",
        f"{demo.SMS_NUMBER_ARN} cannot text: connect:WhatsApp wants one that is imported from social-messaging.",
        environment={"SUBTYPES": "connect:SMS,connect:WhatsApp"},
    ),
    Case("SMS flow", "no-such-flow is not on this instance.", environment={"CONTACT_FLOW_ID": "no-such-flow"}),
    Case(
        "SMS flow's state",
        f"{demo.SMS_FLOW_ID} is saved, but not published.",
        change=sms_flow(Status="SAVED"),
    ),
    Case("SMS flow's state", f"{demo.SMS_FLOW_ID} is ARCHIVED.", change=sms_flow(State="ARCHIVED")),
    Case(
        "SMS flow's type",
        f"{demo.SMS_FLOW_ID} is of type CUSTOMER_QUEUE.",
        change=sms_flow(Type="CUSTOMER_QUEUE"),
    ),
    Case(
        "flows' queue",
        f"{OTHER_QUEUE} is not on this instance, so the deployed flows hang up on every caller.",
        parameters={"QueueArn": OTHER_QUEUE},
    ),
    Case(
        "flows' queue",
        f"{demo.QUEUE_ARN} is of another instance, so the deployed flows hang up on every caller.",
        parameters={"QueueArn": demo.QUEUE_ARN},
    ),
    Case(
        "flows' queue",
        f"{QUEUE_ARN} is DISABLED, so the deployed flows hang up on every caller.",
        change=lambda stack: stack.simulator.world.instance_config.queues.update(
            {demo.QUEUE_ARN: {"Status": "DISABLED"}}
        ),
    ),
    Case(
        "two-way texts",
        f"{demo.SMS_SOURCE_ARN} is not known to End User Messaging in this account and Region.",
        environment={"OPT_OUT_LIST_NAME": "Default"},
        change=lambda stack: stack.simulator.world.sms.phone_numbers.clear(),
    ),
    Case("two-way texts", f"{demo.SMS_SOURCE_ARN} is PENDING.", change=source(Status="PENDING")),
    Case(
        "two-way texts",
        f"{demo.SMS_SOURCE_ARN} has no SMS capability.",
        change=source(NumberCapabilities=["VOICE"]),
    ),
    Case("two-way texts", f"{demo.SMS_SOURCE_ARN} has two-way messages off.", change=source(TwoWayEnabled=False)),
    Case(
        "two-way texts",
        f"{demo.SMS_SOURCE_ARN} has self-managed opt-outs on, which Amazon Connect does not support.",
        change=source(SelfManagedOptOutsEnabled=True),
    ),
    Case(
        "two-way destination",
        f"Answers to {demo.SMS_SOURCE_ARN} go to arn:aws:sns:us-east-1:111122223333:texts, "
        "which does not look like Amazon Connect.",
        WARNING,
        change=source(TwoWayChannelArn="arn:aws:sns:us-east-1:111122223333:texts"),
    ),
    Case("opt-out list", "Marketing is not there.", environment={"OPT_OUT_LIST_NAME": "Marketing"}),
    Case(
        "number's opt-out list",
        f"STOP to {demo.SMS_SOURCE_ARN} goes onto the list Service, and Default is asked.",
        WARNING,
        environment={"OPT_OUT_LIST_NAME": "Default"},
        change=source(OptOutListName="Service"),
    ),
    Case(
        "SMS sandbox",
        "The account is in it (SANDBOX): only verified numbers are texted.",
        change=lambda stack: setattr(stack.simulator.world.sms, "account_tier", "SANDBOX"),
    ),
    Case(
        "spend limit",
        "Texts may cost no more than 1 dollars a month; then none is sent.",
        WARNING,
        change=lambda stack: setattr(stack.simulator.world.sms, "monthly_spend_limit", 1),
    ),
    Case(
        "message template",
        "base/hello is not there.",
        environment={"MESSAGES_PARAMETER": "messages"},
        parameters={"AllowMessageTemplates": "true"},
        change=document("messages", {"default": TEMPLATE}),
    ),
    Case(
        "message template",
        "base/hello may not be read by the function, because AllowMessageTemplates is not true.",
        environment={"MESSAGES_PARAMETER": "messages"},
        change=document("messages", {"default": TEMPLATE}),
    ),
    Case(
        "WhatsApp",
        "No message has a template, so only flows that give one can use WhatsApp.",
        WARNING,
        environment={"ROUTES_PARAMETER": "routes"},
        parameters={"MoreSourcePhoneNumberArns": demo.WHATSAPP_NUMBER_ARN},
        change=document("routes", [WHATSAPP_ROUTE | {"Subtypes": ["connect:SMS", "connect:WhatsApp"]}]),
    ),
    Case(
        "WhatsApp",
        "No message has a template, so only flows that give one can use WhatsApp.",
        WARNING,
        environment={"SUBTYPES": "connect:SMS,connect:WhatsApp", "ROUTES_PARAMETER": "routes"},
        parameters={"MoreSourcePhoneNumberArns": demo.WHATSAPP_NUMBER_ARN},
        change=document("routes", [WHATSAPP_ROUTE]),
    ),
    Case(
        "document",
        "SWITCH_PARAMETER names no parameter of SSM: switch.",
        environment={"SWITCH_PARAMETER": "switch"},
    ),
    Case(
        "document",
        "MESSAGES_PARAMETER, line 1: it is no JSON: expecting value.",
        environment={"MESSAGES_PARAMETER": "messages"},
        change=document("messages", "Hello"),
    ),
    Case(
        "document",
        "ROUTES_PARAMETER, line 3, 0.ContactFlow: there is no such member; the nearest is ContactFlowId.",
        environment={"ROUTES_PARAMETER": "routes"},
        change=document("routes", '[\n  {\n    "ContactFlow": "a"\n  }\n]'),
    ),
    Case(
        "routes",
        "Route 1, counted from 0, has no Match, or an empty one, so no route after it is ever reached.",
        WARNING,
        environment={"ROUTES_PARAMETER": "routes"},
        change=document("routes", [{"Match": {"Country": "US"}}, {"Match": {}}, {"Match": {"Country": "CA"}}]),
    ),
    Case(
        "routes",
        "Route 0, counted from 0, has no Match, or an empty one, so no route after it is ever reached.",
        WARNING,
        environment={"ROUTES_PARAMETER": "routes"},
        change=document("routes", [{}, {"Match": {"Language": "de"}}, {}]),
    ),
    Case(
        "switch",
        "switch is off: nobody is texted.",
        WARNING,
        environment={"SWITCH_PARAMETER": "switch"},
        change=document("switch", "OFF"),
    ),
    Case(
        "role",
        f"The function may not use {demo.WHATSAPP_NUMBER_ARN}: it is not in MoreSourcePhoneNumberArns.",
        environment={"ROUTES_PARAMETER": "routes"},
        change=document("routes", [{"SourceEndpoint_Address": demo.WHATSAPP_NUMBER_ARN}]),
    ),
    Case(
        "role",
        "The function may not use other: it is not in MoreContactFlowArns.",
        environment={"ROUTES_PARAMETER": "routes"},
        change=document("routes", [{"ContactFlowId": "other"}]),
    ),
    Case(
        "permission",
        f"Amazon Connect may not invoke {ALIAS_ARN}: "
        "its policy has no statement for connect.amazonaws.com and this instance.",
        change=remove_permission,
    ),
    Case(
        "permission",
        f"Amazon Connect may not invoke {ALIAS_ARN}: "
        "its policy has no statement for connect.amazonaws.com and this instance.",
        change=permit_another_instance,
    ),
    Case(
        "association",
        f"The flow designer does not list {ALIAS_ARN}, but nothing of this function.",
        change=associate(),
    ),
    Case(
        "association",
        f"The flow designer does not list {ALIAS_ARN}, but only the function without its alias.",
        change=associate(ALIAS_ARN.removesuffix(":live")),
    ),
    Case(
        "deployed flow",
        f"VoiceFlow invokes {ALIAS_ARN.removesuffix(':live')}, which Amazon Connect may not.",
        change=voice_flow(Content=flow(ALIAS_ARN.removesuffix(":live"))),
    ),
    Case("deployed flow", "VoiceFlow does not invoke the function.", change=voice_flow(Content=flow())),
    Case(
        "deployed flow",
        "CustomerQueueFlow does not invoke the function.",
        change=lambda stack: stack.simulator.world.instance_config.flows[stack.physical_id("CustomerQueueFlow")].update(
            Content=flow()
        ),
    ),
    Case("deployed flow", "VoiceFlow is not published.", change=voice_flow(Status="SAVED")),
    Case("deployed flow", "VoiceFlow is ARCHIVED.", change=voice_flow(State="ARCHIVED")),
    Case(
        "deployed flow",
        "VoiceFlow is not on this instance any more.",
        change=lambda stack: stack.simulator.world.flows.discard(stack.physical_id("VoiceFlow")),
    ),
    Case(
        "dry run",
        "The function answered DECLINED COUNTRY_NOT_ALLOWED: The customer's number is of a country that is not texted.",
        change=lambda stack: stack.environment.update(ALLOWED_COUNTRIES="GB"),
    ),
    Case(
        "dry run",
        "The function answered ERROR: ImportError was raised; the function's log says more.",
        change=raise_error,
    ),
    Case(
        "queue",
        "0 records wait, the oldest for 400 seconds, and after 300 none is sent any more.",
        WARNING,
        change=grow_old,
    ),
    Case(
        "keypad",
        "Callers are asked for a number, and whatever they type is refused: there is no DefaultCountry.",
        WARNING,
        environment={"DEFAULT_COUNTRY": ""},
    ),
    Case("dead letters", "DeadLetterQueue has 1 records.", WARNING, change=put_dead_letter),
    Case("dead letters", "DeadLetterQueue is not there.", WARNING, change=delete_dead_letters),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}: {case.sentence[:40]}")
def test_what_is_wrong_is_told_with_its_cure(case: Case, deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy(case.environment, **case.parameters)
    case.change(stack)

    status = doctor.main(["--stack", STACK], stack.aws)

    told = f"{case.verdict:<10}{case.name}: {case.sentence}\n          -> {CURES[case.name]}\n"
    assert told in capsys.readouterr().out
    assert status == (1 if case.verdict is NOT_OK else 0)


ELSEWHERE = {"credentials", "stack", "stack state", "deployment", "worker"}
"""Checks whose failures have tests of their own."""


def test_every_check_fails_once() -> None:
    assert {case.name for case in CASES} | ELSEWHERE == CURES.keys()
    assert {case.name: case.verdict for case in CASES} == {
        check.name: check.verdict for check in CHECKS if check.name not in ELSEWHERE
    }


def test_when_all_is_well_every_line_is_ok(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy(
        {
            "MESSAGES_PARAMETER": "messages",
            "ROUTES_PARAMETER": "routes",
            "SWITCH_PARAMETER": "switch",
            "OPT_OUT_LIST_NAME": "Default",
            "SUBTYPES": "connect:SMS,connect:WhatsApp",
            "CONSENT_ATTRIBUTE": "smsConsent",
            "INITIAL_MESSAGE": "Hello $customerName",
        },
        AllowMessageTemplates="true",
        MoreSourcePhoneNumberArns=demo.WHATSAPP_NUMBER_ARN,
    )
    stack.simulator.world.templates.add(("base", "hello"))
    stack.put_parameter("messages", CATALOGUE | {"fr": {"connect:WhatsApp": TEMPLATE}})
    stack.put_parameter("routes", [WHATSAPP_ROUTE])
    stack.put_parameter("switch", "on")

    status = doctor.main(["--stack", STACK, "--json"], stack.aws)

    told = json.loads(capsys.readouterr().out.partition('{\n  "stack"')[2].join(['{\n  "stack"', ""]))
    assert {finding["verdict"] for finding in told["findings"]} == {"ok"}
    assert {finding["name"] for finding in told["findings"]} == CURES.keys()
    assert told["stack"] == STACK
    assert status == 0


def test_the_last_line_counts(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    put_dead_letter(stack)

    doctor.main(["--stack", STACK], stack.aws)

    *_, last = capsys.readouterr().out.splitlines()
    assert last == "31 ok, 1 warning."


def test_no_stack_ends_the_questions(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()

    status = doctor.main(["--stack", "other"], stack.aws)

    _, told = capsys.readouterr().out.split("us-east-1.\n", 1)
    assert told == (
        "not ok    stack: There is no stack other in this account and Region.\n"
        f"          -> {CURES['stack']}\n1 ok, 1 not ok.\n"
    )
    assert status == 1


def test_an_instance_of_elsewhere_ends_the_questions(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy({"INSTANCE_ARN": demo.INSTANCE_ARN})

    doctor.main(["--stack", STACK], stack.aws)

    *_, told, cure, summary = capsys.readouterr().out.splitlines()
    assert told.startswith("not ok    account and Region: ")
    assert cure.endswith(CURES["account and Region"])
    assert summary.endswith(" ok, 1 not ok.")


class Broken:
    """AWS, with other answers to some operations."""

    def __init__(self, stack: Stack, **answers: object) -> None:
        self.region = stack.aws.region
        self._stack, self._answers = stack, answers

    def send(self, service: str, operation: str, **request: object) -> object:
        answer = self._answers.get(operation, {})
        return answer or self._stack.send(service, operation, **request)

    ask = send


def with_resources(stack: Stack, **more: tuple[str, str]) -> Broken:
    """The stack with these resources, too: their types and physical ids by their logical ids."""
    told = stack.send("cloudformation", "describe_stack_resources", StackName=STACK)["StackResources"]
    resources = [
        {"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": id_}
        for name, (kind, id_) in more.items()
    ]
    return Broken(stack, describe_stack_resources={"StackResources": told + resources})


def test_a_missing_alias_is_made_again_of_the_version_that_was_deployed(
    deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy()
    remove_alias(stack)

    doctor.main(
        ["--stack", STACK],
        with_resources(stack, DeflectionFunctionVersion1a2b=("AWS::Lambda::Version", f"{stack.function_arn}:7")),
    )

    assert (
        "`aws lambda create-alias --region us-east-1 --function-name sms --name live --function-version 7`"
    ) in capsys.readouterr().out


def test_a_missing_permission_is_given_again_under_the_id_that_the_stack_knows(
    deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy()
    remove_permission(stack)

    doctor.main(
        ["--stack", STACK],
        with_resources(stack, ConnectMayInvoke=("AWS::Lambda::Permission", "sms-ConnectMayInvoke-1A2B")),
    )

    assert (
        "`aws lambda add-permission --region us-east-1 --function-name sms --qualifier live "
        "--statement-id sms-ConnectMayInvoke-1A2B --action lambda:InvokeFunction "
        f"--principal connect.amazonaws.com --source-arn {INSTANCE_ARN} --source-account {ACCOUNT}`"
    ) in capsys.readouterr().out


STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Service": "connect.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}, "ArnLike": {"AWS:SourceArn": INSTANCE_ARN}},
}
"""As Lambda writes what the template permits."""


@pytest.mark.parametrize(
    ("change", "verdict"),
    [
        ({}, "ok"),
        ({"Action": "lambda:*"}, "ok"),
        ({"Condition": {}}, "ok"),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": INSTANCE_ARN}}}, "ok"),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": OTHER_INSTANCE}}}, "not ok"),
        ({"Condition": {"StringEquals": {"AWS:SourceAccount": demo.ACCOUNT}}}, "not ok"),
        ({"Principal": {"Service": "events.amazonaws.com"}}, "not ok"),
        ({"Principal": "*"}, "not ok"),
        ({"Action": "lambda:GetFunction"}, "not ok"),
        ({"Effect": "Deny"}, "not ok"),
    ],
)
def test_a_permission_is_one_for_the_instance_its_account_and_the_invocation(
    change: dict[str, object], verdict: str, deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy()
    policy = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT | change]})

    doctor.main(["--stack", STACK], Broken(stack, get_policy={"Policy": policy}))

    assert f"\n{verdict:<10}permission: " in capsys.readouterr().out


def test_a_stopped_worker_is_started_by_its_own_id(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    worker = stack.physical_id("QueueWorker")
    stack.send("lambda", "update_event_source_mapping", UUID=worker, Enabled=False)

    status = doctor.main(["--stack", STACK], stack.aws)

    out = capsys.readouterr().out
    assert (
        "not ok    worker: The queue's worker is Disabled, so what waits is not sent.\n"
        f"          -> {CURES['worker'].replace('<queue-worker>', worker)}\n"
    ) in out
    assert f"`aws lambda update-event-source-mapping --region us-east-1 --uuid {worker} --enabled`" in out
    assert status == 1


@pytest.mark.parametrize(
    ("state", "verdict"),
    [
        ("Creating", "ok"),
        ("Enabling", "ok"),
        ("Enabled", "ok"),
        ("Updating", "ok"),
        ("Disabling", "not ok"),
        ("Disabled", "not ok"),
        ("Deleting", "not ok"),
    ],
)
def test_a_worker_that_works_or_will_in_a_moment_is_ok(
    state: str, verdict: str, deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy()

    doctor.main(["--stack", STACK], Broken(stack, get_event_source_mapping={"State": state}))

    assert f"\n{verdict:<10}worker: The queue's worker is {state}" in capsys.readouterr().out


def test_a_worker_that_is_gone_is_told(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    stack.send("lambda", "delete_event_source_mapping", UUID=stack.physical_id("QueueWorker"))

    doctor.main(["--stack", STACK], stack.aws)

    assert "not ok    worker: The queue's worker is gone, so what waits is not sent.\n" in capsys.readouterr().out


def test_a_stack_without_a_worker_is_told(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    told = stack.send("cloudformation", "describe_stack_resources", StackName=STACK)["StackResources"]
    others = [each for each in told if each["LogicalResourceId"] != "QueueWorker"]

    doctor.main(["--stack", STACK], Broken(stack, describe_stack_resources={"StackResources": others}))

    assert "not ok    worker: The queue's worker is gone, so what waits is not sent.\n" in capsys.readouterr().out


def test_a_function_that_is_throttled_may_have_been_stopped(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("Invoke", "throttling", times=None))
    stack.simulator.faults.add(Fault("GetPolicy", "throttling", times=None))

    status = doctor.main(["--stack", STACK], stack.aws)

    out = capsys.readouterr().out
    assert f"not asked dry run: AWS answered Invoke with ThrottlingException.\n          -> {STOPPED}\n" in out
    assert (
        "not asked permission: AWS answered GetPolicy with ThrottlingException.\n          -> Ask again in a minute.\n"
    ) in out
    assert status == 2


def test_no_cure_says_that_a_deployment_without_changes_helps() -> None:
    by_hand = ("function", "permission", "association", "deployed flow", "worker")

    assert not [name for name in by_hand if CURES[name].startswith("Deploy again") or "by deploying" in CURES[name]]


def test_names_that_a_parameter_lists_with_spaces_are_those_of_the_routes(
    deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    arns, flows = [OTHER_NUMBER, demo.WHATSAPP_NUMBER_ARN], list(demo.MORE_FLOW_ARNS)
    stack = deploy(
        {"ROUTES_PARAMETER": "routes"},
        MoreSourcePhoneNumberArns=", ".join(arns),
        MoreContactFlowArns=", ".join(flows),
    )
    routes = zip(arns, flows, strict=True)
    stack.put_parameter("routes", [{"SourceEndpoint_Address": arn, "ContactFlowId": flow} for arn, flow in routes])

    doctor.main(["--stack", STACK], stack.aws)

    told = capsys.readouterr().out
    assert "not ok    role" not in told
    assert all(f"ok        role: The function may use {arn}.\n" in told for arn in (*arns, *flows))


@pytest.mark.parametrize("match", [{}, {"Match": {"Country": "CA"}}])
def test_a_route_for_every_contact_may_be_the_last(
    match: dict[str, object], deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy({"ROUTES_PARAMETER": "routes"})
    stack.put_parameter("routes", [{"Match": {"Country": "US"}}, match])

    doctor.main(["--stack", STACK], stack.aws)

    assert "\nok        routes: Each of them can be reached: 2.\n" in capsys.readouterr().out


def test_flows_of_your_own_need_no_queue_of_the_stack(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy(QueueArn=OTHER_QUEUE)
    told = stack.send("cloudformation", "describe_stack_resources", StackName=STACK)["StackResources"]
    others = [each for each in told if each["ResourceType"] != "AWS::Connect::ContactFlow"]

    doctor.main(["--stack", STACK], Broken(stack, describe_stack_resources={"StackResources": others}))

    assert "flows' queue" not in capsys.readouterr().out


def test_a_stack_that_was_rolled_back_is_told(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    rolled_back = {"Stacks": [{"StackName": STACK, "StackStatus": "UPDATE_ROLLBACK_COMPLETE"}]}

    status = doctor.main(["--stack", STACK], Broken(stack, describe_stacks=rolled_back))

    assert (
        "not ok    stack state: It is UPDATE_ROLLBACK_COMPLETE: the last deployment did not go through.\n"
        f"          -> {CURES['stack state']}\n"
    ) in capsys.readouterr().out
    assert status == 1


@pytest.mark.parametrize(
    ("state", "state_is_ok", "under_way"),
    [
        ("CREATE_IN_PROGRESS", None, "A deployment"),
        ("UPDATE_IN_PROGRESS", None, "A deployment"),
        ("DELETE_IN_PROGRESS", None, "A deletion"),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", True, None),
        ("ROLLBACK_IN_PROGRESS", False, "A deployment"),
        ("UPDATE_ROLLBACK_IN_PROGRESS", False, "A deployment"),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", False, "A deployment"),
        ("REVIEW_IN_PROGRESS", False, None),
        ("CREATE_FAILED", False, None),
    ],
)
def test_a_deployment_that_is_under_way_is_told_as_one_to_wait_for(
    state: str,
    state_is_ok: bool | None,  # noqa: FBT001 (what is expected)
    under_way: str | None,
    deploy: Deploy,
    capsys: pytest.CaptureFixture[str],
) -> None:
    stack = deploy()
    told = {"Stacks": [{"StackName": STACK, "StackStatus": state}]}

    status = doctor.main(["--stack", STACK], Broken(stack, describe_stacks=told))

    out = capsys.readouterr().out
    assert (f"ok        stack state: It is {state}.\n" in out) is (state_is_ok is True)
    assert ("the last deployment did not go through" in out) is (state_is_ok is False)
    assert ("ok        deployment: None is under way.\n" in out) is (under_way is None)
    waits = f"not ok    deployment: {under_way} is under way: {state}.\n          -> {CURES['deployment']}\n"
    assert (waits in out) is (under_way is not None)
    assert status == (0 if state_is_ok else 1)


def test_a_stack_without_the_function_is_not_one_of_ours(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()

    status = doctor.main(
        ["--stack", STACK], Broken(stack, describe_stack_resources={"StackResources": [{"LogicalResourceId": "A"}]})
    )

    assert "The function has no version under the alias live, or is not there." in capsys.readouterr().out
    assert status == 1


def test_a_function_that_is_not_active_is_told(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    inactive = {"FunctionArn": stack.function_arn, "State": "Pending", "Environment": {"Variables": {}}}

    status = doctor.main(["--stack", STACK], Broken(stack, get_function_configuration=inactive))

    assert f"not ok    function: The function is Pending.\n          -> {CURES['function']}" in capsys.readouterr().out
    assert status == 1


def test_an_environment_that_may_not_be_decrypted_is_not_asked(
    deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy()
    hidden = {"FunctionArn": stack.function_arn, "Environment": {"Error": {"ErrorCode": "AccessDeniedException"}}}

    status = doctor.main(["--stack", STACK], Broken(stack, get_function_configuration=hidden))

    told = "not asked settings: Your credentials lack the permission kms:Decrypt for the function's environment.\n"
    assert f"{told}          -> {LACKING}\n" in capsys.readouterr().out
    assert status == 2


def test_an_account_without_tiers_counts_as_one_in_the_sandbox(
    deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy()

    doctor.main(
        ["--stack", STACK],
        Broken(
            stack,
            describe_account_attributes={"AccountAttributes": [{"Name": "OTHER", "Value": "1"}]},
            describe_spend_limits={"SpendLimits": [{"Name": "VOICE_MESSAGE_MONTHLY_SPEND_LIMIT", "EnforcedLimit": 1}]},
        ),
    )

    told = capsys.readouterr().out
    assert "The account is in it (unknown)" in told
    assert "spend limit" not in told


def test_a_queue_that_is_gone_is_told(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    delete_queue(stack)

    doctor.main(["--stack", STACK], stack.aws)

    assert f"warning   queue: {stack.environment['QUEUE_URL']} is not there.\n" in capsys.readouterr().out


DENIED = [
    ("DescribeInstance", "instance", "connect:DescribeInstance"),
    ("DescribePhoneNumber", "source number", "connect:DescribePhoneNumber"),
    ("DescribeContactFlow", "SMS flow", "connect:DescribeContactFlow"),
    ("DescribeQueue", "flows' queue", "connect:DescribeQueue"),
    ("ListLambdaFunctions", "association", "connect:ListLambdaFunctions"),
    ("GetPolicy", "permission", "lambda:GetPolicy"),
    ("GetEventSourceMapping", "worker", "lambda:GetEventSourceMapping"),
    ("Invoke", "dry run", "lambda:InvokeFunction"),
    ("DescribePhoneNumbers", "two-way texts", "sms-voice:DescribePhoneNumbers"),
    ("DescribeOptOutLists", "opt-out list", "sms-voice:DescribeOptOutLists"),
    ("DescribeAccountAttributes", "SMS sandbox", "sms-voice:DescribeAccountAttributes"),
    ("DescribeSpendLimits", "spend limit", "sms-voice:DescribeSpendLimits"),
    ("GetQueueAttributes", "queue", "sqs:GetQueueAttributes"),
    ("GetMetricStatistics", "queue", "cloudwatch:GetMetricStatistics"),
    ("GetParameter", "document", "ssm:GetParameter"),
    ("DescribeStacks", "stack", "cloudformation:DescribeStacks"),
    ("GetFunctionConfiguration", "function", "lambda:GetFunctionConfiguration"),
    ("GetMessageTemplate", "message template", "wisdom:GetMessageTemplate"),
]


@pytest.mark.parametrize(("operation", "name", "permission"), DENIED, ids=[row[0] for row in DENIED])
def test_what_may_not_be_asked_names_the_permission_and_is_not_ok(
    operation: str, name: str, permission: str, deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy({"OPT_OUT_LIST_NAME": "Default", "ROUTES_PARAMETER": "routes"}, AllowMessageTemplates="true")
    stack.put_parameter("routes", [{"Messages": {"default": TEMPLATE}}])
    stack.simulator.world.templates.add(("base", "hello"))
    stack.simulator.faults.add(Fault(operation, "access_denied", times=None))

    status = doctor.main(["--stack", STACK], stack.aws)

    told = f"not asked {name}: Your credentials lack the permission {permission}.\n          -> {LACKING}\n"
    assert told in capsys.readouterr().out
    assert status == (1 if operation == "GetParameter" else 2)  # without its routes the function fails, too


@pytest.mark.parametrize("kind", ["expired_token", "wrong_clock"])
def test_credentials_that_are_not_taken_end_it(
    kind: FaultKind, deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("*", kind, times=None))

    status = doctor.main(["--stack", STACK], stack.aws)

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("AWS does not take your credentials: ")
    assert status == 2


def test_a_script_gets_json_even_without_credentials(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("*", "expired_token", times=None))

    status = doctor.main(["--stack", STACK, "--json"], stack.aws)

    out, err = capsys.readouterr()
    told = json.loads(out)
    assert told.pop("error").startswith("AWS does not take your credentials: ")
    assert told == {"stack": STACK, "findings": [], "assumptions": []}
    assert (status, err) == (2, "")


def test_flows_of_your_own_have_a_keypad_of_your_own(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy({"DEFAULT_COUNTRY": ""})
    answer = stack.send("cloudformation", "describe_stack_resources", StackName=STACK)
    others = [each for each in answer["StackResources"] if each["ResourceType"] != "AWS::Connect::ContactFlow"]

    doctor.main(["--stack", STACK], Broken(stack, describe_stack_resources={"StackResources": others}))

    assert "keypad" not in capsys.readouterr().out


def test_a_service_that_fails_is_not_asked(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("GetPolicy", "reset_before", times=None))
    stack.simulator.faults.add(Fault("Invoke", "invalid_request", times=None))

    status = doctor.main(["--stack", STACK], stack.aws)

    told = capsys.readouterr().out
    assert "not asked permission: lambda could not be asked: ConnectionClosedError.\n" in told
    assert "not asked dry run: AWS answered Invoke with InvalidRequestException.\n" in told
    assert status == 2


def test_a_lookup_that_would_be_paid_for_is_not_made(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy({"CARRIER_LOOKUP": "true"})
    stack.simulator.faults.add(Fault("CarrierLookup", "access_denied", times=None))

    status = doctor.main(["--stack", STACK], stack.aws)

    assert "ok        dry run: The function answered DECLINED CUSTOMER_NUMBER_MISSING.\n" in capsys.readouterr().out
    assert stack.simulator.faults.take("CarrierLookup") is not None
    assert status == 0


@pytest.mark.parametrize(
    ("countries", "answer"), [("AU", "DRY_RUN"), ("US,AU", "DRY_RUN"), ("GB", "DECLINED COUNTRY_NOT_ALLOWED")]
)
def test_the_dry_run_is_about_a_fictional_number_of_an_allowed_country(
    countries: str, answer: str, deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy({"ALLOWED_COUNTRIES": countries})

    status = doctor.main(["--stack", STACK], stack.aws)

    assert f"ok        dry run: The function answered {answer}.\n" in capsys.readouterr().out
    assert status == 0


def test_a_function_that_answers_no_json_is_not_asked(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    class Body:
        def read(self) -> bytes:
            return b"<html>"

    stack = deploy()

    status = doctor.main(["--stack", STACK], Broken(stack, invoke={"Payload": Body()}))

    assert "not asked dry run: The function answered something that is not JSON.\n" in capsys.readouterr().out
    assert status == 2


def test_all_pages_of_the_associated_functions_are_read(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()

    class Pages(Broken):
        def ask(self, service: str, operation: str, **request: object) -> object:
            if operation == "list_lambda_functions" and "NextToken" not in request:
                return {"LambdaFunctions": [], "NextToken": "more"}
            return self._stack.send(service, operation, **{k: v for k, v in request.items() if k != "NextToken"})

    doctor.main(["--stack", STACK], Pages(stack))

    assert f"ok        association: The flow designer lists {ALIAS_ARN}.\n" in capsys.readouterr().out


def test_without_settings_for_them_nothing_is_said_of_queues_and_texts(
    deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy(
        {
            "INITIAL_MESSAGE": "",
            "QUEUE_URL": "",
            "DEAD_LETTER_QUEUE_URL": "",
            "SUBTYPES": "connect:WhatsApp",
            "ROUTES_PARAMETER": "routes",
        },
        MoreSourcePhoneNumberArns=demo.WHATSAPP_NUMBER_ARN,
    )
    stack.put_parameter("routes", [{"SourceEndpoint_Address": demo.WHATSAPP_NUMBER_ARN}])

    doctor.main(["--stack", STACK], stack.aws)

    told = capsys.readouterr().out
    assert "UndeliveredEvents is empty" in told
    told = told.replace("flows' queue:", "")
    assert [name for name in (" queue:", "DeadLetterQueue", "sandbox", "spend limit", "two-way") if name in told] == []


def test_a_question_is_asked_once(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("ListStacks", "access_denied", after=1, times=None))
    aws = Aws()

    first, again = (aws.ask("cloudformation", "list_stacks") for _ in range(2))

    assert first is again
    assert capsys.readouterr().out == ""


def test_no_region_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    status = doctor.main(["--stack", STACK])

    assert capsys.readouterr().err == (
        "There is no Region; give REGION=, or set AWS_REGION.\n"
        "Log in to AWS, or give PROFILE= and REGION=; `aws configure list-profiles` lists the profiles.\n"
    )
    assert status == 2


def test_no_such_profile_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")

    status = doctor.main(["--stack", STACK, "--profile", "none"])

    assert capsys.readouterr().err.startswith("The config profile (none) could not be found.")
    assert status == 2


def test_no_credentials_are_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    status = doctor.main(["--stack", STACK, "--region", "us-east-1"])

    assert capsys.readouterr().err.startswith("Unable to locate credentials.")
    assert status == 2


CONFIG_FILE = """
[profile login]
login_session = arn:aws:iam::111122223333:user/somebody
[profile nowhere]
role_arn = arn:aws:iam::111122223333:role/somebody
source_profile = nope
[profile source]
role_arn = arn:aws:iam::111122223333:role/somebody
credential_source = Nope
[profile region]
region = us east
aws_access_key_id = one
aws_secret_access_key = two
[profile web]
role_arn = arn:aws:iam::111122223333:role/somebody
web_identity_token_file = no-such-file
"""


AFTER_LOGIN = (
    "A profile of `aws login` is not read here: log in, "
    'run `eval "$(aws configure export-credentials --profile login --format env)"`, '
    "and ask again with REGION= instead of PROFILE=."
)


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ("login", AFTER_LOGIN),
        ("nowhere", 'The source_profile "nope" referenced in the profile "nowhere" does not exist.'),
        ("source", 'The credential source "Nope" referenced in profile "source" is not valid.'),
        ("region", "Provided region_name 'us east' doesn't match a supported format."),
        ("web", "[Errno 2] No such file or directory: 'no-such-file'."),
    ],
)
@pytest.mark.parametrize("ending", [[], ["--json"]])
def test_a_broken_profile_is_told(
    profile: str,
    told: str,
    ending: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "config").write_text(CONFIG_FILE)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    region = [] if profile == "region" else ["--region", "us-east-1"]

    status = doctor.main(["--stack", STACK, "--profile", profile, *region, *ending])

    out, err = capsys.readouterr()
    if ending:
        assert json.loads(out) == {"stack": STACK, "findings": [], "assumptions": [], "error": told}
    else:
        assert (out, err) == ("", f"{told}\n{LOG_IN}\n")
    assert status == 2


def test_a_command_without_a_stack_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        doctor.main(["--stack", ""])

    assert ended.value.code == 2
    assert "give the name of the stack, as in STACK=connect-sms-deflection" in capsys.readouterr().err
