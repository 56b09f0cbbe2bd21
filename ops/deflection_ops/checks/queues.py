"""What waits on the queue, and what has ended on the queues where nobody fetches it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from deflection_ops.aws import NotThereError
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Check, Observation, Verdict

AGE_MINUTES = 5
"""How far back CloudWatch is asked; SQS tells it each minute, and only of queues in use."""

WORKING = ("Creating", "Enabling", "Enabled", "Updating")
"""The states of an event source mapping that works, or will in a moment."""

KEEPING = ("UndeliveredEvents", "FailedInvocations")
"""The other queues of the template that keep what failed."""


def _waiting(deployment: Deployment, url: str) -> int:
    names = ["ApproximateNumberOfMessages"]
    answer = deployment.aws.ask("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=names)
    return int(answer["Attributes"][names[0]])


def _queue(deployment: Deployment) -> Iterator[Observation]:
    url = deployment.settings.queue_url
    if url is None:
        return
    try:
        waiting = _waiting(deployment, url)
    except NotThereError:
        yield Observation(url, f"{url} is not there")
        return
    oldest, most = _oldest_seconds(deployment, url), deployment.settings.max_event_age_seconds
    what = f"{waiting} records wait, the oldest for {oldest} seconds"
    yield Observation(what, "" if oldest <= most else f"{what}, and after {most} none is sent any more")


def _oldest_seconds(deployment: Deployment, url: str) -> int:
    """The greatest age in the last minutes; 0 when CloudWatch knows of none."""
    now = datetime.now(UTC)
    answer = deployment.aws.send(
        "cloudwatch",
        "get_metric_statistics",
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": url.rpartition("/")[2]}],
        StartTime=now - timedelta(minutes=AGE_MINUTES),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Maximum"],
    )
    return int(max((point["Maximum"] for point in answer["Datapoints"]), default=0))


def _worker(deployment: Deployment) -> Iterator[Observation]:
    worker = deployment.resources.get("QueueWorker")
    try:
        answer = deployment.aws.ask("lambda", "get_event_source_mapping", UUID=worker.id) if worker else {}
    except NotThereError:
        answer = {}
    state = str(answer.get("State", "gone"))
    yield Observation(state, "" if state in WORKING else state)


def _dead_letters(deployment: Deployment) -> Iterator[Observation]:
    others = (deployment.resources.get(name) for name in KEEPING)
    urls = [deployment.settings.dead_letter_queue_url, *(queue.id for queue in others if queue)]
    for url in filter(None, urls):
        name = url.rpartition("/")[2]
        try:
            waiting = _waiting(deployment, url)
        except NotThereError:
            yield Observation(name, "is not there")
            continue
        yield Observation(name, f"has {waiting} records" if waiting else "")


CHECKS = (
    Check(
        "queue",
        "{what}.",
        "{wrong}.",
        "docs/bursts.md says which quotas and which QueueSendsPerSecond help.",
        Verdict.WARNING,
        _queue,
    ),
    Check(
        "worker",
        "The queue's worker is {what}.",
        "The queue's worker is {wrong}, so what waits is not sent.",
        "If somebody has stopped it (docs/operator.md#stop-all-texts-now), ask who did; then `aws lambda "
        "update-event-source-mapping --region <region> --uuid <queue-worker> --enabled`. "
        "If it is gone, `sam delete` and deploy.",
        look=_worker,
    ),
    Check(
        "dead letters",
        "{what} is empty.",
        "{what} {wrong}.",
        "docs/events.md (The dead-letter queue) says how to read why, and how to give them back.",
        Verdict.WARNING,
        _dead_letters,
    ),
)
