from typing import Any

import pytest

from connect_simulator import Fault
from ops.conftest import Deploy
from ops.smoke_test import running
from ops.smoke_test.conftest import Smoke
from ops.stack import TO


def test_declined_dry_run_ends_the_run(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy({"ALLOWED_COUNTRIES": "GB"})

    result = smoke(stack)

    finding = result.findings[-1]
    assert (finding["code"], finding["subject"]) == ("DRY_RUN_FAILED", "DECLINED COUNTRY_NOT_ALLOWED")
    assert (result.status, stack.simulator.world.requests) == (1, [])


def test_opted_out_number_gets_no_message(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    stack.simulator.world.sms.opt_out_lists["Default"][TO] = 1.0

    result = smoke(stack)

    finding = result.findings[-1]
    assert (finding["code"], finding["subject"]) == ("NUMBER_OPTED_OUT", "Default")
    assert (result.status, stack.simulator.world.requests) == (1, [])


def test_error_about_an_unlisted_number_counts_as_not_opted_out(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    stack.simulator.world.sms.refuse_unlisted_numbers = True

    result = smoke(stack)

    assert result.one("opt-out list")["code"] == "OK"
    assert result.judgements["unlisted"] == "held"
    assert "ResourceNotFoundException" in result.evidence["unlisted"]


def test_missing_opt_out_list_shows_nothing_about_unlisted_numbers(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    del stack.simulator.world.sms.opt_out_lists["Default"]

    result = smoke(stack)

    assert result.one("opt-out list")["code"] == "NOT_FOUND"
    assert result.judgements["unlisted"] == "not tried"


def test_refused_message_ends_the_run(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.answer_with(stack, running.DENIED, after=1)

    result = smoke(stack)

    finding = result.findings[-1]
    assert (finding["code"], finding["subject"]) == ("MESSAGE_NOT_STARTED", "FAILED ACCESS_DENIED")
    assert result.status == 1


def test_refused_repeat_shows_nothing_about_tokens_and_the_run_goes_on(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.answer_with(stack, running.THROTTLED, after=2)

    result = smoke(stack)

    finding = result.one("repeated invocation")
    assert (finding["code"], finding["verdict"]) == ("REPEAT_NOT_TRIED", "not asked")
    assert "FAILED THROTTLED" in finding["sentence"]
    assert (result.judgements["token"], result.judgements["ended"]) == ("not tried", "held")
    assert result.named("left open") == []
    assert result.status == 2


@pytest.mark.parametrize(
    ("members", "values"),
    [
        ({"Channel": "TASK"}, ["Channel is TASK"]),
        ({"SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:Chat"}}}, ["connect:Chat"]),
        ({"RelatedContactId": "call"}, ["RelatedContactId is call"]),
        ({"Attributes": {}}, ["deflectionSmoke"]),
        ({"SegmentAttributes": {}, "Channel": ""}, ["Channel", "connect:Subtype"]),
    ],
)
def test_contact_that_differs_from_the_request_is_reported(
    members: dict[str, Any], values: list[str], deploy: Deploy, smoke: Smoke
) -> None:
    stack = deploy()
    running.change_started(stack, **members)

    result = smoke(stack)

    finding = result.one("SMS contact")
    assert (finding["code"], finding["verdict"]) == ("CONTACT_DIFFERS", "not ok")
    assert [value for value in values if value not in finding["sentence"]] == []
    assert result.status == 1


def test_other_chain_and_endpoint_fail_their_assumptions_without_the_number(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    endpoint = {"Type": "TELEPHONE_NUMBER", "Address": "+14255550190"}
    running.change_started(stack, InitialContactId="call", SystemEndpoint=endpoint)

    result = smoke(stack)

    assert result.judgements["chain"] == result.judgements["system endpoint"] == "failed"
    assert "TELEPHONE_NUMBER" in result.evidence["system endpoint"]
    assert "+14255550190" not in str(result)


def test_contact_that_is_not_visible_at_once_is_described_again(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeContact", "not_found", times=9))

    assert smoke(stack).status == 0
