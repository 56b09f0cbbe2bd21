"""
Turn an ongoing Amazon Connect call into an SMS or WhatsApp conversation.

    event -> contact -> decision -> request -> outcome -> response

1. Lambda invokes `handler`. Before that, `bootstrap` reads the settings and creates the clients once.
2. `inbound` parses the event into one of the `events`: a flow invocation, or an EventBridge event, directly or in an
   SQS record (`sqs_worker` processes these).
3. `deflect` runs the next steps. For an EventBridge event, `rules.triggers` decides whether it asks for a message, and
   `aws` describes its `contact`; a flow sends the contact itself.
4. `request.parameters` parses what the flow or the application asks for. `rules.eligibility` decides whether the
   contact may be texted, and at which number; quiet hours are in `quiet_hours`.
5. `channel_fallback` starts the conversation on the first channel that is not refused: `request` chooses the route and
   the message, builds the StartOutboundChatContact request and checks every limit of the API.
6. `aws` checks the opt-out list and the carrier, looks for a recent message to the customer, and sends the request
   before the deadline, with retries in `aws.connect`.
7. `outcome` describes what happened, and `reasons` why.
8. `failure_policy` decides what happens to a failure: answer, defer, raise, retry or dead-letter. `deferral` puts a
   flow's request on the queue.
9. `response` builds the response map for the flow. `observability` writes the log line, the trace and the metrics, with
   numbers masked by `redaction`.
"""
