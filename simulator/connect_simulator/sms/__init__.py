"""AWS End User Messaging SMS, which moto does not simulate: opt-outs, carrier lookups, phone numbers, the account.

Only `Simulator` serves it, not `mock_aws`.
"""
