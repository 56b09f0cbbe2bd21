"""The routes: which number, flow and message a contact gets, by where it came from. The first that matches counts."""

from typing import Annotated, Any, Literal

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    Tag,
)

from deflection.catalogue import Catalogue
from deflection.contact import Contact
from deflection.outcome import SMS
from deflection.text import Text, is_country, is_language

_Source = Annotated[
    Annotated[Text, Tag("one")] | Annotated[dict[Literal["connect:SMS", "connect:WhatsApp"], Text], Tag("by subtype")],
    Discriminator(lambda given: "by subtype" if isinstance(given, dict) else "one"),
]


class _Strict(BaseModel):
    # Models are built with the first document; few operators keep one, and every start would wait for them.
    model_config = ConfigDict(defer_build=True, strict=True, extra="forbid", hide_input_in_errors=True)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _as_connect_writes(number: str) -> str:
    return phonenumbers.normalize_diallable_chars_only(number) if number.startswith("+") else number


_Item = Annotated[Text, Field(min_length=1)]
_OneOrMore = Annotated[list[_Item], BeforeValidator(_listed), Field(min_length=1)]
_Numbers = Annotated[
    list[Annotated[_Item, AfterValidator(_as_connect_writes)]], BeforeValidator(_listed), Field(min_length=1)
]
_Countries = Annotated[
    list[Annotated[Text, AfterValidator(str.upper), AfterValidator(is_country)]],
    BeforeValidator(_listed),
    Field(min_length=1),
]
_Languages = Annotated[
    list[Annotated[Text, AfterValidator(is_language)]], BeforeValidator(_listed), Field(min_length=1)
]


class Condition(_Strict):
    """
    What a contact must be like: all that is given must hold, and one of several values.

    Attributes:
        SystemEndpoint: The number that was dialled, with its `+` and country code.
        Queue: The name, the id or the ARN of the queue.
        Country: The ISO 3166 alpha-2 code of the customer's number.
        Language: A BCP 47 tag; `en` holds for `en-US` too.
    """

    SystemEndpoint: _Numbers | None = None
    Queue: _OneOrMore | None = None
    Country: _Countries | None = None
    Language: _Languages | None = None

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


class Route(_Strict):
    """
    What a contact gets; a parameter of the flow comes before it, and it comes before the settings.

    Attributes:
        Match: Which contacts; every one when it is left out.
        SourceEndpoint_Address: The phone-number ARN that texts come from, or one for each subtype.
        ContactFlowId: The flow of the new contact.
        ChatDurationInMinutes: Its duration.
        Attributes: Attributes of the new contact, over those that are copied.
        Messages: A catalogue of its own.
    """

    Match: Condition = Condition.model_construct()
    SourceEndpoint_Address: _Source | None = None
    ContactFlowId: Text | None = None
    ChatDurationInMinutes: int | None = None
    Attributes: dict[Text, Text] = Field(default={}, repr=False)
    Messages: Catalogue | None = None

    def source(self, subtype: str) -> str | None:
        """The phone-number ARN that a contact of this subtype comes from, if the route gives one."""
        given = self.SourceEndpoint_Address
        if not isinstance(given, dict):
            return given
        return given.get("connect:SMS" if subtype == SMS else "connect:WhatsApp")


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
