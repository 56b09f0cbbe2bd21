"""
An ongoing Amazon Connect call becomes a text conversation, in one straight line.

    event -> contact -> decision -> request -> outcome -> response

`event`        reads what arrived, told by its shape and read leniently: a flow's invocation, or an event of the `bus`.
`trigger`      says whether an event of the bus asks for a text at all.
`parameters`   reads what the flow asked for, in either of the API's two spellings.
`contact`      is what we know of the call, whichever way it came.
`eligibility`  decides whether the contact may go on as a text, and to which number.
`routes`       and the `catalogue` of messages, the operator's `documents`, say from which number and with which text.
`message`      finds the first text and fills in its variables.
`request`      builds the StartOutboundChatContact request and checks every limit of the API.
`screening`    asks the opt-out list and the carrier; the `repeat_window` remembers who was texted.
`connect`      sends it to Amazon Connect, within the time that the caller's flow waits.
`deferral`     puts onto the queue what could not be sent now; `batch` works it off, at its `pace`.
`outcome`      says what happened.
`response`     tells it to the flow, always in the same keys.

`travel` decides how a failure gets back to what asked for it.

`deflect` walks that line, `wiring` makes what it needs, `telling` tells the operators, and `handler` is what Lambda
invokes.
"""
