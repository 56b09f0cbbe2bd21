import pytest

from builders import contact
from deflection import parameters
from deflection.errors import InvalidMessageError
from deflection.message import filled_in


def test_variables_are_attributes_the_queue_and_what_was_dialled() -> None:
    text = filled_in(
        "Hello ${name}, $Queue_Name at $SystemEndpoint_Address owes you $$5.",
        contact(attributes={"name": "Jane"}),
        parameters.read({}),
    )

    assert text == "Hello Jane, Billing at +14255550190 owes you $5."


def test_an_attribute_of_the_parameters_comes_before_one_of_the_contact() -> None:
    wish = parameters.read({"Attributes": {"name": "Jo"}})

    assert filled_in("$name", contact(attributes={"name": "Jane"}), wish) == "Jo"


def test_an_attribute_that_looks_like_a_variable_stays_as_it_is() -> None:
    assert filled_in("$name", contact(attributes={"name": "$secret", "secret": "s"}), parameters.read({})) == "$secret"


@pytest.mark.parametrize("attributes", [{}, {"name": ""}, {"name": "  "}])
def test_a_variable_without_a_value_is_named(attributes: dict[str, str]) -> None:
    with pytest.raises(InvalidMessageError, match=r"^INITIAL_MESSAGE has the variable \$name, which has no value\.$"):
        filled_in("Hello $name", contact(attributes=attributes), parameters.read({}))


@pytest.mark.parametrize("variable", ["Queue_Name", "SystemEndpoint_Address"])
def test_what_the_contact_does_not_have_has_no_value(variable: str) -> None:
    with pytest.raises(InvalidMessageError, match=variable):
        filled_in(f"${variable}", contact(queue_name="", system_endpoint=None), parameters.read({}))
