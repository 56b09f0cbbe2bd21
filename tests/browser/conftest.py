"""The simulator's page in Chromium, with a fixed time and fixed ids."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from connect_simulator import Simulator
from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page import PageMiddleware, SessionRegistry, read_stack

NOW = 1_795_341_960.0
ROOT = Path(__file__).parents[2]
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    "--no-sandbox",  # The root user, as in CI, cannot use the sandbox.
]

type Open = Callable[..., Any]


@pytest.fixture(scope="session")
def site() -> Iterator[Simulator]:
    """Start a simulator with its page."""
    simulator = Simulator()
    sessions = SessionRegistry(
        simulator, read_stack(ROOT / "template.yaml"), ExecutionEnvironments("deflection.handler.lambda_handler")
    )
    with closing(sessions):
        simulator.add_middleware(lambda app: PageMiddleware(app, sessions))
        with simulator:
            yield simulator


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(site: Simulator, chromium: Any) -> Iterator[Open]:
    """Return a function that opens the page in a new tab; other console errors than `expects` fail the test."""
    site.reset()
    ids = count(1)
    site.world.clock = lambda: NOW
    site.world.new_id = lambda: str(UUID(int=0x5EED_0000_4000_8000_0000_0000_0000 + next(ids)))
    complaints: list[str] = []
    contexts = []

    def run(width: int = 1440, height: int = 900, pace: float = 0.02, expects: str = "\0", **options: Any) -> Any:
        def complain(message: Any) -> None:
            if message.type in ("error", "warning") and expects not in message.text:
                complaints.append(message.text)

        context = chromium.new_context(
            viewport={"width": width, "height": height}, timezone_id="UTC", locale="en-US", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", lambda request: complaints.append(request.url) if "feed" not in request.url else None)
        page.clock.set_fixed_time(datetime.fromtimestamp(NOW, UTC))
        page.goto(f"{site.url}/?pace={pace}")
        page.wait_for_selector("html[data-ready]")
        return page

    yield run
    for context in contexts:
        context.close()
    assert complaints == []
