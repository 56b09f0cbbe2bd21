"""What every invocation needs, made once when the function is loaded."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING

from deflection import connect, deferral, documents, screening, settings
from deflection.deadline import Clock, Init
from deflection.errors import InvalidSettingsError
from deflection.pace import Pace

if TYPE_CHECKING:
    from deflection.repeat_window import RepeatWindow


@dataclass(frozen=True)
class Application:
    """The operator's settings, and the clients of the services that they ask for."""

    settings: settings.Settings
    connect: connect.Client
    queue: deferral.Queue | None
    dead_letter_queue: deferral.Queue | None
    pace: Pace
    init: Init
    provider: documents.Provider | None = None
    sms: screening.Client | None = None
    repeat_window: "RepeatWindow | None" = None
    clock: Clock = field(default_factory=Clock)


def load(init_began: float, environment: Mapping[str, str] | None = None) -> Application | InvalidSettingsError:
    """
    The application that an environment describes, or what is wrong with it.

    Args:
        init_began: When init began, on the clock of `time.monotonic`.
        environment: The process's own, when it is not given.
    """
    try:
        read = settings.read() if environment is None else settings.read(environment)
    except InvalidSettingsError as error:
        return error
    try:
        return _application(read, init_began)
    except ValueError:
        return _wrong_endpoint()


def _application(read: settings.Settings, init_began: float) -> Application:
    connect_client = connect.client(read.region, read.flow_time_limit_seconds)
    sqs_client = cache(partial(_sqs_client, read.region))  # made when something is first put onto a queue
    queue, dead_letter_queue = (
        deferral.Queue(sqs_client, url) if url else None for url in (read.queue_url, read.dead_letter_queue_url)
    )
    pace = Pace(read.queue_sends_per_second, Clock())
    keeps_documents = read.switch_parameter or read.routes_parameter or read.messages_parameter
    provider = documents.provider(read.region) if keeps_documents else None
    sms = screening.client(read.region) if read.opt_out_list_name or read.carrier_lookup else None
    window = _repeat_window(read)
    init = Init(time.monotonic() - init_began, time.time())
    return Application(read, connect_client, queue, dead_letter_queue, pace, init, provider, sms, window)


def _sqs_client(region: str) -> deferral.Client:
    try:
        return deferral.client(region)
    except ValueError as error:
        raise _wrong_endpoint() from error


def _wrong_endpoint() -> InvalidSettingsError:
    return InvalidSettingsError(
        "AWS_ENDPOINT_URL and its kind must be URLs, and INSTANCE_ARN of a Region that AWS has."
    )


def _repeat_window(read: settings.Settings) -> "RepeatWindow | None":
    if read.repeat_window_minutes is None or read.table_name is None:
        return None
    from deflection import repeat_window  # Powertools' idempotency is large, and few need it

    return repeat_window.RepeatWindow(repeat_window.client(read.region), read.table_name, read.repeat_window_minutes)
