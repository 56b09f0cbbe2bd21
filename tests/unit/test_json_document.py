import pytest

from deflection.catalogue import Catalogue
from deflection.errors import InvalidSettingsError
from deflection.json_document import read_document
from deflection.routes import Routes


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"en": "Hello"', "MESSAGES_PARAMETER, line 1: "),
        ('{\n  "en": "Hello",\n  "de" "Hallo"\n}', "MESSAGES_PARAMETER, line 3: "),
        ("[" * 100_000, "MESSAGES_PARAMETER, line 1: it is nested too deep"),
        ("[]", "MESSAGES_PARAMETER, line 1, the whole document: "),
        ('{\n  "en": 5\n}', "MESSAGES_PARAMETER, line 2, en: "),
        ('{"en": {"Contnt": "Hello"}}', "MESSAGES_PARAMETER, line 1, en.Contnt: "),
        ('{\n  "en": "  "\n}', "MESSAGES_PARAMETER, line 2, en: "),
        ('{\n  "en": ""\n}', "MESSAGES_PARAMETER, line 2, en: "),
        ('{"default": "Hello",\n "en": {"Content": "Hello",\n "Kind": "x"}}', "MESSAGES_PARAMETER, line 3, en.Kind: "),
        ('{"en": {"connect:Fax": "Hello"}}', "MESSAGES_PARAMETER, line 1, en.connect:Fax: "),
        ('{"en": {"KnowledgeBaseId": "a"}}', "MESSAGES_PARAMETER, line 1, en.MessageTemplateId: it is missing."),
        ('{"en": "It costs $5"}', "MESSAGES_PARAMETER, line 1, en: a $ begins no variable"),
        ('{\n"de_DE": "Hallo"}', "MESSAGES_PARAMETER, line 2, de_DE: this is no language tag"),
        ('{"defualt": "Hello"}', "MESSAGES_PARAMETER, line 1, defualt: this is no language tag"),
        ('{"en": "a", "EN": "b"}', "MESSAGES_PARAMETER, line 1, the whole document: en and EN are the same language"),
        ('{"en": "a",\n"en": "b"}', "MESSAGES_PARAMETER, line 2, en: it stands there twice."),
        (
            '{"en": {"KnowledgeBaseId": "a", "MessageTemplateId": "b"}}',
            "MESSAGES_PARAMETER, line 1, en.TemplateAttributes: it is missing.",
        ),
        (
            '{"en": {"Content": "' + "x" * 1025 + '"}}',
            "MESSAGES_PARAMETER, line 1, en: a text message has at most 1024",
        ),
    ],
)
def test_what_is_wrong_in_the_messages_is_named_by_line_and_field(text: str, complaint: str) -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        read_document(Catalogue, text, "MESSAGES_PARAMETER")

    assert str(raised.value).startswith(complaint)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{}", "ROUTES_PARAMETER, line 1, the whole document: "),
        ('[{},\n {"Match":\n {"Contry": "US"}}]', "ROUTES_PARAMETER, line 3, 1.Match.Contry: "),
        ('[\n{"ChatDurationInMinutes": "90"}]', "ROUTES_PARAMETER, line 2, 0.ChatDurationInMinutes: "),
        ('[{"ChatDurationInMinutes": 90},\n{"ChatDurationInMinutes": "90"}]', "ROUTES_PARAMETER, line 2, 1.Chat"),
        ('[{"Match":{"Country":["Queue"],"Queue":["a","b",1]}}]', "ROUTES_PARAMETER, line 1, 0.Match.Queue.2: "),
        ("[" + "1" * 5000 + "]", "ROUTES_PARAMETER, line 1: "),
        (
            '[{"SourceEndpoint_Address":\n{"connect:Sms": "arn"}}]',
            "ROUTES_PARAMETER, line 2, 0.SourceEndpoint_Address.connect:Sms: ",
        ),
        ('[{"SourceEndpoint_Address": 5}]', "ROUTES_PARAMETER, line 1, 0.SourceEndpoint_Address: it must be a text."),
        ('[{"Match": {"Country": "UK"}}]', "ROUTES_PARAMETER, line 1, 0.Match.Country.0: no country has this code"),
        ('[{"Match": {"Language": "en_US"}}]', "ROUTES_PARAMETER, line 1, 0.Match.Language.0: this is no language tag"),
        ('[{"Match": {"Queue": []}}]', "ROUTES_PARAMETER, line 1, 0.Match.Queue: it is empty."),
        ('[\n{"Messages": {"en": {"Text": "x"}}}]', "ROUTES_PARAMETER, line 2, 0.Messages.en"),
    ],
)
def test_what_is_wrong_in_the_routes_is_named_by_line_and_field(text: str, complaint: str) -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        read_document(Routes, text, "ROUTES_PARAMETER")

    assert str(raised.value).startswith(complaint)
