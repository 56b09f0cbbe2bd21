"""Every document in examples/ is one that the function accepts and can send, in every language it has."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from builders import contact
from builders import settings as settings_of
from connect_simulator import demo
from deflection.contact import Endpoint
from deflection.outcome import SMS
from deflection.request.builder import DeflectionRequest, build_request
from deflection.request.document import parse_document
from deflection.request.limits import check_limits
from deflection.request.message import build_initial_message, count_sms_parts
from deflection.request.message_catalog import MessageCatalog
from deflection.request.parameters import parse_parameters
from deflection.request.routes import Routes

ROOT = Path(__file__).parents[2]
MESSAGES = sorted((ROOT / "examples").rglob("messages.json"))
ROUTES = sorted((ROOT / "examples").rglob("routes.json"))
CALLER = contact(attributes={"customerName": "Jane Doe"}, language="es")


def catalogs(path: Path) -> list[MessageCatalog]:
    if path in MESSAGES:
        return [parse_document(MessageCatalog, path.read_text(), "MESSAGES_PARAMETER")]
    routes = parse_document(Routes, path.read_text(), "ROUTES_PARAMETER")
    return [route.Messages for route in routes.root if route.Messages]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_every_example_is_of_one_of_both_kinds() -> None:
    assert sorted([*MESSAGES, *ROUTES]) == sorted(path for path in (ROOT / "examples").rglob("*") if path.is_file())


@pytest.mark.parametrize("path", [*MESSAGES, *ROUTES], ids=name)
def test_message_in_every_language_is_within_the_limits_and_one_sms_part(path: Path) -> None:
    for catalog in catalogs(path):
        for tag in catalog.root:
            about = replace(CALLER, language=tag)
            message = build_initial_message(about, parse_parameters({}), settings_of(), [catalog], SMS)
            check_limits(message)
            content = message.get("InitialSystemMessage", {"ContentType": ""})
            assert content["ContentType"] != "text/plain" or count_sms_parts(content["Content"]) == 1


@pytest.mark.parametrize("path", ROUTES, ids=name)
def test_route_can_be_sent_from_a_number_and_into_a_flow_of_the_simulator(path: Path) -> None:
    for route in parse_document(Routes, path.read_text(), "ROUTES_PARAMETER").root:
        deflection = DeflectionRequest(CALLER, parse_parameters({}), Endpoint("+14255550142"), route, [], settings_of())
        request = build_request(deflection, SMS)

        assert json.dumps(request)
        assert request["ContactFlowId"] == (route.ContactFlowId or demo.SMS_FLOW_ID)
