"""What Connect knows in one account and Region: instances, flows, numbers, contacts, client tokens, open chats."""

import time
from collections.abc import Callable, Collection
from copy import deepcopy
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final
from uuid import uuid4

from connect_simulator import demo
from connect_simulator.aws.service_model import contact_members
from connect_simulator.connect.chats import Contact, OpenChats, chat_contact
from connect_simulator.connect.errors import ConnectError
from connect_simulator.connect.instance_config import InstanceConfig
from connect_simulator.connect.message_templates import Template
from connect_simulator.connect.quota import Quota, TokenBucket
from connect_simulator.connect.rules import check_start_outbound_chat_contact
from connect_simulator.sms.sms_operations import Sms

# API_StartOutboundChatContact.html: a client token is valid for 7 days after a contact is created.
TOKEN_SECONDS: Final = 7 * 24 * 3600
# API_StartOutboundChatContact.html: a chat lasts 25 hours unless ChatDurationInMinutes says otherwise.
DEFAULT_CHAT_MINUTES: Final = 25 * 60


@dataclass(frozen=True)
class ReceivedRequest:
    """A StartOutboundChatContact request that was accepted, as Connect received it, signed with this access key id."""

    body: dict[str, Any]
    contact_id: str
    received_at: float
    repeated: bool
    access_key: str = ""


class World:
    """Begins with the demo instance; a test may register more, by id or by ARN."""

    def __init__(self) -> None:
        self.instances: set[str] = {demo.INSTANCE_ARN}
        self.flows: set[str] = {demo.SMS_FLOW_ARN, *demo.MORE_FLOW_ARNS}
        self.phone_numbers: set[str] = {demo.SMS_NUMBER_ARN, *demo.MORE_SMS_NUMBER_ARNS, demo.WHATSAPP_NUMBER_ARN}
        self.queues: set[str] = {demo.QUEUE_ARN}
        self.whatsapp_numbers: set[str] = {demo.WHATSAPP_NUMBER_ARN}
        self.instance_config = InstanceConfig()
        self.templates: set[Template] = set()
        self.sms = Sms()
        self.contacts: dict[str, Contact] = {}
        self.requests: list[ReceivedRequest] = []
        self.clock: Callable[[], float] = time.time
        self.new_id: Callable[[], str] = lambda: str(uuid4())
        # Assumption: a related contact may be unknown or over; AWS does not say, and flow events name any contact.
        self.strict_related_contacts = False
        self.quota = None
        self._tokens: dict[tuple[str, str], tuple[str, float]] = {}
        self._open_chats = OpenChats()
        self._lock = RLock()

    @property
    def quota(self) -> Quota | None:
        """The quotas that are kept; `None`, the default, keeps none. Setting it fills the burst up."""
        return self._quota

    @quota.setter
    def quota(self, quota: Quota | None) -> None:
        self._quota = quota
        self._bucket = TokenBucket(quota.rate, quota.burst) if quota and quota.rate is not None else None

    def start_outbound_chat_contact(self, request: dict[str, Any], access_key: str = "") -> str:
        """The id of the contact that the request starts, or has started if its client token is known."""
        with self._lock:
            now = self.clock()
            self._end_expired_chats(now)
            # Assumption: refused and repeated requests count against the rate, too.
            if self._bucket and not self._bucket.take(now):
                raise ConnectError("ThrottlingException", "Rate exceeded")
            check_start_outbound_chat_contact(request)
            instance_arn = self.instance_arn(request["InstanceId"])
            self._require_known_resources(request)
            # Assumption: a token answers with its contact even if the rest of the request differs.
            contact_id = self._contact_of_token(instance_arn, request, now)
            repeated = contact_id is not None
            if contact_id is None:
                contact_id = self._start_chat(instance_arn, request, now)
            self.requests.append(ReceivedRequest(deepcopy(request), contact_id, now, repeated, access_key))
            return contact_id

    def describe_contact(self, instance_id: str, contact_id: str) -> Contact:
        """The contact, if it belongs to the instance."""
        with self._lock:
            self._end_expired_chats(self.clock())
            instance_arn = self.instance_arn(instance_id)
            contact = self.contacts.get(contact_id)
            if contact is None or not contact["Arn"].startswith(f"{instance_arn}/contact/"):
                raise ConnectError("ResourceNotFoundException", "The contact was not found.")
            return deepcopy(contact)

    def put_contact(self, contact: Contact) -> None:
        """Seeds a contact, such as the call to be deflected; without an Arn it belongs to the demo instance."""
        if not contact.get("Id"):
            raise ValueError("A contact needs an Id.")
        if unknown := contact.keys() - contact_members():
            raise ValueError(f"DescribeContact knows no {', '.join(sorted(unknown))}.")
        arn = f"{demo.INSTANCE_ARN}/contact/{contact['Id']}"
        with self._lock:
            self.contacts[contact["Id"]] = {"Arn": arn} | deepcopy(contact)

    def end_chat(self, contact_id: str) -> None:
        """The chat ends now and no longer counts as open."""
        with self._lock:
            self._end_chat(contact_id, self.clock())

    def stop_contact(self, instance_id: str, contact_id: str) -> None:
        """Ends a contact of the instance; one that has ended stays as it is."""
        with self._lock:
            self.instance_arn(instance_id)
            if contact_id not in self.contacts:
                raise ConnectError("ContactNotFoundException", "The contact was not found.")
            self._end_chat(contact_id, self.clock())

    def instance_arn(self, name: str) -> str:
        """The ARN of the instance with this id or ARN."""
        known = _find(name, self.instances)
        if known is None:
            raise ConnectError("ResourceNotFoundException", "The instance was not found.")
        return known if known.startswith("arn:") else demo.INSTANCE_ARN.replace(demo.INSTANCE_ID, known)

    def _require_known_resources(self, request: dict[str, Any]) -> None:
        if _find(request["ContactFlowId"], self.flows) is None:
            raise ConnectError("ResourceNotFoundException", "The flow was not found.")
        if request["SourceEndpoint"]["Address"] not in self.phone_numbers:
            raise ConnectError("ResourceNotFoundException", "The phone number of the source endpoint was not found.")
        self._require_number_of_the_subtype(request)
        related = request.get("RelatedContactId")
        if self.strict_related_contacts and related is not None and related not in self.contacts:
            raise ConnectError("ResourceNotFoundException", "The related contact was not found.")

    def _require_number_of_the_subtype(self, request: dict[str, Any]) -> None:
        is_whatsapp = request["SegmentAttributes"]["connect:Subtype"]["ValueString"] == "connect:WhatsApp"
        # Assumption: such a request is refused at once, and as invalid.
        if is_whatsapp is not (request["SourceEndpoint"]["Address"] in self.whatsapp_numbers):
            kinds = ("WhatsApp", "SMS") if is_whatsapp else ("SMS", "WhatsApp")
            raise ConnectError(
                "InvalidRequestException", "The source endpoint is no number of {}, but of {}.".format(*kinds)
            )

    def _contact_of_token(self, instance_arn: str, request: dict[str, Any], now: float) -> str | None:
        contact_id, started_at = self._tokens.get((instance_arn, request.get("ClientToken") or ""), (None, 0.0))
        return contact_id if now < started_at + TOKEN_SECONDS else None

    def _start_chat(self, instance_arn: str, request: dict[str, Any], now: float) -> str:
        limit = self._quota.open_chats if self._quota else None
        if limit is not None and self._open_chats.count(instance_arn) >= limit:
            raise ConnectError("LimitExceededException", "The quota of concurrent active chats is used up.")
        contact_id = self.new_id()
        self.contacts[contact_id] = chat_contact(instance_arn, contact_id, request, now)
        minutes = request.get("ChatDurationInMinutes") or DEFAULT_CHAT_MINUTES
        self._open_chats.open(contact_id, instance_arn, now + minutes * 60)
        if token := request.get("ClientToken"):
            self._tokens[instance_arn, token] = (contact_id, now)
        return contact_id

    def _end_expired_chats(self, now: float) -> None:
        for contact_id, ended_at in self._open_chats.expired(now):
            self._end_chat(contact_id, ended_at)

    def _end_chat(self, contact_id: str, ended_at: float) -> None:
        if self._open_chats.close(contact_id):
            self.contacts[contact_id] |= {"DisconnectTimestamp": ended_at, "LastUpdateTimestamp": ended_at}


def _find(name: str, known: Collection[str]) -> str | None:
    """Connect takes the id of an instance or a flow, or its ARN; the id is the ARN's last part."""
    return next((entry for entry in known if entry.rpartition("/")[2] == name.rpartition("/")[2]), None)
