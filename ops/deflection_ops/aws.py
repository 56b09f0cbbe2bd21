"""Asks AWS with the user's own credentials. The only room that knows the SDK."""

import json
from functools import cache
from http import HTTPStatus
from typing import Any, Protocol

import boto3
from botocore import exceptions as sdk
from botocore.config import Config
from botocore.parsers import ResponseParserError

SMS_VOICE = "pinpoint-sms-voice-v2"
"""What the SDK calls AWS End User Messaging SMS."""
PREFIXES = {SMS_VOICE: "sms-voice", "qconnect": "wisdom"}
"""What IAM calls a service, where that is not what the SDK calls it."""
ACTIONS = {"Invoke": "InvokeFunction"}
"""What IAM calls an operation, likewise."""
NOT_THERE = {
    "AWS.SimpleQueueService.NonExistentQueue",
    "ContactFlowNotPublishedException",
    "ContactNotFoundException",
    "ParameterNotFound",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
    "ValidationError",  # of DescribeStacks, about a stack that does not exist
}
NO_CREDENTIALS = (
    sdk.CredentialRetrievalError,
    sdk.InvalidConfigError,
    sdk.InvalidRegionError,
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.SSOError,
    sdk.TokenRetrievalError,
)
OF_LOGIN = (sdk.LoginError, sdk.MissingDependencyException)
"""A profile of `aws login`, which the SDK reads only with a package of native code that is not among the pins."""
NOT_ALLOWED = {"AccessDenied", "AccessDeniedException", "UnauthorizedException"}
CONFIG = Config(connect_timeout=5, read_timeout=40, retries={"mode": "standard", "total_max_attempts": 5})
ONCE = Config(connect_timeout=5, read_timeout=40, retries={"mode": "standard", "total_max_attempts": 1})
"""For what must not be done twice by accident; 40 seconds are more than the function's time limit."""


class AwsError(Exception):
    """AWS could not be asked; the text is a sentence without personal data."""


class CredentialsError(AwsError):
    """There are no credentials, no Region, or they are not taken."""


class LostAnswerError(AwsError):
    """It may have been done, but what came of it is not known."""


class NotAllowedError(AwsError):
    """The credentials lack a permission, which the text names."""


class ThrottledError(AwsError):
    """Lambda did not run the function, because of too many requests, or because it may run none."""


class NotThereError(AwsError):
    """
    What was asked about is not there.

    Attributes:
        code: The error's code.
        resource_type: What was not found, where End User Messaging says so.
    """

    def __init__(self, code: str, resource_type: str = "") -> None:
        super().__init__(f"AWS answered {code}.")
        self.code = code
        self.resource_type = resource_type


class AwsApi(Protocol):
    """A way to ask AWS."""

    @property
    def region(self) -> str:
        """The Region that is asked."""

    def ask(self, service: str, operation: str, **request: Any) -> Any:
        """
        The answer to an operation that changes nothing, named as boto3's method; the same question is asked once.

        Raises:
            AwsError: There is none.
        """

    def send(self, service: str, operation: str, **request: Any) -> Any:
        """
        The answer to an operation, each time anew.

        Raises:
            AwsError: There is none.
        """


class Aws:
    """AWS as the usual chain of credentials sees it: environment, profile, role; AWS_ENDPOINT_URL counts."""

    def __init__(self, region: str | None = None, profile: str | None = None) -> None:
        try:
            self._session = boto3.Session(region_name=region or None, profile_name=profile or None)
        except sdk.BotoCoreError as error:
            raise CredentialsError(_sentence(error)) from error
        if not self._session.region_name:
            raise CredentialsError("There is no Region; give REGION=, or set AWS_REGION.")
        self._client = cache(self._made)
        self._answers: dict[str, Any] = {}

    @property
    def region(self) -> str:
        """The Region that is asked."""
        return str(self._session.region_name)

    def ask(self, service: str, operation: str, **request: Any) -> Any:
        """As `AwsApi` has it."""
        question = json.dumps([service, operation, request], default=str)
        if question not in self._answers:
            self._answers[question] = self.send(service, operation, **request)
        return self._answers[question]

    def send(self, service: str, operation: str, **request: Any) -> Any:
        """As `AwsApi` has it."""
        try:
            answer = getattr(self._client(service), operation)(**request)
        except sdk.ClientError as error:
            raise _told(service, error) from error
        except OF_LOGIN as error:
            export = f'eval "$(aws configure export-credentials --profile {self._session.profile_name} --format env)"'
            raise CredentialsError(
                f"A profile of `aws login` is not read here: log in, run `{export}`, "
                "and ask again with REGION= instead of PROFILE=."
            ) from error
        except NO_CREDENTIALS as error:
            raise CredentialsError(_sentence(error)) from error
        except (sdk.BotoCoreError, ResponseParserError) as error:
            raise LostAnswerError(f"{service} could not be asked: {type(error).__name__}.") from error
        except OSError as error:  # of a file that the profile names; some of the SDK's own, above, are OSErrors too
            raise CredentialsError(_sentence(error)) from error
        return answer

    def _made(self, service: str) -> Any:
        return self._session.client(service, config=ONCE if service == "lambda" else CONFIG)


def _sentence(error: Exception) -> str:
    return f"{str(error).removesuffix('.')}."


def _told(service: str, error: sdk.ClientError) -> AwsError:
    """What an error of a service says; its own text is not repeated, for it may hold a number."""
    code = str(error.response["Error"].get("Code", ""))
    if code in NOT_ALLOWED:
        action = ACTIONS.get(error.operation_name, error.operation_name)
        return NotAllowedError(f"Your credentials lack the permission {PREFIXES.get(service, service)}:{action}.")
    if code in NOT_THERE:
        return NotThereError(code, str(error.response.get("ResourceType", "")))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status == HTTPStatus.FORBIDDEN or "Token" in code:
        return CredentialsError(f"AWS does not take your credentials: {code}.")
    told = f"AWS answered {error.operation_name} with {code}."
    if status == HTTPStatus.TOO_MANY_REQUESTS and error.operation_name == "Invoke":
        return ThrottledError(told)
    return LostAnswerError(told) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else AwsError(told)
