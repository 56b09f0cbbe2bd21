"""
The documents that the operator keeps in SSM: the switch, the messages by language and the routes.

They are read anew every few minutes, so that a change needs no deployment; a good copy is used while it lasts.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Protocol

from botocore import exceptions as sdk

from deflection import service
from deflection.catalogue import Catalogue
from deflection.deadline import Deadline, within
from deflection.errors import CheckUnavailableError, InvalidSettingsError, TimedOutError
from deflection.json_document import read_document
from deflection.routes import Routes

READ_TIMEOUT_SECONDS = 1.0
SWITCH_SECONDS = 30
DOCUMENT_SECONDS = 300


class Provider(Protocol):
    """What keeps the parameters of SSM, each for a number of seconds."""

    def get(self, name: str, max_age: int, *, decrypt: bool) -> Any:
        """The value of a parameter."""

    def forget(self, name: str) -> None:
        """Forgets the value of this parameter alone."""


class SsmProvider:
    """Powertools' provider of parameters, one for each of them, because it can forget only all that it has."""

    def __init__(self, client: Any) -> None:
        from aws_lambda_powertools.utilities.parameters import SSMProvider

        self._providers = defaultdict[str, Any](lambda: SSMProvider(boto3_client=client))

    def get(self, name: str, max_age: int, *, decrypt: bool) -> Any:
        """The value of a parameter."""
        return self._providers[name].get(name, max_age=max_age, decrypt=decrypt)

    def forget(self, name: str) -> None:
        """Forgets the value of this parameter alone."""
        self._providers[name].clear_cache()


def provider(region: str) -> Provider:
    """A provider of the parameters in a Region."""
    return SsmProvider(service.client("ssm", region, READ_TIMEOUT_SECONDS))


def is_off(provider: Provider, name: str, deadline: Deadline) -> bool:
    """
    Whether the switch in this parameter stops all texts.

    Raises:
        CheckUnavailableError: SSM could not be asked.
        InvalidSettingsError: There is no such parameter.
    """
    return _value("SWITCH_PARAMETER", provider, name, SWITCH_SECONDS, deadline).strip().lower() == "off"


def messages(provider: Provider, name: str, deadline: Deadline) -> Catalogue:
    """
    The messages by language.

    Raises:
        CheckUnavailableError: SSM could not be asked.
        InvalidSettingsError: There is no such parameter, or it holds no such document.
    """
    return _read(_messages, "MESSAGES_PARAMETER", provider, name, deadline)


def routes(provider: Provider, name: str, deadline: Deadline) -> Routes:
    """
    The routes, in their order.

    Raises:
        CheckUnavailableError: SSM could not be asked.
        InvalidSettingsError: There is no such parameter, or it holds no such document.
    """
    return _read(_routes, "ROUTES_PARAMETER", provider, name, deadline)


def _read[D](read: Callable[[str], D], setting: str, provider: Provider, name: str, deadline: Deadline) -> D:
    text = _value(setting, provider, name, DOCUMENT_SECONDS, deadline)
    try:
        return read(text)
    except InvalidSettingsError:
        provider.forget(name)  # so that it is read anew as soon as it is mended
        raise


@lru_cache(maxsize=1)
def _messages(text: str) -> Catalogue:
    return read_document(Catalogue, text, "MESSAGES_PARAMETER")


@lru_cache(maxsize=1)
def _routes(text: str) -> Routes:
    return read_document(Routes, text, "ROUTES_PARAMETER")


def _value(setting: str, provider: Provider, name: str, max_age: int, deadline: Deadline) -> str:
    from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

    try:
        return str(within(deadline, lambda: provider.get(name, max_age=max_age, decrypt=True)))
    except GetParameterError as error:
        if _is_not_found(error.__context__):
            raise InvalidSettingsError(f"{setting} names no parameter of SSM.") from error
        cause = service.ours(error.__context__ or error)
        raise CheckUnavailableError(f"The parameter that {setting} names could not be read: {cause}") from error
    except TimedOutError as error:
        raise CheckUnavailableError(f"The parameter that {setting} names could not be read: {error}") from error


def _is_not_found(error: BaseException | None) -> bool:
    told: Mapping[str, Any] = error.response if isinstance(error, sdk.ClientError) else {}
    return bool(told.get("Error", {}).get("Code") == "ParameterNotFound")
