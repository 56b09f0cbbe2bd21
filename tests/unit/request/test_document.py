import json
import re
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
TEMPLATE_MEMBERS = '"MessageTemplateId": "b",\n"TemplateAttributes": {}'


def parse_error(model: type[RootModel[Any]], text: str) -> str:
    with pytest.raises(InvalidSettingsError) as raised:
        parse_document(model, text, "X_PARAMETER")
    return str(raised.value)


def names(error: str, *named: str) -> bool:
    """Whether an error names each of these, as a word of its own."""
    return all(re.search(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)", error) for name in named)


def is_for_operators(error: str) -> bool:
    """Whether an error is in our own words, and not in those of pydantic or of the JSON parser."""
    return not any(words in error for words in ("Input should", "Value error", "Field required", "Expecting"))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('{"en": "Hello"', 1),
        ('{\n  "en": "Hello",\n  "de" "Hallo"\n}', 3),
        ('{\n  "en": "Hello\nJane"\n}', 2),
        ('{\n  "en": "Hello', 2),
        ('{"en": "\\x"}', 1),
        ("[" * 100_000, 1),
        ("[" + "1" * 5000 + "]", 1),
        ("[]", 1),
    ],
    ids=[
        "missing comma",
        "missing colon",
        "line break in a string",
        "missing quote",
        "invalid escape",
        "nested too deep",
        "number too long",
        "list in place of an object",
    ],
)
def test_error_names_the_setting_and_the_line_that_is_not_json(text: str, line: int) -> None:
    error = parse_error(MessageCatalog, text)

    assert names(error, "X_PARAMETER", f"line {line}")
    assert is_for_operators(error)


@pytest.mark.parametrize(
    ("text", "line", "path", "rule"),
    [
        ('{\n  "en": 5\n}', 2, "en", ()),
        ('{\n  "en": "  "\n}', 2, "en", ()),
        ('{\n  "en": ""\n}', 2, "en", ()),
        ('{\n"en": "\\ud83d"\n}', 2, "en", ()),
        ('{"en": {"Contnt": "Hi"}}', 1, "en.Contnt", ("Content",)),
        ('{\n"de_DE": "Hallo"}', 2, "de_DE", ("BCP 47",)),
        ('{"defualt": "Hi"}', 1, "defualt", ("BCP 47",)),
        ('{"en": "a", "EN": "b"}', 1, "en", ("EN",)),
        ('{"default": "Hi",\n "en": {"Content": "Hi",\n "Kind": "x"}}', 3, "en.Kind", ("Content",)),
        ('{"en": {\n"connect:Whatsapp": "Hi"}}', 2, "en.connect:Whatsapp", ("connect:WhatsApp",)),
        ('{\n"en": {"connect:SMS":\n{"Content": 5}}}', 3, "en.connect:SMS.Content", ()),
        ('{"en": {"KnowledgeBaseId": "a"}}', 1, "en.MessageTemplateId", ()),
        ('{"en": {"KnowledgeBaseId": "a", "MessageTemplateId": "b"}}', 1, "en.TemplateAttributes", ()),
        ('{"en": {\n"KnowledgeBaseId": "",\n' + TEMPLATE_MEMBERS + "}}", 2, "en.KnowledgeBaseId", ("1", "500", "0")),
        (
            '{"en": {\n"KnowledgeBaseId": "a", "TemplateAttributes": {},\n"MessageTemplateId": ""}}',
            3,
            "en.MessageTemplateId",
            ("1", "500", "0"),
        ),
        (
            '{"en": {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {\n"Custom": {}}}}',
            2,
            "en.TemplateAttributes.Custom",
            ("CustomAttributes",),
        ),
        ('{"en": {\n"Content": "Hi", "KnowledgeBaseId": "a"}}', 1, "en", ()),
        ('{"en": "It costs $5"}', 1, "en", ("$$",)),
        ('{"en": "Hi",\n"de": "Ihre $größe"}', 2, "de", ("${name}",)),
        ('{"en": "Hi",\n"de": "Ihre $nameÄ"}', 2, "de", ("${name}",)),
        ('{"en": "Hi",\n"de": "Ihre $nai\u0308ve"}', 2, "de", ("${name}",)),
        ('{"en": {"Content": "' + "x" * 1025 + '"}}', 1, "en", ("1024",)),
        (
            '{"en": {"Content": "Hi",\n"ContentType": "text/html"}}',
            2,
            "en.ContentType",
            tuple(MAX_CONTENT_CHARACTERS),
        ),
    ],
)
def test_error_in_the_messages_names_line_field_and_rule(
    text: str, line: int, path: str, rule: tuple[str, ...]
) -> None:
    error = parse_error(MessageCatalog, text)

    assert names(error, "X_PARAMETER", f"line {line}", path)
    assert all(part in error for part in rule)
    assert is_for_operators(error)


@pytest.mark.parametrize(
    ("text", "line", "path", "rule"),
    [
        ("{}", 1, "", ()),
        ("[5]", 1, "0", ()),
        ('[{},\n {"Match": 5}]', 2, "1.Match", ()),
        ('[{},\n {"Attributes": 5}]', 2, "1.Attributes", ()),
        ('[{"Attributes": {\n"topic": 5}}]', 2, "0.Attributes.topic", ()),
        ('[\n{"Attributes": {"": "x"}}]', 2, "0.Attributes", ("32768",)),
        ('[{},\n {"Match":\n {"Contry": "US"}}]', 3, "1.Match.Contry", ("Country",)),
        ('[{\n"Atribute": {}}]', 2, "0.Atribute", ("Attributes",)),
        ('[\n{"ChatDurationInMinutes": "480"}]', 2, "0.ChatDurationInMinutes", ()),
        (
            '[{"ChatDurationInMinutes": 60},\n{"ChatDurationInMinutes": 59}]',
            2,
            "1.ChatDurationInMinutes",
            ("60", "10080", "59"),
        ),
        (
            '[{"ChatDurationInMinutes": 10080},\n{"ChatDurationInMinutes": 10081}]',
            2,
            "1.ChatDurationInMinutes",
            ("60", "10080", "10081"),
        ),
        ('[{"Match":{"Country":["US"],\n"Queue":["a","b",1]}}]', 2, "0.Match.Queue.2", ()),
        ('[{"Match": {"Queue": 5}}]', 1, "0.Match.Queue", ()),
        ('[{"Match": {"Queue": []}}]', 1, "0.Match.Queue", ()),
        ('[{"Match": {"Queue":\n[""]}}]', 2, "0.Match.Queue.0", ()),
        ('[{"Match": {"Language": "en_US"}}]', 1, "0.Match.Language", ("BCP 47",)),
        (
            '[{"SourceEndpoint_Address":\n{"connect:Sms": "arn"}}]',
            2,
            "0.SourceEndpoint_Address.connect:Sms",
            ("connect:SMS",),
        ),
        ('[{"SourceEndpoint_Address": 5}]', 1, "0.SourceEndpoint_Address", ()),
        ('[{"SourceEndpoint_Address": []}]', 1, "0.SourceEndpoint_Address", ()),
        (
            '[\n{"SourceEndpoint_Address": ""}]',
            2,
            "0.SourceEndpoint_Address",
            (LIMITS["SourceEndpoint_Address"].rule,),
        ),
        (
            '[{"SourceEndpoint_Address": {"connect:WhatsApp":\n""}}]',
            1,
            "0.SourceEndpoint_Address.connect:WhatsApp",
            (LIMITS["SourceEndpoint_Address"].rule,),
        ),
        (
            '[{"SourceEndpoint_Address": {\n"connect:SMS": "' + SMS_VOICE_ARN + '"}}]',
            2,
            "0.SourceEndpoint_Address.connect:SMS",
            (LIMITS["SourceEndpoint_Address"].rule,),
        ),
        ('[\n{"ContactFlowId": ""}]', 2, "0.ContactFlowId", ("1", "500", "0")),
        ('[\n{"ContactFlowId": "' + "x" * 501 + '"}]', 2, "0.ContactFlowId", ("1", "500", "501")),
        ('[{},\n{"Messages": {"en": {\n"Text": "x"}}}]', 3, "1.Messages.en.Text", ("Content",)),
        ('[{"Subtypes": ["connect:SMS",\n"connect:Apple"]}]', 2, "0.Subtypes.1", ("connect:SMS", "connect:WhatsApp")),
    ],
)
def test_error_in_the_routes_names_line_field_and_rule(text: str, line: int, path: str, rule: tuple[str, ...]) -> None:
    error = parse_error(Routes, text)

    assert names(error, "X_PARAMETER", f"line {line}", *([path] if path else []))
    assert all(part in error for part in rule)
    assert is_for_operators(error)


@pytest.mark.parametrize(
    "number",
    ["4255550190", "+", "+1425555019O", "Solara", "", "+0425555019", "+142555", "+1425555019012345", "+1 (425) x 0190"],
)
def test_system_endpoint_that_is_not_a_phone_number_is_refused(number: str) -> None:
    alone = json.dumps([{"Match": {"SystemEndpoint": number}}], indent=1)
    listed = json.dumps([{"Match": {"SystemEndpoint": ["+14255550190", number]}}], indent=1)

    assert names(parse_error(Routes, alone), "line 4", "0.Match.SystemEndpoint")
    assert names(parse_error(Routes, listed), "line 6", "0.Match.SystemEndpoint.1")


@pytest.mark.parametrize(
    ("text", "line", "path"),
    [
        ('{"en": "a",\n"en": "b"}', 2, "en"),
        ('{"en": "a",\n"\\u0065n": "b"}', 2, "en"),
        ('{"a\\"b": "a",\n"a\\"b": "b"}', 2, ""),
        ('{"stra\\u00dfe": "a",\n"straße": "b"}', 2, ""),
        ('{\n"+14255550142": "a",\n"+14255550142": "b"}', 3, ""),
        ('[{\n"Messages": {},\n"Match": {},\n"Messages": {}},\n{"Messages": {}}]', 4, "0.Messages"),
        ('[{"a": {"b": 1,\n"b": 2},\n"b": 3, "c": 4,\n"c": 5}]', 2, "0.a.b"),
        ('[{"a": "b",\n"c": "\\"a\\": 1",\n"a": []}]', 3, "0.a"),
    ],
)
def test_duplicate_member_is_named_with_the_line_of_the_second_one(text: str, line: int, path: str) -> None:
    assert names(parse_error(Routes, text), f"line {line}", *([path] if path else []))


@pytest.mark.parametrize("member", ["+14255550142", 'a\\"b', "straße", "a sentence"])
def test_member_that_does_not_look_like_a_name_is_not_repeated(member: str) -> None:
    assert member not in parse_error(Routes, f'{{"{member}": 1, "{member}": 2}}')


@pytest.mark.parametrize(
    ("model", "text", "line", "path"),
    [
        (Routes, '[\n {"Match":{"Country":"XX"}},\n {"Match":{"Queue":["a"]}}\n]', 2, "0.Match.Country"),
        (Routes, '[{"Attributes": {"Match": "Queue"},\n"Match":\n{"Queue": 5}}]', 3, "0.Match.Queue"),
        (Routes, '[{"ContactFlowId": "Match",\n"Match": 5}]', 2, "0.Match"),
        (MessageCatalog, '{"de": "en",\n"en":\n5}', 2, "en"),
        (MessageCatalog, '{"en": "text",\n"de": {\n"text": "message"}}', 3, "de.text"),
        (MessageCatalog, '{"de": {"Content": "one",\n"message": 5}}', 2, "de.message"),
        (MessageCatalog, '{"de": {"KnowledgeBaseId": "message",\n' + TEMPLATE_MEMBERS + ',\n"template": 5}}', 4,
         "de.template"),
    ],
)  # fmt: skip
def test_line_is_the_one_of_the_field_although_the_same_words_are_elsewhere(
    model: type[RootModel[Any]], text: str, line: int, path: str
) -> None:
    assert names(parse_error(model, text), f"line {line}", path)


WITHOUT_DEADLINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""The first document builds the models, which takes long on a busy machine."""


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


@WITHOUT_DEADLINE
@given(
    any_json(MEMBERS, VALUES) | st.lists(st.dictionaries(MEMBERS, any_json(MEMBERS, VALUES))),
    st.sampled_from([MessageCatalog, Routes]),
)
def test_any_json_document_is_parsed_or_refused_as_an_invalid_setting(
    document: Any, model: type[RootModel[Any]]
) -> None:
    with suppress(InvalidSettingsError):
        parse_document(model, json.dumps(document), "X_PARAMETER")


@WITHOUT_DEADLINE
@given(st.text(st.sampled_from('[]{}:,"\\ \nu00dfn1-.eE')) | st.text(), st.sampled_from([MessageCatalog, Routes]))
def test_any_text_is_parsed_or_refused_as_an_invalid_setting(text: str, model: type[RootModel[Any]]) -> None:
    with suppress(InvalidSettingsError):
        parse_document(model, text, "X_PARAMETER")


MARKER = "here it is invalid"


class InvalidAtMarker(RootModel[Any]):
    """A document that is invalid at the marker."""

    root: Any

    @model_validator(mode="after")
    def _refuse_marker(self) -> Any:
        details: Any = {"type": PydanticCustomError("marked", MARKER), "loc": marker_path(self.root), "input": None}
        raise ValidationError.from_exception_data("InvalidAtMarker", [details])


def marker_path(document: Any) -> Any:
    """Return the path of the marker, or None if the document does not have it."""
    if document == MARKER:
        return ()
    members = document.items() if isinstance(document, dict) else enumerate(document)
    paths = ((key, marker_path(value)) for key, value in members if isinstance(value, dict | list) or value == MARKER)
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


@WITHOUT_DEADLINE
@given(
    document=MARKED,
    indent=st.none() | st.integers(0, 3) | st.just("\t"),
    separators=st.sampled_from([(",", ":"), (", ", ": "), (" ,", "\t:")]),
    is_ascii=st.booleans(),
)
def test_error_names_the_line_of_the_invalid_value_in_any_document(
    document: Any, indent: Any, separators: Any, *, is_ascii: bool
) -> None:
    text = json.dumps(document, indent=indent, separators=separators, ensure_ascii=is_ascii)
    [line] = [number for number, line in enumerate(text.split("\n"), start=1) if MARKER in line]

    assert names(parse_error(InvalidAtMarker, text), f"line {line}")
