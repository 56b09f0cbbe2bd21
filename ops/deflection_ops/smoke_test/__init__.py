"""
Send at most two real messages through a deployed function, step by step.

`scenario` runs the steps of `first_message` and `related_message` over one `sms_session`; `steps` has their messages.
`assumptions` lists the behavior of AWS that is not documented, and what the steps showed about it.
"""
