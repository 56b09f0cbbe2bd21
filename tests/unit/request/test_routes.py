from typing import Any

import pytest

from builders import contact
from deflection.contact import Endpoint
from deflection.request.routes import Routes

QUEUE = "arn:aws:connect:us-east-1:111122223333:instance/a1b2/queue/7c1d2e3f"
BRANDS = Routes.model_validate(
    [
        {"Match": {"SystemEndpoint": "+14255550191"}, "ContactFlowId": "by number"},
        {
            "Match": {"SystemEndpoint": ["+1 (425) 555-0192", "+1 425.555/0193", "+1\u00a0425\u2011555\u20130194"]},
            "ContactFlowId": "by number as people write it",
        },
        {"Match": {"Queue": ["Sales", "US/Billing", "Claims/"]}, "ContactFlowId": "by queue name"},
        {"Match": {"Queue": [QUEUE]}, "ContactFlowId": "by queue ARN"},
        {"Match": {"Country": ["au", "NZ"], "Language": "en"}, "ContactFlowId": "by country and language"},
        {"Match": {"Language": "de"}, "ContactFlowId": "by language"},
    ]
)


@pytest.mark.parametrize(
    ("changes", "country", "flow"),
    [
        ({"system_endpoint": Endpoint("+14255550191"), "queue_name": "Sales"}, "US", "by number"),
        ({"system_endpoint": Endpoint("+14255550192")}, "US", "by number as people write it"),
        ({"system_endpoint": Endpoint("+14255550193")}, "US", "by number as people write it"),
        ({"system_endpoint": Endpoint("+14255550194")}, "US", "by number as people write it"),
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
def test_the_first_route_counts_whose_conditions_all_hold(
    changes: dict[str, Any], country: str, flow: str | None
) -> None:
    assert BRANDS.find_route(contact(**changes), country).ContactFlowId == flow


def test_a_route_without_conditions_holds_for_all() -> None:
    routes = Routes.model_validate([{"ContactFlowId": "for all"}])

    assert routes.find_route(contact(), "US").ContactFlowId == "for all"


@pytest.mark.parametrize("number", ["+1425555", "+142555501901234"])
def test_the_shortest_and_the_longest_number_can_be_dialled(number: str) -> None:
    routes = Routes.model_validate([{"Match": {"SystemEndpoint": number}, "ContactFlowId": "by number"}])

    assert routes.find_route(contact(system_endpoint=Endpoint(number)), "US").ContactFlowId == "by number"
