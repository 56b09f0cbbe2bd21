"""The operation names that a fault may have."""

from http import HTTPStatus

from connect_simulator import Simulator
from control_client import respond


def test_fault_of_an_unknown_operation_gets_the_closest_name(simulator: Simulator) -> None:
    wrong = {"operation": "StartOutboundChatContacts", "kind": "internal"}
    status, answer = respond(simulator.url, "POST", "faults", [{"operation": "PutObject", "kind": "internal"}, wrong])
    assert status == HTTPStatus.BAD_REQUEST
    assert answer["message"] == (
        "No simulated service has the operation 'StartOutboundChatContacts'. Did you mean StartOutboundChatContact?"
    )
    assert simulator.faults.take("PutObject") is None, "all of them or none"
    assert respond(simulator.url, "POST", "faults", {"operation": "PutObject", "kind": "internal"})[0] == HTTPStatus.OK


def test_unknown_operation_without_a_close_name_is_rejected(simulator: Simulator) -> None:
    _, answer = respond(simulator.url, "POST", "faults", {"operation": "Xyz", "kind": "internal"})
    assert "Xyz" in answer["message"]
    assert "?" not in answer["message"]
