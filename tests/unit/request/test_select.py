import pytest

from deflection.errors import InvalidParameterError
from deflection.request.select import SELECTABLE_NAMES, select_value

REQUEST = {
    "ClientToken": "token",
    "ChatDurationInMinutes": 90,
    "Attributes": {"name": "Zoë"},
    "DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"},
}
RESPONSE = {"ContactId": "new"}


@pytest.mark.parametrize(
    ("select", "selected"),
    [
        ("ContactId", "new"),
        ("*", '{"ContactId": "new"}'),
        ("^ClientToken", "token"),
        ("^ChatDurationInMinutes", "90"),
        ("^ChatDurationInMinute", "90"),
        ("^Attributes", '{"name": "Zoë"}'),
        ("^DestinationEndpoint", '{"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"}'),
        ("^DestinationEndpoint_Address", "+14255550142"),
        ("^RelatedContactId", ""),
    ],
)
def test_selected_value_is_text_or_json(select: str, selected: str) -> None:
    assert select_value(select, REQUEST, RESPONSE) == selected


@pytest.mark.parametrize(("select", "selected"), [("ContactId", ""), ("*", "")])
def test_selection_of_the_response_is_empty_if_nothing_was_sent(select: str, selected: str) -> None:
    assert select_value(select, REQUEST, {}) == selected


@pytest.mark.parametrize("select", ["Contact", "^", "^DryRun", "^Select", "^Atributes"])
def test_unknown_selection_is_refused(select: str) -> None:
    with pytest.raises(InvalidParameterError, match="Select"):
        select_value(select, REQUEST, RESPONSE)


def test_error_names_the_nearest_parameter() -> None:
    with pytest.raises(InvalidParameterError, match=r"\bAtributes\b.*\^Attributes\b"):
        select_value("^Atributes", REQUEST, RESPONSE)


@pytest.mark.parametrize("name", SELECTABLE_NAMES)
def test_every_request_parameter_can_be_selected(name: str) -> None:
    assert isinstance(select_value(f"^{name}", REQUEST, RESPONSE), str)
