"""
Send at most two real messages through a deployed function, step by step.

`scenario` runs the steps of `first_message`, `reply` and `related_message` over one `sms_session`; `test_cases` lets
Amazon Connect call the voice flow before, and `counted_events` looks for the events after. `steps` has all messages.
`assumptions` lists the behavior of AWS that is not documented, and what the steps showed about it.
"""
