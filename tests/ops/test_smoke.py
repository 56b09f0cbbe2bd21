"""The first hour against the simulator: each step fails once, and each assumption that it settles falls once."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.config import Config

from connect_simulator import Fault, demo
from connect_simulator.faults import FaultKind
from deflection_ops import aws, smoke
from deflection_ops.finding import LACKING
from deflection_ops.smoke import NOTHING_TRIED, Person
from deflection_ops.smoke_test import steps
from deflection_ops.smoke_test.assumptions import ASSUMPTIONS, Judgement
from ops.conftest import Deploy
from ops.stack import STACK, TO, Stack

CURES = {line.name: line.cure for line in steps.LINES}
CALL = "0f7e1c9a-3b5d-4f6a-8c7b-9d0e1f2a3b4c"
MASKED = "+1********23"
ASKED = ["--stack", STACK, "--to", TO]


def person(answer: str = "yes") -> Person:
    return Person(is_there=lambda: True, answer=lambda: answer, pause=lambda _seconds: None)


class Told:
    """What the command printed, and its exit status."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err

    def judgement(self, name: str) -> str:
        [line] = [line for line in self.out.splitlines() if line.endswith(ASSUMPTIONS[name].says)]
        return line.removesuffix(ASSUMPTIONS[name].says).strip()


type Walk = Callable[..., Told]


@pytest.fixture
def walk(capsys: pytest.CaptureFixture[str]) -> Walk:
    def run(stack: Stack, *more: str, by: Person | None = None) -> Told:
        status = smoke.main([*ASKED, *more], stack.aws, by or person())
        return Told(status, *capsys.readouterr())

    return run


def ended_call(stack: Stack, **members: Any) -> None:
    """A call that has ended, with an attribute."""
    call = {"Id": CALL, "DisconnectTimestamp": 1795342000.0, "Attributes": {"orderNumber": "A-1001"}}
    stack.simulator.world.put_contact(call | members)


def change_started(stack: Stack, **members: Any) -> None:
    """Each contact that is started is described otherwise."""
    invoke = stack.simulator.functions[STACK]

    def changed(event: Any) -> Any:
        answer = invoke(event)
        if answer["ContactId"]:
            stack.simulator.world.contacts[answer["ContactId"]].update(members)
        return answer

    stack.simulator.functions[STACK] = changed


def refuse(stack: Stack, answer: dict[str, str], *, times: int = 1, after: int) -> None:
    """After so many invocations the function answers this so many times."""
    invoke, count = stack.simulator.functions[STACK], [0]

    def refusing(event: Any) -> Any:
        count[0] += 1
        return answer if after < count[0] <= after + times else invoke(event)

    stack.simulator.functions[STACK] = refusing


CONFLICT = {"Status": "FAILED", "Reason": "CONFLICT", "Message": "AWS answered with 409."}
REFUSED = {"Status": "FAILED", "Reason": "REQUEST_REFUSED", "Message": "AWS answered with 400."}
DENIED = {"Status": "FAILED", "Reason": "ACCESS_DENIED", "Message": "AWS answered with 403."}


def test_two_texts_are_sent_and_their_contacts_ended(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()

    told = walk(stack)

    first, repeated, second = stack.simulator.world.requests
    assert (first.repeated, repeated.repeated, second.repeated) == (False, True, False)
    assert first.contact_id == repeated.contact_id != second.contact_id
    assert "RelatedContactId" not in first.body
    assert second.body["RelatedContactId"] == first.contact_id
    assert all("DisconnectTimestamp" in contact for contact in stack.simulator.world.contacts.values())
    assert told.status == 0
    for line in (
        "ok        dry run: The function answered DRY_RUN.",
        "ok        opted out: The number is not on the list Default.",
        f"ok        text: The SMS contact {first.contact_id} was started.",
        f"ok        repetition: The same invocation came to the same contact, {first.contact_id}.",
        "ok        SMS contact: It is what was asked for: CHAT, connect:SMS.",
        f"ok        stop: {first.contact_id} was ended.",
        f"ok        ended contact: A text related to an ended contact was started: {second.contact_id}.",
        f"ok        related contact: The second contact points to {first.contact_id}.",
        f"ok        clean-up: {second.contact_id} was ended.",
    ):
        assert f"{line}\n" in told.out


def test_what_held_is_told_with_what_it_was_seen_by_and_the_rest_with_how_to_try_it(deploy: Deploy, walk: Walk) -> None:
    told = walk(deploy())

    held = {"token", "chain", "system endpoint", "ended", "attributes", "unlisted", "association", "destination"}
    judged = {name: told.judgement(name) for name in ASSUMPTIONS}
    assert judged == {name: Judgement.HELD if name in held else Judgement.NOT_TRIED for name in ASSUMPTIONS}
    assert "-> 0 of 1 attributes of the related contact are on the new one.\n" in told.out
    assert f"-> {ASSUMPTIONS['price'].to_try}\n" in told.out


def test_the_number_is_shown_once_to_agree_to_and_never_again(deploy: Deploy, walk: Walk) -> None:
    told = walk(deploy())

    assert told.err.count(TO) == 1
    assert TO not in told.out


def test_with_force_nobody_is_asked_and_the_number_is_masked(deploy: Deploy, walk: Walk) -> None:
    nobody = Person(is_there=lambda: False, answer=lambda: "no", pause=lambda _seconds: None)

    told = walk(deploy(), "--force", by=nobody)

    assert f"At most two real texts go to {MASKED} from {demo.SMS_NUMBER_ARN}.\n" in told.err
    assert TO not in told.out + told.err
    assert told.status == 0


def test_what_it_costs_is_said_before(deploy: Deploy, walk: Walk) -> None:
    told = walk(deploy({"CARRIER_LOOKUP": "true"}))

    assert "AWS charges for each part of a text, and for the carrier's answer each time;" in told.err
    assert "ok        dry run: The function answered DECLINED CUSTOMER_NUMBER_MISSING.\n" in told.out
    assert told.status == 0


def test_nobody_there_to_agree_is_refused_before_anything_is_asked(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()

    told = walk(stack, by=Person(is_there=lambda: False))

    assert told.err == "This sends real texts, and nobody is there to agree; give FORCE=1.\n"
    assert (told.out, told.status, stack.simulator.world.requests) == ("", 2, [])


def end_of_file() -> str:
    raise EOFError


@pytest.mark.parametrize("answer", [lambda: "no", lambda: "", end_of_file])
def test_who_does_not_agree_gets_no_text(answer: Callable[[], str], deploy: Deploy, walk: Walk) -> None:
    stack = deploy()

    told = walk(stack, by=Person(is_there=lambda: True, answer=answer))

    assert "not asked text: None was sent: nobody agreed.\n          -> Say yes, or FORCE=1.\n" in told.out
    assert (told.status, stack.simulator.world.requests) == (2, [])


@pytest.mark.parametrize("number", ["4255550142", "+1 425", "Jane"])
def test_a_number_that_is_none_is_refused_without_repeating_it(number: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        smoke.main(["--stack", STACK, "--to", number])

    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert "give a valid number with its country, as in TO=+14255550100" in told
    assert number not in told


def test_a_deployment_that_cannot_work_is_not_texted_by(deploy: Deploy, walk: Walk) -> None:
    stack = deploy({"INSTANCE_ARN": demo.INSTANCE_ARN})

    told = walk(stack)

    assert "not ok    account and Region" in told.out
    assert told.out.endswith(f"\n\n{NOTHING_TRIED}\n6 ok, 1 not ok.\n")
    assert (told.status, stack.simulator.world.requests) == (1, [])


def fails(told: Told, name: str, sentence: str) -> None:
    assert f"not ok    {name}: {sentence}\n          -> {CURES[name]}\n" in told.out
    assert told.status == 1


def test_a_dry_run_that_is_declined_ends_it(deploy: Deploy, walk: Walk) -> None:
    stack = deploy({"ALLOWED_COUNTRIES": "GB"})

    told = walk(stack)

    reason = "DECLINED COUNTRY_NOT_ALLOWED: The customer's number is of a country that is not texted."
    fails(told, "dry run", f"The function answered {reason}")
    assert stack.simulator.world.requests == []


def test_a_number_that_has_opted_out_is_not_texted(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.world.sms.opt_out_lists["Default"][TO] = 1.0

    told = walk(stack)

    fails(told, "opted out", "The number is on the opt-out list Default: nothing would come.")
    assert stack.simulator.world.requests == []


def test_a_list_that_answers_with_an_error_about_the_number_has_it_not(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.world.sms.refuse_unlisted_numbers = True

    told = walk(stack)

    assert told.judgement("unlisted") == Judgement.HELD
    assert "-> Default was asked, and answered ResourceNotFoundException.\n" in told.out


def test_a_list_that_is_not_there_says_nothing_of_unlisted_numbers(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    del stack.simulator.world.sms.opt_out_lists["Default"]

    told = walk(stack)

    assert "not asked opted out: AWS answered ResourceNotFoundException.\n" in told.out
    assert told.judgement("unlisted") == Judgement.NOT_TRIED


def test_a_text_that_is_refused_ends_it(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    refuse(stack, DENIED, after=1)

    told = walk(stack)

    fails(told, "text", "The function answered FAILED ACCESS_DENIED: AWS answered with 403.")


def test_a_repetition_that_texts_again_is_told_and_both_are_ended(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    invoke, count = stack.simulator.functions[STACK], [0]

    def forgetful(event: Any) -> Any:
        count[0] += 1
        event["Details"]["Parameters"]["ClientToken"] = str(count[0])
        return invoke(event)

    stack.simulator.functions[STACK] = forgetful

    told = walk(stack)

    second = stack.simulator.world.requests[1].contact_id
    sentence = "The same invocation came to something else: STARTED: The text conversation was started.\n"
    assert f"not ok    repetition: {sentence}" in told.out
    assert told.judgement("token") == Judgement.DID_NOT
    assert told.out.count("clean-up: ") == 2
    assert second
    assert told.status == 1


@pytest.mark.parametrize(
    ("members", "wrong"),
    [
        ({"Channel": "TASK"}, "its channel is TASK"),
        ({"SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:Chat"}}}, "its subtype is connect:Chat"),
        ({"RelatedContactId": "call"}, "its related contact is call"),
        ({"Attributes": {}}, "its attribute deflectionSmoke is None"),
        ({"SegmentAttributes": {}, "Channel": ""}, "its channel is  and its subtype is None"),
    ],
)
def test_a_contact_that_is_not_what_was_asked_for_is_told(
    members: dict[str, Any], wrong: str, deploy: Deploy, walk: Walk
) -> None:
    stack = deploy()
    change_started(stack, **members)

    told = walk(stack)

    fails(told, "SMS contact", f"It is not what was asked for: {wrong}.")


DEFERRED = {"Status": "DEFERRED", "Reason": "THROTTLED", "Message": "The text waits for its turn."}
FAILED = {"Status": "FAILED", "Reason": "THROTTLED", "Message": "AWS answered with 429."}
TIMED_OUT = {"Status": "FAILED", "Reason": "TIMED_OUT", "Message": "AWS did not answer in time."}
WAITS = "A text waits on the queue: it is sent within 300 seconds, after this command has ended."
LOST = "An answer of the function was lost: a contact may be open."
MAY_BE_OPEN = "The function answered FAILED TIMED_OUT: a contact may be open."


def leaves_over(told: Told, sentence: str) -> None:
    assert told.out.count("warning   left over: ") == 1
    assert f"warning   left over: {sentence}\n          -> {CURES['left over']}\n" in told.out


def test_a_repetition_that_was_not_tried_says_nothing_of_tokens(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    refuse(stack, FAILED, after=2)

    told = walk(stack)

    line = "not asked repetition: It was answered FAILED THROTTLED: AWS answered with 429.\n"
    assert f"{line}          -> {CURES['text']}\n" in told.out
    assert told.judgement("token") == Judgement.NOT_TRIED
    assert told.judgement("ended") == Judgement.HELD
    assert "left over" not in told.out
    assert told.status == 2


@pytest.mark.parametrize(("answer", "sentence"), [(DEFERRED, WAITS), (TIMED_OUT, MAY_BE_OPEN)])
def test_a_repetition_that_may_text_yet_is_the_last_text(
    answer: dict[str, str], sentence: str, deploy: Deploy, walk: Walk
) -> None:
    stack = deploy()
    refuse(stack, answer, after=2)

    told = walk(stack)

    told_of = f"{answer['Status']} {answer['Reason']}: {answer['Message']}"
    assert f"not asked repetition: It was answered {told_of}\n" in told.out
    leaves_over(told, sentence)
    assert len(stack.simulator.world.requests) == 1
    assert told.out.count("clean-up: ") == 1
    assert told.status == 2


@pytest.mark.parametrize(("after", "name", "started"), [(1, "text", 0), (2, "repetition", 1), (3, "ended contact", 1)])
@pytest.mark.parametrize("kind", ["reset_before", "internal"])
def test_a_lost_answer_ends_it_and_a_contact_may_be_open(
    kind: FaultKind, after: int, name: str, started: int, deploy: Deploy, walk: Walk
) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("Invoke", kind, after=after, times=None))

    told = walk(stack)

    assert f"not asked {name}: " in told.out
    leaves_over(told, LOST)
    assert len(stack.simulator.world.contacts) == started
    assert told.status == 2


def test_an_answer_that_takes_too_long_is_lost(deploy: Deploy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aws, "ONCE", aws.ONCE.merge(Config(read_timeout=0.2)))
    deploy().simulator.faults.add(Fault("Invoke", "delay", seconds=5))

    with pytest.raises(aws.LostAnswerError, match=r"^lambda could not be asked: ReadTimeoutError\.$"):
        aws.Aws().send("lambda", "invoke", FunctionName="sms")


def test_a_text_whose_answer_is_lost_on_the_way_back_is_open_and_told(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("Invoke", "reset_after", after=1))

    told = walk(stack)

    [contact] = stack.simulator.world.contacts.values()
    assert "DisconnectTimestamp" not in contact
    assert contact["Attributes"]["deflectionSmoke"] == "first"
    leaves_over(told, LOST)


@pytest.mark.parametrize(("answer", "sentence"), [(DEFERRED, WAITS), (TIMED_OUT, MAY_BE_OPEN)])
def test_a_first_text_that_may_go_out_yet_is_told(
    answer: dict[str, str], sentence: str, deploy: Deploy, walk: Walk
) -> None:
    stack = deploy()
    refuse(stack, answer, after=1)

    told = walk(stack)

    fails(told, "text", f"The function answered {answer['Status']} {answer['Reason']}: {answer['Message']}")
    leaves_over(told, sentence)


def test_a_function_that_ends_midway_may_have_texted(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    refuse(stack, {"Status": "ERROR", "Message": "Timeout was raised."}, after=1)

    leaves_over(walk(stack), "The function answered ERROR: a contact may be open.")


def test_the_second_text_that_is_deferred_is_told(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    refuse(stack, DEFERRED, after=3)

    leaves_over(walk(stack), WAITS)


def test_an_interruption_in_the_midst_of_a_text_tells_that_a_contact_may_be_open(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()

    class Interrupted:
        region = stack.aws.region
        invocations = 0

        def send(self, service: str, operation: str, **request: Any) -> Any:
            if operation == "invoke":
                self.invocations += 1
                if self.invocations > 1:
                    raise KeyboardInterrupt
            return stack.send(service, operation, **request)

        ask = send

    stack.aws = Interrupted()

    told = walk(stack)

    assert told.err.endswith(f"\nInterrupted.\n{LOST} {CURES['left over']}\n")
    assert told.status == 2


def test_a_chain_and_an_endpoint_of_another_kind_are_told(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    endpoint = {"Type": "TELEPHONE_NUMBER", "Address": "+14255550190"}
    change_started(stack, InitialContactId="call", SystemEndpoint=endpoint)

    told = walk(stack)

    assert told.judgement("chain") == told.judgement("system endpoint") == Judgement.DID_NOT
    assert "-> It is a TELEPHONE_NUMBER.\n" in told.out
    assert "+14255550190" not in told.out


def test_an_ended_call_that_is_given_is_the_related_contact(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    ended_call(stack)

    told = walk(stack, "--related", CALL)

    assert stack.simulator.world.requests[2].body["RelatedContactId"] == CALL
    assert told.judgement("ended") == Judgement.HELD
    assert told.judgement("conflict") == Judgement.DID_NOT
    assert told.out.count("clean-up: ") == 2
    assert told.status == 0


def test_a_related_call_that_goes_on_is_none_that_has_ended(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.world.put_contact({"Id": CALL})

    told = walk(stack, "--related", CALL)

    fails(told, "related contact", f"{CALL} has not ended.")
    assert len(stack.simulator.world.requests) == 2


def test_a_related_call_that_nobody_knows_is_not_texted_about(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()

    told = walk(stack, "--related", CALL)

    assert "not asked ended contact: AWS answered ResourceNotFoundException.\n" in told.out
    assert told.status == 2


def test_an_open_conversation_that_conflicts_is_ended_and_the_text_tried_again(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    ended_call(stack)
    refuse(stack, CONFLICT, after=3)

    told = walk(stack, "--related", CALL)

    assert told.judgement("conflict") == told.judgement("ended") == Judgement.HELD
    assert len(stack.simulator.world.requests) == 3
    assert told.status == 0


def test_an_ended_contact_that_is_refused_is_told(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    refuse(stack, REFUSED, after=3)

    told = walk(stack)

    sentence = "A text related to an ended contact was not started: FAILED REQUEST_REFUSED: AWS answered with 400."
    fails(told, "ended contact", sentence)
    assert told.judgement("ended") == Judgement.DID_NOT


def test_a_failure_of_another_kind_says_nothing_of_ended_contacts(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    refuse(stack, {"Status": "DEFERRED", "Reason": "THROTTLED"}, after=3)

    told = walk(stack)

    fails(told, "ended contact", "A text related to an ended contact was not started: DEFERRED THROTTLED")
    assert told.judgement("ended") == Judgement.NOT_TRIED


def test_attributes_that_are_copied_are_told(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    change_started(stack, Attributes={"deflectionSmoke": "first"})

    told = walk(stack)

    assert told.judgement("attributes") == Judgement.DID_NOT
    assert "-> 1 of 1 attributes of the related contact are on the new one.\n" in told.out


def test_a_related_contact_without_attributes_says_nothing_of_copies(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    ended_call(stack, Attributes={})

    assert walk(stack, "--related", CALL).judgement("attributes") == Judgement.NOT_TRIED


def test_a_second_contact_that_points_elsewhere_is_told(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    ended_call(stack)
    invoke, count = stack.simulator.functions[STACK], [0]

    def pointing_elsewhere(event: Any) -> Any:
        count[0] += 1
        answer = invoke(event)
        if count[0] == 4:
            stack.simulator.world.contacts[answer["ContactId"]]["RelatedContactId"] = "other"
        return answer

    stack.simulator.functions[STACK] = pointing_elsewhere

    fails(walk(stack, "--related", CALL), "related contact", f"{CALL} is not what it points to, but other.")


def test_the_repeat_window_leaves_the_second_text_untried(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    refuse(stack, {"Status": "DECLINED", "Reason": "RECENTLY_DEFLECTED"}, after=3)

    told = walk(stack)

    assert "not asked ended contact: REPEAT_WINDOW_MINUTES lets no second text out.\n" in told.out
    assert told.status == 2


def test_a_contact_that_is_not_there_yet_is_described_again(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeContact", "not_found", times=9))

    assert walk(stack).status == 0


@pytest.mark.parametrize(
    ("operation", "after", "name", "permission"),
    [
        ("Invoke", 0, "dry run", "lambda:InvokeFunction"),
        ("Invoke", 1, "text", "lambda:InvokeFunction"),
        ("Invoke", 2, "repetition", "lambda:InvokeFunction"),
        ("Invoke", 3, "ended contact", "lambda:InvokeFunction"),
        ("DescribeOptedOutNumbers", 0, "opted out", "sms-voice:DescribeOptedOutNumbers"),
        ("DescribeContact", 0, "SMS contact", "connect:DescribeContact"),
        ("DescribeContact", 2, "related contact", "connect:DescribeContact"),
        ("StopContact", 0, "stop", "connect:StopContact"),
    ],
)
def test_what_may_not_be_asked_names_the_permission(
    operation: str, after: int, name: str, permission: str, deploy: Deploy, walk: Walk
) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault(operation, "access_denied", after=after, times=None))

    told = walk(stack)

    line = f"not asked {name}: Your credentials lack the permission {permission}.\n          -> {LACKING}\n"
    assert line in told.out
    assert told.status == (1 if operation == "StopContact" else 2)


def test_what_cannot_be_ended_is_left_open_and_told(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("StopContact", "invalid_request", times=None))

    told = walk(stack)

    first = stack.simulator.world.requests[0].contact_id
    fails(told, "stop", f"{first} was not ended: AWS answered StopContact with InvalidRequestException.")
    fails(told, "clean-up", f"{first} is left open.")


def test_credentials_that_end_midway_leave_nothing_untold(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeContact", "expired_token", times=None))
    stack.simulator.faults.add(Fault("StopContact", "expired_token", times=None))

    told = walk(stack)

    first = stack.simulator.world.requests[0].contact_id
    assert "not asked SMS contact: AWS does not take your credentials: ExpiredTokenException.\n" in told.out
    fails(told, "clean-up", f"{first} is left open.")


def test_credentials_that_are_not_taken_end_it(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeStacks", "expired_token"))

    told = walk(stack)

    assert told.err.startswith("AWS does not take your credentials: ExpiredTokenException.\n")
    assert told.status == 2


def interrupt(*_: object) -> Any:
    raise KeyboardInterrupt


def test_an_interruption_ends_what_was_started(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeContact", "not_found"))

    told = walk(stack, by=Person(is_there=lambda: True, answer=lambda: "yes", pause=interrupt))

    [contact] = stack.simulator.world.contacts.values()
    assert "DisconnectTimestamp" in contact
    assert told.err.endswith("\nInterrupted.\n")
    assert told.status == 2


def test_an_interruption_tells_what_could_not_be_ended(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeContact", "not_found"), Fault("StopContact", "access_denied"))

    told = walk(stack, by=Person(is_there=lambda: True, answer=lambda: "yes", pause=interrupt))

    [contact_id] = stack.simulator.world.contacts
    assert told.err.endswith(f"\nInterrupted.\nLeft open: {contact_id}. `aws connect stop-contact` ends it.\n")


def test_a_flow_given_by_its_arn_and_the_condition_are_told_to_have_held(deploy: Deploy, walk: Walk) -> None:
    told = walk(deploy({"CONTACT_FLOW_ID": demo.SMS_FLOW_ARN}, EnforceSubtypeCondition="true"))

    assert told.judgement("flow ARN") == told.judgement("subtype condition") == Judgement.HELD


def test_a_condition_that_does_not_fit_is_told(deploy: Deploy, walk: Walk) -> None:
    stack = deploy(EnforceSubtypeCondition="true")
    refuse(stack, DENIED, after=1)

    told = walk(stack)

    assert told.judgement("subtype condition") == Judgement.DID_NOT
    assert "-> The function answered FAILED ACCESS_DENIED: AWS answered with 403.\n" in told.out


def test_a_number_with_another_destination_is_told(deploy: Deploy, walk: Walk) -> None:
    stack = deploy()
    stack.simulator.world.sms.phone_numbers[demo.SMS_SOURCE_ARN]["TwoWayChannelArn"] = "arn:aws:sns:::texts"
    stack.simulator.world.instance_config.functions.clear()

    told = walk(stack)

    assert told.judgement("destination") == Judgement.DID_NOT
    assert told.judgement("association") == Judgement.NOT_TRIED


def test_a_script_gets_one_json_object(deploy: Deploy, walk: Walk) -> None:
    told = walk(deploy(), "--json", "--force")

    found = json.loads(told.out[told.out.index('{\n  "stack"') :])
    assert {finding["verdict"] for finding in found["findings"]} == {"ok"}
    assert [each["says"] for each in found["assumptions"]] == [each.says for each in ASSUMPTIONS.values()]
    assert {each["judgement"] for each in found["assumptions"]} == {"held", "not tried"}


def test_a_script_gets_no_assumptions_of_a_deployment_that_cannot_work(deploy: Deploy, walk: Walk) -> None:
    told = walk(deploy({"INSTANCE_ARN": demo.INSTANCE_ARN}), "--json", "--force")

    assert json.loads(told.out)["assumptions"] == []


def test_the_operators_texts_have_their_variables_filled_in(deploy: Deploy, walk: Walk) -> None:
    stack = deploy({"INITIAL_MESSAGE": "Hello $customerName", "CONSENT_ATTRIBUTE": "smsConsent"})

    told = walk(stack)

    assert stack.simulator.world.requests[0].body["InitialSystemMessage"]["Content"] == "Hello test"
    assert told.status == 0
