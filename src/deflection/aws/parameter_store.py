"""
Read SSM parameters, and the messages and the routes in them.

Documents are cached for 5 minutes, so a change takes effect without a deployment.
"""

import math
import time
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from deflection.aws.client import create_client, translate_error
from deflection.aws.deadline import Deadline, run_with_timeout
from deflection.errors import CheckUnavailableError, InvalidSettingsError, TimedOutError

if TYPE_CHECKING:  # few operators have documents, and loading their models delays init
    from deflection.request.message_catalog import MessageCatalog
    from deflection.request.routes import Routes

READ_ERRORS = (sdk.ClientError, sdk.BotoCoreError, ResponseParserError, KeyError)
"""Every error of a read, also that of a response without a value."""
READ_TIMEOUT_SECONDS = 1.0
DOCUMENT_MAX_AGE_SECONDS = 300


class ParameterProvider(Protocol):
    """A cache of SSM parameters."""

    def get(self, name: str, max_age: int, *, decrypt: bool) -> Any:
        """Return the value of a parameter, from the cache if it is not older than `max_age` seconds."""

    def forget(self, name: str) -> None:
        """Remove one parameter from the cache."""


class SsmParameterProvider:
    """A cache of values from SSM; importing Powertools' own cache, which needs boto3, takes 29 ms of a cold start."""

    def __init__(self, client: Any, clock: Callable[[], float] = time.time) -> None:
        self._client = client
        self._clock = clock
        self._read: dict[str, tuple[float, str]] = {}

    def get(self, name: str, max_age: int, *, decrypt: bool) -> Any:
        """Return the value of a parameter, from the cache if it is not older than `max_age` seconds."""
        now = self._clock()
        read_at, value = self._read.get(name, (-math.inf, ""))
        if not 0 <= now - read_at < max_age:  # a clock that was set back makes a value look newer than now
            value = self._client.get_parameter(Name=name, WithDecryption=decrypt)["Parameter"]["Value"]
            self._read[name] = now, value
        return value

    def forget(self, name: str) -> None:
        """Remove one parameter from the cache."""
        self._read.pop(name, None)


def create_parameter_provider(region: str) -> ParameterProvider:
    """Create a provider of the SSM parameters in a Region."""
    return SsmParameterProvider(create_client("ssm", region, READ_TIMEOUT_SECONDS))


def read_parameter(setting: str, provider: ParameterProvider, name: str, max_age: int, deadline: Deadline) -> str:
    """
    Return the value of an SSM parameter, from the cache if it is not older than `max_age` seconds.

    Errors name `setting`.

    Raises:
        CheckUnavailableError: The SSM parameter could not be read.
        InvalidSettingsError: The SSM parameter does not exist.
    """
    try:
        return str(run_with_timeout(deadline, lambda: provider.get(name, max_age=max_age, decrypt=True)))
    except READ_ERRORS as error:
        if _is_not_found(error):
            raise InvalidSettingsError(
                f"The SSM parameter in {setting} was not found; create it or clear the setting."
            ) from error
        cause = translate_error(error)
        raise CheckUnavailableError(f"The SSM parameter in {setting} could not be read: {cause}") from error
    except TimedOutError as error:
        raise CheckUnavailableError(f"The SSM parameter in {setting} could not be read: {error}") from error


def load_messages(provider: ParameterProvider, name: str, deadline: Deadline) -> "MessageCatalog":
    """
    Load the messages by language.

    Raises:
        CheckUnavailableError: The SSM parameter could not be read.
        InvalidSettingsError: The SSM parameter does not exist, or the document is invalid.
    """
    return _read(_messages, "MESSAGES_PARAMETER", provider, name, deadline)


def load_routes(provider: ParameterProvider, name: str, deadline: Deadline) -> "Routes":
    """
    Load the routes.

    Raises:
        CheckUnavailableError: The SSM parameter could not be read.
        InvalidSettingsError: The SSM parameter does not exist, or the document is invalid.
    """
    return _read(_routes, "ROUTES_PARAMETER", provider, name, deadline)


def _read[D](read: Callable[[str], D], setting: str, provider: ParameterProvider, name: str, deadline: Deadline) -> D:
    text = read_parameter(setting, provider, name, DOCUMENT_MAX_AGE_SECONDS, deadline)
    try:
        return read(text)
    except InvalidSettingsError:
        provider.forget(name)  # so that a corrected document takes effect at once
        raise


@lru_cache(maxsize=1)
def _messages(text: str) -> "MessageCatalog":
    from deflection.request.document import parse_document
    from deflection.request.message_catalog import MessageCatalog

    return parse_document(MessageCatalog, text, "MESSAGES_PARAMETER")


@lru_cache(maxsize=1)
def _routes(text: str) -> "Routes":
    from deflection.request.document import parse_document
    from deflection.request.routes import Routes

    return parse_document(Routes, text, "ROUTES_PARAMETER")


def _is_not_found(error: BaseException | None) -> bool:
    response: Mapping[str, Any] = error.response if isinstance(error, sdk.ClientError) else {}
    return bool(response.get("Error", {}).get("Code") == "ParameterNotFound")
