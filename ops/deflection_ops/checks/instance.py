"""Check the Amazon Connect instance, and the queue of the deployed flows."""

from collections.abc import Iterator

from deflection_ops.deployed_stack import FLOW_TYPE
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem

CHOOSE_INSTANCE = (
    "Choose an active instance with `make deploy INSTANCE=` (the template parameter InstanceArn); "
    "`aws connect list-instances --region <region>` lists them."
)
CHOOSE_QUEUE = (
    "Choose a queue of this instance with `make deploy QUEUE=` (the template parameter QueueArn); "
    "`aws connect list-queues --region <region> --instance-id <instance-id>` lists them."
)
INSTANCE_NOT_FOUND = Problem("INSTANCE_NOT_FOUND", "Instance {subject} does not exist.", CHOOSE_INSTANCE)
INSTANCE_NOT_ACTIVE = Problem("INSTANCE_NOT_ACTIVE", "Instance {subject} is {detail}.", CHOOSE_INSTANCE)
QUEUE_OF_OTHER_INSTANCE = Problem(
    "QUEUE_OF_OTHER_INSTANCE",
    "Queue {subject} belongs to another instance, so the deployed flows disconnect every caller.",
    CHOOSE_QUEUE,
)
QUEUE_NOT_FOUND = Problem(
    "QUEUE_NOT_FOUND", "Queue {subject} does not exist, so the deployed flows disconnect every caller.", CHOOSE_QUEUE
)
QUEUE_NOT_ENABLED = Problem(
    "QUEUE_NOT_ENABLED",
    "Queue {subject} is {detail}, so the deployed flows disconnect every caller.",
    f"Enable the queue in Amazon Connect, or use another one. {CHOOSE_QUEUE}",
)


def _instance(deployment: Deployment) -> Iterator[Observation]:
    arn = deployment.settings.instance_arn
    try:
        answer = deployment.aws.read("connect", "describe_instance", InstanceId=deployment.settings.instance_id)
    except NotFoundError:
        yield INSTANCE_NOT_FOUND.found(arn)
        return
    status = answer["Instance"].get("InstanceStatus", "ACTIVE")
    yield Observation(arn) if status == "ACTIVE" else INSTANCE_NOT_ACTIVE.found(arn, status)


def _queue_of_flows(deployment: Deployment) -> Iterator[Observation]:
    """Look at the queue that the deployed flows set; Connect ends the call when it cannot set a queue."""
    arn = deployment.parameters.get("QueueArn", "")
    has_flows = any(resource.type == FLOW_TYPE for resource in deployment.resources.values())
    if not arn or not has_flows:
        return
    instance, _, queue = arn.partition("/queue/")
    if instance != deployment.settings.instance_arn:
        yield QUEUE_OF_OTHER_INSTANCE.found(arn)
        return
    request = {"InstanceId": deployment.settings.instance_id, "QueueId": queue}
    try:
        status = deployment.aws.read("connect", "describe_queue", **request)["Queue"].get("Status", "ENABLED")
    except NotFoundError:
        yield QUEUE_NOT_FOUND.found(arn)
        return
    yield Observation(arn) if status == "ENABLED" else QUEUE_NOT_ENABLED.found(arn, status)


CHECKS = (
    Check("instance", "Instance {subject} is active.", (INSTANCE_NOT_FOUND, INSTANCE_NOT_ACTIVE), _instance),
    Check(
        "flows' queue",
        "Queue {subject} is enabled.",
        (QUEUE_OF_OTHER_INSTANCE, QUEUE_NOT_FOUND, QUEUE_NOT_ENABLED),
        _queue_of_flows,
    ),
)
