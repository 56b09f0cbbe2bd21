"""The instance, the phone numbers that texts come from, and the flows that take SMS contacts."""

from collections.abc import Iterator, Mapping
from typing import Any

from deflection.outcome import SMS, WHATSAPP
from deflection_ops.aws import AwsError, NotThereError
from deflection_ops.deployment import FLOW_TYPE, Deployment, Source
from deflection_ops.finding import Check, Observation

IMPORTED_FROM = {SMS: "sms-voice", WHATSAPP: "social-messaging"}
"""The service that a number of this subtype is imported from, as the ARN of its source names it."""


def _instance(deployment: Deployment) -> Iterator[Observation]:
    arn = deployment.settings.instance_arn
    try:
        answer = deployment.aws.ask("connect", "describe_instance", InstanceId=deployment.settings.instance_id)
    except NotThereError:
        yield Observation(arn, "is not there")
        return
    state = answer["Instance"].get("InstanceStatus", "ACTIVE")
    yield Observation(arn, "" if state == "ACTIVE" else f"is {state}")


def _claimed(deployment: Deployment) -> Iterator[Observation]:
    for arn in dict.fromkeys(source.arn for source in deployment.sources):
        try:
            state = deployment.number(arn).get("PhoneNumberStatus", {}).get("Status", "CLAIMED")
        except NotThereError:
            yield Observation(arn, "is not known in this account and Region")
            continue
        yield Observation(arn, "" if state == "CLAIMED" else f"is {state}")


def described(deployment: Deployment) -> Iterator[tuple[Source, Mapping[str, Any]]]:
    """The numbers that can be described; of the others the check of the source number tells."""
    for source in deployment.sources:
        try:
            number = deployment.number(source.arn)
        except AwsError:
            continue
        yield source, number


def _instance_of_number(deployment: Deployment) -> Iterator[Observation]:
    for source, number in described(deployment):
        target = str(number.get("TargetArn") or number.get("InstanceId"))
        is_ours = target.rpartition("/")[2] == deployment.settings.instance_id
        yield Observation(source.arn, "" if is_ours else target)


def _kind_of_number(deployment: Deployment) -> Iterator[Observation]:
    for source, number in described(deployment):
        came_from = str(number.get("SourcePhoneNumberArn") or "")
        wanted = IMPORTED_FROM[source.subtype]
        is_right = f":{wanted}:" in came_from
        yield Observation(source.arn, "" if is_right else f"{source.subtype} wants one that is imported from {wanted}")


def _flow(deployment: Deployment) -> Iterator[Observation]:
    for identifier in deployment.flow_ids:
        try:
            deployment.flow(identifier)
        except NotThereError as error:
            if error.code != "ContactFlowNotPublishedException":
                yield Observation(identifier, "is not on this instance")
                continue
        yield Observation(identifier)


def _flow_state(deployment: Deployment) -> Iterator[Observation]:
    for identifier in deployment.flow_ids:
        try:
            flow = deployment.flow(identifier)
        except NotThereError as error:
            if error.code == "ContactFlowNotPublishedException":
                yield Observation(identifier, "is saved, but not published")
            continue
        state = flow.get("State", "ACTIVE")
        is_published = flow.get("Status", "PUBLISHED") == "PUBLISHED"
        yield Observation(
            identifier, f"is {state}" if state != "ACTIVE" else "" if is_published else "is not published"
        )


def _flow_type(deployment: Deployment) -> Iterator[Observation]:
    for identifier in deployment.flow_ids:
        try:
            kind = str(deployment.flow(identifier)["Type"])
        except NotThereError:
            continue
        yield Observation(identifier, "" if kind == "CONTACT_FLOW" else kind)


def _queue_of_flows(deployment: Deployment) -> Iterator[Observation]:
    """The deployed flows end in this queue; if Amazon Connect cannot set it, they hang up on the caller."""
    arn = deployment.parameters.get("QueueArn", "")
    if not arn or all(resource.type != FLOW_TYPE for resource in deployment.resources.values()):
        return
    instance, _, queue = arn.partition("/queue/")
    if instance != deployment.settings.instance_arn:
        yield Observation(arn, "is of another instance")
        return
    request = {"InstanceId": deployment.settings.instance_id, "QueueId": queue}
    try:
        state = deployment.aws.ask("connect", "describe_queue", **request)["Queue"].get("Status", "ENABLED")
    except NotThereError:
        yield Observation(arn, "is not on this instance")
        return
    yield Observation(arn, "" if state == "ENABLED" else f"is {state}")


CHECKS = (
    Check(
        "instance",
        "{what} is active.",
        "{what} {wrong}.",
        "InstanceArn must name an active instance: `aws connect list-instances`.",
        look=_instance,
    ),
    Check(
        "source number",
        "{what} is claimed.",
        "{what} {wrong}.",
        "Import the number from AWS End User Messaging into Amazon Connect, and give its ARN there: "
        "`aws connect list-phone-numbers-v2 --region <region> --target-arn <InstanceArn>`.",
        look=_claimed,
    ),
    Check(
        "number's instance",
        "{what} is of this instance.",
        "{what} is of {wrong}.",
        "Name a number of this instance, or move it here: `aws connect update-phone-number`.",
        look=_instance_of_number,
    ),
    Check(
        "number's kind",
        "{what} can text.",
        "{what} cannot text: {wrong}.",
        "A number for voice takes no texts; request one in AWS End User Messaging and import it.",
        look=_kind_of_number,
    ),
    Check(
        "SMS flow",
        "{what} is there.",
        "{what} {wrong}.",
        "ContactFlowId, or that of the route, must be a flow of this instance: "
        "`aws connect list-contact-flows --region <region> --instance-id <instance-id>`.",
        look=_flow,
    ),
    Check(
        "SMS flow's state",
        "{what} is published.",
        "{what} {wrong}.",
        "Publish it in the flow designer; restore it there if it is archived.",
        look=_flow_state,
    ),
    Check(
        "SMS flow's type",
        "{what} is an inbound flow.",
        "{what} is of type {wrong}.",
        "A new contact begins in a flow of type CONTACT_FLOW: make one of type Inbound flow, and name it.",
        look=_flow_type,
    ),
    Check(
        "flows' queue",
        "{what} is enabled.",
        "{what} {wrong}, so the deployed flows hang up on every caller.",
        "Give QueueArn the ARN of a queue of this instance and deploy: "
        "`aws connect list-queues --region <region> --instance-id <instance-id>`. "
        "If it is DISABLED, enable it in Amazon Connect.",
        look=_queue_of_flows,
    ),
)
