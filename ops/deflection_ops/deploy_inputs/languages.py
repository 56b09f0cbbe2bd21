"""The languages of the flows, and the one that fits a country."""

from collections.abc import Collection
from pathlib import Path

DEFAULT = "en-US"
COUNTRIES = {
    "de-DE": "AT CH DE LI",
    "en-GB": "AU GB HK IE IN KE MT MY NG NZ PH SG ZA",
    "en-US": "CA US",
    "es-MX": "AR BO CL CO CR CU DO EC GT HN MX NI PA PE PY SV UY VE",
    "es-US": "PR",
    "fr-FR": "FR LU MC",
    "it-IT": "IT SM VA",
    "nl-NL": "BE NL",
    "pt-BR": "AO BR MZ PT",
}
"""The countries of a language besides the one in its tag, and those that the tags of other languages name, too."""


def list_languages(prompts: Path) -> list[str]:
    """Return the languages that the folder has a file for, in their order."""
    return sorted(file.stem for file in prompts.glob("*.json"))


def propose_language(country: str, languages: Collection[str]) -> str:
    """Return the language of the prompts that most callers of a country understand; the user can change it."""
    named = [language for language, countries in COUNTRIES.items() if country in countries.split()]
    own = [language for language in languages if language.endswith(f"-{country}")]
    return next((language for language in (*named, *own) if language in languages), DEFAULT)
