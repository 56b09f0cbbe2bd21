"""The operation names that a fault may have."""

import json
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any

from connect_simulator import Simulator


def test_fault_of_an_unknown_operation_gets_the_closest_name(simulator: Simulator) -> None:
    wrong = {"operation": "StartOutboundChatContacts", "kind": "internal"}
    status, answer = _answer(simulator.url, "POST", "faults", [{"operation": "PutObject", "kind": "internal"}, wrong])
    assert status == HTTPStatus.BAD_REQUEST
    assert answer["message"] == (
        "No simulated service has the operation 'StartOutboundChatContacts'. Did you mean StartOutboundChatContact?"
    )
    assert simulator.faults.take("PutObject") is None, "all of them or none"
    assert _answer(simulator.url, "POST", "faults", {"operation": "PutObject", "kind": "internal"})[0] == HTTPStatus.OK


def test_unknown_operation_without_a_close_name_is_rejected(simulator: Simulator) -> None:
    _, answer = _answer(simulator.url, "POST", "faults", {"operation": "Xyz", "kind": "internal"})
    assert answer["message"] == "No simulated service has the operation 'Xyz'."


def _answer(url: str, method: str, name: str, body: object = None) -> tuple[int, Any]:
    with closing(_connection(url)) as connection:
        connection.request(method, f"/simulator/{name}", None if body is None else json.dumps(body))
        answer = connection.getresponse()
        return answer.status, json.load(answer)


def _connection(url: str) -> HTTPConnection:
    return HTTPConnection(url.removeprefix("http://"), timeout=5)
