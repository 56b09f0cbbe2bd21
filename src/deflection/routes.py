"""The routes: which number, flow and message a contact gets, by where it came from. The first that matches counts."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, RootModel

from deflection.catalogue import Catalogue
from deflection.contact import Contact
from deflection.json_document import Object
from deflection.limits import kept
from deflection.outcome import SMS, WHATSAPP
from deflection.text import Text, is_country, is_language


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


def _as_connect_writes(number: str) -> str:
    written = re.sub(r"[\s()\[\]./\u2010-\u2015-]", "", number)
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", written):
        raise ValueError("a number begins with + and the country code, such as +14255550190")
    return written


def _is_kind(subtype: str) -> str:
    if subtype not in (SMS, WHATSAPP):
        raise ValueError(f"it must be {SMS} or {WHATSAPP}")
    return subtype


type _OneOrMore[T] = Annotated[list[T], BeforeValidator(_listed), Field(min_length=1)]
_Number = Annotated[Text, AfterValidator(_as_connect_writes)]
_Queue = Annotated[Text, Field(min_length=1)]
_Country = Annotated[Text, AfterValidator(str.upper), AfterValidator(is_country)]
_Language = Annotated[Text, AfterValidator(is_language)]
_Source = Annotated[Text, AfterValidator(kept("SourceEndpoint_Address"))]


class Condition(Object):
    """
    What a contact must be like: all that is given must hold, and one of several values.

    Attributes:
        SystemEndpoint: The number that was dialled, with its `+` and country code.
        Queue: The name, the id or the ARN of the queue.
        Country: The ISO 3166 alpha-2 code of the customer's number.
        Language: A BCP 47 tag; `en` holds for `en-US` too.
    """

    SystemEndpoint: _OneOrMore[_Number] | None = None
    Queue: _OneOrMore[_Queue] | None = None
    Country: _OneOrMore[_Country] | None = None
    Language: _OneOrMore[_Language] | None = None

    def holds(self, contact: Contact, country: str) -> bool:
        """Whether a contact, whose customer's number is of this country, is like that."""
        dialled = contact.system_endpoint.address if contact.system_endpoint else ""
        queue = {contact.queue_name, contact.queue_arn, _id(contact.queue_arn)} - {""}
        language = contact.language.lower()
        return (
            (self.SystemEndpoint is None or dialled in self.SystemEndpoint)
            and (self.Queue is None or any(queue & {name, _id(name)} for name in self.Queue))
            and (self.Country is None or country in self.Country)
            and (self.Language is None or any(f"{language}-".startswith(f"{tag.lower()}-") for tag in self.Language))
        )


class Sources(Object):
    """The phone-number ARN that texts of each kind come from."""

    sms: Annotated[_Source | None, Field(alias="connect:SMS")] = None
    whatsapp: Annotated[_Source | None, Field(alias="connect:WhatsApp")] = None


def _for_each_kind(given: Any) -> Any:
    return given if isinstance(given, dict) else {"connect:SMS": given, "connect:WhatsApp": given}


class Route(Object):
    """
    What a contact gets; a parameter of the flow comes before it, and it comes before the settings.

    Attributes:
        Match: Which contacts; every one when it is left out.
        SourceEndpoint_Address: The phone-number ARN that texts come from, or one for each subtype.
        ContactFlowId: The flow of the new contact.
        ChatDurationInMinutes: Its duration.
        Subtypes: The kinds of contact that are tried, in this order.
        Attributes: Attributes of the new contact, over those that are copied.
        Messages: A catalogue of its own.
    """

    Match: Condition = Condition.model_construct()
    SourceEndpoint_Address: Annotated[Sources, BeforeValidator(_for_each_kind)] | None = None
    ContactFlowId: Annotated[Text, AfterValidator(kept("ContactFlowId"))] | None = None
    ChatDurationInMinutes: Annotated[int, AfterValidator(kept("ChatDurationInMinutes"))] | None = None
    Subtypes: _OneOrMore[Annotated[Text, AfterValidator(_is_kind)]] = Field(default=[])
    Attributes: Annotated[dict[Text, Text], AfterValidator(kept("Attributes"))] = Field(default={}, repr=False)
    Messages: Catalogue | None = None

    def source(self, subtype: str) -> str | None:
        """The phone-number ARN that a contact of this subtype comes from, if the route gives one."""
        given = self.SourceEndpoint_Address
        if given is None:
            return None
        return given.sms if subtype == SMS else given.whatsapp


NO_ROUTE = Route.model_construct()
"""A route that gives nothing."""


class Routes(RootModel[Any]):
    """The routes in their order."""

    model_config = ConfigDict(defer_build=True, hide_input_in_errors=True)

    root: list[Route]

    def route(self, contact: Contact, country: str) -> Route:
        """The first route that matches, or one that gives nothing."""
        return next((route for route in self.root if route.Match.holds(contact, country)), NO_ROUTE)


def _id(queue: str) -> str:
    return queue.rpartition("/")[2] if queue.startswith("arn:") else queue
