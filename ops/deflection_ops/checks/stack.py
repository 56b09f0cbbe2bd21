"""Whether there is a stack with a function that can work at all; nothing else can be asked before."""

from collections.abc import Iterator

from deflection.errors import InvalidSettingsError
from deflection_ops.aws import NotThereError
from deflection_ops.deployment import ALIAS, Deployment
from deflection_ops.finding import Check, Observation

COMPLETE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "IMPORT_COMPLETE")


def _credentials(deployment: Deployment) -> Iterator[Observation]:
    yield Observation(f"{deployment.account}, {deployment.aws.region}")


def _stack(deployment: Deployment) -> Iterator[Observation]:
    try:
        yield Observation(str(deployment.stack["StackName"]))
    except NotThereError:
        yield Observation(deployment.name, "is not there")


def _is_under_way(state: str) -> bool:
    """Whether CloudFormation is at work; a stack in review waits for somebody to execute its change set."""
    return state.endswith("_IN_PROGRESS") and state not in (*COMPLETE, "REVIEW_IN_PROGRESS")


def _state(deployment: Deployment) -> Iterator[Observation]:
    state = str(deployment.stack["StackStatus"])
    if "ROLLBACK" in state or not _is_under_way(state):
        yield Observation(state, "" if state in COMPLETE else state)


def _under_way(deployment: Deployment) -> Iterator[Observation]:
    state = str(deployment.stack["StackStatus"])
    what = "A deletion" if state.startswith("DELETE") else "A deployment"
    yield Observation(what, state if _is_under_way(state) else "")


def _function(deployment: Deployment) -> Iterator[Observation]:
    try:
        state = str(deployment.configuration.get("State", "Active"))
    except NotThereError:
        yield Observation(ALIAS, f"has no version under the alias {ALIAS}, or is not there")
        return
    yield Observation(deployment.alias_arn, "" if state == "Active" else f"is {state}")


def _settings(deployment: Deployment) -> Iterator[Observation]:
    try:
        yield Observation(deployment.settings.instance_arn)
    except InvalidSettingsError as error:
        yield Observation("", str(error))


def _home(deployment: Deployment) -> Iterator[Observation]:
    _, _, _, region, account, _ = deployment.settings.instance_arn.split(":", 5)
    here = (deployment.account, deployment.aws.region)
    yield Observation(f"{account}, {region}", "" if (account, region) == here else f"{here[0]}, {here[1]}")


CHECKS = (
    Check(
        "credentials",
        "They are of {what}.",
        "They are not taken.",
        "Log in again, or give PROFILE= and REGION=; `aws sts get-caller-identity` says whose you have.",
        look=_credentials,
        essential=True,
    ),
    Check(
        "stack",
        "There is {what}.",
        "There is no stack {what} in this account and Region.",
        "Give the STACK=, REGION= and PROFILE= that you deployed with; `aws cloudformation list-stacks` lists them.",
        look=_stack,
        essential=True,
    ),
    Check(
        "stack state",
        "It is {what}.",
        "It is {what}: the last deployment did not go through.",
        "Its first failed event in CloudFormation says why; correct that and deploy again. "
        "Delete the stack first if it is ROLLBACK_COMPLETE.",
        look=_state,
    ),
    Check(
        "deployment",
        "None is under way.",
        "{what} is under way: {wrong}.",
        "Wait until CloudFormation has ended it, and ask again; until then the lines below may change.",
        look=_under_way,
    ),
    Check(
        "function",
        "{what} is active.",
        "The function {wrong}.",
        "If the alias is gone: `aws lambda create-alias --region <region> --function-name <function> --name live "
        "--function-version <version>`, then ask again; if the function is gone, `sam delete` and deploy. "
        "If it is Inactive or Pending, invoke it once and wait a minute.",
        look=_function,
        essential=True,
    ),
    Check(
        "settings",
        "They are complete.",
        "{wrong}",
        "Correct the template parameter of that setting (README, Settings) and deploy again.",
        look=_settings,
        essential=True,
    ),
    Check(
        "account and Region",
        "The instance is of {what}, as the stack is.",
        "The instance is of {what}, and the stack of {wrong}.",
        "Deploy in the account and Region of the instance, or give the InstanceArn of one that is here.",
        look=_home,
        essential=True,
    ),
)
