// The names and descriptions of a flow's blocks.

// The names in the flow designer.
export const BLOCKS = {
  Compare: "Check contact attributes",
  ConnectParticipantWithLexBot: "Get customer input (Lex)",
  DisconnectParticipant: "Disconnect",
  EndFlowExecution: "End flow",
  GetParticipantInput: "Get customer input",
  InvokeLambdaFunction: "AWS Lambda function",
  MessageParticipant: "Play prompt",
  MessageParticipantIteratively: "Loop prompts",
  TransferContactToQueue: "Transfer to queue",
  UpdateContactAttributes: "Set contact attributes",
  UpdateContactData: "Set voice (language)",
  UpdateContactEventHooks: "Set customer queue flow",
  UpdateContactTargetQueue: "Set working queue",
  UpdateContactTextToSpeechVoice: "Set voice",
};

export const KINDS = {
  Compare: "check",
  DisconnectParticipant: "end",
  EndFlowExecution: "end",
  GetParticipantInput: "ask",
  InvokeLambdaFunction: "function",
  MessageParticipant: "say",
  MessageParticipantIteratively: "say",
  TransferContactToQueue: "queue",
};

// Paths around the center of a circle with the radius 8.5.
export const GLYPHS = {
  ask: "M-3 -4H3V4H-3ZM-1 1.8H1",
  check: "M0 -4.5 4.5 0 0 4.5 -4.5 0Z",
  end: "M-3.2 -3.2 3.2 3.2M3.2 -3.2 -3.2 3.2",
  function: "M-3.6 -4.4H-1.8L3.4 4.4M-0.6 -0.6 -3.8 4.4",
  queue: "M-3.5 -3.2H3.5M-3.5 0H3.5M-3.5 3.2H3.5",
  say: "M-4 -3.4H4V2H-0.8L-3 4.4V2H-4Z",
  set: "M-3.4 3.4 -2.4 0.8 2 -3.6 3.6 -2 -0.8 2.4Z",
};

const DESCRIPTIONS = {
  Compare: ({ ComparisonValue }) => `which ${last(ComparisonValue)}?`,
  DisconnectParticipant: () => "ends the call",
  EndFlowExecution: () => "caller keeps waiting",
  GetParticipantInput: ({ StoreInput }) => (StoreInput === "True" ? "asks for a number" : "asks for a key"),
  InvokeLambdaFunction: () => "invokes the function",
  MessageParticipant: ({ Text }) => Text ?? "",
  MessageParticipantIteratively: () => "waits for an agent",
  TransferContactToQueue: () => "queues the call",
  UpdateContactAttributes: ({ Attributes }) => `sets ${Object.keys(Attributes)[0]}`,
  UpdateContactData: ({ LanguageCode }) => `sets ${LanguageCode}`,
  UpdateContactEventHooks: () => "sets the queue flow",
  UpdateContactTargetQueue: () => "sets the queue",
  UpdateContactTextToSpeechVoice: ({ TextToSpeechVoice }) => `speaks as ${TextToSpeechVoice}`,
};

export const descriptionOf = ({ type, parameters }) => short(DESCRIPTIONS[type]?.(parameters) ?? "");

const BRANCHES = { NoMatchingCondition: "anything else", NoMatchingError: "an error", InputTimeLimitExceeded: "no input" };

export const branch = (name) => BRANCHES[name] ?? name;

const last = (reference) => reference.split(/[.']/).filter((part) => /\w/.test(part)).at(-1);
const short = (text) => (text.length > 22 ? `${text.slice(0, 21).trimEnd()}\u2026` : text);
