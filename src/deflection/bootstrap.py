"""Create the settings and clients of the function, once, during init."""

import math
import time
from collections.abc import Callable, Mapping
from functools import cache, partial

from deflection.aws.client import MAX_CONNECTIONS
from deflection.aws.connect import ConnectClient, create_connect_client
from deflection.aws.deadline import Clock, ColdStartTimer
from deflection.aws.dynamodb import RepeatWindow, ResultTable, create_dynamodb_client
from deflection.aws.gateway import RECORD_CALL_TIMEOUT_SECONDS, Application, QueueWorker
from deflection.aws.parameter_store import create_parameter_provider
from deflection.aws.rate_limiter import WORKERS, RateLimiter
from deflection.aws.sms_voice import create_sms_voice_client
from deflection.aws.sqs import Queue, SqsClient, create_sqs_client
from deflection.aws.switch import Switch
from deflection.environment import is_for_snapshot, read_settings
from deflection.errors import InvalidSettingsError
from deflection.settings import Settings

FIRST_TRY_SHARE = 0.6
"""The read timeout of a flow's request, as a share of the flow's time limit; the rest is for a second attempt."""
START_BURST = 1
"""Starts are evenly spaced; the rest of Amazon Connect's burst of 5 is for network jitter and for the flows."""
DESCRIBES_PER_SECOND = 10
"""Amazon Connect's default quota for DescribeContact; its burst is 15."""
DESCRIBE_BURST = 5
DESCRIBES_PER_START = 1.25
"""DescribeContact is called a little faster than contacts are started, so that a start never waits for it."""


def load_application(
    init_began: float, environment: Mapping[str, str] | None = None
) -> Application | InvalidSettingsError:
    """
    Create the application from the environment variables, or return the error in them.

    Args:
        init_began: When init began, in seconds of `time.monotonic`.
        environment: The environment variables; by default those of the process.
    """
    try:
        settings = read_settings() if environment is None else read_settings(environment)
    except InvalidSettingsError as error:
        return error
    try:
        application = _create_application(settings, init_began)
    except ValueError:
        return _invalid_endpoint()
    if is_for_snapshot() if environment is None else is_for_snapshot(environment):
        from deflection.snapshot import prepare_snapshot

        prepare_snapshot(application)
    return application


def _create_application(settings: Settings, init_began: float) -> Application:
    connect_client = create_connect_client(settings.region, FIRST_TRY_SHARE * settings.flow_time_limit_seconds)
    sqs_client = cache(partial(_create_sqs_client, settings.region))  # created at its first use
    queue, dead_letter_queue = (
        Queue(sqs_client, url) if url else None for url in (settings.queue_url, settings.dead_letter_queue_url)
    )
    worker_client = cache(partial(_create_worker_client, settings.region))
    worker = create_queue_worker(settings.queue_sends_per_second, worker_client, Clock())
    uses_ssm = settings.switch_parameter or settings.routes_parameter or settings.messages_parameter
    provider = create_parameter_provider(settings.region) if uses_ssm else None
    name = settings.switch_parameter
    switch = Switch(provider, name) if provider and name else None
    sms = create_sms_voice_client(settings.region) if settings.opt_out_list_name or settings.carrier_lookup else None
    window = _create_repeat_window(settings)
    dynamodb = cache(partial(create_dynamodb_client, settings.region))
    results = ResultTable(dynamodb, settings.table_name) if settings.table_name else None
    cold_start = ColdStartTimer(time.monotonic() - init_began, time.time())
    return Application(
        settings, connect_client, queue, dead_letter_queue, worker, cold_start, provider, switch, sms, window, results
    )


def create_queue_worker(per_second: float, connect: Callable[[], ConnectClient], clock: Clock) -> QueueWorker:
    """
    Create the client and the rate limits of one queue worker.

    It processes just enough records at the same time to reach its rate even if each call takes the longest time
    allowed. With more, it would describe contacts long before it starts them.
    """
    starts = RateLimiter(per_second, START_BURST, clock)
    describes_per_second = max(DESCRIBES_PER_SECOND, DESCRIBES_PER_START * per_second)
    describes = RateLimiter(describes_per_second, DESCRIBE_BURST, clock)
    concurrency = 1 + math.ceil(RECORD_CALL_TIMEOUT_SECONDS * per_second / WORKERS)
    return QueueWorker(connect, starts, describes, min(concurrency, MAX_CONNECTIONS))


def _create_worker_client(region: str) -> ConnectClient:
    return create_connect_client(region, RECORD_CALL_TIMEOUT_SECONDS)


def _create_sqs_client(region: str) -> SqsClient:
    try:
        return create_sqs_client(region)
    except ValueError as error:
        raise _invalid_endpoint() from error


def _invalid_endpoint() -> InvalidSettingsError:
    return InvalidSettingsError(
        "AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE> must be URLs, and INSTANCE_ARN must name a Region of AWS."
    )


def _create_repeat_window(settings: Settings) -> RepeatWindow | None:
    if settings.repeat_window_minutes is None or settings.table_name is None:
        return None
    return RepeatWindow(create_dynamodb_client(settings.region), settings.table_name, settings.repeat_window_minutes)
