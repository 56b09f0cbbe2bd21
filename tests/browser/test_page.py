"""The simulator's page as a person uses it: in a real browser, against the real function."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import Simulator
from connect_simulator.page.stack import read_stack
from contract.test_template import PARAMETERS, ROOT

pytestmark = pytest.mark.browser

type Open = Callable[..., Any]

VARIABLES = read_stack(ROOT / "template.yaml").variables
FIRST_TEXT = VARIABLES["INITIAL_MESSAGE"]
MOBILE = "+14255550142"

STORIES = [
    ("A call becomes a text", "STARTED", "", "StartedPrompt", True),
    ("The number is withheld", "STARTED", "", "StartedPrompt", True),
    ("A landline calls", "STARTED", "", "StartedPrompt", True),
    ("The customer has sent STOP", "DECLINED", "OPTED_OUT", "NotTextedPrompt", False),
    ("A second call within the hour", "DECLINED", "RECENTLY_DEFLECTED", "RecentlyTextedPrompt", True),
    ("All texts are switched off", "DECLINED", "SWITCHED_OFF", "NotTextedPrompt", False),
    ("Connect refuses", "FAILED", "ACCESS_DENIED", "NotTextedPrompt", False),
    ("Connect is full", "DEFERRED", "QUOTA_EXCEEDED", "DeferredPrompt", False),
    ("The caller hangs up in line", "STARTED", "", "NotTextedPrompt", True),
    ("A dry run", "DRY_RUN", "", "OfferPrompt", False),
]
"""Each story with its status and reason, what the caller hears, and whether a text arrives."""


def said(prompt: str) -> str:
    default: str = PARAMETERS[prompt]["Default"]
    return default


def expecting(locator: Any) -> Any:
    from playwright.sync_api import expect

    return expect(locator)


def tell(page: Any, story: str) -> None:
    """The story is chosen, and the one big button is pressed."""
    page.get_by_label("Story", exact=True).select_option(label=story)
    page.get_by_role("button", name=re.compile("^Call")).click()


def came_to(page: Any, *parts: str) -> None:
    for part in parts:
        expecting(page.locator("#outcome")).to_contain_text(part)


def texts(page: Any) -> Any:
    return page.locator("#messages .from-them")


def focused(page: Any) -> str:
    """The id of the element that has the focus, or its key of the keypad."""
    has: str = page.evaluate("document.activeElement.id || document.activeElement.dataset.key || ''")
    return has


def tab_to(page: Any, name: str) -> None:
    for _ in range(100):
        if focused(page) == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def test_one_click_turns_a_call_into_a_text(open_page: Open, site: Simulator) -> None:
    page = open_page()

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    came_to(page, "STARTED")
    expecting(page.locator("#heard")).to_contain_text(said("StartedPrompt"))
    expecting(page.locator("#line")).to_have_text("In line for an agent")
    [request] = site.world.requests
    expecting(page.locator("#request")).to_contain_text(f'"RelatedContactId": "{request.body["RelatedContactId"]}"')
    expecting(page.locator("#contacts .text")).to_contain_text("related to the call")
    expecting(page.locator("#response tr", has_text="ContactId").first).to_contain_text(request.contact_id)
    expecting(page.locator("#log")).to_contain_text("The text conversation was started.")


def test_within_a_minute_it_has_happened_at_its_usual_pace(open_page: Open) -> None:
    page = open_page(pace=1)

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text(FIRST_TEXT, timeout=60_000)


@pytest.mark.parametrize(("story", "status", "reason", "prompt", "arrives"), STORIES)
def test_a_story_comes_to_its_status(
    story: str, status: str, reason: str, prompt: str, *, arrives: bool, open_page: Open
) -> None:
    page = open_page()

    tell(page, story)

    came_to(page, status, reason)
    expecting(page.locator("#heard")).to_contain_text(said(prompt))
    expecting(texts(page)).to_have_text([FIRST_TEXT] if arrives else [])


def test_every_story_is_tried() -> None:
    written = (ROOT / "simulator/connect_simulator/page/assets/stories.js").read_text()
    tried = [story for story, *_ in STORIES]

    assert written.count("name: ") == len(tried) + 1, "one comes to no status"
    assert all(f'"{name}"' in written for name in tried)


def test_a_caller_who_wants_no_text_waits_in_line(open_page: Open, site: Simulator) -> None:
    page = open_page()

    tell(page, "The caller does not want a text")

    expecting(page.locator("#line")).to_have_text("In line for an agent")
    expecting(page.locator("#outcome")).to_be_empty()
    assert site.world.requests == []


def test_an_event_that_asks_for_nothing_is_ignored(open_page: Open) -> None:
    page = open_page()
    tell(page, "The caller does not want a text")

    page.get_by_role("button", name="Hang up while waiting").click()

    came_to(page, "IGNORED", "TRIGGER_NOT_MATCHED")
    expecting(page.locator("#contacts .call")).to_contain_text("ended")


@pytest.mark.parametrize(
    ("fault", "reason", "arrives"),
    [("throttling", "THROTTLED", False), ("internal", "SERVICE_UNAVAILABLE", False), ("delay", "TIMED_OUT", True)],
)
def test_a_fault_is_what_the_caller_hears(fault: str, reason: str, *, arrives: bool, open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_label("Amazon Connect", exact=True).select_option(fault)

    page.get_by_role("button", name=re.compile("^Call")).click()

    came_to(page, "FAILED", reason)
    expecting(page.locator("#heard")).to_contain_text(said("NotTextedPrompt"))
    assert texts(page).count() == 0
    if arrives:  # Connect takes the request after all, long after the function gave up.
        expecting(texts(page)).to_have_text(FIRST_TEXT)
        came_to(page, "FAILED", reason)


def test_a_setting_changes_what_the_customer_reads(open_page: Open) -> None:
    page = open_page()
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_text("Environment variables", exact=True).click()
    page.get_by_label("INITIAL_MESSAGE").fill("Hi $customerName")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text("Hi Jane")


def test_what_was_deferred_arrives_once_connect_takes_it(open_page: Open) -> None:
    page = open_page()
    tell(page, "Connect is full")

    page.get_by_role("button", name="Connect takes texts again").click()

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    expecting(page.locator("#work-off")).to_be_hidden()


def test_a_number_is_typed_on_the_keypad(open_page: Open, site: Simulator) -> None:
    page = open_page()
    page.get_by_label("The caller acts by the story").uncheck()
    tell(page, "The number is withheld")

    page.locator("[data-key='1']").click()
    expecting(page.locator("#line")).to_have_text("A number is asked for, then #")
    for key in "4255550111#":
        page.locator(f"[data-key='{key}']").click()

    expecting(texts(page)).to_have_text(FIRST_TEXT)
    [request] = site.world.requests
    assert request.body["DestinationEndpoint"]["Address"] == "+14255550111"


def test_all_of_it_works_by_keyboard(open_page: Open) -> None:
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

    tab_to(page, "by-itself")
    page.keyboard.press("Space")
    tab_to(page, "call")
    page.keyboard.press("Enter")
    expecting(page.locator("#line")).to_have_text("A key is asked for")
    page.keyboard.press("1")
    expecting(page.locator("#line")).to_have_text("A number is asked for, then #")
    page.keyboard.type("4255550112#")
    came_to(page, "STARTED")
    expecting(page.locator("#contacts .text")).to_contain_text("+14255550112")


def test_the_keyboard_stays_where_it_was_after_each_deed(open_page: Open) -> None:
    page = open_page()
    line = page.locator("#line")
    tab_to(page, "by-itself")
    page.keyboard.press("Space")

    for name, shows, next_focus in (
        ("call", "KEY", "call"),
        ("let-pass", "AGENT", "let-pass"),
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
        assert focused(page) == next_focus


def test_what_can_not_be_done_now_does_nothing(open_page: Open, site: Simulator) -> None:
    page = open_page()

    for name in ("1", "let-pass", "wait", "answer"):
        tab_to(page, name)
        page.keyboard.press("Enter")

    expecting(page.locator("#line")).to_have_text("Not on the phone")
    expecting(page.get_by_role("alert")).to_be_hidden()
    assert site.world.requests == []


def test_the_keyboard_goes_on_when_the_queue_is_worked_off(open_page: Open) -> None:
    page = open_page()
    tell(page, "Connect is full")
    expecting(page.locator("#work-off")).to_be_visible()

    tab_to(page, "work-off")
    page.keyboard.press("Enter")

    expecting(page.locator("#work-off")).to_be_hidden()
    assert focused(page) == "call"


def test_the_path_is_lit_and_told(open_page: Open) -> None:
    page = open_page()
    tell(page, "Connect refuses")
    expecting(page.locator("#line")).to_have_text("In line for an agent")

    page.get_by_role("button", name="Voice flow").click()

    lit = page.locator("#graph .node.lit text").all_text_contents()
    told = page.locator("#path li").all_text_contents()
    assert {"offer", "agree", "deflect", "status", "note-outcome", "not-texted", "transfer"} <= set(lit)
    assert "1: agree (Set contact attributes)" in told
    assert "NoMatchingCondition: note-outcome (Set contact attributes)" in told


@pytest.mark.parametrize(("does", "lights"), [("Wait a while", "settled"), ("Agent answers", "")])
def test_a_look_at_the_other_flow_changes_nothing(does: str, lights: str, open_page: Open) -> None:
    page = open_page()
    tell(page, "The caller does not want a text")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    page.get_by_role("button", name="Voice flow").click()
    before = page.locator("#graph .node.lit text").all_text_contents()

    page.get_by_role("button", name=does).click()

    expecting(page.locator("#line")).to_have_text("A key is asked for" if lights else "Talking to an agent")
    assert page.locator("#graph .node.lit text").all_text_contents() == before
    page.get_by_role("button", name="Customer queue flow").click()
    assert lights in ["", *page.locator("#graph .node.lit text").all_text_contents()]


def test_the_function_works_in_the_flow_that_is_played(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("The caller acts by the story").uncheck()
    tell(page, "A call becomes a text")
    expecting(page.locator("#line")).to_have_text("A key is asked for")
    page.get_by_role("button", name="Customer queue flow").click()

    page.keyboard.press("1")

    came_to(page, "STARTED")
    expecting(page.locator("#line")).to_have_attribute("data-for", "AGENT")
    assert "deflect" not in page.locator("#graph .node.lit text").all_text_contents()
    page.get_by_role("button", name="Voice flow").click()
    assert "deflect" in page.locator("#graph .node.lit text").all_text_contents()


def test_what_cannot_be_shown_is_said_and_the_page_goes_on(open_page: Open) -> None:
    page = open_page()
    page.evaluate("document.getElementById('response').remove()")

    tell(page, "A call becomes a text")

    expecting(page.get_by_role("alert")).to_contain_text("could not be shown")
    expecting(texts(page)).to_have_text(FIRST_TEXT)


def test_two_tabs_do_not_disturb_each_other(open_page: Open) -> None:
    failing, working = open_page(), open_page()

    tell(failing, "Connect refuses")
    came_to(failing, "FAILED")
    tell(working, "A call becomes a text")

    came_to(working, "STARTED")
    expecting(texts(working)).to_have_text(FIRST_TEXT)
    expecting(texts(failing)).to_have_count(0)
    came_to(failing, "FAILED")


def test_what_looks_like_html_is_text(open_page: Open) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    page = open_page()
    page.get_by_text("Who calls", exact=True).click()
    page.get_by_label("Attributes name=value").fill(f"customerName={hostile}")
    page.get_by_text("Faults, opt-out, settings").click()
    page.get_by_text("Environment variables", exact=True).click()
    page.get_by_label("INITIAL_MESSAGE").fill("Hi $customerName")

    page.get_by_role("button", name=re.compile("^Call")).click()

    expecting(texts(page)).to_have_text(f"Hi {hostile}")
    expecting(page.locator("#contacts .call")).to_contain_text(hostile)
    assert page.locator("img").count() == 0


def test_what_cannot_be_is_said(open_page: Open) -> None:
    page = open_page()
    page.get_by_label("The caller acts by the story").uncheck()
    page.get_by_role("button", name=re.compile("^Call")).click()
    expecting(page.locator("#line")).to_have_text("A key is asked for")

    page.evaluate("for (const _ of [1, 2]) document.getElementById('hang-up').click()")

    expecting(page.get_by_role("alert")).to_have_text("The flow has ended.")


@pytest.mark.parametrize("width", [400, 1100, 1440, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_has_no_accessibility_fault_and_fits_the_screen(width: int, scheme: str, open_page: Open) -> None:
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


def test_nothing_is_fetched_from_elsewhere(open_page: Open, site: Simulator) -> None:
    page = open_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    page.reload()
    page.wait_for_selector("html[data-ready]")

    assert f"{site.url}/simulator/page/style.css" in asked
    assert all(url.startswith(f"{site.url}/") for url in asked)
