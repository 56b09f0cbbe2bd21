"""Open sessions."""

from connect_simulator import Simulator
from page_client import send


def test_unknown_session_is_not_found(site: Simulator) -> None:
    assert send(site, "POST", "/simulator/page/sessions/none/call", {})[0] == 404
    assert send(site, "GET", "/simulator/page/sessions/none/feed")[0] == 404


def test_least_recently_used_session_ends_above_the_limit(site: Simulator, session: str) -> None:
    others = []
    for _ in range(2):
        _, entries, _ = send(site, "POST", "/simulator/page/sessions", {})
        others.append(f"/simulator/page/sessions/{entries['name']}")
    send(site, "POST", f"{session}/call", {})
    send(site, "POST", "/simulator/page/sessions", {})

    assert [send(site, "POST", f"{each}/next", {})[0] for each in (session, *others)] == [202, 404, 202]
