import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import RootModel, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from deflection.errors import InvalidSettingsError
from deflection.request.document import parse_document
from deflection.request.limits import LIMITS, MAX_CONTENT_CHARACTERS
from deflection.request.message_catalog import Message, MessageCatalog
from deflection.request.parameters import MessageTemplate, TemplateAttributes
from deflection.request.routes import Condition, Route, Routes

SMS_VOICE_ARN = "arn:aws:sms-voice:us-east-1:111122223333:phone-number/phone-1a2b"
HALF_A_PAIR = "it has half of a surrogate pair, which is no character."
ASCII = "a variable's name is of a to z, digits and _; write ${name} where another letter follows"
NOT_ASCII = ("$größe", "$nameÄ", "$nai\u0308ve")
NO_NUMBER = "a number begins with + and the country code, such as +14255550190."
NO_TEMPLATE = '"MessageTemplateId": "b",\n"TemplateAttributes": {}'


def complaint(model: type[RootModel[Any]], text: str) -> str:
    with pytest.raises(InvalidSettingsError) as raised:
        parse_document(model, text, "X")
    return str(raised.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"en": "Hello"', "X, line 1: it is no JSON: expecting ',' delimiter."),
        ('{\n  "en": "Hello",\n  "de" "Hallo"\n}', "X, line 3: it is no JSON: expecting ':' delimiter."),
        ('{\n  "en": "Hello\nJane"\n}', r"X, line 2: a text has a line break or a tab; write \n or \t."),
        ('{\n  "en": "Hello', "X, line 2: a text has no closing quote."),
        ('{"en": "\\x"}', r"X, line 1: it is no JSON: invalid \escape."),
        ("[" * 100_000, "X, line 1: it is nested too deep, or has a number too long."),
        ("[]", "X, line 1, the whole document: it must be an object."),
        ('{\n  "en": 5\n}', "X, line 2, en: it must be a text, or an object that has one."),
        ('{\n  "en": "  "\n}', "X, line 2, en: the text is blank."),
        ('{\n  "en": ""\n}', "X, line 2, en: the text is blank."),
        ('{\n"en": "\\ud83d"\n}', f"X, line 2, en: {HALF_A_PAIR}"),
        ('{"en": {"Contnt": "Hi"}}', "X, line 1, en.Contnt: there is no such member; the nearest is Content."),
        ('{\n"de_DE": "Hallo"}', "X, line 2, de_DE: this is no language tag of BCP 47, such as en or en-US."),
        ('{"defualt": "Hi"}', "X, line 1, defualt: this is no language tag of BCP 47, such as en or en-US."),
        ('{"en": "a", "EN": "b"}', "X, line 1, the whole document: en and EN are the same language."),
        (
            '{"default": "Hi",\n "en": {"Content": "Hi",\n "Kind": "x"}}',
            "X, line 3, en.Kind: there is no such member; the nearest is Content.",
        ),
        (
            '{"en": {\n"connect:Whatsapp": "Hi"}}',
            "X, line 2, en.connect:Whatsapp: there is no such member; the nearest is connect:WhatsApp.",
        ),
        ('{\n"en": {"connect:SMS":\n{"Content": 5}}}', "X, line 3, en.connect:SMS.Content: it must be a text."),
        ('{"en": {"KnowledgeBaseId": "a"}}', "X, line 1, en.MessageTemplateId: it is missing."),
        (
            '{"en": {"KnowledgeBaseId": "a", "MessageTemplateId": "b"}}',
            "X, line 1, en.TemplateAttributes: it is missing.",
        ),
        (
            '{"en": {\n"KnowledgeBaseId": "",\n' + NO_TEMPLATE + "}}",
            "X, line 2, en.KnowledgeBaseId: it must be 1 to 500 characters; given was text of 0 characters.",
        ),
        (
            '{"en": {\n"KnowledgeBaseId": "a", "TemplateAttributes": {},\n"MessageTemplateId": ""}}',
            "X, line 3, en.MessageTemplateId: it must be 1 to 500 characters; given was text of 0 characters.",
        ),
        (
            '{"en": {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {\n"Custom": {}}}}',
            "X, line 2, en.TemplateAttributes.Custom: there is no such member; the nearest is CustomAttributes.",
        ),
        (
            '{"en": {\n"Content": "Hi", "KnowledgeBaseId": "a"}}',
            "X, line 1, en: it must be a text or a message template, not both.",
        ),
        ('{"en": "It costs $5"}', "X, line 1, en: a $ begins no variable; write $$ for the sign itself."),
        *((f'{{"en": "Hi",\n"de": "Ihre {variable}"}}', f"X, line 2, de: {ASCII}.") for variable in NOT_ASCII),
        (
            '{"en": {"Content": "' + "x" * 1025 + '"}}',
            "X, line 1, en: a text message has at most 1024 characters.",
        ),
        (
            '{"en": {"Content": "Hi",\n"ContentType": "text/html"}}',
            f"X, line 2, en.ContentType: it must be one of {', '.join(MAX_CONTENT_CHARACTERS)}; given was text",
        ),
    ],
)
def test_what_is_wrong_in_the_messages_is_told_for_people_by_line_and_field(text: str, said: str) -> None:
    assert complaint(MessageCatalog, text).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "X, line 1, the whole document: it must be a list, which begins with [."),
        ("[5]", "X, line 1, 0: it must be an object."),
        ('[{},\n {"Match": 5}]', "X, line 2, 1.Match: it must be an object."),
        ('[{},\n {"Attributes": 5}]', "X, line 2, 1.Attributes: it must be an object."),
        ('[{"Attributes": {\n"topic": 5}}]', "X, line 2, 0.Attributes.topic: it must be a text."),
        ('[\n{"Attributes": {"": "x"}}]', "X, line 2, 0.Attributes: it must be named, and "),
        (
            '[{},\n {"Match":\n {"Contry": "US"}}]',
            "X, line 3, 1.Match.Contry: there is no such member; the nearest is Country.",
        ),
        ('[{\n"Atribute": {}}]', "X, line 2, 0.Atribute: there is no such member; the nearest is Attributes."),
        (
            '[\n{"ChatDurationInMinutes": "480"}]',
            "X, line 2, 0.ChatDurationInMinutes: it must be a whole number, without quotes.",
        ),
        (
            '[{"ChatDurationInMinutes": 60},\n{"ChatDurationInMinutes": 59}]',
            "X, line 2, 1.ChatDurationInMinutes: it must be 60 to 10080 minutes; given was 59.",
        ),
        (
            '[{"ChatDurationInMinutes": 10080},\n{"ChatDurationInMinutes": 10081}]',
            "X, line 2, 1.ChatDurationInMinutes: it must be 60 to 10080 minutes; given was 10081.",
        ),
        ('[{"Match":{"Country":["US"],\n"Queue":["a","b",1]}}]', "X, line 2, 0.Match.Queue.2: it must be a text."),
        ('[{"Match": {"Queue": 5}}]', "X, line 1, 0.Match.Queue: it must be a text."),
        ('[{"Match": {"Queue": []}}]', "X, line 1, 0.Match.Queue: it is empty."),
        ('[{"Match": {"Queue":\n[""]}}]', "X, line 2, 0.Match.Queue.0: it is empty."),
        ('[{"Match": {"Language": "en_US"}}]', "X, line 1, 0.Match.Language: this is no language tag of BCP 47"),
        ("[" + "1" * 5000 + "]", "X, line 1: it is nested too deep, or has a number too long."),
        (
            '[{"SourceEndpoint_Address":\n{"connect:Sms": "arn"}}]',
            "X, line 2, 0.SourceEndpoint_Address.connect:Sms: there is no such member; the nearest is connect:SMS.",
        ),
        ('[{"SourceEndpoint_Address": 5}]', "X, line 1, 0.SourceEndpoint_Address: it must be a text."),
        ('[{"SourceEndpoint_Address": []}]', "X, line 1, 0.SourceEndpoint_Address: it must be a text."),
        (
            '[\n{"SourceEndpoint_Address": ""}]',
            f"X, line 2, 0.SourceEndpoint_Address: it must be {LIMITS['SourceEndpoint_Address'].rule}; given was",
        ),
        (
            '[{"SourceEndpoint_Address": {"connect:WhatsApp":\n""}}]',
            "X, line 1, 0.SourceEndpoint_Address.connect:WhatsApp: it must be a phone-number ARN of Connect",
        ),
        (
            '[{"SourceEndpoint_Address": {\n"connect:SMS": "' + SMS_VOICE_ARN + '"}}]',
            "X, line 2, 0.SourceEndpoint_Address.connect:SMS: it must be a phone-number ARN of Connect, not one of End",
        ),
        (
            '[\n{"ContactFlowId": ""}]',
            "X, line 2, 0.ContactFlowId: it must be 1 to 500 characters; given was text of 0 characters.",
        ),
        (
            '[\n{"ContactFlowId": "' + "x" * 501 + '"}]',
            "X, line 2, 0.ContactFlowId: it must be 1 to 500 characters; given was text of 501 characters.",
        ),
        (
            '[{},\n{"Messages": {"en": {\n"Text": "x"}}}]',
            "X, line 3, 1.Messages.en.Text: there is no such member; the nearest is Content",
        ),
        (
            '[{"Subtypes": ["connect:SMS",\n"connect:Apple"]}]',
            "X, line 2, 0.Subtypes.1: it must be connect:SMS or connect:WhatsApp.",
        ),
    ],
)
def test_what_is_wrong_in_the_routes_is_told_for_people_by_line_and_field(text: str, said: str) -> None:
    assert complaint(Routes, text).startswith(said)


@pytest.mark.parametrize(
    "number",
    ["4255550190", "+", "+1425555019O", "Solara", "", "+0425555019", "+142555", "+1425555019012345", "+1 (425) x 0190"],
)
def test_a_system_endpoint_that_no_call_can_have_is_refused(number: str) -> None:
    alone = json.dumps([{"Match": {"SystemEndpoint": number}}], indent=1)
    listed = json.dumps([{"Match": {"SystemEndpoint": ["+14255550190", number]}}], indent=1)

    assert complaint(Routes, alone) == f"X, line 4, 0.Match.SystemEndpoint: {NO_NUMBER}"
    assert complaint(Routes, listed) == f"X, line 6, 0.Match.SystemEndpoint.1: {NO_NUMBER}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"en": "a",\n"en": "b"}', "X, line 2, en: it stands there twice."),
        ('{"en": "a",\n"\\u0065n": "b"}', "X, line 2, en: it stands there twice."),
        ('{"a\\"b": "a",\n"a\\"b": "b"}', "X, line 2, …: it stands there twice."),
        ('{"stra\\u00dfe": "a",\n"straße": "b"}', "X, line 2, …: it stands there twice."),
        ('{\n"+14255550142": "a",\n"+14255550142": "b"}', "X, line 3, …: it stands there twice."),
        ('[{\n"Messages": {},\n"Match": {},\n"Messages": {}},\n{"Messages": {}}]', "X, line 4, 0.Messages: it stands"),
        ('[{"a": {"b": 1,\n"b": 2},\n"b": 3, "c": 4,\n"c": 5}]', "X, line 2, 0.a.b: it stands there twice."),
        ('[{"a": "b",\n"c": "\\"a\\": 1",\n"a": []}]', "X, line 3, 0.a: it stands there twice."),
    ],
)
def test_a_member_that_stands_twice_is_named_where_it_stands_again(text: str, said: str) -> None:
    assert complaint(Routes, text).startswith(said)


@pytest.mark.parametrize(
    ("model", "text", "said"),
    [
        (Routes, '[\n {"Match":{"Country":"XX"}},\n {"Match":{"Queue":["a"]}}\n]', "X, line 2, 0.Match.Country: no co"),
        (Routes, '[{"Attributes": {"Match": "Queue"},\n"Match":\n{"Queue": 5}}]', "X, line 3, 0.Match.Queue: it must"),
        (Routes, '[{"ContactFlowId": "Match",\n"Match": 5}]', "X, line 2, 0.Match: it must be an object."),
        (MessageCatalog, '{"de": "en",\n"en":\n5}', "X, line 2, en: it must be a text, or an object that has one."),
        (MessageCatalog, '{"en": "text",\n"de": {\n"text": "message"}}', "X, line 3, de.text: there is no such member"),
        (MessageCatalog, '{"de": {"Content": "one",\n"message": 5}}', "X, line 2, de.message: there is no such member"),
        (
            MessageCatalog,
            '{"de": {"KnowledgeBaseId": "message",\n' + NO_TEMPLATE + ',\n"template": 5}}',
            "X, line 4, de.template: there is no such member; the nearest is MessageTemplateId.",
        ),
    ],
)
def test_neither_other_places_nor_the_names_of_the_code_lead_astray(
    model: type[RootModel[Any]], text: str, said: str
) -> None:
    assert complaint(model, text).startswith(said)


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The first document builds the models, and the machine may be busy."""


def any_json(names: st.SearchStrategy[str], leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None)) | leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
        max_leaves=8,
    )


MEMBERS = st.sampled_from(
    [
        *("default", "en", "de-AT", "zz_ZZ", "[key]", "text", "connect:SMS", "connect:WhatsApp", "connect:Fax"),
        *(*Message.model_fields, *MessageTemplate.model_fields, *TemplateAttributes.model_fields),
        *(*Route.model_fields, *Condition.model_fields),
    ]
)
VALUES = st.sampled_from(["Hi $name", "5 $", "+14255550190", "US", "en", "text/plain", 90, 9])


@UNHURRIED
@given(
    any_json(MEMBERS, VALUES) | st.lists(st.dictionaries(MEMBERS, any_json(MEMBERS, VALUES))),
    st.sampled_from([MessageCatalog, Routes]),
)
def test_whatever_a_document_holds_it_is_read_or_refused_as_a_setting(
    document: Any, model: type[RootModel[Any]]
) -> None:
    with suppress(InvalidSettingsError):
        parse_document(model, json.dumps(document), "X")


@UNHURRIED
@given(st.text(st.sampled_from('[]{}:,"\\ \nu00dfn1-.eE')) | st.text(), st.sampled_from([MessageCatalog, Routes]))
def test_whatever_text_a_document_is_it_is_read_or_refused_as_a_setting(text: str, model: type[RootModel[Any]]) -> None:
    with suppress(InvalidSettingsError):
        parse_document(model, text, "X")


MARKER = "here it is wrong"


class MarkerIsWrong(RootModel[Any]):
    """A document that is wrong where the marker stands."""

    root: Any

    @model_validator(mode="after")
    def _tells(self) -> Any:
        wrong: Any = {"type": PydanticCustomError("marked", MARKER), "loc": path_of(self.root), "input": None}
        raise ValidationError.from_exception_data("MarkerIsWrong", [wrong])


def path_of(document: Any) -> Any:
    """The path of the marker; None when it is not there."""
    if document == MARKER:
        return ()
    members = document.items() if isinstance(document, dict) else enumerate(document)
    paths = ((key, path_of(value)) for key, value in members if isinstance(value, dict | list) or value == MARKER)
    return next(((key, *path) for key, path in paths if path is not None), None)


ANYTHING = any_json(st.text(st.characters(codec=None)), st.nothing())
MARKED = st.recursive(
    st.just(MARKER),
    lambda inner: (
        st.builds(
            lambda before, marked, after: [*before, marked, *after],
            st.lists(ANYTHING, max_size=2),
            inner,
            st.lists(ANYTHING, max_size=2),
        )
        | st.builds(
            lambda others, key, marked: others | {key: marked},
            st.dictionaries(st.text(), ANYTHING, max_size=3),
            st.text(),
            inner,
        )
    ),
    max_leaves=4,
)
"""Any document with the marker in one place."""


@UNHURRIED
@given(
    document=MARKED,
    indent=st.none() | st.integers(0, 3) | st.just("\t"),
    separators=st.sampled_from([(",", ":"), (", ", ": "), (" ,", "\t:")]),
    is_ascii=st.booleans(),
)
def test_the_line_that_is_told_is_the_one_where_it_is_wrong(
    document: Any, indent: Any, separators: Any, *, is_ascii: bool
) -> None:
    text = json.dumps(document, indent=indent, separators=separators, ensure_ascii=is_ascii)
    [line] = [number for number, line in enumerate(text.split("\n"), start=1) if MARKER in line]

    assert complaint(MarkerIsWrong, text).startswith(f"X, line {line}, ")
