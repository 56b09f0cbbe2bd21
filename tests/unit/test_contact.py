import pytest

from deflection.contact import Endpoint


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
def test_an_endpoint_shows_itself_masked(address: str, masked: str) -> None:
    assert repr(Endpoint(address)) == f"Endpoint('{masked}', 'TELEPHONE_NUMBER')"
    assert str(Endpoint(address)) == repr(Endpoint(address))
