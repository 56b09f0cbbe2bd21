"""The pictures in docs/ show the current page."""

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

DOCS = Path(__file__).parents[2] / "docs"
MOST_BYTES = 250_000
MOST_DIFFERENCE = 0.002
"""The share of pixels that may differ, because fonts and smoothing depend on the machine."""

DIFFERENCE = """async ([one, other]) => {
  const pixels = async (data) => {
    const image = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height).data;
  };
  const [first, second] = [await pixels(one), await pixels(other)];
  if (first.length !== second.length) return 1;
  let different = 0;
  for (let at = 0; at < first.length; at += 4) {
    const apart = [0, 1, 2].some((part) => Math.abs(first[at + part] - second[at + part]) > 24);
    if (apart) different += 1;
  }
  return (4 * different) / first.length;
}"""

type Open = Callable[..., Any]
type Keep = Callable[[Any, str], None]


@pytest.fixture
def keep(chromium: Any) -> Keep:
    """Return a function that updates a picture in docs/ if it looks different; in CI, it fails instead."""

    def run(page: Any, name: str) -> None:
        picture = page.screenshot(animations="disabled")
        file = DOCS / name
        assert len(picture) < MOST_BYTES
        if file.exists():
            pair = [base64.b64encode(data).decode() for data in (picture, file.read_bytes())]
            blank = chromium.new_page()
            difference = blank.evaluate(DIFFERENCE, pair)
            blank.close()
            if difference <= MOST_DIFFERENCE:
                return
        if os.environ.get("CI") == "true":
            pytest.fail(f"docs/{name} does not show the current page; run make browser and commit it.")
        file.write_bytes(picture)

    return run


def test_picture_of_a_started_sms_contact(open_page: Open, keep: Keep) -> None:
    page = open_page(height=1000, color_scheme="light")
    page.locator("#call").click()
    page.get_by_text("Thank you for holding.").wait_for()
    page.locator("#line[data-for=AGENT]").wait_for()
    page.locator("#tab-VoiceFlow").click()
    page.mouse.move(0, 0)

    keep(page, "simulator-text.png")


def test_picture_of_the_keypad(open_page: Open, keep: Keep) -> None:
    page = open_page(color_scheme="dark")
    page.locator("#autoplay").uncheck()
    page.locator("#story").select_option(label="The number is withheld")
    page.locator("#call").click()
    page.locator("#line[data-for=KEY]").wait_for()  # Playwright scrolls to an element that it waits for.
    page.locator("[data-key='1']").click()
    page.locator("#line", has_text="Type a number").wait_for()
    page.keyboard.type("4255550111")
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)  # A pressed key is highlighted for a moment.

    keep(page, "simulator-keypad.png")
