"""The simplest working function, without checks, reasons and logs: the baseline."""

import os
from typing import Any

import boto3

connect = boto3.client("connect")


def lambda_handler(event: Any, _: object) -> dict[str, str]:
    """Start an SMS contact for the call and return its id."""
    contact = event["Details"]["ContactData"]
    answer = connect.start_outbound_chat_contact(
        InstanceId=os.environ["INSTANCE_ARN"].rpartition("/")[2],
        ContactFlowId=os.environ["CONTACT_FLOW_ID"],
        SourceEndpoint={"Type": "CONNECT_PHONENUMBER_ARN", "Address": os.environ["SOURCE_PHONE_NUMBER_ARN"]},
        DestinationEndpoint={"Type": "TELEPHONE_NUMBER", "Address": contact["CustomerEndpoint"]["Address"]},
        SegmentAttributes={"connect:Subtype": {"ValueString": "connect:SMS"}},
        RelatedContactId=contact["ContactId"],
        ClientToken=contact["ContactId"],
    )
    return {"ContactId": answer["ContactId"]}
