"""
What a deployed stack is asked, from the outside, with the credentials of whoever asks.

    aws -> deployment -> checks -> findings -> shown

`aws`          asks, and says in one way what did not work and which permission is lacking.
`deployment`   is the stack as AWS has it now: its function's settings, its documents, its numbers and flows.
`checks`       is the table of what usually goes wrong; each look at the deployment comes to a `finding`.
`invocation`   makes up a call, and invokes the function as a flow does.
`first_hour`   sends real `texts`, step by step (`steps`), and settles `assumptions` that nobody could try before.
`show`         prints the findings.

`doctor` and `smoke` are the commands. Settings, routes and messages are read by the function's own code.
"""
