"""
Turn an ongoing Amazon Connect call into an SMS or WhatsApp conversation.

    event -> contact -> decision -> request -> outcome -> response

1. Lambda invokes `handler`. Before that, `bootstrap` reads the settings and creates the clients once.
2. `inbound` parses the event: a flow invocation, an EventBridge event, or the body of an SQS record (`events`).
3. `deflect` runs the steps above. `rules.triggers` decides whether an EventBridge event asks for a message. `contact`
   describes the call.
4. `rules.eligibility` decides whether the contact may be texted, and at which number.
5. `request` parses the flow parameters, chooses the route and the message, builds the StartOutboundChatContact request
   and checks every limit of the API.
6. `aws` calls AWS before a deadline: it checks the opt-out list and the carrier, stores recent messages, and sends the
   request to Amazon Connect. `channel_fallback` tries the next channel when Amazon Connect refuses one.
7. `outcome` describes what happened, and `reasons` why. `response` builds the response map for the flow.
8. `failure_policy` decides what happens to a failure: answer, defer, raise, retry or dead-letter. `deferral` puts a
   flow's request on the queue, and `sqs_worker` processes the records of the queue.
9. `observability` writes the log line, the trace and the metrics.
"""
