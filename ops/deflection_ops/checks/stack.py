"""Check that the stack has a working function; all other checks need one."""

from collections.abc import Iterator

from deflection.errors import InvalidSettingsError
from deflection_ops.deployed_stack import ALIAS, NEVER_CREATED
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "IMPORT_COMPLETE")

STACK_NOT_FOUND = Problem(
    "STACK_NOT_FOUND",
    "Stack {subject} does not exist in this account and Region.",
    "Give the STACK=, REGION= and PROFILE= of the deployment; `aws cloudformation list-stacks` lists all stacks.",
)
STACK_IN_REVIEW = Problem(
    "STACK_IN_REVIEW",
    "Stack {subject} was never created: its change set was not executed (REVIEW_IN_PROGRESS).",
    "Execute the change set in CloudFormation. Or delete the stack with "
    "`aws cloudformation delete-stack --region <region> --stack-name <stack>` and deploy again.",
)
DEPLOYMENT_FAILED = Problem(
    "DEPLOYMENT_FAILED",
    "The last deployment failed ({subject}).",
    "Find the first failed event in CloudFormation, correct its cause and deploy again. "
    "Delete the stack first if its status is ROLLBACK_COMPLETE.",
)
STACK_CHANGING = Problem(
    "STACK_CHANGING",
    "CloudFormation is changing the stack ({subject}).",
    "Wait until CloudFormation has finished, then run the command again; the findings below may change.",
)
FUNCTION_NOT_FOUND = Problem(
    "FUNCTION_NOT_FOUND",
    'The function or its alias "{subject}" does not exist.',
    "If only the alias is missing, run `aws lambda create-alias --region <region> --function-name <function> "
    "--name live --function-version <version>`, then this command again. "
    "If the function is missing, delete the stack with `sam delete` and deploy again.",
)
FUNCTION_NOT_ACTIVE = Problem(
    "FUNCTION_NOT_ACTIVE",
    "{subject} is {detail}.",
    "Invoke the function once, wait a minute and run this command again.",
)
SETTINGS_INVALID = Problem(
    "SETTINGS_INVALID",
    "The settings are invalid: {detail}",
    "Correct the template parameters that set them (docs/reference.md#settings) and deploy again.",
)
INSTANCE_ELSEWHERE = Problem(
    "INSTANCE_ELSEWHERE",
    "The instance is in {subject}, but the stack is in {detail}.",
    "Deploy in the account and Region of the instance, or set InstanceArn to an instance in this account and Region.",
)


def _credentials(deployment: Deployment) -> Iterator[Observation]:
    yield Observation(f"{deployment.account}, {deployment.aws.region}")


def _stack(deployment: Deployment) -> Iterator[Observation]:
    try:
        is_in_review = deployment.status == NEVER_CREATED
    except NotFoundError:
        yield STACK_NOT_FOUND.found(deployment.name)
        return
    yield STACK_IN_REVIEW.found(deployment.name) if is_in_review else Observation(deployment.name)


def _is_changing(status: str) -> bool:
    return status.endswith("_IN_PROGRESS") and status not in COMPLETE


def _last_deployment(deployment: Deployment) -> Iterator[Observation]:
    status = deployment.status
    if status in COMPLETE:
        yield Observation(status)
    elif "ROLLBACK" in status or not _is_changing(status):
        yield DEPLOYMENT_FAILED.found(status)


def _changes(deployment: Deployment) -> Iterator[Observation]:
    status = deployment.status
    yield STACK_CHANGING.found(status) if _is_changing(status) else Observation(status)


def _function(deployment: Deployment) -> Iterator[Observation]:
    try:
        state = str(deployment.configuration.get("State", "Active"))
    except NotFoundError:
        yield FUNCTION_NOT_FOUND.found(ALIAS)
        return
    arn = deployment.alias_arn
    yield Observation(arn) if state == "Active" else FUNCTION_NOT_ACTIVE.found(arn, state)


def _settings(deployment: Deployment) -> Iterator[Observation]:
    try:
        yield Observation(deployment.settings.instance_arn)
    except InvalidSettingsError as error:
        yield SETTINGS_INVALID.found(detail=str(error))


def _account_and_region(deployment: Deployment) -> Iterator[Observation]:
    _, _, _, region, account, _ = deployment.settings.instance_arn.split(":", 5)
    instance, stack = f"{account}, {region}", f"{deployment.account}, {deployment.aws.region}"
    yield Observation(instance) if instance == stack else INSTANCE_ELSEWHERE.found(instance, stack)


CHECKS = (
    Check("credentials", "The account and Region are {subject}.", (), _credentials, essential=True),
    Check("stack", "Stack {subject} exists.", (STACK_NOT_FOUND, STACK_IN_REVIEW), _stack, essential=True),
    Check("last deployment", "The last deployment succeeded ({subject}).", (DEPLOYMENT_FAILED,), _last_deployment),
    Check("changes", "CloudFormation is not changing the stack.", (STACK_CHANGING,), _changes),
    Check("function", "{subject} is active.", (FUNCTION_NOT_FOUND, FUNCTION_NOT_ACTIVE), _function, essential=True),
    Check("settings", "All settings are valid.", (SETTINGS_INVALID,), _settings, essential=True),
    Check(
        "account and Region",
        "The instance and the stack are both in {subject}.",
        (INSTANCE_ELSEWHERE,),
        _account_and_region,
        essential=True,
    ),
)
