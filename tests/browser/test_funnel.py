"""The funnel of the session on the simulator's page shows the counts of the real function."""

import re
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

type Open = Callable[..., Any]


def expecting(locator: Any) -> Any:
    from playwright.sync_api import expect

    return expect(locator)


def tell(page: Any, story: str) -> None:
    page.get_by_label("Story", exact=True).select_option(label=story)
    page.get_by_role("button", name=re.compile("^Call")).click()


def shows(page: Any, **counts: int) -> None:
    """Wait until the funnel shows these counts, by metric."""
    for metric, count in counts.items():
        expecting(page.locator(f"#funnel [data-metric={metric}] b")).to_have_text(str(count))


def rest(page: Any, metric: str) -> Any:
    return page.locator(f"#funnel [data-metric={metric}] small")


def test_funnel_is_empty_before_the_first_call(open_page: Open) -> None:
    page = open_page()

    shows(page, AskedFor=0, Eligible=0, Started=0, Delivered=0, Replied=0, Answered=0, Saved=0)


def test_funnel_fills_up_to_the_saved_call(open_page: Open) -> None:
    page = open_page()

    tell(page, "An agent answers the text")

    shows(page, AskedFor=1, Eligible=1, Started=1, Delivered=1, Replied=1, Answered=1, Saved=1)
    expecting(rest(page, "Replied")).to_have_text("0 no reply, 0 unknown")
    expecting(page.locator("#messages")).to_contain_text("The agent has ended the conversation")


def test_text_without_a_reply_is_not_in_the_funnel_as_replied(open_page: Open) -> None:
    page = open_page()

    tell(page, "The customer does not reply")

    shows(page, Started=1, Delivered=1, Replied=0, Answered=0, Saved=0)
    expecting(rest(page, "Replied")).to_have_text("1 no reply, 0 unknown")
    expecting(rest(page, "Answered")).to_have_text("1 ended without an agent")


def test_call_of_a_caller_who_hangs_up_is_saved(open_page: Open) -> None:
    page = open_page()

    tell(page, "The caller hangs up after the SMS")

    shows(page, Started=1, Delivered=1, Replied=0, Saved=1)
    expecting(rest(page, "Saved")).to_have_text("0 by phone, 0 unknown")


def test_call_that_an_agent_answers_all_the_same_is_not_saved(open_page: Open) -> None:
    page = open_page()
    tell(page, "A call continues by SMS")
    page.get_by_role("button", name="Agent answers").click()

    page.get_by_role("button", name="Hang up").click()

    shows(page, Started=1, Saved=0)
    expecting(rest(page, "Saved")).to_have_text("1 by phone, 0 unknown")


def test_funnel_adds_up_over_the_calls_of_the_session(open_page: Open) -> None:
    page = open_page()
    tell(page, "The caller hangs up after the SMS")
    shows(page, Saved=1)

    tell(page, "The switch is off")

    shows(page, AskedFor=2, Eligible=1, Started=1, Delivered=1, Saved=1)


@pytest.mark.parametrize(("events", "saved"), [("repeated", 1), ("lost", 0)])
def test_events_that_come_twice_count_once_and_lost_ones_do_not(events: str, saved: int, open_page: Open) -> None:
    page = open_page()
    page.get_by_label("The caller follows the story").uncheck()
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Events about the message").select_option(events)
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(page.locator("#line")).to_have_text("Press a key")
    page.keyboard.press("1")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")

    page.get_by_role("button", name="Hang up while waiting").click()

    shows(page, Started=1, Delivered=saved, Saved=saved)


def test_contact_that_cannot_be_described_has_an_unknown_result(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Amazon Connect", exact=True).select_option("access_denied")
    page.get_by_label("for operation").select_option("DescribeContact")
    page.get_by_role("button", name=re.compile("^Call")).click()

    page.get_by_role("button", name="The customer does not reply in time").click()
    page.get_by_role("button", name="Hang up while waiting").click()

    expecting(rest(page, "Replied")).to_have_text("0 no reply, 1 unknown")
    expecting(rest(page, "Saved")).to_have_text("0 by phone, 1 unknown")


def test_agent_buttons_appear_when_they_work(open_page: Open) -> None:
    page = open_page()
    tell(page, "The customer replies")

    page.get_by_role("button", name="An agent answers the text").click()
    page.get_by_role("button", name="The agent ends the conversation").click()

    expecting(page.locator("#end-text")).to_be_hidden()
    expecting(page.locator("#contacts .message")).to_contain_text("ended")
    shows(page, Replied=1, Answered=1)
