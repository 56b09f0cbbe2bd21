"""Check the queue of deferred deflections, its worker, and the queues of failed events."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from deflection.environment import read_telemetry_names
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem, Verdict

AGE_MINUTES = 5
"""How far back to read the age of the oldest event; the worker records it for each batch."""
RUNNING = ("Creating", "Enabling", "Enabled", "Updating")
"""The states of an event source mapping that polls the queue or is about to."""
FAILURE_QUEUES = ("UndeliveredEvents", "FailedInvocations")
"""The logical ids of the queues that keep failed events, beside the dead-letter queue."""

SQS_QUEUE_NOT_FOUND = Problem(
    "SQS_QUEUE_NOT_FOUND",
    "Queue {subject} does not exist.",
    "Delete the stack with `sam delete` and deploy again; a deployment without changes does not restore the queue.",
    Verdict.WARNING,
)
QUEUE_TOO_SLOW = Problem(
    "QUEUE_TOO_SLOW",
    "The oldest of {subject} records is older than MAX_EVENT_AGE_SECONDS ({detail}), so its message is not sent.",
    "Request higher quotas and raise QueueSendsPerSecond (docs/events.md#quotas-to-ask-for).",
    Verdict.WARNING,
)
WORKER_STOPPED = Problem(
    "WORKER_STOPPED",
    "The queue's event source mapping is {subject}, so deferred messages are not sent.",
    "Somebody may have stopped it on purpose (docs/operations.md#stop-all-messages-now). To start it again: "
    "`aws lambda update-event-source-mapping --region <region> --uuid <queue-worker> --enabled`.",
)
WORKER_NOT_FOUND = Problem(
    "WORKER_NOT_FOUND",
    "The queue's event source mapping does not exist, so deferred messages are not sent.",
    "Delete the stack with `sam delete` and deploy again.",
)
FAILED_RECORDS = Problem(
    "FAILED_RECORDS",
    "Queue {subject} has {detail} failed records.",
    "Read why they failed, correct the cause and send them back: docs/operations.md#the-dead-letter-queue.",
    Verdict.WARNING,
)


def _records(deployment: Deployment, url: str) -> int:
    """Return the approximate number of records on a queue."""
    names = ["ApproximateNumberOfMessages"]
    answer = deployment.aws.read("sqs", "get_queue_attributes", QueueUrl=url, AttributeNames=names)
    return int(answer["Attributes"][names[0]])


def _queue(deployment: Deployment) -> Iterator[Observation]:
    url = deployment.settings.queue_url
    if url is None:
        return
    try:
        records = _records(deployment, url)
    except NotFoundError:
        yield SQS_QUEUE_NOT_FOUND.found(url)
        return
    limit = deployment.settings.max_event_age_seconds
    subject = str(records)
    is_in_time = _oldest_seconds(deployment) <= limit
    yield Observation(subject) if is_in_time else QUEUE_TOO_SLOW.found(subject, str(limit))


def _oldest_seconds(deployment: Deployment) -> int:
    """Return the age of the oldest event in seconds; 0 without data from CloudWatch."""
    now = datetime.now(UTC)
    service, namespace = read_telemetry_names(deployment.environment)
    answer = deployment.aws.call(
        "cloudwatch",
        "get_metric_statistics",
        Namespace=namespace,
        MetricName="QueueAge",
        Dimensions=[{"Name": "service", "Value": service}],
        StartTime=now - timedelta(minutes=AGE_MINUTES),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Maximum"],
    )
    return int(max((point["Maximum"] for point in answer["Datapoints"]), default=0))


def _worker(deployment: Deployment) -> Iterator[Observation]:
    worker = deployment.resources.get("QueueWorker")
    if worker is None:
        yield WORKER_NOT_FOUND.found()
        return
    try:
        state = str(deployment.aws.read("lambda", "get_event_source_mapping", UUID=worker.id)["State"])
    except NotFoundError:
        yield WORKER_NOT_FOUND.found(worker.id)
        return
    yield Observation(state) if state in RUNNING else WORKER_STOPPED.found(state)


def _failed_records(deployment: Deployment) -> Iterator[Observation]:
    resources = (deployment.resources.get(name) for name in FAILURE_QUEUES)
    urls = [deployment.settings.dead_letter_queue_url, *(queue.id for queue in resources if queue)]
    for url in filter(None, urls):
        name = url.rpartition("/")[2]
        try:
            records = _records(deployment, url)
        except NotFoundError:
            yield SQS_QUEUE_NOT_FOUND.found(name)
            continue
        yield FAILED_RECORDS.found(name, str(records)) if records else Observation(name)


CHECKS = (
    Check("queue", "{subject} records wait on the queue.", (SQS_QUEUE_NOT_FOUND, QUEUE_TOO_SLOW), _queue),
    Check("worker", "The queue's event source mapping is {subject}.", (WORKER_STOPPED, WORKER_NOT_FOUND), _worker),
    Check("dead letters", "Queue {subject} is empty.", (SQS_QUEUE_NOT_FOUND, FAILED_RECORDS), _failed_records),
)
