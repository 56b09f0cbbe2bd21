import pytest
from pydantic import TypeAdapter, ValidationError

from deflection.validators import Text, validate_country, validate_language, validate_length, validate_template


@pytest.mark.parametrize(
    "template", ["Hello", "Hi $name", "${name}ß", "$name様", "$name, $$5", "$Queue_Name.", "$SystemEndpoint_Address"]
)
def test_valid_template_is_returned(template: str) -> None:
    assert validate_template(template) == template


@pytest.mark.parametrize(
    "template", ["", "  ", "It costs $5", "100 $", "Hi $größe", "Hi $nameÄ", "Hi $nai\u0308ve", "Hi ${größe}"]
)
def test_blank_template_and_invalid_variable_are_refused(template: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        validate_template(template)


def test_text_without_variables_has_at_most_1024_characters() -> None:
    assert validate_length("x" * 1024)
    assert validate_length("x" * 2000 + "$name")
    with pytest.raises(ValueError, match="1024"):
        validate_length("x" * 1025)


@pytest.mark.parametrize("tag", ["en", "en-US", "zh-Hant-TW", "yue", "de-1996"])
def test_language_tag_is_accepted(tag: str) -> None:
    assert validate_language(tag) == tag


@pytest.mark.parametrize("tag", ["", "e", "en_US", "english", "en-", "en-US ", "en-123456789"])
def test_value_that_is_not_a_language_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValueError, match="BCP 47"):
        validate_language(tag)


@pytest.mark.parametrize("code", ["ZZ", "us", "USA", "", "001"])
def test_unknown_country_is_refused(code: str) -> None:
    assert validate_country("US") == "US"
    with pytest.raises(ValueError, match="ISO 3166"):
        validate_country(code)


def test_half_of_a_surrogate_pair_is_refused() -> None:
    text = TypeAdapter(Text)

    assert text.validate_python("\N{GRINNING FACE}")
    with pytest.raises(ValidationError):
        text.validate_python("\ud83d")
