// What can be shown: what the operator has set, who calls, and what the caller does, one thing after the other.

const MOBILE = "+14255550142";
const KEYED = "4255550111#";

export const STORIES = [
  { name: "A call becomes a text", text: "The caller presses 1.", does: ["1"] },
  { name: "The number is withheld", text: "The flow asks for a mobile number, and texts that one.", number: "", does: ["1", KEYED] },
  {
    name: "A caller who speaks Spanish",
    text: "The call's language chooses the text from a catalogue.",
    language: "es-US",
    settings: { MESSAGES_PARAMETER: "examples/one-brand/messages.json" },
    does: ["1"],
  },
  { name: "A landline calls", text: "A landline takes no texts, so the flow asks for another number.", number: "+442079460000", does: ["1", KEYED] },
  { name: "The customer has sent STOP", text: "Whoever is on the opt-out list is not texted.", opted_out: true, settings: { OPT_OUT_LIST_NAME: "Default" }, does: ["1"] },
  {
    name: "A second call within the hour",
    text: "The first call brings a text; in the second one the caller is told to look at the phone.",
    settings: { REPEAT_WINDOW_MINUTES: "60" },
    does: ["1", "again", "1"],
  },
  { name: "All texts are switched off", text: "The operator's switch, without a deployment.", switched_off: true, does: ["1"] },
  { name: "Connect refuses", text: "The caller hears so and stays in line.", fault: "access_denied", does: ["1"] },
  { name: "Connect is full", text: "The text waits in a queue until Connect takes it.", fault: "quota", has_queue: true, does: ["1"] },
  {
    name: "The caller hangs up in line",
    text: "Connect was full for a moment. The caller gives up waiting, and an event brings the text after all.",
    fault: "quota",
    times: "1",
    settings: { CONTACT_EVENT_TRIGGER: "ABANDONED" },
    does: ["1", "hang-up"],
  },
  { name: "A dry run", text: "The function decides and checks, and sends nothing. The shipped flow has no way on from there.", parameters: { DryRun: "true" }, does: ["1"] },
  { name: "The caller does not want a text", text: "Who presses nothing waits in line, as ever.", does: ["let-pass"] },
].map((story) => ({ number: MOBILE, language: "en-US", attributes: { customerName: "Jane" }, settings: {}, parameters: {}, ...story }));
