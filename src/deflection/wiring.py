"""What every invocation needs, made once when the function is loaded."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from deflection import connect, deferral, settings
from deflection.deadline import Clock, Init
from deflection.errors import InvalidSettingsError
from deflection.pace import Pace


@dataclass(frozen=True)
class Application:
    """The operator's settings, and the clients of the services that they ask for."""

    settings: settings.Settings
    connect: connect.Client
    queue: deferral.Queue | None
    dead_letter_queue: deferral.Queue | None
    pace: Pace
    init: Init
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
        connect_client = connect.client(read.region, read.flow_time_limit_seconds)
    except ValueError:
        return InvalidSettingsError("AWS_ENDPOINT_URL must be a URL, and INSTANCE_ARN of a Region that AWS has.")
    queues = [read.queue_url, read.dead_letter_queue_url]
    sqs_client = deferral.client(read.region) if any(queues) else None
    queue, dead_letter_queue = (deferral.Queue(sqs_client, url) if sqs_client and url else None for url in queues)
    pace = Pace(read.queue_sends_per_second, Clock())
    init = Init(time.monotonic() - init_began, time.time())
    return Application(read, connect_client, queue, dead_letter_queue, pace, init)
