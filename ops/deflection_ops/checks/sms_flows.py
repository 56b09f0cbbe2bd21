"""Check the flows that receive SMS contacts."""

from collections.abc import Iterator

from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem

NOT_PUBLISHED = "ContactFlowNotPublishedException"

SMS_FLOW_NOT_FOUND = Problem(
    "SMS_FLOW_NOT_FOUND",
    "Flow {subject} does not exist on this instance.",
    "Set ContactFlowId, here or in the route, to a flow of this instance; "
    "`aws connect list-contact-flows --region <region> --instance-id <instance-id>` lists them.",
)
SMS_FLOW_NOT_PUBLISHED = Problem(
    "SMS_FLOW_NOT_PUBLISHED", "Flow {subject} is saved but not published.", "Publish it in the flow designer."
)
SMS_FLOW_NOT_ACTIVE = Problem(
    "SMS_FLOW_NOT_ACTIVE", "Flow {subject} is {detail}.", "Restore it in the flow designer and publish it."
)
SMS_FLOW_TYPE = Problem(
    "SMS_FLOW_TYPE",
    "Flow {subject} has the type {detail}.",
    "Use a flow of type Inbound flow (CONTACT_FLOW); a new contact cannot start in a flow of another type.",
)


def _flow(deployment: Deployment) -> Iterator[Observation]:
    for identifier in deployment.flow_ids:
        try:
            flow = deployment.describe_flow(identifier)
        except NotFoundError as error:
            is_saved = error.aws_code == NOT_PUBLISHED
            yield (SMS_FLOW_NOT_PUBLISHED if is_saved else SMS_FLOW_NOT_FOUND).found(identifier)
            continue
        if flow.get("State", "ACTIVE") != "ACTIVE":
            yield SMS_FLOW_NOT_ACTIVE.found(identifier, flow["State"])
        elif flow.get("Status", "PUBLISHED") != "PUBLISHED":
            yield SMS_FLOW_NOT_PUBLISHED.found(identifier)
        else:
            yield Observation(identifier)


def _type(deployment: Deployment) -> Iterator[Observation]:
    for identifier in deployment.flow_ids:
        try:
            flow_type = str(deployment.describe_flow(identifier)["Type"])
        except NotFoundError:
            continue
        yield Observation(identifier) if flow_type == "CONTACT_FLOW" else SMS_FLOW_TYPE.found(identifier, flow_type)


CHECKS = (
    Check(
        "SMS flow",
        "Flow {subject} is published.",
        (SMS_FLOW_NOT_FOUND, SMS_FLOW_NOT_PUBLISHED, SMS_FLOW_NOT_ACTIVE),
        _flow,
    ),
    Check("SMS flow's type", "Flow {subject} is an inbound flow.", (SMS_FLOW_TYPE,), _type),
)
