"""Call AWS with the user's credentials; no other module here uses the SDK."""

import json
import os
from functools import cache
from http import HTTPStatus
from typing import Any, Protocol

import boto3
from botocore import exceptions as sdk
from botocore.config import Config
from botocore.parsers import ResponseParserError

from deflection_ops.errors import (
    AwsError,
    InvocationThrottledError,
    LostAnswerError,
    NotFoundError,
    PermissionMissingError,
    SetupError,
)

SMS_VOICE = "pinpoint-sms-voice-v2"
"""The SDK's name of AWS End User Messaging SMS."""
IAM_SERVICES = {SMS_VOICE: "sms-voice", "qconnect": "wisdom"}
"""The names of services in IAM where they differ from the SDK's."""
IAM_ACTIONS = {"Invoke": "InvokeFunction"}
"""The names of operations in IAM where they differ from the SDK's."""
NOT_FOUND = {
    "AWS.SimpleQueueService.NonExistentQueue",
    "ContactFlowNotPublishedException",
    "ContactNotFoundException",
    "ParameterNotFound",
    "QueueDoesNotExist",
    "ResourceNotFoundException",
    "ValidationError",  # from DescribeStacks, for a stack that does not exist
}
ACCESS_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedException"}
CREDENTIAL_ERRORS = (
    sdk.CredentialRetrievalError,
    sdk.InvalidConfigError,
    sdk.InvalidRegionError,
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.SSOError,
    sdk.TokenRetrievalError,
)
LOGIN_PROFILE_ERRORS = (sdk.LoginError, sdk.MissingDependencyException)
"""A profile of `aws login` needs the package awscrt, which is not installed here."""
CONFIG = Config(connect_timeout=5, read_timeout=40, retries={"mode": "standard", "total_max_attempts": 5})
ONCE = CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
"""An invocation must not be repeated by accident; 40 seconds exceed the function's time limit."""
SET_ENDPOINT = (
    "Correct AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE> or endpoint_url in your profile, such as "
    "http://127.0.0.1:5005, or clear it to use AWS."
)


class AwsApi(Protocol):
    """The calls to AWS that the commands make."""

    @property
    def region(self) -> str:
        """The Region of all calls."""

    def read(self, service: str, operation: str, **request: Any) -> Any:
        """
        Return the response to a read-only operation; repeated calls are served from a cache.

        Args:
            service: The SDK's name of the service.
            operation: The name of boto3's method.
            **request: The operation's arguments.

        Raises:
            AwsError: The call failed.
        """

    def call(self, service: str, operation: str, **request: Any) -> Any:
        """
        Call an operation and return its response; the response is never cached.

        Raises:
            AwsError: The call failed.
        """


class AwsClient:
    """AWS through boto3's usual chain of credentials; the variables AWS_ENDPOINT_URL are respected."""

    def __init__(self, region: str | None = None, profile: str | None = None) -> None:
        # boto3 ignores AWS_REGION, which the AWS CLI puts before AWS_DEFAULT_REGION and the profile's Region.
        region = region or os.environ.get("AWS_REGION")
        try:
            self._session = boto3.Session(region_name=region or None, profile_name=profile or None)
        except sdk.BotoCoreError as error:
            raise SetupError(_sentence(error)) from error
        if not self._session.region_name:
            raise SetupError("The Region is not set.", "Give REGION=, or set AWS_REGION.")
        self._client = cache(self._create_client)
        self._answers: dict[str, Any] = {}

    @property
    def region(self) -> str:
        """The Region of all calls."""
        return str(self._session.region_name)

    def read(self, service: str, operation: str, **request: Any) -> Any:
        """Implement `AwsApi.read`."""
        key = json.dumps([service, operation, request], default=str)
        if key not in self._answers:
            self._answers[key] = self.call(service, operation, **request)
        return self._answers[key]

    def call(self, service: str, operation: str, **request: Any) -> Any:
        """Implement `AwsApi.call`."""
        try:
            return getattr(self._client(service), operation)(**request)
        except sdk.ClientError as error:
            raise translate_error(service, error) from error
        except (*LOGIN_PROFILE_ERRORS, *CREDENTIAL_ERRORS, sdk.BotoCoreError, ResponseParserError) as error:
            raise self._translate_sdk_error(service, error) from error
        except ValueError as error:  # botocore raises it for an endpoint URL that it cannot use
            raise SetupError(f"The endpoint URL of {service} is not a valid URL.", SET_ENDPOINT) from error
        except OSError as error:  # a file that the profile names; some errors of the SDK above are OSErrors too
            raise SetupError(_sentence(error)) from error

    def _create_client(self, service: str) -> Any:
        return self._session.client(service, config=ONCE if service == "lambda" else CONFIG)

    def _translate_sdk_error(self, service: str, error: Exception) -> AwsError:
        if isinstance(error, LOGIN_PROFILE_ERRORS):
            profile = self._session.profile_name
            export = f'eval "$(aws configure export-credentials --profile {profile} --format env)"'
            return SetupError(
                "A profile of `aws login` cannot be used here.",
                f"Log in, run `{export}`, and run the command again with REGION= instead of PROFILE=.",
            )
        if isinstance(error, CREDENTIAL_ERRORS):
            return SetupError(_sentence(error))
        if isinstance(error, sdk.EndpointConnectionError) and not self._is_known_region():
            return SetupError(
                f"Could not connect to {service} in {self.region}, which the AWS SDK does not know.",
                "Is the Region spelled right? Give the stack's Region, such as REGION=us-east-1.",
            )
        if "Not supported URL scheme" in str(error):
            return SetupError(f"The endpoint URL of {service} must begin with http:// or https://.", SET_ENDPOINT)
        return LostAnswerError(f"{service} did not answer ({type(error).__name__}).")

    def _is_known_region(self) -> bool:
        partitions = self._session.get_available_partitions()
        return any(self.region in self._session.get_available_regions("sts", each) for each in partitions)


def translate_error(service: str, error: sdk.ClientError) -> AwsError:
    """Translate a service's error; leave out its message, which may contain a phone number."""
    code = str(error.response["Error"].get("Code", ""))
    if code in ACCESS_DENIED:
        action = IAM_ACTIONS.get(error.operation_name, error.operation_name)
        permission = f"{IAM_SERVICES.get(service, service)}:{action}"
        return PermissionMissingError(f"Your credentials lack the permission {permission}.")
    if code in NOT_FOUND:
        return NotFoundError(code, str(error.response.get("ResourceType", "")))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if status == HTTPStatus.FORBIDDEN or "Token" in code:
        return SetupError(f"AWS rejected your credentials ({code}).")
    message = f"AWS answered {error.operation_name} with {code}."
    if status == HTTPStatus.TOO_MANY_REQUESTS and error.operation_name == "Invoke":
        return InvocationThrottledError(message)
    return LostAnswerError(message) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else AwsError(message)


def _sentence(error: Exception) -> str:
    return f"{str(error).removesuffix('.')}."
