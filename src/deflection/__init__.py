"""
Turn an ongoing Amazon Connect call into a text conversation, in one straight line.

    event -> contact -> decision -> request -> outcome -> response

1. `handler` is what Lambda invokes. `bootstrap` has read the settings and created the clients once.
2. `inbound` parses the event: a flow invocation, an EventBridge event, or the body of an SQS record (`arrived`).
3. `deflect` walks the line. `rules.triggers` says whether an EventBridge event asks for a message at all, and `contact`
   is what is known of the call.
4. `rules.eligibility` decides whether the contact may be texted, and at which number.
5. `request` reads the flow parameters, chooses route and message, builds the StartOutboundChatContact request and
   checks every limit of the API.
6. `aws` talks to AWS before a deadline: it asks the opt-out list and the carrier, remembers recent messages, and sends
   the request to Amazon Connect. `channel_fallback` tries the next channel when one is refused.
7. `outcome` says what happened, `reasons` why. `response` turns it into the flow's map.
8. `failure_policy` decides what happens to a failure: answer, defer, raise, retry or dead-letter. `deferral` puts a
   flow's request on the queue, and `sqs_worker` processes the queue.
9. `observability` writes the log line, the trace and the metrics.
"""
