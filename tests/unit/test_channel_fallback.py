from typing import Any

import pytest

from builders import CUSTOMER, contact, settings
from deflection.channel_fallback import start_with_fallback
from deflection.contact import Endpoint
from deflection.errors import (
    AccessDeniedError,
    ConflictError,
    CredentialsRefusedError,
    DeflectionError,
    InvalidMessageError,
    QuotaExceededError,
    RequestRefusedError,
    ServiceUnavailableError,
    ThrottledError,
    TimedOutError,
)
from deflection.outcome import SMS, WHATSAPP, Declined, DryRun, Failed, Outcome, OutcomeDetails, Started, StartedContact
from deflection.reasons import DeclineReason
from deflection.request.builder import DeflectionRequest
from deflection.request.parameters import parse_parameters
from deflection.request.routes import Route

TEMPLATE = {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {}}
DESTINATION = Endpoint(CUSTOMER)


class FakeStarter:
    """AWS that raises these errors by channel, and that records each call."""

    def __init__(
        self, declines: DeclineReason | None = None, earlier_token: str = "", **errors: DeflectionError
    ) -> None:
        self._declines = declines
        self._earlier_token = earlier_token
        self._errors = {f"connect:{channel}": error for channel, error in errors.items()}
        self.calls: list[str] = []

    def screen(self, _destination: Endpoint) -> DeclineReason | None:
        self.calls.append("screening")
        return self._declines

    def start(self, request: Any) -> StartedContact:
        subtype = request["SegmentAttributes"]["connect:Subtype"]["ValueString"]
        self.calls.append(subtype)
        if subtype in self._errors:
            raise self._errors[subtype]
        return StartedContact("contact", self._earlier_token or request["ClientToken"])


def start(starter: FakeStarter, flow_parameters: dict[str, Any] | None = None) -> Outcome:
    """Try WhatsApp first and then SMS."""
    parameters = parse_parameters(
        {"InitialTemplatedSystemMessage": TEMPLATE} if flow_parameters is None else flow_parameters
    )
    request = DeflectionRequest(contact(), parameters, DESTINATION, Route(), [], settings())
    return start_with_fallback(request, [WHATSAPP, SMS], OutcomeDetails(destination=DESTINATION), starter)


def test_first_channel_is_started_if_it_is_not_refused() -> None:
    starter = FakeStarter()

    outcome = start(starter)

    assert outcome == Started(OutcomeDetails("", WHATSAPP, DESTINATION), "contact", "contact")
    assert starter.calls == ["screening", WHATSAPP]


@pytest.mark.parametrize("error", [RequestRefusedError(), AccessDeniedError()])
def test_next_channel_is_tried_after_a_permanent_refusal(error: DeflectionError) -> None:
    starter = FakeStarter(WhatsApp=error)

    outcome = start(starter)

    assert isinstance(outcome, Started)
    assert (outcome.details.subtype, outcome.details.refused) == (SMS, (f"{WHATSAPP} {error.code}",))


def test_next_channel_is_tried_if_the_first_one_has_no_template() -> None:
    starter = FakeStarter()

    outcome = start(starter, {"InitialSystemMessage_Content": "Hello"})

    assert isinstance(outcome, Started)
    assert outcome.details.refused == (f"{WHATSAPP} {InvalidMessageError().code}",)
    assert starter.calls == ["screening", SMS]


def test_number_is_screened_once_for_all_channels() -> None:
    starter = FakeStarter(WhatsApp=RequestRefusedError())

    start(starter)

    assert starter.calls == ["screening", WHATSAPP, SMS]


def test_screened_out_number_is_started_on_no_channel() -> None:
    starter = FakeStarter(declines=DeclineReason.OPTED_OUT)

    outcome = start(starter)

    assert isinstance(outcome, Declined)
    assert outcome.reason is DeclineReason.OPTED_OUT
    assert starter.calls == ["screening"]


@pytest.mark.parametrize("error", [ConflictError(), CredentialsRefusedError()])
def test_no_other_channel_is_tried_after_a_conflict_or_refused_credentials(error: DeflectionError) -> None:
    starter = FakeStarter(WhatsApp=error)

    outcome = start(starter)

    assert isinstance(outcome, Failed)
    assert outcome.error is error
    assert starter.calls == ["screening", WHATSAPP]


def test_no_other_channel_is_tried_for_an_invalid_flow_parameter() -> None:
    outcome = start(FakeStarter(), {"InitialTemplatedSystemMessage": TEMPLATE, "ChatDurationInMinutes": "1"})

    assert isinstance(outcome, Failed)
    assert outcome.details.subtype == WHATSAPP


@pytest.mark.parametrize("error", [ThrottledError(), QuotaExceededError()])
def test_retryable_refusal_keeps_no_request_so_that_all_channels_are_tried_later(error: DeflectionError) -> None:
    outcome = start(FakeStarter(WhatsApp=error))

    assert isinstance(outcome, Failed)
    assert (outcome.error, outcome.request) == (error, None)


@pytest.mark.parametrize("error", [TimedOutError(), ServiceUnavailableError()])
def test_unknown_outcome_keeps_its_request_so_that_the_same_channel_is_tried_later(error: DeflectionError) -> None:
    outcome = start(FakeStarter(WhatsApp=error))

    assert isinstance(outcome, Failed)
    assert outcome.request
    assert outcome.request["SegmentAttributes"]["connect:Subtype"] == {"ValueString": WHATSAPP}


def test_dry_run_starts_nothing_and_answers_with_the_selected_parameter() -> None:
    starter = FakeStarter()
    flow_parameters = {
        "InitialTemplatedSystemMessage": TEMPLATE,
        "DryRun": "true",
        "Select": "^DestinationEndpoint_Address",
    }

    outcome = start(starter, flow_parameters)

    assert isinstance(outcome, DryRun)
    assert outcome.selected == CUSTOMER
    assert starter.calls == ["screening"]


def test_contact_of_an_earlier_request_is_declined_and_named() -> None:
    outcome = start(FakeStarter(earlier_token="token of an earlier request"))

    assert isinstance(outcome, Declined)
    assert (outcome.reason, outcome.contact_id) == (DeclineReason.RECENTLY_DEFLECTED, "contact")
