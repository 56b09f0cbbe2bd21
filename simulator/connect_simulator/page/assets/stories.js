// The stories of the page: the operator's settings, the caller, and the caller's actions in order.

const MOBILE = "+14255550142";
const TYPED_NUMBER = "4255550111#";

export const STORIES = [
  { name: "A call continues by SMS", text: "The caller presses 1.", actions: ["1"] },
  { name: "The number is withheld", text: "The flow asks for a mobile number and starts the SMS there.", number: "", actions: ["1", TYPED_NUMBER] },
  {
    name: "A caller who speaks Spanish",
    text: "The flows speak Spanish, and the contact's language selects the message from the catalog.",
    language: "es-US",
    settings: { MESSAGES_PARAMETER: "examples/one-brand/messages.json" },
    actions: ["1"],
  },
  { name: "A landline calls", text: "A landline cannot receive SMS, so the flow asks for another number.", number: "+442079460000", actions: ["1", TYPED_NUMBER] },
  { name: "The customer has sent STOP", text: "A number on the opt-out list gets no SMS.", opted_out: true, settings: { OPT_OUT_LIST_NAME: "Default" }, actions: ["1"] },
  {
    name: "A second call within the hour",
    text: "The first call starts an SMS conversation; in the second call, the flow says to look at the phone.",
    settings: { REPEAT_WINDOW_MINUTES: "60" },
    actions: ["1", "again", "1"],
  },
  { name: "The switch is off", text: "The operator's switch works without a deployment.", switched_off: true, actions: ["1"] },
  { name: "Connect denies access", text: "The caller hears a prompt and stays in the queue.", fault: "access_denied", actions: ["1"] },
  { name: "The chat quota is exceeded", text: "The message waits on a queue until Connect accepts it.", fault: "quota", actions: ["1"] },
  {
    name: "The caller hangs up in the queue",
    text: "The chat quota is exceeded for a moment, so the message waits on the queue. The caller hangs up, and the contact event starts the SMS first.",
    fault: "quota",
    times: "1",
    settings: { CONTACT_EVENT_TRIGGER: "ABANDONED" },
    actions: ["1", "hang-up"],
  },
  { name: "A dry run", text: "The function decides and checks but sends no request. The caller stays in the queue.", parameters: { DryRun: "true" }, actions: ["1"] },
  {
    name: "A long wait",
    text: "The flow offers an SMS from an expected wait of two minutes on, and says how long it takes.",
    wait: "600",
    stack_parameters: { OfferMinWaitSeconds: "120" },
    actions: ["1"],
  },
  {
    name: "A short wait",
    text: "An agent is free soon, so the flow offers nothing and puts the call into the queue.",
    wait: "30",
    stack_parameters: { OfferMinWaitSeconds: "120" },
    actions: [],
  },
  { name: "The queue is closed", text: "Outside the queue's hours of operation, the flow offers an SMS in place of the call.", hours: "closed", stack_parameters: { ClosedOffer: "SMS" }, actions: ["1"] },
  { name: "Nobody takes texts", text: "No agent takes chats of the queue, so the flow offers no SMS.", staff: "0", stack_parameters: { OfferIfStaffed: "true" }, actions: [] },
  { name: "The customer replies", text: "The first reply puts the SMS conversation into the agents' queue.", actions: ["1", "reply Yes, I need help with my order."] },
  { name: "The customer does not reply", text: "The SMS flow closes the conversation, and no agent gets it.", actions: ["1", "no-reply"] },
  {
    name: "An agent answers the text",
    text: "The customer replies, and an agent answers and ends the conversation. The caller hangs up, so the call is saved.",
    actions: ["1", "reply Yes, please.", "answer-text", "end-text", "hang-up"],
  },
  { name: "The caller hangs up after the SMS", text: "The call ends without an agent: the funnel counts it as saved.", actions: ["1", "hang-up"] },
  { name: "A callback", text: "The caller presses 2, and an agent calls back.", stack_parameters: { CallbackOffer: "true" }, actions: ["2"] },
  { name: "The caller does not want an SMS", text: "A caller who presses nothing waits in the queue as usual.", actions: ["press-nothing"] },
].map((story) => ({ number: MOBILE, language: "en-US", attributes: { customerName: "Jane" }, settings: {}, parameters: {}, stack_parameters: {}, ...story }));
