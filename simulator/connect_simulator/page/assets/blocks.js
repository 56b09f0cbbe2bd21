// The names and descriptions of a flow's blocks.

// The names in the flow designer.
const BLOCKS = {
  CheckHoursOfOperation: "Check hours of operation",
  Compare: "Check contact attributes",
  ConnectParticipantWithLexBot: "Get customer input (Lex)",
  CreateCallbackContact: "Transfer to queue (callback)",
  DisconnectParticipant: "Disconnect",
  EndFlowExecution: "End flow / Resume",
  EndFlowModuleExecution: "Return",
  GetMetricData: "Get queue metrics",
  GetParticipantInput: "Get customer input",
  InvokeFlowModule: "Invoke module",
  InvokeLambdaFunction: "AWS Lambda function",
  MessageParticipant: "Play prompt",
  MessageParticipantIteratively: "Loop prompts",
  TagContact: "Contact tags",
  TransferContactToQueue: "Transfer to queue",
  UpdateContactAttributes: "Set contact attributes",
  UpdateContactCallbackNumber: "Set callback number",
  UpdateContactData: "Set voice (language)",
  UpdateContactEventHooks: "Set customer queue flow",
  UpdateContactTargetQueue: "Set working queue",
  UpdateContactTextToSpeechVoice: "Set voice",
  UpdateFlowAttributes: "Set flow attributes",
  Wait: "Wait",
};

export const nameOf = ({ type, ids }) => `${BLOCKS[type] ?? type}${ids.length > 1 ? ` \u00d7${ids.length}` : ""}`;

const FAILURES = ["NoMatchingError", "CallbackNumberNotDialable"];

// The types of blocks that can fail, each with an error for which all blocks of the type have a branch.
export function failures(flows) {
  const byType = Map.groupBy(Object.values(flows).flatMap(({ nodes }) => nodes), ({ type }) => type);
  const found = [...byType].map(([type, blocks]) => [
    type,
    FAILURES.find((failure) => blocks.every(({ branches }) => branches.some(({ name }) => name === failure))),
  ]);
  return new Map(found.filter(([, failure]) => failure).sort());
}

// The kinds of blocks, as the legend names them.
export const KINDS = {
  say: "Play or loop prompts",
  ask: "Get customer input",
  check: "Check",
  function: "AWS Lambda function",
  module: "Invoke module, return",
  wait: "Wait",
  set: "Set, get, tag",
  queue: "Transfer to queue",
  end: "Disconnect, end",
};

const KIND_OF = {
  CheckHoursOfOperation: "check",
  Compare: "check",
  ConnectParticipantWithLexBot: "ask",
  CreateCallbackContact: "queue",
  DisconnectParticipant: "end",
  EndFlowExecution: "end",
  EndFlowModuleExecution: "module",
  GetParticipantInput: "ask",
  InvokeFlowModule: "module",
  InvokeLambdaFunction: "function",
  MessageParticipant: "say",
  MessageParticipantIteratively: "say",
  TransferContactToQueue: "queue",
  Wait: "wait",
};

export const kindOf = ({ type }) => KIND_OF[type] ?? "set";

// Paths around the center of a circle with the radius 8.5.
export const GLYPHS = {
  ask: "M-3 -4H3V4H-3ZM-1 1.8H1",
  check: "M0 -4.5 4.5 0 0 4.5 -4.5 0Z",
  end: "M-3.2 -3.2 3.2 3.2M3.2 -3.2 -3.2 3.2",
  function: "M-3.6 -4.4H-1.8L3.4 4.4M-0.6 -0.6 -3.8 4.4",
  module: "M-4 -3.4H-0.8V3.4H-4ZM0.8 -3.4H4V3.4H0.8Z",
  queue: "M-3.5 -3.2H3.5M-3.5 0H3.5M-3.5 3.2H3.5",
  say: "M-4 -3.4H4V2H-0.8L-3 4.4V2H-4Z",
  set: "M-3.4 3.4 -2.4 0.8 2 -3.6 3.6 -2 -0.8 2.4Z",
  wait: "M0 -4V0L2.8 1.8",
};

const DESCRIPTIONS = {
  CheckHoursOfOperation: () => "is the queue open?",
  Compare: ({ ComparisonValue }) => `which ${last(ComparisonValue)}?`,
  CreateCallbackContact: () => "queues a callback",
  DisconnectParticipant: () => "ends the call",
  EndFlowExecution: () => "caller keeps waiting",
  EndFlowModuleExecution: ({ Result }) => `returns ${Result}`,
  GetMetricData: ({ QueueChannel }) => `of the channel ${QueueChannel}`,
  GetParticipantInput: ({ StoreInput }) => (StoreInput === "True" ? "asks for a number" : "asks for a key"),
  InvokeFlowModule: () => "offers an SMS",
  InvokeLambdaFunction: () => "invokes the function",
  MessageParticipant: ({ Text }) => Text ?? "",
  MessageParticipantIteratively: () => "waits for an agent",
  TransferContactToQueue: () => "queues the call",
  UpdateContactAttributes: ({ Attributes }) => `sets ${Object.keys(Attributes)[0]}`,
  UpdateContactCallbackNumber: () => "sets the number",
  UpdateContactData: ({ LanguageCode }) => `sets ${LanguageCode}`,
  UpdateContactEventHooks: () => "sets the queue flow",
  UpdateContactTargetQueue: () => "sets the queue",
  UpdateContactTextToSpeechVoice: ({ TextToSpeechVoice }) => `speaks as ${TextToSpeechVoice}`,
  UpdateFlowAttributes: () => "reads the parameters",
  Wait: () => "waits for a reply",
};

export const descriptionOf = ({ type, parameters }) => short(DESCRIPTIONS[type]?.(parameters) ?? "");

const BRANCHES = {
  CallbackNumberNotDialable: "cannot be called",
  InputTimeLimitExceeded: "no input",
  InvalidCallbackNumber: "not a number",
  NoMatchingCondition: "anything else",
  NoMatchingError: "an error",
  QueueAtCapacity: "queue is full",
};

export const branch = (name) => BRANCHES[name] ?? name;

const last = (reference) => reference.split(/[.']/).filter((part) => /\w/.test(part)).at(-1);
const short = (text) => (text.length > 22 ? `${text.slice(0, 21).trimEnd()}\u2026` : text);
