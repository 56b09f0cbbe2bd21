"""The feed of a session."""

from connect_simulator import Simulator
from connect_simulator.page.feed import Feed
from page_client import is_waiting_for, post_command, read_feed


def test_reconnected_browser_gets_the_remaining_entries(site: Simulator, session: str) -> None:
    post_command(site, session, "call", {})
    entries = read_feed(site, session, is_waiting_for("KEY"))

    assert read_feed(site, session, is_waiting_for("KEY"), since="2") == entries[3:]


def test_visible_tab_gets_the_remaining_entries(site: Simulator, session: str) -> None:
    post_command(site, session, "call", {})
    entries = read_feed(site, session, is_waiting_for("KEY"))

    assert read_feed(site, f"{session}/feed?last=2", is_waiting_for("KEY")) == entries[3:]


def test_new_call_clears_the_feed(site: Simulator, session: str) -> None:
    for _ in range(2):
        post_command(site, session, "call", {})
        entries = read_feed(site, session, is_waiting_for("KEY"))

    assert [each["kind"] for each in entries].count("call") == 1


def test_closed_feed_ends_for_its_readers() -> None:
    feed = Feed()
    feed.publish("step", action="offer")
    watching = feed.since(0)

    assert next(watching) == (0, {"kind": "step", "action": "offer"})
    feed.close()
    assert list(watching) == []
