"""The Connect instance in every new simulated world, and the settings that match it."""

from typing import Final

REGION: Final = "us-east-1"
ACCOUNT: Final = "111122223333"

INSTANCE_ID: Final = "a1b2c3d4-5678-4abc-8def-1234567890ab"
INSTANCE_ARN: Final = f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/{INSTANCE_ID}"

SMS_FLOW_ID: Final = "5c0d7e1a-90ab-4cde-8f01-23456789abcd"
SMS_FLOW_ARN: Final = f"{INSTANCE_ARN}/contact-flow/{SMS_FLOW_ID}"

QUEUE_ARN: Final = f"{INSTANCE_ARN}/queue/7c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f"

SMS_NUMBER_ARN: Final = f"arn:aws:connect:{REGION}:{ACCOUNT}:phone-number/2f9a6b3c-1d4e-4f5a-8b6c-7d8e9f0a1b2c"
WHATSAPP_NUMBER_ARN: Final = f"arn:aws:connect:{REGION}:{ACCOUNT}:phone-number/3a8b7c6d-5e4f-4a3b-9c2d-1e0f9a8b7c6d"

VOICE_NUMBER_ARN: Final = f"arn:aws:connect:{REGION}:{ACCOUNT}:phone-number/1e8f5a2b-0c3d-4e4f-9a5b-6c7d8e9f0a1b"

# Numbers and flows for the documentation's other brands.
MORE_SMS_NUMBER_ARNS: Final = (
    f"arn:aws:connect:{REGION}:{ACCOUNT}:phone-number/4b9c8d7e-6f5a-4b4c-8d3e-2f1a0b9c8d7e",
    f"arn:aws:connect:{REGION}:{ACCOUNT}:phone-number/5c0d9e8f-7a6b-4c5d-9e4f-3a2b1c0d9e8f",
)
MORE_FLOW_ARNS: Final = (
    f"{INSTANCE_ARN}/contact-flow/6d1e8f2b-01bc-4def-9012-3456789abcde",
    f"{INSTANCE_ARN}/contact-flow/7e2f9a3c-12cd-4ef0-a123-456789abcdef",
)

VOICE_NUMBER: Final = "+14255550190"
SMS_NUMBER: Final = "+14255550180"
"""Not the voice number: one phone number cannot serve both."""
QUEUE_ID: Final = "7c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f"

# The ARNs of the same numbers in End User Messaging SMS and End User Messaging Social.
SMS_SOURCE_ARN: Final = f"arn:aws:sms-voice:{REGION}:{ACCOUNT}:phone-number/phone-2f9a6b3c1d4e4f5a8b6c7d8e9f0a1b2c"
WHATSAPP_SOURCE_ARN: Final = (
    f"arn:aws:social-messaging:{REGION}:{ACCOUNT}:phone-number-id/3a8b7c6d5e4f4a3b9c2d1e0f9a8b7c6d"
)

CREDENTIALS: Final[dict[str, str]] = {
    "AWS_REGION": REGION,  # Lambda sets this one.
    "AWS_DEFAULT_REGION": REGION,  # boto3 reads this one.
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
}
ENVIRONMENT: Final[dict[str, str]] = {
    "INSTANCE_ARN": INSTANCE_ARN,
    "SOURCE_PHONE_NUMBER_ARN": SMS_NUMBER_ARN,
    "CONTACT_FLOW_ID": SMS_FLOW_ID,
    "INITIAL_MESSAGE": (
        "Hello, this is Example Corp. You called us; we can go on here by text. Just reply to this message."
    ),
    "ATTRIBUTES_TO_COPY": "customerName,orderNumber",
    "DEFAULT_COUNTRY": "US",
}
