"""The five values of a deployment, and the form that each must have."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from phonenumbers import SUPPORTED_REGIONS

from deflection_ops.finding import Finding, Verdict

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ARN = r"arn:aws[a-z-]*:connect:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):"
SMS_VOICE_ARN = re.compile(r"arn:aws[a-z-]*:sms-voice:.*")


@dataclass(frozen=True)
class Variable:
    """
    A value of the command line.

    Attributes:
        name: Its name, such as INSTANCE.
        parameter: The template parameter that it sets.
        meaning: What it must be.
        resource: The form of the ARN's last part, for a resource of Amazon Connect.
    """

    name: str
    parameter: str
    meaning: str
    resource: str = ""


@dataclass(frozen=True)
class Place:
    """The account and Region of the deployment."""

    account: str
    region: str


INSTANCE = Variable(
    "INSTANCE", "InstanceArn", "the ARN, id or alias of an Amazon Connect instance", rf"instance/{UUID}"
)
NUMBER = Variable(
    "NUMBER",
    "ConnectPhoneNumberArn",
    "a phone number such as +14255550100, or its id or ARN in Amazon Connect",
    rf"phone-number/{UUID}",
)
QUEUE = Variable("QUEUE", "QueueArn", "the ARN, id or name of a queue", rf"instance/{UUID}/queue/{UUID}")
COUNTRY = Variable("COUNTRY", "DefaultCountry", "a two-letter ISO 3166 country code, such as US or GB")
LANGUAGE = Variable("LANGUAGE", "Language", "the language of a file in flows/prompts")
RESOURCES = (INSTANCE, NUMBER, QUEUE)
VARIABLES = (*RESOURCES, COUNTRY, LANGUAGE)


class RejectedValueError(Exception):
    """
    Values that cannot be deployed.

    Attributes:
        findings: For each value, the rule and the cure.
    """

    def __init__(self, *findings: Finding) -> None:
        super().__init__(" ".join(finding.sentence for finding in findings))
        self.findings = findings


def reject(name: str, code: str, sentence: str, cure: str) -> RejectedValueError:
    """Return the error for a value of this name."""
    return RejectedValueError(Finding(name, code, Verdict.NOT_OK, "", sentence, cure))


def check_value(variable: Variable, value: str, place: Place, languages: Collection[str]) -> str:
    """
    Check the value without calling AWS, and return it in its usual spelling.

    Raises:
        RejectedValueError: Its form, its account or its Region is wrong.
    """
    if variable == COUNTRY:
        return check_country(value)
    if variable == LANGUAGE:
        return check_language(value, languages)
    if value.startswith("arn:"):
        _check_arn(variable, value, place)
    return re.sub(r"[\s().-]", "", value) if value.startswith("+") else value


def check_country(value: str) -> str:
    """
    Return the country code in capitals.

    Raises:
        RejectedValueError: The country does not exist.
    """
    if value.upper() not in SUPPORTED_REGIONS:
        raise _invalid(COUNTRY, value, "Give COUNTRY=, the country of your callers' numbers; the United Kingdom is GB.")
    return value.upper()


def check_language(value: str, languages: Collection[str]) -> str:
    """
    Return the language as its file is spelled.

    Raises:
        RejectedValueError: The language's file is missing.
    """
    for language in languages:
        if language.lower() == value.lower().replace("_", "-"):
            return language
    cure = f"Give one of {', '.join(languages)}, or add flows/prompts/{value}.json and run `make flows`."
    raise _invalid(LANGUAGE, value, cure)


def _check_arn(variable: Variable, value: str, place: Place) -> None:
    match = re.fullmatch(ARN + variable.resource, value)
    if not match:
        cure = f"Give {variable.name}= as that, or leave it out and choose from a list."
        if variable == NUMBER and SMS_VOICE_ARN.match(value):
            cure = (
                "This is the number's ARN in AWS End User Messaging. Give NUMBER=+<digits>; "
                "this command finds the ARN that the number has in Amazon Connect."
            )
        raise _invalid(variable, value, cure)
    if match["region"] != place.region:
        raise reject(
            variable.name,
            "WRONG_REGION",
            f"{variable.name} must be in {place.region}, the Region of this deployment (got {value}).",
            f"Give REGION={match['region']}, or another {variable.name}= in {place.region}.",
        )
    if match["account"] != place.account:
        raise reject(
            variable.name,
            "WRONG_ACCOUNT",
            f"{variable.name} must belong to {place.account}, the account of your credentials (got {value}).",
            f"Give the PROFILE= of account {match['account']}, or another {variable.name}= of this account.",
        )


def _invalid(variable: Variable, value: str, cure: str) -> RejectedValueError:
    sentence = f"{variable.name} must be {variable.meaning} (got {value})."
    return reject(variable.name, "VALUE_INVALID", sentence, cure)
