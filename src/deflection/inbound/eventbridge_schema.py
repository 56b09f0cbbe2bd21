"""Model the JSON of EventBridge events; the keys of AWS's events vary in case."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, model_validator

from deflection.inbound.schema import (
    CaseInsensitiveModel,
    ContactAttributes,
    ContactId,
    FlowParameters,
    Lenient,
    LenientModel,
    RequiredText,
)
from deflection.validators import Text


class Envelope(LenientModel):
    """The envelope of every EventBridge event."""

    id: Lenient[Text] = None
    time: Lenient[Annotated[datetime, Field(strict=False)]] = None
    source: Lenient[Text] = None
    detail_type: Lenient[Text] = Field(None, alias="detail-type")


class SegmentValue(CaseInsensitiveModel):
    """The value of a segment attribute."""

    valuestring: Lenient[Text] = None


class Segments(CaseInsensitiveModel):
    """The segment attributes that the function reads."""

    subtype: Lenient[SegmentValue] = Field(None, alias="connect:subtype")
    testtype: Lenient[SegmentValue] = Field(None, alias="connect:validationtesttype")


class QueueInfo(CaseInsensitiveModel):
    """The queue that a contact entered."""

    enqueuetimestamp: Lenient[Text] = None


class AgentInfo(CaseInsensitiveModel):
    """The agent who is connected to a contact."""

    connectedtoagenttimestamp: Lenient[Text] = None


class Tags(CaseInsensitiveModel):
    """The tags that the function reads."""

    smsdeflection: Lenient[Text] = None


class ContactDetail(CaseInsensitiveModel):
    """The detail of a contact event."""

    contactid: ContactId
    instancearn: RequiredText
    eventtype: RequiredText
    initialcontactid: Lenient[Text] = None
    relatedcontactid: Lenient[Text] = None
    channel: Lenient[Text] = None
    initiationmethod: Lenient[Text] = None
    disconnectreason: Lenient[Text] = None
    queueinfo: Lenient[QueueInfo] = None
    agentinfo: Lenient[AgentInfo] = None
    segmentattributes: Lenient[Segments] = None
    tags: Lenient[Tags] = None


class ContactEventModel(LenientModel):
    """A contact event."""

    detail: ContactDetail


class DeliveryDetail(CaseInsensitiveModel):
    """The detail of a delivery event: the status of an SMS, or of a WhatsApp message within its webhook entry."""

    messageid: Lenient[Text] = None
    eventtype: Lenient[Text] = None
    isfinal: Lenient[bool] = None
    isocountrycode: Lenient[Text] = None


class DeliveryModel(LenientModel):
    """A delivery status of a message."""

    detail: DeliveryDetail


class RuleMatchedDetail(CaseInsensitiveModel):
    """The detail of a rule that matched."""

    contactarn: RequiredText
    instancearn: RequiredText
    actionname: RequiredText


class RuleMatchedModel(LenientModel):
    """A rule of Contact Lens that matched."""

    detail: RuleMatchedDetail


class RequestedDetail(LenientModel):
    """The detail of an application's request."""

    instance_arn: RequiredText = Field(alias="instanceArn")
    contact_id: Lenient[ContactId] = Field(None, alias="contactId")
    parameters: FlowParameters = Field(default={})

    @model_validator(mode="before")
    @classmethod
    def _accept_any_case(cls, value: Any) -> Any:
        """Read a known key in any case: if `Parameters` were ignored, its `DryRun` would become a real message."""
        names = {"instancearn": "instanceArn", "contactid": "contactId", "parameters": "parameters"}
        return {names.get(key.lower(), key): item for key, item in value.items()} if isinstance(value, dict) else value


class DeflectionRequestedModel(LenientModel):
    """An application's request."""

    detail: RequestedDetail


class DeferralDetail(LenientModel):
    """The additional detail of a request that this function deferred."""

    attributes: ContactAttributes = None
    resolved: Lenient[bool] = None
    queue_name: Lenient[Text] = Field(default=None, alias="queueName")
    language: Lenient[Text] = None
    dialled: Lenient[Text] = None
    route: Lenient[Text] = None


class DeferralModel(LenientModel):
    """A request that this function deferred."""

    detail: DeferralDetail
