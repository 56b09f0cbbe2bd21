"""The simulator's page in a real browser, with the real function."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from cloudformation import PROMPTS, ROOT
from connect_simulator import Simulator
from connect_simulator.page.stack import read_stack

pytestmark = pytest.mark.browser

type Open = Callable[..., Any]

VARIABLES = read_stack(ROOT / "template.yaml").variables
FIRST_TEXT = VARIABLES["INITIAL_MESSAGE"]
SPANISH = json.loads((ROOT / "examples/one-brand/messages.json").read_text())["es"]
MOBILE = "+14255550142"
BOT_ARN = "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID"

STORIES = [
    ("A call continues by SMS", "STARTED", "", "StartedPrompt", True),
    ("The number is withheld", "STARTED", "", "StartedPrompt", True),
    ("A caller who speaks Spanish", "STARTED", "", "StartedPrompt", True),
    ("A landline calls", "STARTED", "", "StartedPrompt", True),
    ("The customer has sent STOP", "DECLINED", "OPTED_OUT", "NotTextedPrompt", False),
    ("A second call within the hour", "DECLINED", "RECENTLY_DEFLECTED", "RecentlyTextedPrompt", True),
    ("The switch is off", "DECLINED", "SWITCHED_OFF", "NotTextedPrompt", False),
    ("Connect denies access", "FAILED", "ACCESS_DENIED", "NotTextedPrompt", False),
    ("The chat quota is exceeded", "DEFERRED", "QUOTA_EXCEEDED", "DeferredPrompt", False),
    ("The caller hangs up in the queue", "STARTED", "", "DeferredPrompt", True),
    ("A dry run", "DRY_RUN", "", "NotTextedPrompt", False),
    ("The queue is closed", "STARTED", "", "ClosedStartedPrompt", True),
    ("The customer replies", "STARTED", "", "StartedPrompt", True),
    ("An agent answers the text", "STARTED", "", "StartedPrompt", True),
    ("The caller hangs up after the SMS", "STARTED", "", "StartedPrompt", True),
    ("A callback", "CALLBACK", "", "CallbackConfirmedPrompt", False),
]
"""Each story with its status, its reason, its prompt, and whether a message arrives."""


def said(prompt: str, language: str = "en-US") -> str:
    return PROMPTS[language][prompt]


def expecting(locator: Any) -> Any:
    from playwright.sync_api import expect

    return expect(locator)


def tell(page: Any, story: str) -> None:
    """Select a story and press the call button."""
    page.get_by_label("Story", exact=True).select_option(label=story)
    page.get_by_role("button", name=re.compile("^Call")).click()


def came_to(page: Any, *parts: str) -> None:
    for part in parts:
        expecting(page.locator("#outcome")).to_contain_text(part)


IDS = "(nodes) => nodes.flatMap((node) => node.dataset.ids.split(' '))"


def texts(page: Any) -> Any:
    return page.locator("#messages .from-them")


def focused(page: Any) -> str:
    """Return the id of the focused element, or its key on the keypad."""
    has: str = page.evaluate("document.activeElement.id || document.activeElement.dataset.key || ''")
    return has


def tab_to(page: Any, name: str) -> None:
    for _ in range(100):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def test_one_click_turns_a_call_into_a_message(open_page: Open, site: Simulator) -> None:
    page = open_page()

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    came_to(page, "STARTED")
    expecting(page.locator("#heard")).to_contain_text(said("StartedPrompt"))
    expecting(page.locator("#line")).to_have_text("Waiting for an agent")
    [request] = site.world.requests
    expecting(page.locator("#request")).to_contain_text(f'"RelatedContactId": "{request.body["RelatedContactId"]}"')
    expecting(page.locator("#contacts .message")).to_contain_text("related to the call")
    expecting(page.locator("#response tr", has_text="ContactId").first).to_contain_text(request.contact_id)
    expecting(page.locator("#log")).to_contain_text("STARTED")


def test_story_takes_less_than_a_minute(open_page: Open) -> None:
    page = open_page(pace=1)

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text(FIRST_TEXT, timeout=60_000)


@pytest.mark.parametrize(("story", "status", "reason", "prompt", "arrives"), STORIES)
def test_story_has_its_status(
    story: str, status: str, reason: str, prompt: str, *, arrives: bool, open_page: Open
) -> None:
    page = open_page()

    tell(page, story)

    came_to(page, status, reason)
    is_spanish = story == "A caller who speaks Spanish"
    expecting(page.locator("#heard")).to_contain_text(said(prompt, "es-US" if is_spanish else "en-US"))
    text = SPANISH if is_spanish else FIRST_TEXT
    expecting(texts(page)).to_have_text([text] if arrives else [])
    expecting(page.locator("#notice")).to_be_hidden()


def test_caller_hears_the_wait(open_page: Open) -> None:
    page = open_page()

    tell(page, "A long wait")

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    wait = said("WaitMinutesPrompt").replace("$.Attributes.offerWaitMinutes", "10")
    expecting(page.locator("#heard li").first).to_have_text(wait)


@pytest.mark.parametrize("story", ["A short wait", "Nobody takes texts"])
def test_caller_without_an_offer_waits_in_the_queue(story: str, open_page: Open, site: Simulator) -> None:
    page = open_page()

    tell(page, story)

    came_to(page, "NO OFFER")
    expecting(page.locator("#line")).to_have_text("Waiting for an agent")
    expecting(page.locator("#heard")).not_to_contain_text(said("OfferPrompt"))
    assert site.world.requests == []


def test_text_of_a_customer_who_replies_goes_to_the_agents(open_page: Open) -> None:
    page = open_page()

    tell(page, "The customer replies")

    expecting(page.locator("#messages")).to_contain_text("Waiting for an agent")
    expecting(page.locator("#contacts .message")).to_contain_text("in the queue")
    expecting(page.locator("#tab-SmsFlow")).to_have_attribute("aria-pressed", "true")
    expecting(page.locator("#no-reply")).to_be_hidden()


def test_text_without_a_reply_is_closed(open_page: Open) -> None:
    page = open_page()

    tell(page, "The customer does not reply")

    expecting(texts(page)).to_have_text([FIRST_TEXT, said("SmsClosingMessage")])
    expecting(page.locator("#contacts .message")).to_contain_text("ended")


def test_visitor_lets_the_time_for_a_reply_pass(open_page: Open) -> None:
    page = open_page()
    tell(page, "A call continues by SMS")

    page.get_by_role("button", name="The customer does not reply in time").click()

    expecting(texts(page)).to_have_count(2)
    expecting(page.locator("#no-reply")).to_be_hidden()


def test_tab_follows_the_call(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("The caller follows the story").uncheck()
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(page.locator("#tab-OfferModule")).to_have_attribute("aria-pressed", "true")

    page.keyboard.press("1")

    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    expecting(page.locator("#tab-CustomerQueueFlow")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Reply as the customer").fill("Yes")
    page.get_by_role("button", name="Send").click()
    expecting(page.locator("#tab-SmsFlow")).to_have_attribute("aria-pressed", "true")


FAILING_BLOCKS = [
    ("AWS Lambda function", "A call continues by SMS", "NotTextedPrompt", 0),
    ("Get queue metrics", "A long wait", "StartedPrompt", 1),
    ("Check hours of operation", "The queue is closed", "StartedPrompt", 1),
    ("Get customer input", "A call continues by SMS", "", 0),
    ("Invoke module", "A call continues by SMS", "", 0),
    ("Set contact attributes", "A call continues by SMS", "NotTextedPrompt", 0),
    ("Set callback number", "A callback", "CallbackFailedPrompt", 0),
    ("Transfer to queue (callback)", "A callback", "CallbackFailedPrompt", 0),
    ("Wait", "A call continues by SMS", "StartedPrompt", 1),
]
"""Each block that fails, a story that comes to it, what the caller hears, and how many messages arrive."""


def test_caller_whose_flow_has_a_failing_block_waits_in_the_queue(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()

    for block, story, prompt, messages in FAILING_BLOCKS:
        page.get_by_label("Story", exact=True).select_option(label=story)
        page.get_by_label("Failing block").select_option(label=block)
        page.get_by_role("button", name=re.compile("^Call")).click()

        expecting(page.locator("#path")).to_contain_text(re.compile("an error: |cannot be called: "))
        expecting(page.locator("#heard")).to_contain_text(said(prompt) if prompt else "")
        expecting(page.locator("#line")).to_have_text("Waiting for an agent")
        expecting(texts(page)).to_have_count(messages)
        expecting(page.locator("#notice")).to_be_hidden()
    expecting(page.locator("#messages")).to_contain_text("Waiting for an agent")


def test_call_ends_with_a_prompt_when_the_queue_takes_nobody(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("Story", exact=True).select_option(label="A call continues by SMS")
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Failing block").select_option(label="Transfer to queue")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(page.locator("#heard li").last).to_have_text(said("NobodyFreePrompt"))
    expecting(page.locator("#line")).to_have_text("The call has ended")


def test_graph_draws_the_flow_that_is_played(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()
    parameters = page.get_by_label("Template parameters one name=value per line")
    blocks = page.locator("#graph .node .id")
    shown: list[str] = []

    for given, has, lacks, messages in (
        ("SmsReplySeconds=0", "Transfer to queue", "Wait", [FIRST_TEXT]),
        (f"LexBotAliasArn={BOT_ARN}", "Get customer input (Lex)", "Wait", [FIRST_TEXT, said("SmsBotMessage")]),
        ("", "Wait", "Get customer input (Lex)", [FIRST_TEXT]),
    ):
        shown += messages
        parameters.fill(given)
        page.get_by_role("button", name=re.compile("^Call")).click()
        expecting(texts(page)).to_have_text(shown)
        page.locator("#tab-SmsFlow").click()
        expecting(blocks.filter(has_text=has).first).to_be_visible()
        expecting(blocks.filter(has_text=re.compile(f"^{re.escape(lacks)}$"))).to_have_count(0)
        expecting(page.locator("#graph .node.lit").first).to_be_visible()


def test_page_sets_the_wait_the_hours_and_the_staff(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Template parameters one name=value per line").fill("ClosedOffer=PROMPT\nOfferIfStaffed=true")
    page.get_by_label("Queue", exact=True).select_option("closed")
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(page.locator("#heard")).to_contain_text(said("ClosedPrompt"))

    page.get_by_label("Queue", exact=True).select_option("open")
    page.get_by_label("Expected wait seconds").fill("60")
    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    expecting(page.locator("#heard li").first).to_have_text(said("WaitOneMinutePrompt"))


def test_blocks_have_the_names_of_the_flow_designer(open_page: Open) -> None:
    page = open_page()

    page.locator("#tab-OfferModule").click()

    names = set(page.locator("#graph .node .id").all_text_contents())
    assert {"Get customer input", "AWS Lambda function", "Check contact attributes"} <= names
    expecting(page.locator("#legend")).to_contain_text("Get customer input")


def test_every_story_has_a_case() -> None:
    written = (ROOT / "simulator/connect_simulator/page/assets/stories.js").read_text()
    tried = [story for story, *_ in STORIES]

    assert written.count("name: ") == len(tried) + 5, "a story without a status"
    assert all(f'"{name}"' in written for name in tried)


def test_caller_who_presses_nothing_waits_in_the_queue(open_page: Open, site: Simulator) -> None:
    page = open_page()

    tell(page, "The caller does not want an SMS")

    expecting(page.locator("#line")).to_have_text("Waiting for an agent")
    expecting(page.locator("#outcome")).to_be_empty()
    assert site.world.requests == []


def test_hangup_event_is_ignored_without_a_trigger(open_page: Open) -> None:
    page = open_page()
    tell(page, "The caller does not want an SMS")

    page.get_by_role("button", name="Hang up while waiting").click()

    came_to(page, "IGNORED", "TRIGGER_NOT_MATCHED")
    expecting(page.locator("#contacts .call")).to_contain_text("ended")


@pytest.mark.parametrize(
    ("fault", "reason", "arrives"),
    [("throttling", "THROTTLED", False), ("internal", "SERVICE_UNAVAILABLE", False), ("delay", "TIMED_OUT", True)],
)
def test_fault_is_played_to_the_caller(fault: str, reason: str, *, arrives: bool, open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Amazon Connect", exact=True).select_option(fault)

    page.get_by_role("button", name=re.compile("^Call")).click()

    came_to(page, "DEFERRED", reason)
    expecting(page.locator("#heard")).to_contain_text(said("DeferredPrompt"))
    assert texts(page).count() == 0
    if arrives:  # Connect handles the request after the function has stopped waiting.
        expecting(texts(page)).to_have_text(FIRST_TEXT)
        came_to(page, "DEFERRED", reason)


def test_fault_fails_without_a_queue(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Amazon Connect", exact=True).select_option("throttling")
    page.get_by_label("Deferred messages go to a queue").uncheck()

    page.get_by_role("button", name=re.compile("^Call")).click()

    came_to(page, "FAILED", "THROTTLED")
    expecting(page.locator("#heard")).to_contain_text(said("NotTextedPrompt"))


def test_setting_changes_the_message(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_text("Environment variables", exact=True).click()
    page.get_by_label("INITIAL_MESSAGE").fill("Hi $customerName")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text("Hi Jane")


def test_deferred_message_is_started_when_connect_accepts_it(open_page: Open) -> None:
    page = open_page()
    tell(page, "The chat quota is exceeded")

    page.get_by_role("button", name="Connect works again").click()

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    expecting(page.locator("#process-queue")).to_be_hidden()


def test_number_is_typed_on_the_keypad(open_page: Open, site: Simulator) -> None:
    page = open_page()
    page.get_by_label("The caller follows the story").uncheck()
    tell(page, "The number is withheld")

    page.locator("[data-key='1']").click()
    expecting(page.locator("#line")).to_have_text("Type a number, then #")
    for key in "4255550111#":
        page.locator(f"[data-key='{key}']").click()

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    [request] = site.world.requests
    assert request.body["DestinationEndpoint"]["Address"] == "+14255550111"


def test_page_works_by_keyboard(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expecting(page.locator("#story-text")).to_contain_text("asks for a mobile number")
    expecting(texts(page)).to_have_text(FIRST_TEXT)

    tab_to(page, "reply")
    page.keyboard.type("It is about my order.")
    page.keyboard.press("Enter")
    expecting(page.locator("#messages .from-me")).to_have_text("It is about my order.")

    tab_to(page, "autoplay")
    page.keyboard.press("Space")
    tab_to(page, "call")
    page.keyboard.press("Enter")
    expecting(page.locator("#line")).to_have_text("Press a key")
    page.keyboard.press("1")
    expecting(page.locator("#line")).to_have_text("Type a number, then #")
    page.keyboard.type("4255550112#")
    came_to(page, "STARTED")
    expecting(page.locator("#contacts .message")).to_contain_text("+14255550112")


def test_focus_stays_in_place_after_each_command(open_page: Open) -> None:
    page = open_page()
    line = page.locator("#line")
    tab_to(page, "autoplay")
    page.keyboard.press("Space")

    for name, shows, next_focus in (
        ("call", "KEY", "call"),
        ("press-nothing", "AGENT", "press-nothing"),
        ("wait", "KEY", "wait"),
        ("1", "AGENT", "1"),
        ("hang-up", "", "call"),
        ("call", "KEY", "call"),
    ):
        tab_to(page, name)
        page.keyboard.press("Enter")
        expecting(line).to_have_attribute("data-for", shows)
        if name == "hang-up":
            expecting(line).to_have_text("The caller has hung up")
            expecting(page.locator("#hang-up")).to_be_hidden()
        assert focused(page) == next_focus


def test_unavailable_command_does_nothing(open_page: Open, site: Simulator) -> None:
    page = open_page()

    for name in ("1", "press-nothing", "wait", "connect-agent"):
        tab_to(page, name)
        page.keyboard.press("Enter")

    expecting(page.locator("#line")).to_have_text("Not on the phone")
    expecting(page.locator("#notice")).to_be_hidden()
    assert site.world.requests == []


def test_focus_moves_to_the_call_button_after_the_queue_is_processed(open_page: Open) -> None:
    page = open_page()
    tell(page, "The chat quota is exceeded")
    expecting(page.locator("#process-queue")).to_be_visible()

    tab_to(page, "process-queue")
    page.keyboard.press("Enter")

    expecting(page.locator("#process-queue")).to_be_hidden()
    assert focused(page) == "call"


def test_path_is_highlighted_and_announced(open_page: Open) -> None:
    page = open_page()
    tell(page, "Connect denies access")
    expecting(page.locator("#line")).to_have_text("Waiting for an agent")

    page.get_by_role("button", name="Voice flow").click()

    lit = page.locator("#graph .node.lit").evaluate_all(IDS)
    steps = page.locator("#path li").all_text_contents()
    assert {"offer", "not-texted", "transfer"} <= set(lit)
    assert "1: Set contact attributes (agree)" in steps
    assert "FAILED: Set contact attributes (note-outcome)" in steps


@pytest.mark.parametrize(("does", "lights"), [("Wait a while", "settled"), ("Agent answers", "")])
def test_viewing_the_other_flow_changes_nothing(does: str, lights: str, open_page: Open) -> None:
    page = open_page()
    tell(page, "The caller does not want an SMS")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    page.get_by_role("button", name="Voice flow").click()
    before = page.locator("#graph .node.lit").evaluate_all(IDS)

    page.get_by_role("button", name=does).click()

    expecting(page.locator("#line")).to_contain_text("Press a key" if lights else "Talking to an agent")
    assert page.locator("#graph .node.lit").evaluate_all(IDS) == before
    page.get_by_role("button", name="Customer queue flow").click()
    assert lights in ["", *page.locator("#graph .node.lit").evaluate_all(IDS)]


def test_running_function_is_marked_in_the_played_flow(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("The caller follows the story").uncheck()
    tell(page, "A call continues by SMS")
    expecting(page.locator("#line")).to_have_text("Press a key")
    page.get_by_role("button", name="Customer queue flow").click()

    page.keyboard.press("1")

    came_to(page, "STARTED")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    assert "deflect" not in page.locator("#graph .node.lit").evaluate_all(IDS)
    page.get_by_role("button", name="Offer module").click()
    assert "deflect" in page.locator("#graph .node.lit").evaluate_all(IDS)


def test_error_of_the_page_is_reported_and_the_page_continues(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.getElementById('response').remove()")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(page.locator("#notice-text")).to_contain_text("Cannot show")
    expecting(texts(page)).to_have_text(FIRST_TEXT)


def test_tabs_are_independent(open_page: Open) -> None:
    failing, working = open_page(), open_page()

    tell(failing, "Connect denies access")
    came_to(failing, "FAILED")
    tell(working, "A call continues by SMS")

    came_to(working, "STARTED")
    expecting(texts(working)).to_have_text(FIRST_TEXT)
    expecting(texts(failing)).to_have_count(0)
    came_to(failing, "FAILED")


def test_html_in_a_value_is_shown_as_text(open_page: Open) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    page = open_page()
    page.get_by_text("Who calls", exact=True).click()
    page.get_by_label("Attributes one name=value per line").fill(f"customerName={hostile}")
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_text("Environment variables", exact=True).click()
    page.get_by_label("INITIAL_MESSAGE").fill("Hi $customerName")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text(f"Hi {hostile}")
    expecting(page.locator("#contacts .call")).to_contain_text(hostile)
    assert page.locator("img").count() == 0


def test_error_of_a_command_is_shown(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.getElementById('process-queue').hidden = false")

    page.get_by_role("button", name="Connect works again").click()

    expecting(page.locator("#notice-text")).to_have_text("The queue is empty.")


def rows(page: Any) -> Any:
    return page.locator("#invocations button")


def test_hang_up_ends_the_call_at_the_shown_step(open_page: Open, site: Simulator) -> None:
    page = open_page(pace=1)
    tell(page, "A second call within the hour")
    expecting(page.locator("#heard")).to_contain_text(said("StartedPrompt"))

    page.get_by_role("button", name="Hang up", exact=True).click()

    expecting(page.locator("#line")).to_have_text("The caller has hung up")
    page.wait_for_timeout(3000)  # Without the hang-up, the story would start another call.
    expecting(page.locator("#line")).to_have_text("The caller has hung up")
    assert page.locator("#heard li").last.text_content() == said("StartedPrompt")
    expecting(page.locator("#contacts .call")).to_contain_text("ended")
    expecting(rows(page)).to_have_text(["flow: STARTED"])
    calls = [each for each in site.world.contacts.values() if each["Channel"] == "VOICE"]
    assert [("QueueInfo" in call, call["DisconnectReason"]) for call in calls] == [(False, "CUSTOMER_DISCONNECT")]


def test_hang_up_ends_the_story(open_page: Open, site: Simulator) -> None:
    page = open_page(pace=1)
    tell(page, "A second call within the hour")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")

    page.get_by_role("button", name="Hang up while waiting").click()

    page.wait_for_timeout(2500)  # The story would call again.
    expecting(page.locator("#line")).to_have_text("The caller has hung up")
    assert [each["Channel"] for each in site.world.contacts.values()].count("VOICE") == 1


def test_step_waits_until_the_previous_one_is_shown(open_page: Open, site: Simulator) -> None:
    page = open_page(pace=1)
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(page.locator("#heard")).to_contain_text(said("OfferPrompt"))

    page.get_by_role("button", name="Hang up", exact=True).click()

    expecting(page.locator("#line")).to_have_text("The caller has hung up")
    page.wait_for_timeout(2500)  # The caller of the story would have pressed 1.
    assert site.world.requests == []
    expecting(page.locator("#path li").last).to_contain_text("(ask)")


def test_invalid_setting_is_marked_and_no_call_starts(open_page: Open, site: Simulator) -> None:
    page = open_page(expects="400 (BAD REQUEST)")
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_text("Environment variables", exact=True).click()
    field = page.get_by_label("MESSAGES_PARAMETER")
    field.fill("/etc/passwd")
    page.locator("#operator > summary").click()

    page.get_by_role("button", name=re.compile("^Call")).click()

    wrong = page.locator("#setting-MESSAGES_PARAMETER-error")
    expecting(wrong).to_have_text(
        "MESSAGES_PARAMETER must name a JSON file below the project's folder (got /etc/passwd)."
    )
    expecting(field).to_have_attribute("aria-invalid", "true")
    expecting(field).to_be_focused()
    expecting(page.locator("#line")).to_have_text("Not on the phone")
    assert site.world.contacts == {}
    field.fill("")
    expecting(wrong).to_have_count(0)
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(texts(page)).to_have_text(FIRST_TEXT)


@pytest.mark.parametrize("line", ["ContactFlowId", "=5"])
@pytest.mark.parametrize("name", ["Attributes one name=value per line", "Parameters of the Lambda block"])
def test_malformed_setting_line_is_reported(name: str, line: str, open_page: Open, site: Simulator) -> None:
    page = open_page()
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    page.get_by_label(name).fill(f"customerName=Jane\n{line}")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(page.locator(".field-error")).to_have_text(f'Each line must have the form name=value (got "{line}").')
    assert site.world.contacts == {}


def test_another_story_starts_empty(open_page: Open, site: Simulator) -> None:
    page = open_page()
    tell(page, "A caller who speaks Spanish")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    expecting(page.locator("#contacts .message")).to_have_count(1)

    page.get_by_label("Story", exact=True).select_option(label="A landline calls")

    expecting(page.locator("#line")).to_have_text("Not on the phone")
    expecting(page.locator("#hang-up")).to_be_hidden()
    expecting(page.locator("#heard")).to_contain_text("Press Call")
    expecting(page.locator("#outcome")).to_be_empty()
    for gone in ("#messages .from-them", "#contacts li", "#graph .lit", "#invocations button", "#request pre"):
        expecting(page.locator(gone)).to_have_count(0)
    assert page.locator("#language").input_value() == "en-US"
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(texts(page)).to_have_text(FIRST_TEXT)
    assert all("DisconnectTimestamp" in each for each in list(site.world.contacts.values())[:1])


def test_queue_can_be_processed_while_it_has_records(open_page: Open) -> None:
    page = open_page()
    tell(page, "The chat quota is exceeded")
    expecting(page.locator("#process-queue")).to_be_visible()
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")

    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Amazon Connect", exact=True).select_option("")
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(texts(page)).to_have_text(FIRST_TEXT)
    expecting(page.locator("#process-queue")).to_be_visible()

    page.locator("#process-queue").click()
    expecting(texts(page)).to_have_count(2)
    expecting(page.locator("#process-queue")).to_be_hidden()
    expecting(rows(page)).to_have_text(["flow: STARTED", "queue record: STARTED"])


def test_story_leaves_no_record_on_the_queue(open_page: Open) -> None:
    page = open_page()
    tell(page, "The chat quota is exceeded")
    expecting(page.locator("#process-queue")).to_be_visible()

    page.get_by_label("Story", exact=True).select_option(label="A call continues by SMS")

    expecting(page.locator("#process-queue")).to_be_hidden()
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(texts(page)).to_have_text(FIRST_TEXT)
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    expecting(page.locator("#process-queue")).to_be_hidden()


def test_story_leaves_no_repeat_window_and_no_opt_out(open_page: Open) -> None:
    page = open_page()
    tell(page, "A second call within the hour")
    came_to(page, "RECENTLY_DEFLECTED")
    page.get_by_label("Reply as the customer").fill("stop")
    page.get_by_role("button", name="Send").click()
    expecting(page.locator("#messages")).to_contain_text("AWS added this number to the opt-out list")
    page.get_by_label("Story", exact=True).select_option(label="A call continues by SMS")
    expecting(page.locator("#opted-out")).not_to_be_checked()

    tell(page, "A second call within the hour")

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    came_to(page, "RECENTLY_DEFLECTED")
    expecting(rows(page)).to_have_text(["flow: DECLINED RECENTLY_DEFLECTED"])
    expecting(page.locator("#messages .undelivered")).to_have_count(0)


def test_failed_record_stays_on_the_queue(open_page: Open) -> None:
    page = open_page()
    tell(page, "The chat quota is exceeded")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    page.get_by_label("INSTANCE_ARN").fill("nonsense")

    page.locator("#process-queue").click()

    came_to(page, "FAILED", "The record stays on the queue")
    expecting(page.locator("#process-queue")).to_be_visible()


def test_reply_of_stop_opts_the_number_out(open_page: Open) -> None:
    page = open_page()
    tell(page, "A call continues by SMS")
    expecting(texts(page)).to_have_text(FIRST_TEXT)
    page.get_by_label("Reply as the customer").fill("stop")
    page.get_by_role("button", name="Send").click()
    expecting(page.locator("#messages")).to_contain_text("AWS added this number to the opt-out list")
    assert page.locator("#opted-out").is_checked()
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(page.locator("#messages .undelivered")).to_contain_text("Not delivered: the number is opted out")
    expecting(texts(page)).to_have_count(1)
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    page.get_by_label("OPT_OUT_LIST_NAME", exact=True).fill("Default")
    page.get_by_role("button", name=re.compile("^Call")).click()
    came_to(page, "DECLINED", "OPTED_OUT", "The caller keeps the place in the queue.")


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1366, 768), (1920, 1080), (2560, 1440)])
def test_path_is_visible_without_scrolling(width: int, height: int, open_page: Open) -> None:
    page = open_page(width, height)

    tell(page, "A call continues by SMS")

    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    expecting(page.get_by_role("button", name="Customer queue flow , current flow of the call")).to_be_visible()
    page.locator("#tab-VoiceFlow").click()
    lit = [each.bounding_box() for each in page.locator("#graph .lit").all()]
    assert all(box["y"] >= 0 and box["y"] + box["height"] <= height for box in lit)
    assert page.evaluate("scrollY") == 0
    assert page.locator("#graph .node rect").first.bounding_box()["height"] > height / 75
    faded = page.locator("#graph .node:not(.lit)").first
    assert float(faded.evaluate("(each) => getComputedStyle(each).opacity")) < 1


def test_step_in_the_queue_shows_its_flow(open_page: Open) -> None:
    page = open_page()
    tell(page, "The caller does not want an SMS")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")

    page.get_by_role("button", name="Wait a while").click()

    expecting(page.locator("#tab-CustomerQueueFlow")).to_have_attribute("aria-pressed", "true")


def test_no_edge_passes_behind_a_block(open_page: Open) -> None:
    page = open_page()

    for tab in ("#tab-VoiceFlow", "#tab-OfferModule", "#tab-CustomerQueueFlow", "#tab-SmsFlow"):
        page.locator(tab).click()
        assert page.evaluate(CROSSED) == []


CROSSED = """() => {
  const blocks = [...document.querySelectorAll("#graph .node")].map((node) => {
    const [x, y] = node.getAttribute("transform").match(/[\\d.-]+/g).map(Number);
    const { width, height } = node.querySelector("rect").getBBox();
    return { id: node.dataset.ids, x, y, width, height };
  });
  return [...document.querySelectorAll("#graph .edge")].flatMap((edge) => {
    const length = edge.getTotalLength();
    const points = Array.from({ length: 200 }, (_, index) => edge.getPointAtLength((length * index) / 200));
    const crossed = ({ x, y, width, height }) =>
      points.some((at) => at.x > x + 1 && at.x < x + width - 1 && at.y > y + 1 && at.y < y + height - 1);
    return blocks.filter(crossed).map(({ id }) => id);
  });
}"""


def test_refused_request_is_shown_with_its_error(open_page: Open) -> None:
    page = open_page()
    expecting(page.locator("#request")).to_have_text("No request was sent")

    tell(page, "Connect denies access")

    expecting(page.locator("#request .rejected")).to_have_text("rejected: 403 AccessDeniedException")
    expecting(page.locator("#request pre")).to_contain_text(f'"Address": "{MOBILE}"')
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Amazon Connect", exact=True).select_option("throttling")
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(page.locator("#request .rejected")).to_contain_text(re.compile(r"429 ThrottlingException, \d+ times"))


def test_every_invocation_of_a_call_can_be_selected(open_page: Open) -> None:
    page = open_page()
    tell(page, "A call continues by SMS")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")

    page.get_by_role("button", name="Hang up while waiting").click()

    expecting(rows(page)).to_have_text(["flow: STARTED", "hung up in the queue: IGNORED TRIGGER_NOT_MATCHED"])
    came_to(page, "STARTED")
    expecting(page.locator("#response-title")).to_have_text("Response to the event")
    expecting(page.locator("#request")).to_have_text("No request was sent")
    rows(page).first.click()
    expecting(page.locator("#response-title")).to_have_text("Response to the flow")
    expecting(page.locator("#response")).to_contain_text("STARTED")
    expecting(page.locator("#request")).to_contain_text("RelatedContactId")


def test_step_where_a_flow_stops_is_shown_and_stays(open_page: Open) -> None:
    page = open_page()
    page.clock.install()
    fails_unexpectedly = {"block_errors": {"deflect": "QueueAtCapacity"}}
    page.route(
        "**/sessions/*/choose",
        lambda route: route.continue_(post_data=json.dumps(route.request.post_data_json | fails_unexpectedly)),
    )

    tell(page, "A call continues by SMS")

    notice = page.locator("#notice-text")
    for _ in range(40):
        page.clock.run_for(500)
    expecting(notice).to_contain_text("The flow stops here:")
    expecting(notice).to_contain_text("QueueAtCapacity")
    page.clock.run_for(20_000)
    expecting(notice).to_be_visible()
    expecting(page.locator("#line")).to_have_text("The flow cannot continue")
    red = page.evaluate("""() => {
      const probe = document.body.appendChild(document.createElement("i"));
      probe.style.color = "var(--bad)";
      const { color } = getComputedStyle(probe);
      probe.remove();
      return color;
    }""")
    expecting(page.locator("#notice")).not_to_have_css("border-top-color", red)


def test_ended_session_gets_a_lasting_notice(open_page: Open) -> None:
    page = open_page(expects="404 (Not Found)")
    page.route("**/sessions/*/call", lambda route: route.fulfill(status=404, json={"message": "", "field": ""}))

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(page.locator("#notice-text")).to_have_text("This session has ended.")
    expecting(page.locator("#call")).to_be_disabled()
    page.unroute_all()
    page.get_by_role("button", name="Reload").click()
    expecting(page.locator("#call")).to_be_enabled()
    expecting(page.locator("#notice")).to_be_hidden()


def test_hidden_tab_keeps_no_connection(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("The caller follows the story").uncheck()
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(page.locator("#line")).to_have_text("Press a key")
    become = """(state) => {
      Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""

    page.evaluate(become, "hidden")
    page.keyboard.press("1")
    page.wait_for_timeout(500)
    expecting(page.locator("#path li").last).to_contain_text("(ask)")
    page.evaluate(become, "visible")

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    assert page.locator("#heard").text_content().count(said("OfferPrompt")) == 1


def test_phone_shows_the_sender_and_the_recipient(open_page: Open) -> None:
    page = open_page()

    tell(page, "The number is withheld")

    expecting(page.locator("#sender")).to_have_text("+1 425 555 0180")
    expecting(page.locator("#messages .when")).to_contain_text("to +1 425 555 0111")
    tell(page, "A call continues by SMS")
    expecting(texts(page)).to_have_text(FIRST_TEXT)
    expecting(page.locator("#messages .when")).not_to_contain_text("to +1")


def test_number_is_pasted_unchanged(open_page: Open, site: Simulator) -> None:
    page = open_page()
    page.get_by_text("Who calls", exact=True).click()
    page.locator("#number").fill("")
    page.locator("#number").focus()
    page.keyboard.insert_text("+1 (425) 555-01.42")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    [request] = site.world.requests
    assert request.body["DestinationEndpoint"]["Address"] == MOBILE


def test_visitor_continues_after_the_story(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Who calls", exact=True).click()
    page.locator("#number").fill("")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(page.locator("#line")).to_have_text("Type a number, then #: your turn")


def test_duration_is_shown(open_page: Open) -> None:
    page = open_page()

    tell(page, "A call continues by SMS")

    expecting(page.locator("#outcome span")).to_have_text(
        re.compile(r"^Started \d+ ms after the flow invoked the function$")
    )
    milliseconds = page.locator("#outcome span").text_content().split()[1]
    expecting(page.locator("#response")).to_contain_text(f"after {milliseconds} ms")


def test_fault_applies_to_the_selected_operation(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Amazon Connect", exact=True).select_option("access_denied")
    page.get_by_label("for operation").select_option("DescribeContact")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text(FIRST_TEXT)


def test_nothing_is_animated_with_reduced_motion(open_page: Open) -> None:
    moving, still = open_page(pace=0.3), open_page(pace=0.3, reduced_motion="reduce")

    for page, name in ((moving, "arrive"), (still, "none")):
        tell(page, "A call continues by SMS")
        expecting(texts(page)).to_have_css("animation-name", name)


def test_borders_are_visible_in_forced_colors(open_page: Open) -> None:
    page = open_page(forced_colors="active")
    tell(page, "A call continues by SMS")
    expecting(texts(page)).to_have_text(FIRST_TEXT)

    for bordered in (".tabs [aria-pressed=true]", "#messages .from-them", ".phone"):
        expecting(page.locator(bordered)).to_have_css("border-top-style", "solid")


@pytest.mark.parametrize("width", [400, 1100, 1440, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_is_accessible_and_fits_the_screen(width: int, scheme: str, open_page: Open) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(width, color_scheme=scheme, reduced_motion="reduce")
    page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    faults = []
    faults += Axe().run(page).response["violations"]
    for story, status, *_ in (STORIES[0], STORIES[3], STORIES[6]):
        tell(page, story)
        page.wait_for_selector(f"#outcome[data-status={status}]")
        page.wait_for_selector("#line[data-for=AGENT]")
        faults += Axe().run(page).response["violations"]

    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_page_loads_only_from_the_simulator(open_page: Open, site: Simulator) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.reload()
    page.wait_for_selector("html[data-ready]")

    assert f"{site.url}/simulator/page/style.css" in asked
    assert all(url.startswith(f"{site.url}/") for url in asked)
