from pathlib import Path

import pytest

from deflection_ops.deploy_inputs.languages import list_languages, propose_language

LANGUAGES = list_languages(Path(__file__).parents[2] / "flows" / "prompts")


@pytest.mark.parametrize(
    ("country", "language"),
    [
        ("US", "en-US"),
        ("CA", "en-US"),
        ("ES", "es-ES"),
        ("AT", "de-DE"),
        ("JP", "ja-JP"),
        ("SE", "en-US"),
        ("", "en-US"),
    ],
)
def test_language_of_most_callers_is_proposed(country: str, language: str) -> None:
    assert propose_language(country, LANGUAGES) == language


def test_language_without_a_file_is_not_proposed() -> None:
    assert propose_language("AT", ["en-US", "fr-FR"]) == "en-US"
