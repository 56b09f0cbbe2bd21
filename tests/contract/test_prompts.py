"""The prompt files: the languages that the template offers, and what customers hear and read in each."""

import json
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from cfnlint.decode import cfn_yaml

from cloudformation import PARAMETERS, PROMPTS, ROOT, TEMPLATE

NEURAL_VOICES = {
    "de-DE": {"Vicki", "Daniel"},
    "en-GB": {"Amy", "Emma", "Brian", "Arthur"},
    "en-US": {"Danielle", "Gregory", "Joanna", "Kendra", "Kimberly", "Salli", "Joey", "Matthew", "Ruth", "Stephen"},
    "es-ES": {"Lucia", "Sergio"},
    "es-MX": {"Mia", "Andres"},
    "es-US": {"Lupe", "Pedro"},
    "fr-CA": {"Gabrielle", "Liam"},
    "fr-FR": {"Lea", "Remi"},
    "it-IT": {"Bianca", "Adriano"},
    "ja-JP": {"Takumi", "Kazuha", "Tomoko"},
    "nl-NL": {"Laura"},
    "pt-BR": {"Camila", "Vitoria", "Thiago"},
}
"""Source: https://docs.aws.amazon.com/polly/latest/dg/available-voices.html"""
NAMES_OF_THE_POUND_KEY = {
    "de-DE": "Rautetaste",
    "en-GB": "hash key",
    "en-US": "pound key",
    "es-ES": "tecla almohadilla",
    "es-MX": "tecla gato",
    "es-US": "tecla numeral",
    "fr-CA": "carré",
    "fr-FR": "touche dièse",
    "it-IT": "tasto cancelletto",
    "ja-JP": "シャープ",
    "nl-NL": "hekje",
    "pt-BR": "tecla jogo da velha",
}
SPEAKERS = {"PromptVoice", "PromptVoiceEngine"}
WRITTEN = {"InitialMessage", "SmsBotMessage", "SmsNobodyFreeMessage", "SmsClosingMessage"}
OFFERS = {"OfferPrompt": ["1"], "QueueOfferPrompt": ["1"], "ClosedOfferPrompt": ["1"], "CallbackOfferPrompt": ["2"]}
"""The key that each offer names."""
WAIT = "$.Attributes.offerWaitMinutes"
GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
TEXTS = [
    pytest.param(text, id=f"{language}-{name}")
    for language, prompts in PROMPTS.items()
    for name, text in prompts.items()
    if name not in SPEAKERS
]
MAPPINGS: dict[str, dict[str, dict[str, str]]] = {
    name: rows for name, rows in TEMPLATE["Mappings"].items() if name.startswith("Prompts")
}


def joined(mappings: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Return the prompts of each language from all mappings."""
    prompts: dict[str, dict[str, str]] = {}
    for name, rows in mappings.items():
        if name.startswith("Prompts"):
            for language, row in rows.items():
                prompts.setdefault(language, {}).update(row)
    return prompts


def decoded(row: dict[str, str]) -> dict[str, str]:
    """Return the texts of a language as customers hear and read them: all but one become a part of a JSON string."""
    return {name: text if name == "InitialMessage" else json.loads(f'"{text}"') for name, text in row.items()}


def test_template_offers_the_languages_that_have_prompts() -> None:
    assert PARAMETERS["Language"]["AllowedPattern"] == f"^({'|'.join(PROMPTS)})$"
    assert PARAMETERS["Language"]["ConstraintDescription"] == f"must be one of {', '.join(PROMPTS)}."
    assert PROMPTS.keys() == NEURAL_VOICES.keys()


def test_template_has_the_texts_of_the_prompt_files_in_ascii() -> None:
    assert {language: decoded(row) for language, row in joined(MAPPINGS).items()} == PROMPTS
    assert (ROOT / "template.yaml").read_text("utf-8").isascii()


def test_mapping_and_template_are_within_the_limits_of_cloudformation() -> None:
    """Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html"""
    names = {name for row in joined(MAPPINGS).values() for name in row}

    assert all(sum(map(len, rows.values())) <= 200 for rows in MAPPINGS.values())
    assert all(re.fullmatch("[A-Za-z0-9]{1,255}", name) for name in names)
    assert len(json.dumps(TEMPLATE)) < 1_000_000


@pytest.mark.parametrize("language", PROMPTS)
def test_every_language_has_the_same_prompts_in_the_same_order(language: str) -> None:
    assert list(PROMPTS[language]) == list(PROMPTS["en-US"])


@pytest.mark.parametrize(
    "name", [name for name in PROMPTS["en-US"] if name not in ("InitialMessage", "CallbackOfferPrompt")]
)
def test_every_prompt_is_used_by_a_flow(name: str) -> None:
    assert any(f"${{{name}}}" in path.read_text() for path in (ROOT / "flows").glob("*.json"))


@pytest.mark.parametrize("language", PROMPTS)
def test_voice_speaks_the_language_with_the_engine(language: str) -> None:
    prompts = PROMPTS[language]

    assert prompts["PromptVoiceEngine"] == "Neural"
    assert prompts["PromptVoice"] in NEURAL_VOICES[language]


@pytest.mark.parametrize("text", TEXTS)
def test_text_has_no_character_with_a_meaning_of_its_own(text: str) -> None:
    text = text.replace(WAIT, "5")
    assert not re.search(r'[&<>"\\$#*_{}\[\]|~^`\x00-\x1f\x7f\xa0\xb4\u2013-\u202f\u3000]', text)
    assert text == unicodedata.normalize("NFC", text)
    assert text == " ".join(text.split())
    assert text.endswith((".", "?", "。"))
    assert len(text) <= 1000


@pytest.mark.parametrize("language", PROMPTS)
def test_offers_name_the_key_to_press_and_the_keypad_prompt_the_key_that_ends_the_number(language: str) -> None:
    prompts = PROMPTS[language]
    digits = {name: re.findall(r"\d", text) for name, text in prompts.items() if re.search(r"\d", text)}

    assert {name: found for name, found in digits.items() if name in OFFERS} == OFFERS
    assert digits.keys() - OFFERS.keys() <= {"KeypadPrompt", "WaitOneMinutePrompt"}
    assert NAMES_OF_THE_POUND_KEY[language] in prompts["KeypadPrompt"]


@pytest.mark.parametrize("language", PROMPTS)
def test_only_the_prompt_of_the_wait_names_its_minutes_between_blanks(language: str) -> None:
    assert [name for name, text in PROMPTS[language].items() if "$" in text] == ["WaitMinutesPrompt"]
    assert f" {WAIT} " in PROMPTS[language]["WaitMinutesPrompt"]


@pytest.mark.parametrize("language", PROMPTS)
@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_written_text_fits_into_one_part(language: str, name: str) -> None:
    text = PROMPTS[language][name]

    assert len(text) <= (160 if set(text) <= GSM_7 else 70)


@pytest.mark.parametrize("language", PROMPTS)
def test_first_message_says_how_to_opt_out(language: str) -> None:
    assert "STOP" in PROMPTS[language]["InitialMessage"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the flows and the template."""
    for folder in ("flows", "ops"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "template.yaml", tmp_path)
    return tmp_path


def embedded(project: Path) -> dict[str, Any]:
    """Return the template after `make flows`."""
    subprocess.run([sys.executable, project / "flows/embed.py"], check=True)
    loaded: dict[str, Any] = json.loads(json.dumps(cfn_yaml.load(str(project / "template.yaml"))))
    return loaded


def test_any_text_of_a_prompt_file_reaches_the_template_unchanged(project: Path) -> None:
    text = "It's \"1\" \\ 2: {a}, [b] # ${QueueArn} ¿é様😀?\n'"
    prompts = dict.fromkeys(PROMPTS["es-US"], text)
    (project / "flows/prompts/es-US.json").write_text(json.dumps(prompts), "utf-8")

    changed = embedded(project)

    assert decoded(joined(changed["Mappings"])["es-US"]) == prompts
    assert (project / "template.yaml").read_text("utf-8").isascii()
    assert changed["Resources"] == TEMPLATE["Resources"]


def test_make_flows_again_keeps_a_flow_without_prompts(project: Path) -> None:
    flow = {"Version": "2019-10-30", "StartAction": "end", "Metadata": {"ActionMetadata": {}}}
    end = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    (project / "flows/voice.json").write_text(json.dumps({**flow, "Actions": [end]}))
    embedded(project)
    once = (project / "template.yaml").read_bytes()

    embedded(project)

    assert (project / "template.yaml").read_bytes() == once


def test_make_flows_adds_a_language(project: Path) -> None:
    (project / "flows/prompts/sv-SE.json").write_text(json.dumps(PROMPTS["en-US"]))

    changed = embedded(project)

    assert re.fullmatch(changed["Parameters"]["Language"]["AllowedPattern"], "sv-SE")
    assert changed["Parameters"]["Language"]["ConstraintDescription"].endswith(", sv-SE.")
    assert joined(changed["Mappings"])["sv-SE"] == joined(MAPPINGS)["en-US"]


def test_make_flows_writes_what_is_in_the_template(project: Path) -> None:
    embedded(project)

    assert (project / "template.yaml").read_bytes() == (ROOT / "template.yaml").read_bytes()
