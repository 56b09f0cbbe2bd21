"""Define the routes, which choose the phone number, flow and message; the first route that matches is used."""

import re
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, RootModel, model_validator

from deflection.contact import Contact
from deflection.outcome import SMS, WHATSAPP
from deflection.redaction import redact
from deflection.request.document import StrictModel
from deflection.request.limits import validate_field
from deflection.request.message_catalog import MessageCatalog
from deflection.validators import Text, validate_country, validate_language


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _validate_number(number: str) -> str:
    normalized = re.sub(r"[\s()\[\]./\u2010-\u2015-]", "", number)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", normalized):
        raise ValueError("it must begin with + and the country code, such as +14255550190")
    return normalized


def _validate_name(name: str) -> str:
    if redact(name) != name or name.isdecimal():
        raise ValueError("it must have 1 to 64 letters, digits and _.:-, with a letter and at most six digits")
    return name


def _validate_subtype(subtype: str) -> str:
    if subtype not in (SMS, WHATSAPP):
        raise ValueError(f"it must be {SMS} or {WHATSAPP}")
    return subtype


type _OneOrMore[T] = Annotated[list[T], BeforeValidator(_as_list), Field(min_length=1)]
_Number = Annotated[Text, AfterValidator(_validate_number)]
_Queue = Annotated[Text, Field(min_length=1)]
_Country = Annotated[Text, AfterValidator(str.upper), AfterValidator(validate_country)]
_Language = Annotated[Text, AfterValidator(validate_language)]
_Source = Annotated[Text, AfterValidator(validate_field("SourceEndpoint_Address"))]


class Condition(StrictModel):
    """
    The contacts of a route: every given field must match with one of its values.

    Attributes:
        SystemEndpoint: The dialed number, with `+` and country code.
        Queue: The name, id or ARN of the queue.
        Country: The ISO 3166 alpha-2 code of the customer's number.
        Language: A BCP 47 tag; `en` also matches `en-US`.
    """

    SystemEndpoint: _OneOrMore[_Number] | None = None
    Queue: _OneOrMore[_Queue] | None = None
    Country: _OneOrMore[_Country] | None = None
    Language: _OneOrMore[_Language] | None = None

    def matches(self, contact: Contact, country: str) -> bool:
        """Return whether a contact and the country of the customer's number match."""
        dialed = contact.system_endpoint.address if contact.system_endpoint else ""
        queue = {contact.queue_name, contact.queue_arn, _last_arn_part(contact.queue_arn)} - {""}
        language = contact.language.lower()
        return (
            (self.SystemEndpoint is None or dialed in self.SystemEndpoint)
            and (self.Queue is None or any(queue & {name, _last_arn_part(name)} for name in self.Queue))
            and (self.Country is None or country in self.Country)
            and (self.Language is None or any(f"{language}-".startswith(f"{tag.lower()}-") for tag in self.Language))
        )


class SourceArns(StrictModel):
    """The phone-number ARN that sends the messages of each subtype."""

    sms: Annotated[_Source | None, Field(alias="connect:SMS")] = None
    whatsapp: Annotated[_Source | None, Field(alias="connect:WhatsApp")] = None


def _same_for_each_subtype(given: Any) -> Any:
    return given if isinstance(given, dict) else {"connect:SMS": given, "connect:WhatsApp": given}


class Route(StrictModel):
    """
    The values for matching contacts; they replace the settings, and flow parameters replace them.

    Attributes:
        Name: The route's name in the log; by default its position in the document, such as `2`.
        Match: The contacts of the route; by default all contacts.
        SourceEndpoint_Address: The phone-number ARN that sends the messages, or one for each subtype.
        ContactFlowId: The flow of the new contact.
        ChatDurationInMinutes: The duration of the new contact.
        Subtypes: The subtypes to try, in this order.
        Attributes: Attributes of the new contact; they replace copied attributes.
        Messages: The message catalog of this route.
    """

    Name: Annotated[Text, AfterValidator(_validate_name)] = ""
    Match: Condition = Condition.model_construct()
    SourceEndpoint_Address: Annotated[SourceArns, BeforeValidator(_same_for_each_subtype)] | None = None
    ContactFlowId: Annotated[Text, AfterValidator(validate_field("ContactFlowId"))] | None = None
    ChatDurationInMinutes: Annotated[int, AfterValidator(validate_field("ChatDurationInMinutes"))] | None = None
    Subtypes: _OneOrMore[Annotated[Text, AfterValidator(_validate_subtype)]] = Field(default=[])
    Attributes: Annotated[dict[Text, Text], AfterValidator(validate_field("Attributes"))] = Field(
        default={}, repr=False
    )
    Messages: MessageCatalog | None = None

    def source_arn(self, subtype: str) -> str | None:
        """Return the phone-number ARN for messages of this subtype, or None."""
        given = self.SourceEndpoint_Address
        if given is None:
            return None
        return given.sms if subtype == SMS else given.whatsapp


EMPTY_ROUTE = Route.model_construct()
"""A route without values."""


class Routes(RootModel[Any]):
    """The routes in order."""

    model_config = ConfigDict(defer_build=True, hide_input_in_errors=True)

    root: list[Route]

    @model_validator(mode="after")
    def _name_by_position(self) -> Self:
        for position, route in enumerate(self.root, start=1):
            route.Name = route.Name or str(position)
        return self

    def find_route(self, contact: Contact, country: str) -> Route:
        """Return the first route that matches, or an empty one."""
        return next((route for route in self.root if route.Match.matches(contact, country)), EMPTY_ROUTE)


def _last_arn_part(queue: str) -> str:
    return queue.rpartition("/")[2] if queue.startswith("arn:") else queue
