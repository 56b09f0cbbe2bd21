from datetime import UTC, datetime

import pytest

from builders import contact
from deflection.contact import Endpoint, is_set


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("+14255550142", "+1********42"),
        ("12345", "12*45"),
        ("1234", "****"),
        ("", ""),
        ("jane@example.com", "ja************om"),
    ],
)
def test_endpoint_is_masked_in_its_repr(address: str, masked: str) -> None:
    assert repr(Endpoint(address)) == f"Endpoint('{masked}', 'TELEPHONE_NUMBER')"
    assert str(Endpoint(address)) == repr(Endpoint(address))


def test_contact_repr_has_no_number_and_no_attribute_value() -> None:
    text = repr(contact(attributes={"name": "Jane"}))

    assert "4255550142" not in text
    assert "Jane" not in text


@pytest.mark.parametrize("timestamp", [None, "", "1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)])
def test_missing_timestamp_and_the_epoch_count_as_not_set(timestamp: object) -> None:
    assert not is_set(timestamp)


@pytest.mark.parametrize("timestamp", ["2026-11-22T10:06:43Z", datetime(2026, 11, 22, tzinfo=UTC), 1795342000.0])
def test_any_other_timestamp_counts_as_set(timestamp: object) -> None:
    assert is_set(timestamp)
