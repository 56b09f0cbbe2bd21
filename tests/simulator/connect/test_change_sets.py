"""A stack of a change set, as `sam deploy` makes it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

TEMPLATE = json.dumps(
    {
        "Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "made"}}},
        "Outputs": {"Name": {"Value": {"Ref": "Bucket"}}},
    }
)


@pytest.mark.parametrize(
    "address", ["{endpoint}/templates/a.template", "https://s3.us-east-1.amazonaws.com/templates/a.template"]
)
def test_stack_of_a_change_set_has_its_outputs(address: str, client_of: Callable[..., Any]) -> None:
    s3, cloudformation = client_of("s3"), client_of("cloudformation")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="a.template", Body=TEMPLATE)
    named = {"StackName": "made", "ChangeSetName": "first"}

    cloudformation.create_change_set(
        **named, ChangeSetType="CREATE", TemplateURL=address.format(endpoint=s3.meta.endpoint_url)
    )
    changes = cloudformation.describe_change_set(**named)["Changes"]
    cloudformation.execute_change_set(**named)
    [stack] = cloudformation.describe_stacks(StackName="made")["Stacks"]

    assert [change["ResourceChange"]["LogicalResourceId"] for change in changes] == ["Bucket"]
    assert [(each["OutputKey"], each["OutputValue"]) for each in stack["Outputs"]] == [("Name", "made")]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
