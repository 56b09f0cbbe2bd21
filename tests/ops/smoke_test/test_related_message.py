from typing import Any

from ops.conftest import Deploy
from ops.smoke_test import running
from ops.smoke_test.conftest import Smoke
from ops.smoke_test.running import CALL
from ops.stack import STACK


def test_given_call_becomes_the_related_contact(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.put_ended_call(stack)

    result = smoke(stack, "--related", CALL)

    assert stack.simulator.world.requests[2].body["RelatedContactId"] == CALL
    assert (result.judgements["ended"], result.judgements["conflict"]) == ("held", "failed")
    assert len(result.named("clean-up")) == 2
    assert result.status == 0


def test_given_call_that_has_not_ended_is_reported(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    stack.simulator.world.put_contact({"Id": CALL})

    result = smoke(stack, "--related", CALL)

    finding = result.one("related contact")
    assert (finding["code"], finding["subject"]) == ("RELATED_CONTACT_OPEN", CALL)
    assert len(stack.simulator.world.requests) == 2
    assert result.status == 1


def test_given_call_that_does_not_exist_gets_no_message(deploy: Deploy, smoke: Smoke) -> None:
    result = smoke(deploy(), "--related", CALL)

    assert result.one("related message")["code"] == "NOT_FOUND"
    assert result.status == 2


def test_conflicting_conversation_is_ended_and_the_message_sent_again(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.put_ended_call(stack)
    running.answer_with(stack, running.CONFLICT, after=3)

    result = smoke(stack, "--related", CALL)

    assert result.judgements["conflict"] == result.judgements["ended"] == "held"
    assert len(stack.simulator.world.requests) == 3
    assert result.status == 0


def test_refused_related_message_fails_its_assumption(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.answer_with(stack, running.REFUSED, after=3)

    result = smoke(stack)

    finding = result.one("related message")
    assert (finding["code"], finding["subject"]) == ("RELATED_MESSAGE_NOT_STARTED", "FAILED REQUEST_REFUSED")
    assert result.judgements["ended"] == "failed"
    assert result.status == 1


def test_failure_for_another_reason_shows_nothing_about_ended_contacts(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.answer_with(stack, running.THROTTLED, after=3)

    result = smoke(stack)

    assert result.one("related message")["code"] == "RELATED_MESSAGE_NOT_STARTED"
    assert result.judgements["ended"] == "not tried"


def test_repeat_window_leaves_the_second_message_untried(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.answer_with(stack, running.RECENT, after=3)

    result = smoke(stack)

    assert result.one("related message")["code"] == "RELATED_MESSAGE_NOT_TRIED"
    assert result.status == 2


def test_copied_attributes_fail_their_assumption(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.change_started(stack, Attributes={"deflectionSmoke": "first"})

    assert smoke(stack).judgements["attributes"] == "failed"


def test_related_contact_without_attributes_shows_nothing_about_copies(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.put_ended_call(stack, Attributes={})

    assert smoke(stack, "--related", CALL).judgements["attributes"] == "not tried"


def test_contact_with_another_relation_is_reported(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    running.put_ended_call(stack)
    invoke, count = stack.simulator.functions[STACK], [0]

    def relate_elsewhere(event: Any) -> Any:
        count[0] += 1
        answer = invoke(event)
        if count[0] == 4:
            stack.simulator.world.contacts[answer["ContactId"]]["RelatedContactId"] = "other"
        return answer

    stack.simulator.functions[STACK] = relate_elsewhere

    finding = smoke(stack, "--related", CALL).one("related contact")

    assert (finding["code"], finding["subject"]) == ("RELATED_CONTACT_DIFFERS", CALL)
    assert "other" in finding["sentence"]
