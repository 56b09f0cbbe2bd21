from typing import Any

import pytest

from builders import QUEUES, REQUIRED, FakeConnect, settings
from connect_simulator import demo
from deflection.aws.client import create_client
from deflection.aws.deadline import Clock, Deadline
from deflection.aws.dynamodb import create_dynamodb_client
from deflection.aws.gateway import Application
from deflection.aws.sms_voice import create_sms_voice_client
from deflection.aws.sqs import create_sqs_client
from deflection.bootstrap import create_queue_worker, load_application
from deflection.errors import InvalidSettingsError


def test_application_is_loaded_from_the_environment() -> None:
    loaded = load_application(0, REQUIRED)

    assert isinstance(loaded, Application)
    assert (loaded.settings, loaded.queue, loaded.dead_letter_queue) == (settings(), None, None)
    assert (loaded.provider, loaded.sms, loaded.repeat_window) == (None, None, None)


def test_each_queue_that_is_set_is_loaded() -> None:
    loaded = load_application(0, REQUIRED | QUEUES)

    assert isinstance(loaded, Application)
    assert loaded.queue
    assert loaded.dead_letter_queue
    assert (loaded.queue.url, loaded.dead_letter_queue.url) == tuple(QUEUES.values())


def test_clients_are_created_only_for_the_settings_that_need_them() -> None:
    loaded = load_application(
        0,
        REQUIRED
        | {
            "SWITCH_PARAMETER": "/switch",
            "CARRIER_LOOKUP": "true",
            "REPEAT_WINDOW_MINUTES": "60",
            "TABLE_NAME": "deflections",
        },
    )

    assert isinstance(loaded, Application)
    assert loaded.provider
    assert loaded.sms
    assert loaded.repeat_window


def test_worker_waits_for_connect_for_five_seconds() -> None:
    loaded = load_application(0, REQUIRED)

    assert isinstance(loaded, Application)
    client: Any = loaded.worker.connect()
    assert (client.meta.config.read_timeout, client.meta.config.max_pool_connections) == (5, 64)
    assert client is loaded.worker.connect()


@pytest.mark.parametrize(
    "client",
    [
        create_sqs_client(demo.REGION),
        create_dynamodb_client(demo.REGION),
        create_sms_voice_client(demo.REGION),
        create_client("ssm", demo.REGION, 1),
    ],
    ids=["sqs", "dynamodb", "sms-voice", "ssm"],
)
def test_every_client_has_a_connection_for_each_record(client: Any) -> None:
    most = create_queue_worker(1000, FakeConnect, Clock()).max_concurrency

    assert client.meta.config.max_pool_connections == most


@pytest.mark.parametrize(
    ("sends_per_second", "records"), [(0.1, 2), (1, 4), (2, 6), (10, 26), (20, 51), (25, 64), (100, 64)]
)
def test_worker_processes_enough_records_at_once_for_its_rate(sends_per_second: float, records: int) -> None:
    assert create_queue_worker(sends_per_second, FakeConnect, Clock()).max_concurrency == records


def test_invalid_settings_are_returned() -> None:
    loaded = load_application(0, {"INSTANCE_ARN": REQUIRED["INSTANCE_ARN"]})

    assert isinstance(loaded, InvalidSettingsError)


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL_DYNAMODB"])
def test_endpoint_that_is_not_a_url_is_an_invalid_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "localhost:9")

    loaded = load_application(
        0, REQUIRED | {"SWITCH_PARAMETER": "/switch", "REPEAT_WINDOW_MINUTES": "60", "TABLE_NAME": "deflections"}
    )

    assert isinstance(loaded, InvalidSettingsError)
    assert "AWS_ENDPOINT_URL" in str(loaded)


def test_endpoint_of_the_queue_that_is_not_a_url_is_an_invalid_setting_on_first_use(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "localhost:9")
    loaded = load_application(0, REQUIRED | QUEUES)

    assert isinstance(loaded, Application)
    assert loaded.queue
    with pytest.raises(InvalidSettingsError):
        loaded.queue.return_to_queue(["receipt handle"], 1, Deadline(9e9))
