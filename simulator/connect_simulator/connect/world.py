"""The state of Connect in one account and Region: its instances, contacts, client tokens and open chats."""

import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from threading import RLock
from typing import Any, Final
from uuid import uuid4

from connect_simulator import demo
from connect_simulator.aws.service_model import contact_members
from connect_simulator.connect.chats import Contact, OpenChats, chat_contact
from connect_simulator.connect.conversations import Conversations
from connect_simulator.connect.errors import ConnectError
from connect_simulator.connect.instances import Instances
from connect_simulator.connect.message_templates import Template
from connect_simulator.connect.quota import Quota, TokenBucket
from connect_simulator.connect.rules import check_start_outbound_chat_contact
from connect_simulator.connect.test_cases import TestCases
from connect_simulator.flows import ContactCenter
from connect_simulator.sms.account import SmsAccount

# Source: API_StartOutboundChatContact.html (a client token is valid for 7 days after the contact is created).
TOKEN_SECONDS: Final = 7 * 24 * 3600
# Source: API_StartOutboundChatContact.html (the default of ChatDurationInMinutes is 25 hours).
DEFAULT_CHAT_MINUTES: Final = 25 * 60


@dataclass(frozen=True)
class ReceivedRequest:
    """An accepted StartOutboundChatContact request.

    Attributes:
        body: The request.
        contact_id: The id in the response.
        received_at: The time in epoch seconds.
        repeated: Whether an earlier request with the same client token started the contact.
        access_key: The access key id that signed the request.
    """

    body: dict[str, Any]
    contact_id: str
    received_at: float
    repeated: bool
    access_key: str = ""


class World(Instances):
    """The simulated state.

    Attributes:
        center: The metrics, agents and hours of the queues, and the callbacks.
        conversations: The flows of the chat contacts.
        test_cases: The test cases, and their executions.
        strict_related_contacts: Whether a related contact must exist.
        clock: Returns the current time in epoch seconds.
        new_id: Returns the next contact id.
    """

    def __init__(self) -> None:
        super().__init__()
        self.center = ContactCenter()
        self.templates: set[Template] = set()
        self.sms = SmsAccount()
        self.contacts: dict[str, Contact] = {}
        self.requests: list[ReceivedRequest] = []
        self.clock: Callable[[], float] = time.time
        self.new_id: Callable[[], str] = lambda: str(uuid4())
        # Assumption: a related contact may be unknown or ended. AWS does not say; a flow event can name any contact.
        self.strict_related_contacts = False
        self.quota = None
        self._tokens: dict[tuple[str, str], tuple[str, float]] = {}
        self._open_chats = OpenChats()
        self._lock = RLock()
        self.conversations = Conversations(self, self._lock)
        self.test_cases = TestCases(self)

    @property
    def quota(self) -> Quota | None:
        """The quotas to enforce; None, the default, enforces none. Setting it refills the token bucket."""
        return self._quota

    @quota.setter
    def quota(self, quota: Quota | None) -> None:
        self._quota = quota
        self._bucket = TokenBucket(quota.rate, quota.burst) if quota and quota.rate is not None else None

    def start_outbound_chat_contact(self, request: dict[str, Any], access_key: str = "") -> str:
        """Start a chat contact and return its id; a known client token returns the earlier contact's id."""
        with self._lock:
            now = self.clock()
            self.end_expired_chats()
            # Assumption: rejected and repeated requests count against the rate quota, too.
            if self._bucket and not self._bucket.take(now):
                raise ConnectError("ThrottlingException", "Rate exceeded")
            check_start_outbound_chat_contact(request)
            instance_arn = self.instance_arn(request["InstanceId"])
            self.require_resources(request)
            self._require_related_contact(request)
            # Assumption: a known client token returns its contact even if the rest of the request differs.
            contact_id = self._contact_for_token(instance_arn, request, now)
            repeated = contact_id is not None
            if contact_id is None:
                contact_id = self._start_chat(instance_arn, request, now)
            self.requests.append(ReceivedRequest(deepcopy(request), contact_id, now, repeated, access_key))
            return contact_id

    def describe_contact(self, instance_id: str, contact_id: str) -> Contact:
        """Return the contact if it belongs to the instance."""
        with self._lock:
            self.end_expired_chats()
            instance_arn = self.instance_arn(instance_id)
            contact = self.contacts.get(contact_id)
            if contact is None or not contact["Arn"].startswith(f"{instance_arn}/contact/"):
                raise ConnectError("ResourceNotFoundException", "The contact was not found.")
            return deepcopy(contact)

    def put_contact(self, contact: Contact) -> None:
        """Add a contact, such as the call to deflect; without an Arn it belongs to the demo instance."""
        if not contact.get("Id"):
            raise ValueError("Id is required in a contact.")
        if unknown := contact.keys() - contact_members():
            raise ValueError(f"DescribeContact does not return {', '.join(sorted(unknown))} of a contact.")
        arn = f"{demo.INSTANCE_ARN}/contact/{contact['Id']}"
        with self._lock:
            self.contacts[contact["Id"]] = {"Arn": arn} | deepcopy(contact)

    def end_chat(self, contact_id: str, ended_at: float | None = None) -> None:
        """End the chat, by default now; it no longer counts as open."""
        with self._lock:
            if self._open_chats.close(contact_id):
                time = self.clock() if ended_at is None else ended_at
                self.contacts[contact_id] |= {"DisconnectTimestamp": time, "LastUpdateTimestamp": time}

    def end_expired_chats(self) -> None:
        """Let the time limits of flows pass, and end the chats whose duration is over."""
        with self._lock:
            self.conversations.pass_time()
            for contact_id, ended_at in self._open_chats.expired(self.clock()):
                self.end_chat(contact_id, ended_at)

    def stop_contact(self, instance_id: str, contact_id: str) -> None:
        """End a contact of the instance; a contact that has already ended does not change."""
        with self._lock:
            self.instance_arn(instance_id)
            if contact_id not in self.contacts:
                raise ConnectError("ContactNotFoundException", "The contact was not found.")
            self.end_chat(contact_id)

    def _require_related_contact(self, request: dict[str, Any]) -> None:
        related = request.get("RelatedContactId")
        if self.strict_related_contacts and related is not None and related not in self.contacts:
            raise ConnectError("ResourceNotFoundException", "The related contact was not found.")

    def _contact_for_token(self, instance_arn: str, request: dict[str, Any], now: float) -> str | None:
        contact_id, started_at = self._tokens.get((instance_arn, request.get("ClientToken") or ""), (None, 0.0))
        return contact_id if now < started_at + TOKEN_SECONDS else None

    def _start_chat(self, instance_arn: str, request: dict[str, Any], now: float) -> str:
        limit = self._quota.open_chats if self._quota else None
        if limit is not None and self._open_chats.count(instance_arn) >= limit:
            raise ConnectError("LimitExceededException", "The quota of concurrent active chats is exceeded.")
        contact_id = self.new_id()
        self.contacts[contact_id] = chat_contact(instance_arn, contact_id, request, now)
        minutes = request.get("ChatDurationInMinutes") or DEFAULT_CHAT_MINUTES
        self._open_chats.open(contact_id, instance_arn, now + minutes * 60)
        if token := request.get("ClientToken"):
            self._tokens[instance_arn, token] = (contact_id, now)
        return contact_id
