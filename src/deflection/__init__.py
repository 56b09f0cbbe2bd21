"""
An ongoing Amazon Connect call becomes a text conversation, in one straight line.

    event -> contact -> decision -> request -> outcome -> response

`event`        reads what arrived: a flow invocation, told by its shape and read leniently.
`parameters`   reads what the flow asked for, in either of the API's two spellings.
`contact`      is what we know of the call, whichever way it came.
`eligibility`  decides whether the contact may go on as a text, and to which number.
`message`      finds the first text and fills in its variables.
`request`      builds the StartOutboundChatContact request and checks every limit of the API.
`connect`      sends it to Amazon Connect, within the time that the caller's flow waits.
`outcome`      says what happened.
`response`     tells it to the flow, always in the same keys.

`deflect` walks that line; `handler` wires it to Lambda and tells the logs, the trace and the metrics.
"""
