"""The command: values from the command line, samconfig.toml, the stack and the user; what it refuses; SAM's command."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest

from connect_simulator import Fault, Simulator, demo
from connect_simulator.faults.fault import FaultKind
from deflection_ops import deploy as command
from deflection_ops import permissions
from deflection_ops.aws import AwsApi
from deflection_ops.deploy_inputs.values import NUMBER
from deflection_ops.errors import NotFoundError
from deflection_ops.terminal import Terminal
from ops.checks.test_instance import OTHER_INSTANCE, OTHER_QUEUE
from ops.conftest import Deploy
from ops.stack import FOREIGN_INSTANCE, OTHER_ACCOUNT, PatchedAws, patch_stack

FOUR = ("--instance", "example-corp", "--number", demo.SMS_NUMBER, "--queue", "Service", "--country", "us")
VALUES = {
    "InstanceArn": demo.INSTANCE_ARN,
    NUMBER.parameter: demo.SMS_NUMBER_ARN,
    "QueueArn": demo.QUEUE_ARN,
    "DefaultCountry": "US",
    "Language": "en-US",
}
NUMBER_ID = demo.SMS_NUMBER_ARN.rpartition("/")[2]
NEW_STACK = "connect-sms-deflection"
ELSEWHERE = demo.INSTANCE_ARN.replace("us-east-1", "eu-west-2")

BUILD = ("--build", "make build")

type Capture = pytest.CaptureFixture[str]
type Commands = Mapping[str, Callable[[], int]]
NO_COMMANDS: Commands = {}
"""The behavior of a command by its first word; the other commands do nothing and succeed."""


@dataclass(frozen=True)
class Result:
    """The commands that would run, the exit status, the output and the number of questions."""

    ran: list[list[str]]
    status: int
    out: str
    err: str
    questions: int

    @property
    def sam(self) -> list[str]:
        """The command that deploys; empty if it does not run."""
        return next((each for each in self.ran if each[0] == "sam"), [])

    @property
    def parameters(self) -> dict[str, str]:
        """The parameters that SAM gets."""
        if "--parameter-overrides" not in self.sam:
            return {}
        given = self.sam[self.sam.index("--parameter-overrides") + 1 :]
        return {name: value.strip('"') for name, value in (each.split("=", 1) for each in given)}


@pytest.fixture
def run(capsys: Capture) -> Callable[..., Result]:
    """Run `make deploy` with these answers; None runs it without a terminal."""

    def call(
        aws: AwsApi, *arguments: str, answers: Iterable[str] | None = (), commands: Commands = NO_COMMANDS
    ) -> Result:
        ran: list[list[str]] = []
        lines = list(answers or ())

        def read_line() -> str:
            asked[0] += 1
            if not lines:
                raise EOFError
            return lines.pop(0)

        def run_command(arguments: Sequence[str]) -> int:
            ran.append([*arguments])
            return commands.get(arguments[0], lambda: 0)()

        asked = [0]
        terminal = Terminal(is_interactive=lambda: answers is not None, read_line=read_line)
        ended = command.main([*BUILD, *arguments], aws, terminal, run_command)
        out, err = capsys.readouterr()
        return Result(ran, ended, out, err, asked[0])

    return call


type Run = Callable[..., Result]


def interrupt() -> int:
    raise KeyboardInterrupt


def test_four_values_are_enough_and_nothing_is_asked(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR)

    assert result.sam[:9] == [
        *("sam", "deploy", "--config-env", "default", "--stack-name", "connect-sms-deflection"),
        *("--region", "us-east-1", "--confirm-changeset"),
    ]
    assert result.parameters == VALUES
    assert (result.status, result.questions) == (0, 0)


@pytest.mark.parametrize(
    "values",
    [
        (demo.INSTANCE_ARN, demo.SMS_NUMBER_ARN, demo.QUEUE_ARN),
        (demo.INSTANCE_ID, NUMBER_ID, demo.QUEUE_ID),
        ("example-corp", "+1 (425) 555-0180", "Service"),
    ],
)
def test_resource_may_be_given_by_arn_id_or_name(values: tuple[str, str, str], aws: AwsApi, run: Run) -> None:
    instance, number, queue = values

    result = run(aws, "--instance", instance, "--number", number, "--queue", queue, "--country", "US")

    assert result.parameters == VALUES


@pytest.mark.parametrize("language", ["de-de", "de_DE"])
def test_given_language_is_taken_in_any_usual_spelling(language: str, aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR, "--language", language)

    assert result.parameters == VALUES | {"Language": "de-DE"}
    assert "LANGUAGE=" not in result.out


def test_what_is_missing_is_chosen_from_lists(aws: AwsApi, run: Run, simulator: Simulator) -> None:
    simulator.world.queues.update(demo.QUEUE_ARN.replace("7c1d2e3f", f"{index:08x}") for index in range(100))
    simulator.world.instance_config.queues[demo.QUEUE_ARN] = {"Name": "Zebra"}

    result = run(aws, answers=["", "4", "0", "1", "101", "XX", "", ""])

    assert result.parameters == VALUES
    assert "example-corp" in result.err
    assert demo.SMS_NUMBER in result.err
    assert demo.VOICE_NUMBER not in result.err
    assert "101  Zebra" in result.err
    assert (result.status, result.questions) == (0, 8)


def test_five_questions_are_asked_when_nothing_is_given(aws: AwsApi, run: Run) -> None:
    result = run(aws, answers=["", "2", "", "DE", "2"])

    assert result.parameters == VALUES | {
        NUMBER.parameter: demo.MORE_SMS_NUMBER_ARNS[0],
        "DefaultCountry": "DE",
        "Language": "en-GB",
    }
    assert result.questions == 5


def test_one_of_several_instances_is_never_proposed(aws: AwsApi, run: Run, simulator: Simulator) -> None:
    simulator.world.instances.add(OTHER_INSTANCE)

    result = run(aws, *FOUR[2:], answers=["", "1"])

    assert (result.parameters, result.questions) == (VALUES, 2)


def test_number_without_a_country_proposes_none(aws: AwsApi, run: Run, simulator: Simulator) -> None:
    simulator.world.instance_config.phone_numbers[demo.SMS_NUMBER_ARN] = {"PhoneNumberCountryCode": None}

    result = run(aws, *FOUR[:6], answers=["", "US", ""])

    assert (result.parameters, result.questions) == (VALUES, 3)


@pytest.mark.parametrize(
    ("change", "missing", "name"),
    [
        (lambda world: world.instance_config.instance.update(InstanceStatus="CREATION_FAILED"), 0, "INSTANCE"),
        (lambda world: world.phone_numbers.clear(), 2, "NUMBER"),
        (lambda world: world.queues.clear(), 4, "QUEUE"),
    ],
)
def test_account_with_nothing_to_choose_is_told_what_to_make(
    change: Callable[[Any], object], missing: int, name: str, aws: AwsApi, run: Run, simulator: Simulator
) -> None:
    change(simulator.world)

    result = run(aws, *FOUR[:missing], *FOUR[missing + 2 :])

    assert f"not ok    {name}: " in result.err
    assert "[NONE_TO_CHOOSE]" in result.err
    assert (result.sam, result.status) == ([], 1)


@pytest.mark.parametrize("answers", [[], ["", "1"]])
def test_end_of_the_answers_changes_nothing(answers: list[str], aws: AwsApi, run: Run) -> None:
    result = run(aws, answers=answers)

    assert "Nothing was changed." in result.err
    assert (result.sam, result.status) == ([], 2)


WRONG = [
    ("--instance", "none", "none", "VALUE_NOT_FOUND", "example-corp"),
    ("--instance", OTHER_INSTANCE, OTHER_INSTANCE, "VALUE_NOT_FOUND", "example-corp"),
    ("--instance", demo.QUEUE_ARN, demo.QUEUE_ARN, "VALUE_INVALID", "INSTANCE="),
    ("--instance", ELSEWHERE, ELSEWHERE, "WRONG_REGION", "REGION=eu-west-2"),
    ("--instance", FOREIGN_INSTANCE, FOREIGN_INSTANCE, "WRONG_ACCOUNT", f"account {OTHER_ACCOUNT}"),
    ("--number", "+14255550199", "+14255550199", "VALUE_NOT_FOUND", demo.SMS_NUMBER),
    ("--number", demo.VOICE_NUMBER, demo.VOICE_NUMBER_ARN, "NUMBER_NOT_FOR_SMS", "import it"),
    ("--number", demo.SMS_SOURCE_ARN, demo.SMS_SOURCE_ARN, "VALUE_INVALID", "AWS End User Messaging"),
    ("--queue", "None", "None", "VALUE_NOT_FOUND", "Service"),
    (
        "--queue",
        f"{OTHER_INSTANCE}/queue/{demo.QUEUE_ID}",
        f"{OTHER_INSTANCE}/queue/{demo.QUEUE_ID}",
        "QUEUE_OF_OTHER_INSTANCE",
        "QUEUE=",
    ),
    ("--queue", OTHER_QUEUE, OTHER_QUEUE, "QUEUE_NOT_FOUND", "QUEUE="),
    ("--country", "UK", "UK", "VALUE_INVALID", "GB"),
    ("--language", "xx", "xx", "VALUE_INVALID", "pt-BR"),
    ("--config", "none", "none", "VALUE_INVALID", "CONFIG=arm64"),
    ("--parameters", "AlarmTraget=you@example.com", "AlarmTraget", "PARAMETER_UNKNOWN", "AlarmTarget"),
    ("--parameters", "Zzzzzzzz=1", "Zzzzzzzz", "PARAMETER_UNKNOWN", "docs/reference.md"),
    ("--parameters", "QuietHours", "PARAMETERS", "VALUE_INVALID", "QuietHours=21:00-08:00"),
]


@pytest.mark.parametrize(
    ("option", "value", "named", "code", "cure"), WRONG, ids=[f"{row[0]}-{row[3]}" for row in WRONG]
)
def test_wrong_value_is_refused_before_anything_is_changed(
    option: str, value: str, named: str, code: str, cure: str, aws: AwsApi, run: Run
) -> None:
    result = run(aws, *FOUR, option, value)

    problem, remedy = next(
        (line, following)
        for lines in (result.out.splitlines(), result.err.splitlines())
        for line, following in pairwise(lines)
        if line.endswith(f"[{code}]")
    )
    assert named in problem
    assert cure in remedy
    assert result.err.endswith("Nothing was changed.\n")
    assert (result.ran, result.status, result.questions) == ([], 1, 0)


def test_all_wrong_values_are_named_at_once(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR, "--country", "UK", "--language", "xx", "--instance", ELSEWHERE)

    assert [line.split(":")[0].split()[-1] for line in result.err.splitlines() if line.startswith("not ok")] == [
        "INSTANCE",
        "COUNTRY",
        "LANGUAGE",
    ]


def test_number_without_two_way_messages_is_refused(aws: AwsApi, run: Run, simulator: Simulator) -> None:
    simulator.world.sms.phone_numbers[demo.SMS_SOURCE_ARN] = {"TwoWayEnabled": False}

    result = run(aws, *FOUR)

    assert "[TWO_WAY_OFF]" in result.out
    assert (result.sam, result.status) == ([], 1)


def test_number_that_end_user_messaging_may_not_describe_is_deployed(
    aws: AwsApi, run: Run, simulator: Simulator
) -> None:
    simulator.faults.add(Fault("DescribePhoneNumbers", "access_denied", times=None))

    result = run(aws, *FOUR)

    assert "sms-voice:DescribePhoneNumbers" in result.out
    assert result.parameters == VALUES


@pytest.mark.parametrize("operation", ["DescribeQueue", "ListInstances"])
def test_missing_permission_in_amazon_connect_changes_nothing(
    operation: str, aws: AwsApi, run: Run, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(operation, "access_denied", times=None))

    result = run(aws, *FOUR)

    assert f"connect:{operation}" in result.out + result.err
    assert (result.sam, result.status) == ([], 2)


def test_expired_credentials_are_reported_before_any_question(aws: AwsApi, run: Run, simulator: Simulator) -> None:
    simulator.faults.add(Fault("GetCallerIdentity", "expired_token", times=None))

    result = run(aws)

    assert "ExpiredToken" in result.err
    assert (result.sam, result.status, result.questions) == ([], 2, 0)


def test_missing_credentials_are_reported_before_any_question(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    status = command.main([*BUILD, "--region", "us-east-1"], run=lambda _arguments: 0)

    assert "PROFILE=" in capsys.readouterr().err
    assert status == 2


def test_without_a_terminal_every_missing_value_is_named_in_one_error(aws: AwsApi, run: Run) -> None:
    result = run(aws, "--number", demo.SMS_NUMBER, answers=None)

    problems = [line for line in result.err.splitlines() if line.startswith("not ok")]
    assert len(problems) == 1
    for name in ("INSTANCE=", "QUEUE=", "COUNTRY=", "CONFIRM=no"):
        assert name in problems[0]
    assert "NUMBER=" not in problems[0]
    assert (result.sam, result.status) == ([], 1)


def test_without_a_terminal_changes_are_not_confirmed_by_nobody(aws: AwsApi, run: Run) -> None:
    refused = run(aws, *FOUR, answers=None)
    deployed = run(aws, *FOUR, "--confirm", "no", answers=None)

    assert "CONFIRM=no" in refused.err
    assert (refused.sam, refused.status) == ([], 1)
    assert "--no-confirm-changeset" in deployed.sam
    assert deployed.parameters == VALUES


def test_existing_stack_keeps_the_values_that_are_not_given(deploy: Deploy, run: Run) -> None:
    stack = deploy(**VALUES | {"Language": "de-DE", "DefaultCountry": "DE"})

    kept = run(stack.aws, "--stack", "sms", "--confirm", "no", answers=None)
    changed = run(stack.aws, "--stack", "sms", "--country", "AT", "--number", "+14255550181")

    assert (kept.status, kept.parameters, kept.questions) == (0, {}, 0)
    assert changed.parameters == {
        "DefaultCountry": "AT",
        NUMBER.parameter: demo.MORE_SMS_NUMBER_ARNS[0],
    }


def test_older_stack_is_asked_only_for_what_it_does_not_have(deploy: Deploy, run: Run) -> None:
    stack = deploy(InstanceArn=demo.INSTANCE_ARN, SourcePhoneNumberArn=demo.SMS_NUMBER_ARN, DefaultCountry="")

    result = run(stack.aws, "--stack", "sms", answers=["", ""])

    assert result.parameters.keys() >= {"DefaultCountry", "Language"}
    assert result.parameters.items() <= VALUES.items()
    assert result.questions == 2


def test_older_stack_keeps_its_meaning_under_the_new_names(deploy: Deploy, run: Run) -> None:
    stack = deploy(
        **VALUES,
        MoreSourcePhoneNumberArns=demo.MORE_SMS_NUMBER_ARNS[0],
        CountAnswers="true",
        AlarmEmail="you@example.com",
        AlarmTopicArn="",
        AllowMessageTemplates="false",
        KnowledgeBaseId="*",
        ConsentFromContactOnly="true",
        AcceptDeflectionRequests="true",
    )

    result = run(stack.aws, "--stack", "sms", "--confirm", "no", answers=None)

    assert result.parameters == {
        "MoreConnectPhoneNumberArns": demo.MORE_SMS_NUMBER_ARNS[0],
        "CountOutcomes": "true",
        "AlarmTarget": "you@example.com",
        "KnowledgeBaseId": "",
        "AcceptDeflectionRequests": "contact-consent",
    }


def test_given_value_beats_that_of_an_older_stack(deploy: Deploy, run: Run) -> None:
    stack = deploy(**VALUES, AlarmTopicArn="arn:aws:sns:us-east-1:111122223333:alarms", AllowMessageTemplates="true")

    kept = run(stack.aws, "--stack", "sms")
    given = run(stack.aws, "--stack", "sms", "--parameters", "AlarmTarget=you@example.com")

    assert kept.parameters == {"AlarmTarget": "arn:aws:sns:us-east-1:111122223333:alarms"}
    assert given.parameters == {"AlarmTarget": "you@example.com"}


def test_stack_with_test_cases_needs_a_queue_and_a_country(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR[:4], "--parameters", "DeployFlows=with-test-cases", answers=None)

    assert result.sam == []
    assert "QUEUE" in result.err
    assert "COUNTRY" in result.err


def test_stack_without_flows_needs_neither_queue_nor_country(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR[:4], "--parameters", "DeployFlows=false ContactFlowId=5c0d7e1a")

    assert result.parameters == {
        "InstanceArn": demo.INSTANCE_ARN,
        NUMBER.parameter: demo.SMS_NUMBER_ARN,
        "DeployFlows": "false",
        "ContactFlowId": "5c0d7e1a",
        "Language": "en-US",
    }
    assert result.questions == 0


def test_number_of_the_first_subtype_is_chosen(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR[:2], *FOUR[4:], "--parameters", "Subtypes=connect:WhatsApp,connect:SMS", answers=[""])

    assert result.parameters[NUMBER.parameter] == demo.WHATSAPP_NUMBER_ARN
    assert result.status == 0


@pytest.mark.parametrize(
    ("status", "code"),
    [("ROLLBACK_COMPLETE", "STACK_FAILED"), ("UPDATE_IN_PROGRESS", "STACK_CHANGING")],
)
def test_stack_that_cannot_be_updated_is_refused(status: str, code: str, deploy: Deploy, run: Run) -> None:
    result = run(patch_stack(deploy(), status), "--stack", "sms", *FOUR)

    assert f"[{code}]" in result.err
    assert status in result.err
    assert (result.sam, result.status) == ([], 1)


@pytest.mark.parametrize("kind", ["internal", "unavailable_html", "proxy_page", "throttling"])
def test_cloudformation_that_does_not_answer_is_not_a_problem_of_the_values(
    kind: FaultKind, aws: AwsApi, run: Run, simulator: Simulator
) -> None:
    simulator.faults.add(Fault("DescribeStacks", kind, times=None))

    result = run(aws, *FOUR)

    assert "PROFILE=" not in result.err
    assert "INSTANCE=" not in result.err
    assert (result.ran, result.status) == ([], 2)


def test_check_without_an_answer_is_not_a_problem_of_the_values(aws: AwsApi, run: Run, simulator: Simulator) -> None:
    simulator.faults.add(Fault("DescribeQueue", "internal", times=None))

    result = run(aws, *FOUR)

    assert "INSTANCE=" not in result.err
    assert (result.ran, result.status) == ([], 2)


def test_unknown_number_lists_only_numbers_that_can_send_messages(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR, "--number", "+14255550199")

    assert demo.SMS_NUMBER in result.err
    assert demo.VOICE_NUMBER not in result.err


def test_queue_of_an_agent_is_not_in_the_list(aws: AwsApi, run: Run, simulator: Simulator) -> None:
    agent = demo.QUEUE_ARN.replace("7c1d2e3f", "00000001")
    simulator.world.queues.add(agent)
    simulator.world.instance_config.queues[agent] = {"Name": "Agent 1", "QueueType": "AGENT"}

    result = run(aws, *FOUR[:4], *FOUR[6:], answers=["1"])

    assert "Agent 1" not in result.err
    assert result.parameters["QueueArn"] == demo.QUEUE_ARN


def test_stack_that_was_never_created_is_new(deploy: Deploy, run: Run) -> None:
    assert run(patch_stack(deploy(), "REVIEW_IN_PROGRESS"), "--stack", "sms", *FOUR).parameters == VALUES


def test_function_is_built_after_the_checks_and_before_the_deployment(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR)

    assert [each[:2] for each in result.ran] == [["make", "build"], ["sam", "deploy"]]


def test_failed_build_is_not_deployed(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR, commands={"make": lambda: 2})

    assert "Nothing was changed." in result.err
    assert (result.sam, result.status) == ([], 2)


def test_interrupted_build_is_not_deployed(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR, commands={"make": interrupt})

    assert "Nothing was changed." in result.err
    assert (result.sam, result.status) == ([], 2)


def test_status_of_sam_is_that_of_the_command(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR, commands={"sam": lambda: 3})

    assert "make doctor" not in result.out
    assert result.status == 3


def test_doctor_is_proposed_for_a_stack_that_was_deployed(aws: AwsApi, run: Run) -> None:
    def deploy() -> int:
        aws.call("cloudformation", "create_stack", StackName=NEW_STACK, TemplateBody='{"Resources": {}}')
        return 0

    result = run(aws, *FOUR, commands={"sam": deploy})

    assert f"make doctor STACK={NEW_STACK} REGION=us-east-1" in result.out


def test_doctor_is_proposed_for_a_stack_that_was_updated(deploy: Deploy, run: Run) -> None:
    stack = deploy()
    patched = patch_stack(stack, "UPDATE_COMPLETE")

    def update() -> int:
        patched.answers["describe_stacks"]["Stacks"][0]["LastUpdatedTime"] = "2026-11-29T10:00:00Z"
        return 0

    assert "make doctor STACK=sms" in run(patched, "--stack", "sms", *FOUR, commands={"sam": update}).out
    assert "make doctor" not in run(patched, "--stack", "sms", *FOUR).out


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "UPDATE_COMPLETE"])
def test_doctor_is_not_proposed_when_the_change_set_was_not_executed(status: str, deploy: Deploy, run: Run) -> None:
    result = run(patch_stack(deploy(), status), "--stack", "sms", *FOUR)

    assert result.sam
    assert "make doctor" not in result.out


def test_doctor_is_not_proposed_for_a_new_stack_that_was_not_created(deploy: Deploy, run: Run) -> None:
    patched = patch_stack(deploy(), "REVIEW_IN_PROGRESS")

    def end_in_review() -> int:
        patched.answers["describe_stacks"] = {"Stacks": [{"StackName": "sms", "StackStatus": "REVIEW_IN_PROGRESS"}]}
        return 0

    patched.answers["describe_stacks"] = NotFoundError("ValidationError")
    result = run(patched, "--stack", "sms", *FOUR, commands={"sam": end_in_review})

    assert result.sam
    assert "make doctor" not in result.out


def test_unknown_status_after_the_deployment_is_not_an_error(aws: AwsApi, run: Run, simulator: Simulator) -> None:
    def lose_answers() -> int:
        simulator.faults.add(Fault("DescribeStacks", "internal", times=None))
        return 0

    result = run(aws, *FOUR, commands={"sam": lose_answers})

    assert "make doctor" not in result.out
    assert result.status == 0


def test_interruption_of_sam_is_left_to_sam(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR, commands={"sam": interrupt})

    assert "Nothing was changed" not in result.err
    assert (result.ran[-1][0], result.status) == ("sam", 2)


def test_permissions_are_those_of_the_calls_to_aws(deploy: Deploy, run: Run) -> None:
    called = set()

    class Recording(PatchedAws):
        def call(self, service: str, operation: str, **request: object) -> object:
            called.add(operation.replace("_", ""))
            return super().call(service, operation, **request)

        read = call

    recording = Recording(deploy())
    run(recording, "--stack", "sms", answers=["", "1", "1", "US", ""])
    run(recording, "--stack", "sms", *FOUR)

    assert called - {"getcalleridentity"} == {action.partition(":")[2].lower() for action in permissions.DEPLOY}


def test_environment_of_samconfig_is_deployed_with_its_parameters(aws: AwsApi, run: Run) -> None:
    result = run(aws, *FOUR, "--config", "arm64")

    assert result.sam[2:4] == ["--config-env", "arm64"]
    assert result.parameters == VALUES | {"Architecture": "arm64"}
