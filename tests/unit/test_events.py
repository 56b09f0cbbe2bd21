from typing import Any

import pytest

from builders import CALL
from connect_simulator import demo
from deflection.events import DeflectionRequested


@pytest.mark.parametrize(
    ("contact_id", "related", "expected"),
    [
        (CALL, "another-call", CALL),
        ("", "another-call", "another-call"),
        ("", "x" * 256, "x" * 256),
        ("", "x" * 257, ""),
        ("", 5, ""),
        ("", None, ""),
    ],
)
def test_related_contact_is_the_named_contact_or_the_one_of_the_parameters(
    contact_id: str, related: Any, expected: str
) -> None:
    request = DeflectionRequested("event", None, contact_id, demo.INSTANCE_ARN, {"RelatedContactId": related}, {})

    assert request.related_contact_id == expected


def test_repr_of_a_request_has_no_personal_data() -> None:
    parameters = {"DestinationEndpoint_Address": "+14255550142", "Attributes": {"name": "Jane"}}
    request = DeflectionRequested(
        "event", None, CALL, demo.INSTANCE_ARN, parameters, {"name": "Jane"}, dialled="+14255550190"
    )

    assert not any(personal in repr(request) for personal in ("4255550142", "4255550190", "Jane"))
