import pytest

from builders import QUEUES, REQUIRED, settings
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import Application
from deflection.bootstrap import load_application
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
