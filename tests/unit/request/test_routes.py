from typing import Any

import pytest
from pydantic import ValidationError

from builders import contact
from deflection.contact import Endpoint
from deflection.request.routes import Routes

QUEUE = "arn:aws:connect:us-east-1:111122223333:instance/a1b2/queue/7c1d2e3f"
ROUTES = Routes.model_validate(
    [
        {"Match": {"SystemEndpoint": "+14255550191"}, "ContactFlowId": "by number"},
        {
            "Match": {"SystemEndpoint": ["+1 (425) 555-0192", "+1 425.555/0193", "+1\u00a0425\u2011555\u20130194"]},
            "ContactFlowId": "by formatted number",
        },
        {"Match": {"Queue": ["Sales", "US/Billing", "Claims/"]}, "ContactFlowId": "by queue name"},
        {"Match": {"Queue": [QUEUE]}, "ContactFlowId": "by queue ARN"},
        {"Match": {"Country": ["au", "NZ"], "Language": "en"}, "ContactFlowId": "by country and language"},
        {"Match": {"Language": "de"}, "ContactFlowId": "by language"},
    ]
)


@pytest.mark.parametrize(
    ("changes", "country", "contact_flow_id"),
    [
        ({"system_endpoint": Endpoint("+14255550191"), "queue_name": "Sales"}, "US", "by number"),
        ({"system_endpoint": Endpoint("+14255550192")}, "US", "by formatted number"),
        ({"system_endpoint": Endpoint("+14255550193")}, "US", "by formatted number"),
        ({"system_endpoint": Endpoint("+14255550194")}, "US", "by formatted number"),
        ({"queue_name": "Sales"}, "US", "by queue name"),
        ({"queue_arn": QUEUE}, "US", "by queue ARN"),
        ({"queue_arn": "7c1d2e3f"}, "US", "by queue ARN"),
        ({"queue_name": "Billing"}, "US", None),
        ({"queue_name": "US/Billing"}, "US", "by queue name"),
        ({"language": "en-AU"}, "AU", "by country and language"),
        ({"language": "de-AT"}, "AU", "by language"),
        ({"language": "den"}, "US", None),
        ({"language": ""}, "AU", None),
        ({"system_endpoint": None, "queue_name": ""}, "", None),
    ],
)
def test_first_route_whose_conditions_all_match_is_found(
    changes: dict[str, Any], country: str, contact_flow_id: str | None
) -> None:
    assert ROUTES.find_route(contact(**changes), country).ContactFlowId == contact_flow_id


def test_route_without_conditions_matches_every_contact() -> None:
    routes = Routes.model_validate([{"ContactFlowId": "for every contact"}])

    assert routes.find_route(contact(), "US").ContactFlowId == "for every contact"


@pytest.mark.parametrize("number", ["+1425555", "+142555501901234"])
def test_system_endpoint_may_have_7_to_15_digits(number: str) -> None:
    routes = Routes.model_validate([{"Match": {"SystemEndpoint": number}, "ContactFlowId": "by number"}])

    assert routes.find_route(contact(system_endpoint=Endpoint(number)), "US").ContactFlowId == "by number"


def test_route_has_its_name_or_its_position() -> None:
    routes = Routes.model_validate([{"Match": {"Country": "US"}, "Name": "brand-a"}, {"Match": {"Country": "AU"}}])

    assert [routes.find_route(contact(), country).Name for country in ("US", "AU", "DE")] == ["brand-a", "2", ""]


@pytest.mark.parametrize("name", ["", "2", "brand a", "+14255550142", "line-4255550142", "x" * 65])
def test_name_that_the_log_cannot_show_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        Routes.model_validate([{"Name": name}])
