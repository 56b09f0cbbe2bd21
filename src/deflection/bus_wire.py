"""How the events of EventBridge look on the wire; those of AWS are not consistent in the case of their keys."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from deflection.text import Text
from deflection.wire import AnyCase, Attributes, ContactId, Lenient, Needed, Wire


class Envelope(Wire):
    """What every event of the bus has around its detail."""

    id: Lenient[Text] = None
    time: Lenient[Annotated[datetime, Field(strict=False)]] = None
    source: Lenient[Text] = None
    detail_type: Lenient[Text] = Field(None, alias="detail-type")


class Value(AnyCase):
    """The value of a segment attribute."""

    valuestring: Lenient[Text] = None


class Segments(AnyCase):
    """The segment attributes that are used."""

    subtype: Lenient[Value] = Field(None, alias="connect:subtype")


class QueueInfo(AnyCase):
    """The queue that a contact entered."""

    enqueuetimestamp: Lenient[Text] = None


class AgentInfo(AnyCase):
    """The agent that a contact was connected to."""

    connectedtoagenttimestamp: Lenient[Text] = None


class ContactDetail(AnyCase):
    """The detail of a contact event."""

    contactid: ContactId
    instancearn: Needed
    eventtype: Needed
    initialcontactid: Lenient[Text] = None
    relatedcontactid: Lenient[Text] = None
    channel: Lenient[Text] = None
    initiationmethod: Lenient[Text] = None
    disconnectreason: Lenient[Text] = None
    queueinfo: Lenient[QueueInfo] = None
    agentinfo: Lenient[AgentInfo] = None
    segmentattributes: Lenient[Segments] = None


class ContactEventEvent(Wire):
    """A contact event."""

    detail: ContactDetail


class RuleMatchedDetail(AnyCase):
    """The detail of a rule that matched."""

    contactarn: Needed
    instancearn: Needed
    actionname: Needed


class RuleMatchedEvent(Wire):
    """A rule of Contact Lens that matched."""

    detail: RuleMatchedDetail


class RequestedDetail(Wire):
    """The detail of an application's wish."""

    instance_arn: Needed = Field(alias="instanceArn")
    contact_id: Lenient[ContactId] = Field(None, alias="contactId")
    parameters: Lenient[dict[str, Any]] = None


class DeflectionRequestedEvent(Wire):
    """An application's wish."""

    detail: RequestedDetail


class Deferral(Wire):
    """What the detail of a wish has beside it, when this function deferred it."""

    attributes: Attributes = None
    resolved: Lenient[bool] = None
    queue_name: Lenient[Text] = Field(default=None, alias="queueName")
    language: Lenient[Text] = None
    dialled: Lenient[Text] = None


class DeferralEvent(Wire):
    """A wish that this function deferred."""

    detail: Deferral
