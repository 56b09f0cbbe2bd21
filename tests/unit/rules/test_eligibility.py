from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers.timezone import time_zones_for_number

from builders import contact, settings
from deflection.contact import Endpoint
from deflection.reasons import DeclineReason
from deflection.request.parameters import parse_parameters
from deflection.rules.eligibility import ADDED_TIME_ZONES, CORRECTED_TIME_ZONES, Eligible, decide, time_zones

OTHER_INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/b1b2c3d4-5678-4abc-8def-1234567890ab"
OWN_INSTANCE = contact().instance_arn
NOON = datetime(2026, 11, 22, 12, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp()

ELIGIBLE: list[tuple[str, dict[str, Any], dict[str, str], dict[str, str], str]] = [
    ("voice contact", {}, {}, {}, "+14255550142"),
    ("allowed channel", {"channel": "TASK"}, {}, {"ALLOWED_CHANNELS": "voice, task"}, "+14255550142"),
    ("any channel with a given destination", {"channel": "CHAT"}, {"DestinationEndpoint_Address": "+61491570006"}, {},
     "+61491570006"),
    ("no customer endpoint but a given destination", {"customer_endpoint": None},
     {"DestinationEndpoint_Address": "+61491570006"}, {}, "+61491570006"),
    ("national number with a default country",
     {}, {"DestinationEndpoint_Address": "4255550111"}, {"DEFAULT_COUNTRY": "us"},
     "+14255550111"),
    ("formatted number", {"customer_endpoint": Endpoint("+1 (425) 555-0142")}, {}, {}, "+14255550142"),
    ("endpoint type in lower case", {"customer_endpoint": Endpoint("+14255550142", "telephone_number")}, {}, {},
     "+14255550142"),
    ("own instance by its id", {}, {"InstanceId": OWN_INSTANCE.rpartition("/")[2].upper()}, {}, "+14255550142"),
    ("own instance by its ARN", {}, {"InstanceId": OWN_INSTANCE}, {}, "+14255550142"),
    ("ARN without a partition", {"instance_arn": OWN_INSTANCE.replace("arn:aws:", "arn:aws::")},
     {}, {}, "+14255550142"),
    ("allowed country", {}, {}, {"ALLOWED_COUNTRIES": "gb, US"}, "+14255550142"),
    ("mobile number", {}, {"DestinationEndpoint_Address": "+61491570006"}, {}, "+61491570006"),
    ("VoIP number", {}, {"DestinationEndpoint_Address": "+445612345678"}, {}, "+445612345678"),
    ("consent in a contact attribute", {"attributes": {"ok": "Yes"}}, {}, {"CONSENT_ATTRIBUTE": "ok"}, "+14255550142"),
    ("consent in the flow parameters", {"attributes": {"ok": "no"}}, {"Attributes": '{"ok": "granted"}'},
     {"CONSENT_ATTRIBUTE": "ok"}, "+14255550142"),
    ("consent in a contact attribute where only that counts",
     {"attributes": {"ok": "yes"}}, {"Attributes": '{"ok": "no"}'},
     {"CONSENT_ATTRIBUTE": "ok", "CONSENT_FROM_CONTACT_ONLY": "true"}, "+14255550142"),
]  # fmt: skip

DECLINED: list[tuple[str, dict[str, Any], dict[str, str], dict[str, str], str]] = [
    ("channel that is not allowed", {"channel": "CHAT"}, {}, {}, "CHANNEL_NOT_ELIGIBLE"),
    ("unknown channel", {"channel": ""}, {}, {}, "CHANNEL_NOT_ELIGIBLE"),
    ("another instance", {"instance_arn": OTHER_INSTANCE}, {}, {}, "INSTANCE_NOT_ALLOWED"),
    ("another instance although InstanceId is the own one",
     {"instance_arn": OTHER_INSTANCE}, {"InstanceId": OWN_INSTANCE}, {},
     "INSTANCE_NOT_ALLOWED"),
    ("own instance id in another Region", {"instance_arn": OWN_INSTANCE.replace("us-east-1", "us-west-2")}, {}, {},
     "INSTANCE_NOT_ALLOWED"),
    ("InstanceId is another id", {}, {"InstanceId": OTHER_INSTANCE.rpartition("/")[2]}, {},
     "INSTANCE_NOT_ALLOWED"),
    ("InstanceId is another ARN", {}, {"InstanceId": OTHER_INSTANCE}, {}, "INSTANCE_NOT_ALLOWED"),
    ("no customer endpoint", {"customer_endpoint": None}, {}, {}, "CUSTOMER_NUMBER_MISSING"),
    ("anonymous caller", {"customer_endpoint": Endpoint("anonymous")}, {}, {}, "CUSTOMER_NUMBER_MISSING"),
    ("SIP address", {"customer_endpoint": Endpoint("sip:+14255550142@example.com")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("SIP address without a host", {"customer_endpoint": Endpoint("sip:+14255550142")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("SIP address without a scheme", {"customer_endpoint": Endpoint("+14255550142@example.com")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("endpoint of another type", {"customer_endpoint": Endpoint("+14255550142", "VOIP")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("endpoint without a type", {"customer_endpoint": Endpoint("+14255550142", "")}, {}, {},
     "CUSTOMER_NUMBER_MISSING"),
    ("number too short", {"customer_endpoint": Endpoint("+1425")}, {}, {}, "CUSTOMER_NUMBER_INVALID"),
    ("number of an unknown country",
     {"customer_endpoint": Endpoint("+99955550142")}, {}, {}, "CUSTOMER_NUMBER_INVALID"),
    ("ANONYMOUS spelled in digits", {"customer_endpoint": Endpoint("+2666966687")}, {}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("number with letters", {"customer_endpoint": Endpoint("+1425555 JANE")}, {}, {}, "CUSTOMER_NUMBER_INVALID"),
    ("number over 15 digits", {}, {"DestinationEndpoint_Address": "+4979379032072312"}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("national number without a default country", {}, {"DestinationEndpoint_Address": "4255550111"}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("extension in words", {}, {"DestinationEndpoint_Address": "+14255550111 ext 5"}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("extension after a hash", {}, {"DestinationEndpoint_Address": "+14255550111#5"}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("extension in a customer endpoint", {"customer_endpoint": Endpoint("+14255550111;ext=5")}, {}, {},
     "CUSTOMER_NUMBER_INVALID"),
    ("country that is not allowed", {}, {}, {"ALLOWED_COUNTRIES": "gb, ca"}, "COUNTRY_NOT_ALLOWED"),
    ("international network number with allowed countries", {}, {"DestinationEndpoint_Address": "+883510012345678"},
     {"ALLOWED_COUNTRIES": "us"}, "COUNTRY_NOT_ALLOWED"),
    ("landline", {}, {"DestinationEndpoint_Address": "+442079460000"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("toll-free number", {}, {"DestinationEndpoint_Address": "+18005551212"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("premium-rate number", {}, {"DestinationEndpoint_Address": "+19002345678"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("shared-cost number", {}, {"DestinationEndpoint_Address": "+448431234567"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("personal number", {}, {"DestinationEndpoint_Address": "+447012345678"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("pager", {}, {"DestinationEndpoint_Address": "+447640123456"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("universal access number", {}, {"DestinationEndpoint_Address": "+445512345678"}, {}, "LINE_TYPE_NOT_TEXTABLE"),
    ("no consent", {}, {}, {"CONSENT_ATTRIBUTE": "ok"}, "CONSENT_MISSING"),
    ("consent in the flow parameters where only the contact's own counts",
     {}, {"Attributes": '{"ok": "granted"}'}, {"CONSENT_ATTRIBUTE": "ok", "CONSENT_FROM_CONTACT_ONLY": "true"},
     "CONSENT_MISSING"),
    ("consent denied in a contact attribute",
     {"attributes": {"ok": "no"}}, {}, {"CONSENT_ATTRIBUTE": "ok"}, "CONSENT_MISSING"),
    ("consent denied in the flow parameters",
     {"attributes": {"ok": "yes"}}, {"Attributes": '{"ok": "no"}'}, {"CONSENT_ATTRIBUTE": "ok"},
     "CONSENT_MISSING"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "flow_parameters", "environment", "e164"),
    [row[1:] for row in ELIGIBLE],
    ids=[row[0] for row in ELIGIBLE],
)
def test_contact_is_eligible(
    changes: dict[str, Any], flow_parameters: dict[str, str], environment: dict[str, str], e164: str
) -> None:
    decision = decide(contact(**changes), parse_parameters(flow_parameters), settings(**environment), NOON)

    assert isinstance(decision, Eligible)
    assert decision.destination == Endpoint(e164, "TELEPHONE_NUMBER")


@pytest.mark.parametrize(
    ("changes", "flow_parameters", "environment", "reason"),
    [row[1:] for row in DECLINED],
    ids=[row[0] for row in DECLINED],
)
def test_contact_is_declined(
    changes: dict[str, Any], flow_parameters: dict[str, str], environment: dict[str, str], reason: str
) -> None:
    decision = decide(contact(**changes), parse_parameters(flow_parameters), settings(**environment), NOON)

    assert decision is DeclineReason[reason]


@pytest.mark.parametrize("consent", ["true", "TRUE", "yes", "Y", "1", "granted", " Granted "])
def test_consent_has_several_spellings(consent: str) -> None:
    decision = decide(contact(attributes={"ok": consent}), parse_parameters({}), settings(CONSENT_ATTRIBUTE="ok"), NOON)

    assert decision == Eligible(Endpoint("+14255550142"), "US")


@given(st.text() | st.from_regex(r"\+?[0-9 ()./-]{1,20}"), st.sampled_from(["", "US", "GB", "DE"]))
def test_any_address_is_eligible_or_declined(address: str, country: str) -> None:
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
def test_quiet_hours_apply_to_events_in_the_time_zone_of_the_number(hour: int, *, requested: bool, quiet: bool) -> None:
    now = datetime(2026, 11, 22, hour, tzinfo=ZoneInfo("America/Los_Angeles")).timestamp()

    decision = decide(contact(), parse_parameters({}), settings(QUIET_HOURS="21:00-08:00"), now, requested=requested)

    assert decision == (DeclineReason.QUIET_HOURS if quiet else Eligible(Endpoint("+14255550142"), "US"))


@pytest.mark.parametrize(
    ("hour", "quiet"),
    [(17, False), (21, True), (12, True), (13, False)],
    ids=["day in all time zones", "night in Sydney", "night on Cocos Island", "day in all time zones again"],
)
def test_quiet_hours_in_any_time_zone_of_the_number_apply(hour: int, *, quiet: bool) -> None:
    in_sydney = datetime(2026, 11, 22, hour, tzinfo=ZoneInfo("Australia/Sydney")).timestamp()
    caller = contact(customer_endpoint=Endpoint("+61491570006"))

    decision = decide(caller, parse_parameters({}), settings(QUIET_HOURS="21:00-08:00"), in_sydney, requested=False)

    assert decision == (DeclineReason.QUIET_HOURS if quiet else Eligible(Endpoint("+61491570006"), "AU"))


@pytest.mark.parametrize(
    ("address", "zone", "day"),
    [
        ("+212650123456", "Africa/Casablanca", "2026-03-24"),
        ("+213551234567", "Africa/Algiers", "2026-07-15"),
        ("+218912345678", "Africa/Tripoli", "2026-07-15"),
        ("+50581234567", "America/Managua", "2026-07-15"),
        ("+211977123456", "Africa/Juba", "2026-07-15"),
        ("+970599123456", "Asia/Gaza", "2026-03-28"),
    ],
)
@pytest.mark.parametrize(("clock", "quiet"), [("20:59", False), ("21:00", True), ("07:59", True), ("08:00", False)])
def test_quiet_hours_follow_the_local_time_where_libphonenumber_has_the_zone_of_another_country(
    address: str, zone: str, day: str, clock: str, *, quiet: bool
) -> None:
    now = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ZoneInfo(zone)).timestamp()
    parameters = parse_parameters({"DestinationEndpoint_Address": address})

    decision = decide(contact(), parameters, settings(QUIET_HOURS="21:00-08:00"), now, requested=False)

    assert (decision is DeclineReason.QUIET_HOURS) is quiet


@cache
def country_zones() -> dict[str, list[str]]:
    """Return the time zones of each country. Source: https://www.iana.org/time-zones."""
    lines = (files("tzdata") / "zoneinfo" / "zone.tab").read_text().splitlines()
    zones: dict[str, list[str]] = {}
    for country, _, zone in (line.split("\t")[:3] for line in lines if not line.startswith("#")):
        zones.setdefault(country, []).append(zone)
    return zones


@cache
def offsets(zone: str) -> tuple[timedelta, ...]:
    """Return the offset of a zone from UTC at noon of every day of a year."""
    days = (datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=day) for day in range(365))
    return tuple(day.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for day in days)


def covers(zones: tuple[str, ...], zone: str) -> bool:
    """Return whether quiet hours in any of these zones cover another: its time is between theirs on every day."""
    if zone in zones:
        return True
    days = list(zip(*map(offsets, zones), strict=True))
    return all(min(day) <= offset <= max(day) for day, offset in zip(days, offsets(zone), strict=True))


def example_mobile(country: str) -> phonenumbers.PhoneNumber | None:
    return phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)


ZONES_BY_AREA_CODE = {"BR", "CA", "MX", "US"}
"""Countries whose mobiles have area codes, so one example does not stand for all."""
UNCOVERED = {
    "CN": ["Asia/Urumqi"],  # the official time of all China is that of Shanghai
    "GL": ["America/Danmarkshavn"],  # a weather station
    "UA": ["Europe/Simferopol"],  # occupied
}


def test_time_zones_of_a_mobile_cover_its_country() -> None:
    countries = country_zones().keys() - ZONES_BY_AREA_CODE
    found = {country: time_zones(mobile) for country in countries if (mobile := example_mobile(country))}
    known = {country: zones for country, zones in found.items() if zones not in ((), ("Etc/Unknown",))}
    missing = {
        country: [zone for zone in country_zones()[country] if not covers(zones, zone)]
        for country, zones in known.items()
    }

    assert len(known) > 200
    assert {country: zones for country, zones in missing.items() if zones} == UNCOVERED


@pytest.mark.parametrize("country", [*CORRECTED_TIME_ZONES, *ADDED_TIME_ZONES])
def test_time_zone_is_corrected_only_while_libphonenumber_lacks_it(country: str) -> None:
    mobile = example_mobile(country)
    zones = [CORRECTED_TIME_ZONES[country]] if country in CORRECTED_TIME_ZONES else ADDED_TIME_ZONES[country]

    assert mobile
    assert not any(covers(tuple(time_zones_for_number(mobile)), zone) for zone in zones)
