// Describe the result of an invocation by a status and a sentence.

const SOURCES = { flow: "flow", event: "hung up in the queue", batch: "queue record" };
const SINCE = { flow: "the flow invoked the function", event: "the event", batch: "the record" };
const STAYS = "The caller keeps the place in the queue.";
const SENTENCES = {
  ACCESS_DENIED: `Not started: Amazon Connect denied access to the function. ${STAYS}`,
  CUSTOMER_NUMBER_MISSING: "Not started: the number is withheld.",
  LINE_TYPE_NOT_TEXTABLE: "Not started: a landline cannot receive SMS.",
  OPTED_OUT: `Not started: the customer is opted out. ${STAYS}`,
  QUOTA_EXCEEDED: `Not started: the quota of concurrent chats is exceeded. ${STAYS}`,
  RECENTLY_DEFLECTED: "Not started again: the SMS conversation of the previous call is on the phone.",
  SWITCHED_OFF: `Not started: the operator's switch is off. ${STAYS}`,
  TIMED_OUT: "Amazon Connect did not respond in time: the message may still arrive.",
  TRIGGER_NOT_MATCHED: "Nothing to do: with this setting, a caller who hangs up in the queue gets no SMS.",
};

export function outcomeOf(source, result) {
  const logged = source === "batch" ? outcomeInLog(result.log) : {};
  const failed = result.response?.batchItemFailures?.length > 0;
  const status = result.error || failed ? "FAILED" : result.timed_out ? "NO RESPONSE" : (result.response?.Status ?? logged.status ?? "DONE");
  const reason = result.error?.reason ?? result.response?.Reason ?? logged.reason ?? "";
  return { source: SOURCES[source], status, reason, text: sentence({ source, status, reason, failed, result, logged }) };
}

function sentence({ source, status, reason, failed, result, logged }) {
  if (failed) return "The record stays on the queue and is retried.";
  if (status === "STARTED") return `Started ${result.milliseconds} ms after ${SINCE[source]}`;
  if (status === "NO RESPONSE") return `The function did not respond within the flow's time limit. ${STAYS}`;
  if (status === "DEFERRED") return "Deferred: the message waits on the queue until Amazon Connect accepts it.";
  if (status === "DRY_RUN") return `All checks passed, and no request was sent. ${STAYS}`;
  return SENTENCES[reason] ?? result.response?.Message ?? result.error?.text ?? logged.message ?? "";
}

// The response to SQS has only the failed records, so read the outcome of a record from the log.
function outcomeInLog(lines) {
  for (const line of [...lines].reverse()) {
    try {
      const value = JSON.parse(line);
      if (value.status && value.level) return value;
    } catch {
      continue;
    }
  }
  return {};
}

const DECISIONS = {
  closed: "The queue is closed.",
  nobody_staffs: "No SMS was offered: no agent takes texts.",
  short_wait: "No SMS was offered: the wait is short.",
};

// The outcome of a call without an invocation so far, or null while nothing is decided.
export function decisionOf(decision) {
  return decision in DECISIONS ? { status: decision === "closed" ? "CLOSED" : "NO OFFER", text: DECISIONS[decision] } : null;
}
