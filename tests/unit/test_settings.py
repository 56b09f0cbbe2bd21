import pytest

from deflection.settings import Settings


@pytest.mark.parametrize("name", Settings.model_fields)
def test_setting_has_a_rule_and_a_meaning(name: str) -> None:
    field = Settings.model_fields[name]

    assert field.title
    assert field.description
