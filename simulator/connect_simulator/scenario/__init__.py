"""Prepare the AWS resources, the contact and the current time for an event."""
