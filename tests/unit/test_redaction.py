from typing import Any

import pytest

from deflection.redaction import describe_value, nearest_name, redact, redact_id, redact_language

UUID_OF_DIGITS = "12345678-1234-1234-1234-123456789012"


@pytest.mark.parametrize(
    "value", ["+14255550142", ["Jane"], {"name": "Jane"}, 14_255_550_142, -14_255_550_142, 1.4e10, object()]
)
def test_described_value_is_not_repeated(value: Any) -> None:
    description = describe_value(value)

    assert description
    assert not any(personal in description for personal in ("4255550142", "Jane", "14000000000"))


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("text", "4"),
        ([1, 2, 3], "3"),
        ({"a": 1, "b": 2}, "2"),
        (59, "59"),
        (90.5, "90.5"),
        (True, "true"),
        (False, "false"),
    ],
)
def test_described_value_has_its_size_or_its_small_number(value: Any, named: str) -> None:
    assert named in describe_value(value)


@pytest.mark.parametrize("name", ["Attributes", "connect:Subtype", "en-US", "a.b_c", "x" * 64])
def test_name_is_repeated(name: str) -> None:
    assert redact(name) == name


@pytest.mark.parametrize("name", ["+14255550142", "1-425-5550142", "Jane Doe", "straße", "", "x" * 65])
def test_name_that_may_be_personal_is_replaced(name: str) -> None:
    assert redact(name, "replaced") == "replaced"


@pytest.mark.parametrize("identifier", ["", "call-1", "arn:aws:connect/queue", UUID_OF_DIGITS, "x" * 256])
def test_id_is_repeated(identifier: str) -> None:
    assert redact_id(identifier) == identifier


@pytest.mark.parametrize(
    "identifier",
    ["+1 425 555-0142", "14255550142", "callback-14255550142", "1" * 64, "My name is Jane", "é", "x" * 257],
)
def test_id_that_may_be_personal_is_replaced(identifier: str) -> None:
    assert identifier not in redact_id(identifier)


@pytest.mark.parametrize(("name", "nearest"), [("Atributes", "Attributes"), ("Contnt", "Content")])
def test_nearest_name_is_the_most_similar_one(name: str, nearest: str) -> None:
    assert nearest_name(name, ["Content", "Attributes"]) == nearest


@pytest.mark.parametrize("name", ["", "x" * 99_999, "+14255550142"])
def test_nearest_name_is_found_for_any_text(name: str) -> None:
    assert nearest_name(name, ["Content", "Attributes"]) in ("Content", "Attributes")


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("", ""),
        ("es", "es"),
        ("en-us", "en-US"),
        ("CMN-cn", "cmn-CN"),
        ("en-GB-WLS", "en-GB-WLS"),
        ("Jane", "OTHER"),
        ("Ann", "OTHER"),
        ("+14255550142", "OTHER"),
        ("en-US\n", "OTHER"),
        ("Español", "OTHER"),
    ],
)
def test_language_code_is_shown_and_other_text_is_not(code: str, shown: str) -> None:
    assert redact_language(code) == shown
