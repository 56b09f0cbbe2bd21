from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import contact, settings
from deflection.contact import Endpoint
from deflection.reasons import DeclineReason
from deflection.request.parameters import parse_parameters
from deflection.rules.eligibility import Eligible, decide

OTHER_INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/b1b2c3d4-5678-4abc-8def-1234567890ab"
OURS = contact().instance_arn
NOON = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp()

ELIGIBLE: list[tuple[str, dict[str, Any], dict[str, str], dict[str, str], str]] = [
    ("a call", {}, {}, {}, "+14255550142"),
    ("an allowed channel", {"channel": "TASK"}, {}, {"ALLOWED_CHANNELS": "voice, task"}, "+14255550142"),
    ("any channel, with a destination", {"channel": "CHAT"}, {"DestinationEndpoint_Address": "+61491570006"}, {},
     "+61491570006"),
    ("no customer endpoint, with a destination", {"customer_endpoint": None},
     {"DestinationEndpoint_Address": "+61491570006"}, {}, "+61491570006"),
    ("digits from the keypad", {}, {"DestinationEndpoint_Address": "4255550111"}, {"DEFAULT_COUNTRY": "us"},
     "+14255550111"),
    ("a number with spaces", {"customer_endpoint": Endpoint("+1 (425) 555-0142")}, {}, {}, "+14255550142"),
    ("a type in small letters", {"customer_endpoint": Endpoint("+14255550142", "telephone_number")}, {}, {},
     "+14255550142"),
    ("our instance by its id", {}, {"InstanceId": OURS.rpartition("/")[2].upper()}, {}, "+14255550142"),
    ("our instance by its ARN", {}, {"InstanceId": OURS}, {}, "+14255550142"),
    ("an ARN as AWS's samples print it", {"instance_arn": OURS.replace("arn:aws:", "arn:aws::")},
     {}, {}, "+14255550142"),
    ("an allowed country", {}, {}, {"ALLOWED_COUNTRIES": "gb, US"}, "+14255550142"),
    ("a mobile", {}, {"DestinationEndpoint_Address": "+61491570006"}, {}, "+61491570006"),
    ("a number of a voice-over-IP line", {}, {"DestinationEndpoint_Address": "+445612345678"}, {}, "+445612345678"),
    ("consent of the contact", {"attributes": {"ok": "Yes"}}, {}, {"CONSENT_ATTRIBUTE": "ok"}, "+14255550142"),
    ("consent of the parameters", {"attributes": {"ok": "no"}}, {"Attributes": '{"ok": "granted"}'},
     {"CONSENT_ATTRIBUTE": "ok"}, "+14255550142"),
]  # fmt: skip

DECLINED: list[tuple[str, dict[str, Any], dict[str, str], dict[str, str], str]] = [
    ("another channel", {"channel": "CHAT"}, {}, {}, "CHANNEL_NOT_ELIGIBLE"),
    ("no channel", {"channel": ""}, {}, {}, "CHANNEL_NOT_ELIGIBLE"),
    ("another instance", {"instance_arn": OTHER_INSTANCE}, {}, {}, "INSTANCE_NOT_ALLOWED"),
    ("another instance, with ours asked for", {"instance_arn": OTHER_INSTANCE}, {"InstanceId": OURS}, {},
     "INSTANCE_NOT_ALLOWED"),
    ("our instance in another Region", {"instance_arn": OURS.replace("us-east-1", "us-west-2")}, {}, {},
     "INSTANCE_NOT_ALLOWED"),
    ("another instance asked for by id", {}, {"InstanceId": OTHER_INSTANCE.rpartition("/")[2]}, {},
     "INSTANCE_NOT_ALLOWED"),
    ("another instance asked for by ARN", {}, {"InstanceId": OTHER_INSTANCE}, {}, "INSTANCE_NOT_ALLOWED"),
    ("no customer endpoint", {"customer_endpoint": None}, {}, {}, "CUSTOMER_NUMBER_MISSING"),
    ("an anonymous caller", {"customer_endpoint": Endpoint("anonymous")}, {}, {}, "CUSTOMER_NUMBER_MISSING"),
    ("an address of SIP", {"customer_endpoint": Endpoint("sip:+14255550142@example.com")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("an address of SIP without a host", {"customer_endpoint": Endpoint("sip:+14255550142")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("an address of SIP without its scheme", {"customer_endpoint": Endpoint("+14255550142@example.com")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("an endpoint of another type", {"customer_endpoint": Endpoint("+14255550142", "VOIP")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("an endpoint without a type", {"customer_endpoint": Endpoint("+14255550142", "")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("a number too short", {"customer_endpoint": Endpoint("+1425")}, {}, {}, "CUSTOMER_NUMBER_INVALID"),
    ("a number of no country", {"customer_endpoint": Endpoint("+99955550142")}, {}, {}, "CUSTOMER_NUMBER_INVALID"),
    ("the keypad's spelling of anonymous", {"customer_endpoint": Endpoint("+2666966687")}, {}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("a number with letters", {"customer_endpoint": Endpoint("+1425555 JANE")}, {}, {}, "CUSTOMER_NUMBER_INVALID"),
    ("a number longer than E.164 knows", {}, {"DestinationEndpoint_Address": "+4979379032072312"}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("digits and no default country", {}, {"DestinationEndpoint_Address": "4255550111"}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("an extension in words", {}, {"DestinationEndpoint_Address": "+14255550111 ext 5"}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("an extension after a hash", {}, {"DestinationEndpoint_Address": "+14255550111#5"}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("an extension of a caller", {"customer_endpoint": Endpoint("+14255550111;ext=5")}, {}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("a number of another country", {}, {}, {"ALLOWED_COUNTRIES": "gb, ca"}, "COUNTRY_NOT_ALLOWED"),
    ("a number of no country, where countries are chosen", {}, {"DestinationEndpoint_Address": "+883510012345678"},
     {"ALLOWED_COUNTRIES": "us"}, "COUNTRY_NOT_ALLOWED"),
    ("a landline", {}, {"DestinationEndpoint_Address": "+442079460000"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("a toll-free number", {}, {"DestinationEndpoint_Address": "+18005551212"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("a premium-rate number", {}, {"DestinationEndpoint_Address": "+19002345678"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("a number of shared cost", {}, {"DestinationEndpoint_Address": "+448431234567"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("a personal number", {}, {"DestinationEndpoint_Address": "+447012345678"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("a pager", {}, {"DestinationEndpoint_Address": "+447640123456"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("a number of a company", {}, {"DestinationEndpoint_Address": "+445512345678"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("no consent", {}, {}, {"CONSENT_ATTRIBUTE": "ok"}, "CONSENT_MISSING"),
    ("consent refused", {"attributes": {"ok": "no"}}, {}, {"CONSENT_ATTRIBUTE": "ok"}, "CONSENT_MISSING"),
    ("consent taken back", {"attributes": {"ok": "yes"}}, {"Attributes": '{"ok": "no"}'}, {"CONSENT_ATTRIBUTE": "ok"},
     "CONSENT_MISSING"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "given_parameters", "set_to", "e164"), [row[1:] for row in ELIGIBLE], ids=[row[0] for row in ELIGIBLE]
)
def test_the_contact_may_go_on_as_a_text(
    changes: dict[str, Any], given_parameters: dict[str, str], set_to: dict[str, str], e164: str
) -> None:
    decision = decide(contact(**changes), parse_parameters(given_parameters), settings(**set_to), NOON)

    assert isinstance(decision, Eligible)
    assert decision.destination == Endpoint(e164, "TELEPHONE_NUMBER")


@pytest.mark.parametrize(
    ("changes", "given_parameters", "set_to", "reason"), [row[1:] for row in DECLINED], ids=[row[0] for row in DECLINED]
)
def test_a_rule_declines(
    changes: dict[str, Any], given_parameters: dict[str, str], set_to: dict[str, str], reason: str
) -> None:
    decision = decide(contact(**changes), parse_parameters(given_parameters), settings(**set_to), NOON)

    assert decision is DeclineReason[reason]


@pytest.mark.parametrize("agreed", ["true", "TRUE", "yes", "Y", "1", "granted", " Granted "])
def test_consent_is_given_in_any_of_these_words(agreed: str) -> None:
    decision = decide(contact(attributes={"ok": agreed}), parse_parameters({}), settings(CONSENT_ATTRIBUTE="ok"), NOON)

    assert decision == Eligible(Endpoint("+14255550142"), "US")


@given(st.text() | st.from_regex(r"\+?[0-9 ()./-]{1,20}"), st.sampled_from(["", "US", "GB", "DE"]))
def test_no_address_makes_a_rule_raise(address: str, country: str) -> None:
    decision = decide(
        contact(customer_endpoint=Endpoint(address)),
        parse_parameters({}),
        settings(DEFAULT_COUNTRY=country, QUIET_HOURS="21:00-08:00"),
        NOON,
        requested=False,
    )

    assert isinstance(decision, Eligible | DeclineReason)


@pytest.mark.parametrize(
    ("hour", "requested", "quiet"),
    [(20, False, False), (21, False, True), (7, False, True), (8, False, False), (23, True, False)],
)
def test_nobody_is_texted_unasked_in_the_quiet_hours_of_their_own_time_zone(
    hour: int, *, requested: bool, quiet: bool
) -> None:
    now = datetime(2026, 11, 22, hour, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp()

    decision = decide(contact(), parse_parameters({}), settings(QUIET_HOURS="21:00-08:00"), now, requested=requested)

    assert decision == (DeclineReason.QUIET_HOURS if quiet else Eligible(Endpoint("+14255550142"), "US"))


@pytest.mark.parametrize(
    ("hour", "quiet"),
    [(17, False), (21, True), (12, True), (13, False)],
    ids=["day in all", "night in Sydney", "night on Cocos Island", "day in all again"],
)
def test_a_number_that_may_be_in_several_time_zones_is_quiet_when_any_of_them_is(hour: int, *, quiet: bool) -> None:
    in_sydney = datetime(2026, 11, 22, hour, tzinfo=ZoneInfo("Australia/Sydney")).timestamp()
    called = contact(customer_endpoint=Endpoint("+61491570006"))

    decision = decide(called, parse_parameters({}), settings(QUIET_HOURS="21:00-08:00"), in_sydney, requested=False)

    assert decision == (DeclineReason.QUIET_HOURS if quiet else Eligible(Endpoint("+61491570006"), "AU"))
