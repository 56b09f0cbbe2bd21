"""The flows in flows/ are the ones that the template deploys, and they follow the rules of the flow language."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cloudformation import GIVEN, MADE, PARAMETERS, PROMPTS, RESOURCES, ROOT, TEMPLATE, VARIABLES, deployed
from connect_simulator.flows.acceptance import findings
from deflection.environment import read_settings
from deflection.outcome import OutcomeDetails, Started, Status
from deflection.reasons import DeclineReason
from deflection.request.builder import FLOW_OUTCOME_ATTRIBUTES
from deflection.response import to_flow_response
from deflection_ops.flow_content import invoked_functions, invoked_modules, module_id
from flows import FUNCTION_ARN, MODULE_ARN, NAMES, document, flow, flow_type

FILES = {path.stem: path.read_text() for path in (ROOT / "flows").glob("*.json")}
CONTENT = {
    "voice": RESOURCES["VoiceFlow"]["Properties"]["Content"],
    "offer": RESOURCES["OfferModule"]["Properties"]["Content"],
    "customer_queue": RESOURCES["CustomerQueueFlow"]["Properties"]["Content"],
    "sms_bot": RESOURCES["SmsFlow"]["Properties"]["Content"]["Fn::If"][1],
    "sms": RESOURCES["SmsFlow"]["Properties"]["Content"]["Fn::If"][2]["Fn::If"][2],
    "sms_direct": RESOURCES["SmsFlow"]["Properties"]["Content"]["Fn::If"][2]["Fn::If"][1],
}
ACTIONS = [(name, action) for name in FILES for action in document(name)["Actions"]]
ENDS = {"DisconnectParticipant", "EndFlowExecution"}


def branches(action: dict[str, Any]) -> Iterator[str]:
    transitions = action["Transitions"]
    if "NextAction" in transitions:
        yield transitions["NextAction"]
    for each in [*transitions.get("Conditions", []), *transitions.get("Errors", [])]:
        yield each["NextAction"]


def strings(value: Any) -> Iterator[str]:
    """Yield every string of a document, including keys."""
    match value:
        case str():
            yield value
        case dict():
            for part in (*value.keys(), *value.values()):
                yield from strings(part)
        case list():
            for part in value:
                yield from strings(part)


def by_id(name: str) -> dict[str, dict[str, Any]]:
    return {action["Identifier"]: action for action in document(name)["Actions"]}


def reachable(name: str, start: str, without: frozenset[str] = frozenset()) -> set[str]:
    """Return every action that can be reached from one, on paths that avoid some."""
    actions = by_id(name)
    found, left = set[str](), [start]
    while left:
        identifier = left.pop()
        if identifier not in found | without:
            found.add(identifier)
            left += branches(actions[identifier])
    return found


def ids(cases: list[tuple[str, Any]]) -> list[str]:
    return [f"{name}-{action['Identifier']}" for name, action in cases]


def test_folder_and_template_have_the_same_flows() -> None:
    types = {"AWS::Connect::ContactFlow", "AWS::Connect::ContactFlowModule"}
    flows = {name for name, each in RESOURCES.items() if each["Type"] in types}

    assert FILES.keys() == NAMES.keys()
    assert flows == set(NAMES.values())


@pytest.mark.parametrize("name", FILES)
def test_template_embeds_the_flow_with_the_prompts_that_it_uses(name: str) -> None:
    content, variables = CONTENT[name]["Fn::Sub"]
    used = [prompt for prompt in PROMPTS["en-US"] if f"${{{prompt}}}" in content]
    written = {each.get("Identifier"): each for each in json.loads(FILES[name])["Actions"]}

    embedded = {each["Identifier"]: each for each in json.loads(content)["Actions"]}
    assert {name: embedded[name] for name in written if name} == {name: written[name] for name in written if name}
    assert variables.keys() - {"OfferModuleId", "CallbackSentence"} == set(used)
    for prompt in used:
        [mapping, language, key] = variables[prompt]["Fn::FindInMap"]
        assert language == {"Ref": "Language"}
        assert key == prompt
        assert key in TEMPLATE["Mappings"][mapping]["en-US"]


def test_queue_flow_has_the_actions_of_the_module_after_the_customer_agrees() -> None:
    own = {each.get("Identifier") for each in json.loads(FILES["customer_queue"])["Actions"]}
    module, queue = by_id("offer"), by_id("customer_queue")
    shared = {name for name in reachable("offer", "agree") if not name.startswith("return-")}

    assert queue.keys() - own == shared
    for name in shared:
        assert [queue[name][member] for member in ("Type", "Parameters")] == [
            module[name][member] for member in ("Type", "Parameters")
        ]


def test_make_flows_updates_only_the_changed_flow(tmp_path: Path) -> None:
    for folder in ("flows", "ops"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "template.yaml", tmp_path)
    changed = FILES["sms"].replace('"2019-10-30"', '"2030-01-01"')
    (tmp_path / "flows" / "sms.json").write_text(changed)

    subprocess.run([sys.executable, tmp_path / "flows" / "embed.py"], check=True)

    before, after = ((folder / "template.yaml").read_text().splitlines() for folder in (ROOT, tmp_path))
    different = [(one, other) for one, other in zip(before, after, strict=True) if one != other]
    [(one, other)] = different
    assert one.replace('"2019-10-30"', '"2030-01-01"') == other


@pytest.mark.parametrize("name", FILES)
def test_every_substitution_of_a_flow_is_defined(name: str) -> None:
    names = set(re.findall(r"\$\{([^}]*)\}", FILES[name]))

    assert names <= PARAMETERS.keys() | MADE.keys() | CONTENT[name]["Fn::Sub"][1].keys()
    assert "${" not in json.dumps(document(name))


def test_every_template_parameter_of_the_flows_is_used() -> None:
    substituted = {name for text in FILES.values() for name in re.findall(r"\$\{([^}]*)\}", text)}

    assert {"QueueOfferSeconds", "LexBotAliasArn", "SmsReplySeconds", "QueueArn", "ConsentAttribute"} <= substituted


@pytest.mark.parametrize("name", FILES)
def test_flow_is_within_the_limits_of_the_flow_language(name: str) -> None:
    contents = [json.dumps(document(name, Language=language)) for language in PROMPTS]
    identifiers = [action["Identifier"] for action in document(name)["Actions"]]

    assert max(map(len, contents)) <= 256_000
    assert len(identifiers) <= 250
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{0,49}", identifier) for identifier in identifiers)


@pytest.mark.parametrize("name", FILES)
def test_every_action_of_a_flow_is_reachable(name: str) -> None:
    actions = flow(name).actions

    assert reachable(name, flow(name).start) == set(actions)


@pytest.mark.parametrize("name", FILES)
def test_every_action_has_a_position_of_its_own_in_the_designer(name: str) -> None:
    placed = document(name)["Metadata"]["ActionMetadata"]

    assert placed.keys() == flow(name).actions.keys()
    assert len({tuple(each["position"].values()) for each in placed.values()}) == len(placed)


@pytest.mark.parametrize(("name", "action"), ACTIONS, ids=ids(ACTIONS))
def test_amazon_connect_accepts_the_action(name: str, action: dict[str, Any]) -> None:
    assert findings(action, flow_type(name)) == []


def test_table_of_accepted_actions_refuses_what_the_service_refuses() -> None:
    wait = {
        "Identifier": "a",
        "Type": "Wait",
        "Parameters": {"TimeoutSeconds": "60", "Events": ["CustomerReturned"]},
        "Transitions": {
            "NextAction": "b",
            "Conditions": [{"NextAction": "b", "Condition": {"Operator": "Equals", "Operands": ["CustomerReturned"]}}],
            "Errors": [{"NextAction": "b", "ErrorType": "NoMatchingError"}],
        },
    }
    callback = {
        "Identifier": "a",
        "Type": "UpdateContactCallbackNumber",
        "Parameters": {"CallbackNumber": "+14255550142"},
        "Transitions": {"NextAction": "b", "Errors": [{"NextAction": "b", "ErrorType": "NoMatchingError"}]},
    }

    assert findings(wait, "CONTACT_FLOW") == [
        "a: TimeLimitSeconds is missing",
        "a: TimeoutSeconds is refused",
        "a: conditions must name ['CustomerReturned', 'WaitCompleted']",
    ]
    assert len(findings(callback, "CONTACT_FLOW")) == 2
    assert findings(callback | {"Type": "SetCallbackNumber"}, "CONTACT_FLOW") == [
        "SetCallbackNumber is not in the table"
    ]


@pytest.mark.parametrize(("name", "action"), ACTIONS, ids=ids(ACTIONS))
def test_every_value_of_an_action_is_a_string(name: str, action: dict[str, Any]) -> None:
    def leaves(value: Any) -> Iterator[Any]:
        if isinstance(value, dict | list):
            for part in value.values() if isinstance(value, dict) else value:
                yield from leaves(part)
        else:
            yield value

    assert name in FILES
    assert all(isinstance(leaf, str) and leaf for leaf in leaves(action))


@pytest.mark.parametrize(("name", "action"), ACTIONS, ids=ids(ACTIONS))
def test_no_condition_of_an_action_repeats_another(name: str, action: dict[str, Any]) -> None:
    conditions = [
        (each["Condition"]["Operator"], *each["Condition"]["Operands"])
        for each in action["Transitions"].get("Conditions", [])
    ]

    assert name in FILES
    assert len(set(conditions)) == len(conditions)


def test_flows_read_only_response_keys_of_the_function() -> None:
    answered = to_flow_response(Started(OutcomeDetails(), "contact")).keys()
    asked = {name for text in FILES.values() for name in re.findall(r"\$\.External\.(\w+)", text)}

    assert asked == {"Status", "Reason", "ContactId"}
    assert asked <= answered


@pytest.mark.parametrize("name", ["offer", "customer_queue"])
@pytest.mark.parametrize("identifier", ["status", "status-again"])
def test_every_status_that_a_flow_can_get_has_a_branch(identifier: str, name: str) -> None:
    compared = {condition.operand for condition in flow(name).actions[identifier].conditions}

    assert compared == set(Status) - {Status.IGNORED}


def test_flows_compare_only_with_statuses_and_reasons_of_the_function() -> None:
    compared = {
        (action["Parameters"]["ComparisonValue"], each["Condition"]["Operands"][0])
        for _, action in ACTIONS
        if action["Type"] == "Compare"
        for each in action["Transitions"]["Conditions"]
    }

    assert {value for what, value in compared if what == "$.Attributes.deflectionStatus"} <= set(Status)
    assert {value for what, value in compared if what == "$.External.Reason"} <= {
        reason.name for reason in DeclineReason
    }


@pytest.mark.parametrize("name", ["offer", "customer_queue"])
def test_flow_invokes_the_function_with_its_time_limit_and_response_type(name: str) -> None:
    invocations = [action for of, action in ACTIONS if of == name and action["Type"] == "InvokeLambdaFunction"]
    wait = read_settings(deployed(VARIABLES, GIVEN)).flow_time_limit_seconds

    assert [each["Parameters"].get("LambdaInvocationAttributes") for each in invocations] == [
        None,
        {"DestinationEndpoint_Address": "$.StoredCustomerInput"},
    ]
    for each in invocations:
        assert each["Parameters"]["InvocationTimeLimitSeconds"] == str(int(wait))
        assert each["Parameters"]["InvocationType"] == "SYNCHRONOUS"
        assert each["Parameters"]["ResponseValidation"] == {"ResponseType": "JSON"}


def test_flows_write_only_known_attributes() -> None:
    written = {
        name
        for _, action in ACTIONS
        if action["Type"] == "UpdateContactAttributes"
        for name in action["Parameters"]["Attributes"]
    }

    consent = PARAMETERS["ConsentAttribute"]["Default"]
    assert written == FLOW_OUTCOME_ATTRIBUTES | {consent, "replied", "offerDecision", "offerWaitMinutes"}


def test_invocations_of_one_call_fit_into_twenty_seconds() -> None:
    limits = [
        int(action["Parameters"]["InvocationTimeLimitSeconds"])
        for action in document("offer")["Actions"]
        if action["Type"] == "InvokeLambdaFunction"
    ]

    assert sum(limits) < 20


CLOSED = frozenset({"note-closed-text", "note-closed"})
PROMISED_CALLBACK = frozenset({"callback-confirmed"})


@pytest.mark.parametrize(
    ("name", "goal"),
    [("voice", {"transfer"} | CLOSED | PROMISED_CALLBACK), ("customer_queue", {"hold"} | PROMISED_CALLBACK)],
)
def test_every_path_of_a_call_leads_to_the_queue(name: str, goal: set[str]) -> None:
    """Unless the operator closes the line or a callback is promised, the caller reaches the queue or stays in it."""
    kept = reachable(name, flow(name).start, without=frozenset(goal))

    assert not {flow(name).actions[identifier].type for identifier in kept} & ENDS


def test_every_branch_of_the_module_is_declared_and_used_by_the_voice_flow() -> None:
    settings = json.loads(RESOURCES["OfferModule"]["Properties"]["Settings"])
    declared = {each["name"] for each in settings["transitions"]["results"]}
    actions = flow("offer").actions.values()
    returned = {action.parameters["Result"] for action in actions if action.type == "EndFlowModuleExecution"}
    invocations = [action for name, action in ACTIONS if name == "voice" and action["Type"] == "InvokeFlowModule"]

    assert returned == declared
    for action in invocations:
        operands = {each["Condition"]["Operands"][0] for each in action["Transitions"]["Conditions"]}
        assert operands == declared
        assert action["Parameters"]["Input"].keys() == settings["input"]["schema"]["properties"].keys()


def test_doctor_finds_what_the_shipped_flows_invoke() -> None:
    content = {name: {"Content": json.dumps(document(name))} for name in NAMES}

    assert {name: set(invoked_modules(each)) for name, each in content.items() if invoked_modules(each)} == {
        "voice": {module_id(MODULE_ARN)}
    }
    assert {name: set(invoked_functions(each)) for name, each in content.items() if invoked_functions(each)} == {
        "offer": {FUNCTION_ARN},
        "customer_queue": {FUNCTION_ARN},
    }


def test_queue_offer_interval_is_at_least_twenty_seconds() -> None:
    least = 20

    pattern = PARAMETERS["QueueOfferSeconds"]["AllowedPattern"]
    assert [seconds for seconds in range(1500) if re.fullmatch(pattern, str(seconds))] == list(range(least, 1000))


def test_flows_are_created_after_the_association_and_use_the_alias() -> None:
    for name in ("OfferModule", "CustomerQueueFlow"):
        assert RESOURCES[name]["DependsOn"] == "InstanceAssociation"
        assert RESOURCES[name]["Condition"] == "FlowsAreDeployed"
    assert RESOURCES["SmsFlow"]["Condition"] == "SmsFlowIsDeployed"
    assert RESOURCES["DeflectionFunction"]["Properties"]["AutoPublishAlias"] == "live"


@pytest.mark.parametrize("name", FILES)
def test_references_of_a_flow_are_whole_values_except_in_prompts(name: str) -> None:
    mixed = {text for text in strings(document(name)) if "$." in text and not text.startswith("$.")}

    assert mixed <= set(PROMPTS["en-US"].values())


@pytest.mark.parametrize("name", ["voice", "customer_queue"])
@pytest.mark.parametrize("language", PROMPTS)
def test_prompts_use_the_voice_and_the_engine_of_the_language(name: str, language: str) -> None:
    spoken = flow(name, Language=language).actions.values()

    assert [action.parameters for action in spoken if action.type == "UpdateContactTextToSpeechVoice"] == [
        {
            "TextToSpeechVoice": PROMPTS[language]["PromptVoice"],
            "TextToSpeechEngine": PROMPTS[language]["PromptVoiceEngine"],
        }
    ]


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("language", PROMPTS)
def test_flow_says_what_the_prompt_file_says(name: str, language: str) -> None:
    used = {prompt for prompt in PROMPTS[language] if f"${{{prompt}}}" in FILES[name]}

    texts = set(strings(document(name, Language=language, CallbackOffer="true")))
    offered = PROMPTS[language]["CallbackOfferPrompt"]
    assert {PROMPTS[language][prompt] for prompt in used} <= texts | {
        text.removesuffix(f" {offered}") for text in texts
    }


@pytest.mark.parametrize("name", [name for name in FILES if name != "offer"])
def test_flow_sets_the_language_before_the_function_and_the_bot(name: str) -> None:
    actions = flow(name, Language="fr-CA").actions
    before = reachable(name, flow(name).start, without=frozenset({"language"}))

    assert actions["language"].parameters == {"LanguageCode": "fr-CA", "TargetContact": "Current"}
    assert {actions[identifier].type for identifier in before} <= {"UpdateContactTextToSpeechVoice"}
