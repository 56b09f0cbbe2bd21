// What came of an invocation, in a status and a sentence that a visitor understands.

const SOURCES = { flow: "flow", event: "hung up in line", batch: "queue record" };
const SINCE = { flow: "the flow asked", event: "the event", batch: "the record" };
const IN_LINE = "The caller keeps the place in line.";
const SENTENCES = {
  ACCESS_DENIED: `Not texted: Amazon Connect refuses the function. ${IN_LINE}`,
  CUSTOMER_NUMBER_MISSING: "Not texted: the number is withheld.",
  LINE_TYPE_NOT_TEXTABLE: "Not texted: a landline takes no texts.",
  OPTED_OUT: `Not texted: the customer has sent STOP. ${IN_LINE}`,
  QUOTA_EXCEEDED: `Not texted: Amazon Connect has no room for another text conversation. ${IN_LINE}`,
  RECENTLY_DEFLECTED: "Not texted again: the text of the call before is on the phone.",
  SWITCHED_OFF: `Not texted: all texts are switched off. ${IN_LINE}`,
  TIMED_OUT: "Amazon Connect did not answer in time: the text may arrive all the same.",
  TRIGGER_NOT_MATCHED: "Nothing to do: this setting asks for no text when somebody hangs up in line.",
};

export function outcomeOf(source, told) {
  const logged = source === "batch" ? loggedOf(told.log) : {};
  const failed = told.answer?.batchItemFailures?.length > 0;
  const status = told.raised || failed ? "FAILED" : told.silent ? "NO ANSWER" : (told.answer?.Status ?? logged.status ?? "DONE");
  const reason = told.raised?.reason ?? told.answer?.Reason ?? logged.reason ?? "";
  return { source: SOURCES[source], status, reason, text: sentence({ source, status, reason, failed, told, logged }) };
}

function sentence({ source, status, reason, failed, told, logged }) {
  if (failed) return "It stays on the queue, and is tried again.";
  if (status === "STARTED") return `Texted ${told.milliseconds} ms after ${SINCE[source]}`;
  if (status === "NO ANSWER") return `The function did not answer within the time that the flow waits. ${IN_LINE}`;
  if (status === "DEFERRED") return "Not texted yet: the text waits in a queue until Amazon Connect takes it.";
  if (status === "DRY_RUN") return "Every check passed, and nothing was sent.";
  return SENTENCES[reason] ?? told.answer?.Message ?? told.raised?.text ?? logged.message ?? "";
}

// A batch is answered by what failed; what came of a record is in the log.
function loggedOf(lines) {
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
