"""What `README.md` says is what the code does: names, limits, defaults, examples and the sample of `make run`."""

import inspect
import json
import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest
from cfnlint.decode import cfn_yaml

from builders import FakeConnect, application, event, flow_event, read_flow, refused, settings
from connect_simulator import demo
from deflection import observability
from deflection.aws import gateway
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import AwsGateway
from deflection.contact import Contact, Endpoint
from deflection.deflect import deflect
from deflection.errors import DeflectionError, ThrottledError, TimedOutError
from deflection.inbound.parser import parse_event
from deflection.outcome import (
    Declined,
    DeclineReason,
    Deferred,
    DryRun,
    Failed,
    Ignored,
    IgnoreReason,
    Outcome,
    OutcomeDetails,
    Started,
    StartedContact,
)
from deflection.request.limits import LIMITS, MAX_CONTENT_CHARACTERS
from deflection.request.parameters import NESTED_MEMBERS, PARAMETER_NAMES, SINGULAR_NAMES, parse_parameters
from deflection.request.routes import Route
from deflection.response import describe_outcome, to_flow_response
from deflection.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
EVENTS_PAGE = (ROOT / "docs" / "events.md").read_text()
PARAMETERS_PAGE = (ROOT / "docs" / "parameters.md").read_text()
PAGES = (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md")))
TEMPLATE: Any = json.loads(json.dumps(cfn_yaml.load(str(ROOT / "template.yaml"))))

OUTCOMES: dict[type[Any], Outcome] = {
    Started: Started(OutcomeDetails(), "6c9f3285-decf-42d2-80a9-08cb38504df2"),
    DryRun: DryRun(OutcomeDetails()),
    Declined: Declined(OutcomeDetails(), DeclineReason.CONSENT_MISSING),
    Failed: Failed(OutcomeDetails(), TimedOutError("Amazon Connect did not answer in time.")),
    Ignored: Ignored(OutcomeDetails(), IgnoreReason.TRIGGER_NOT_MATCHED),
    Deferred: Deferred(OutcomeDetails(), ThrottledError("AWS answered.")),
}
RETRYABLE = {"yes": True, "no": False}


def table(first_header: str, page: str = README) -> list[list[str]]:
    """The cells of every row of the one table that begins with this header."""
    [body] = re.findall(rf"^ *\| {re.escape(first_header)} \|.*\n *\|[-| ]+\|\n((?: *\|.*\n)+)", page, re.MULTILINE)
    return [[cell.strip() for cell in re.split(r"(?<= )\|(?= )", row.strip().strip("|"))] for row in body.splitlines()]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def rows(first_header: str, page: str = README) -> dict[str, list[str]]:
    """The other cells of each row, under the first name in the row's first cell."""
    return {names(first)[0]: others for first, *others in table(first_header, page)}


def numbers(text: str) -> set[int]:
    """The numbers in a limit's wording, but for the one in E.164."""
    return {int(number.replace(",", "")) for number in re.findall(r"\b\d[\d,]*", text.replace("E.164", ""))}


def deflected(given: dict[str, Any], contact_id: str = "new") -> tuple[dict[str, str], list[Any]]:
    """What the flow gets in the demo, and the requests that Amazon Connect got."""
    requests: list[Any] = []

    class FakeServices:
        def is_switched_off(self) -> bool:
            return False

        def describe(self, contact_id: str) -> Contact:
            raise NotImplementedError(contact_id)

        def find_route(self, _contact: Contact, _country: str) -> Route:
            return Route()

        def messages(self) -> None:
            return None

        def screen(self, _destination: Endpoint) -> None:
            return None

        def start(self, request: Any) -> StartedContact:
            requests.append(request)
            return StartedContact(contact_id, request["ClientToken"])

    return to_flow_response(deflect(parse_event(given), settings(**demo.ENVIRONMENT), FakeServices(), now=0)), requests


PARAMETERS = rows("Flat name")
NESTED_EXAMPLES = {name: names(cells[0])[0] for name, cells in PARAMETERS.items() if names(cells[0])}
EVENTS = {Path(name).stem: names(cells[1]) for name, cells in rows("Event").items()}


def test_every_parameter_is_in_the_table_under_all_its_flat_names() -> None:
    listed = [names(first) for first, *_ in table("Flat name")]
    singulars = {plural: singular for singular, plural in SINGULAR_NAMES.items()}

    assert sorted(listed) == sorted(
        [name, singulars[name]] if name in singulars else [name] for name in PARAMETER_NAMES
    )


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_example_of_a_parameter_is_taken(name: str) -> None:
    [example] = names(PARAMETERS[name][2])

    told, _ = deflected(flow_event({name: example}))

    assert told["Status"] == ("DRY_RUN" if name == "DryRun" else "STARTED")


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_nested_form_of_a_parameter_says_the_same_as_the_flat_one(name: str) -> None:
    example = names(PARAMETERS[name][2])[0]

    if name in NESTED_EXAMPLES:
        assert parse_parameters(json.loads(NESTED_EXAMPLES[name])) == parse_parameters({name: example})
    else:
        assert PARAMETERS[name][0] == "the same"
        assert "_" not in name


def test_every_parameter_with_another_nested_form_shows_it() -> None:
    nested = {f"{outer}_{inner}" for outer, members in NESTED_MEMBERS.items() for inner in members}

    assert set(NESTED_EXAMPLES) == nested


@pytest.mark.parametrize(
    "name", sorted(PARAMETERS.keys() & LIMITS.keys() - {"InstanceId", "InitialSystemMessage_ContentType"})
)
def test_the_limit_in_the_table_is_the_one_that_is_checked(name: str) -> None:
    wording = LIMITS[name].rule

    assert numbers(PARAMETERS[name][1]) == numbers(wording)


def test_the_limit_of_each_content_type_is_in_the_table() -> None:
    limit = PARAMETERS["InitialSystemMessage_Content"][1]

    assert numbers(limit) == {1, *MAX_CONTENT_CHARACTERS.values()}
    assert all(content_type in limit for content_type in MAX_CONTENT_CHARACTERS)


def test_the_limits_of_a_template_are_in_the_table() -> None:
    wordings = [limit.rule for name, limit in LIMITS.items() if "Templated" in name]

    assert numbers(PARAMETERS["InitialTemplatedSystemMessage"][1]) == set().union(*map(numbers, wordings))


def test_every_setting_is_in_the_table_with_its_default() -> None:
    listed = {name: cells[2] for name, cells in rows("Variable").items()}

    assert listed.keys() == {name.upper() for name in Settings.model_fields}
    for name, setting in Settings.model_fields.items():
        default = listed[name.upper()].split(": ")[0]
        match setting.default:
            case _ if setting.is_required():
                assert default == "required"
            case None | ():
                assert default == "none"
            case (only,):
                assert default == f"`{only}`"
            case bool() as value:
                assert default == f"`{str(value).lower()}`"
            case value:
                assert default == f"`{value}`"


def test_the_template_parameter_of_each_setting_sets_it() -> None:
    variables = TEMPLATE["Resources"]["DeflectionFunction"]["Properties"]["Environment"]["Variables"]

    for name, cells in rows("Variable").items():
        assert json.dumps({"Ref": names(cells[0])[0]}) in json.dumps(variables[name]), name


def test_every_parameter_of_the_template_is_in_the_table_with_its_default() -> None:
    defaults = {name: parameter.get("Default") for name, parameter in TEMPLATE["Parameters"].items()}
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]

    listed = rows("Template parameter", PARAMETERS_PAGE)
    assert {name: cells[0] for name, cells in listed.items()} == {
        name: {None: "required", "": "none"}.get(default, f"`{default}`") for name, default in defaults.items()
    }
    assert list(listed) == [name for group in groups for name in group["Parameters"]]


def test_the_parameters_of_the_readme_are_rows_of_that_table_in_its_order() -> None:
    few = [[cell.replace("](docs/", "](") for cell in row] for row in table("Template parameter")]

    assert few == [row for row in table("Template parameter", PARAMETERS_PAGE) if row in few]
    assert README.count(f"all {len(TEMPLATE['Parameters'])}") == 2


def test_the_command_that_deploys_gives_all_that_samconfig_and_the_template_leave_open() -> None:
    [command] = re.findall(r"^ +\$ (sam deploy --stack-name .+(?:\n.+)*?)\n +```$", README, re.MULTILINE)
    saved = tomllib.loads((ROOT / "samconfig.toml").read_text())["default"]

    assert f"--stack-name {saved['global']['parameters']['stack_name']} --region " in command
    assert saved["deploy"]["parameters"] == {
        "capabilities": "CAPABILITY_IAM",
        "confirm_changeset": True,
        "resolve_s3": True,
    }
    assert re.findall(r"(\w+)=", command) == [*list(rows("Template parameter"))[:3], "DefaultCountry"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_stack_has_one_name_everywhere_and_the_switch_too(page: Path) -> None:
    text = page.read_text()
    stacks = re.findall(r"(?:STACK=|--stack |--stack-name )([\w$-]+)", text)

    assert set(stacks) <= {"connect-sms-deflection", "name", "$STACK"}
    assert set(re.findall(r"/\w+/switch\b", text)) <= {"/texts/switch"}


def test_the_parameters_that_must_be_answered_are_those_of_the_required_settings_that_the_stack_does_not_make() -> None:
    required = [names(cells[0])[0] for cells in rows("Variable").values() if cells[2] == "required"]

    assert [name for name, cells in rows("Template parameter", PARAMETERS_PAGE).items() if cells[0] == "required"] == [
        name for name in required if name != "ContactFlowId"
    ]


def test_every_response_key_is_in_the_table() -> None:
    assert list(rows("Key")) == list(to_flow_response(OUTCOMES[Started]))


def test_every_status_is_in_the_table() -> None:
    assert OUTCOMES.keys() == set(get_args(Outcome.__value__))
    assert set(rows("Status")) == {describe_outcome(outcome)[0] for outcome in OUTCOMES.values()}


def test_every_reason_is_in_the_table_with_its_statuses_and_whether_it_is_retryable() -> None:
    listed = {name: (names(cells[0]), RETRYABLE[cells[1]]) for name, cells in rows("Reason").items()}

    assert listed == {
        **{reason.value: (["DECLINED"], False) for reason in DeclineReason},
        **{reason.value: (["IGNORED"], False) for reason in IgnoreReason},
        **{
            error.code: (["FAILED", "DEFERRED"] if error.retryable else ["FAILED"], error.retryable)
            for error in DeflectionError.__subclasses__()
        },
    }


def test_every_command_is_in_the_table() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert list(rows("Command")) == [f"make {target}" for target in targets]


def test_every_event_that_is_named_exists() -> None:
    assert [name for name in re.findall(r"events/\w+\.json", README) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_comes_to_what_the_table_says(name: str) -> None:
    told, _ = deflected(event(name))

    assert [said for said in (told["Status"], told["Reason"]) if said] == EVENTS[name]


def test_the_sample_run_shows_the_request_and_the_answer_of_today() -> None:
    [request] = re.findall(r"^StartOutboundChatContact (\{.*?^\})", README, re.MULTILINE | re.DOTALL)
    answer = dict(re.findall(r"^\$\.External\.(\w+) *(.*)$", README, re.MULTILINE))

    told, [sent] = deflected(event("flow_voice"), contact_id=answer["ContactId"])

    assert json.loads(request) == sent
    assert answer == told
    assert list(answer) == list(told)


def test_the_masked_number_is_the_one_of_the_log() -> None:
    caller = read_flow(event("flow_voice")).contact.customer_endpoint

    assert caller
    assert f"`{caller.masked}`" in README


def test_every_log_key_is_in_the_table() -> None:
    told = re.findall(
        r"^ +\"([a-z_]+)\": |extra=\{\"(\w+)\": \w+, \"(\w+)\"", inspect.getsource(observability), re.MULTILINE
    )

    assert [name for first, *_ in table("Log key") for name in names(first)] == [
        n for match in told for n in match if n
    ]


def test_every_metric_is_in_the_table() -> None:
    counted = re.findall(r"\"((?:[A-Z][a-z]+)+)\"", inspect.getsource(observability))
    timed = re.findall(r"trace_call\(\"\w+\", \"(\w+)\"\)", inspect.getsource(gateway))

    assert set(rows("Metric")) == {*counted, *timed}


def test_what_aws_refused_is_told_as_the_readme_quotes_it() -> None:
    client = FakeConnect(refused("AccessDeniedException", 403))

    told = to_flow_response(
        deflect(parse_event(flow_event()), settings(), AwsGateway(application(client), Deadline(9e9)), now=0)
    )

    assert f'"{told["Message"]}"' in README


def test_the_sample_of_an_application_is_the_one_of_the_events() -> None:
    assert [sample(page) for page in (README, EVENTS_PAGE)] == [
        {name: event("deflection_requested")[name] for name in ("source", "detail-type", "detail")}
    ] * 2


def sample(page: str) -> dict[str, Any]:
    """What the command `aws events put-events` of a page puts onto the bus."""
    [entries] = re.findall(r"aws events put-events --entries '(.*?)'", page, re.DOTALL)
    [entry] = json.loads(entries)
    return {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_page_and_to_a_heading_of_it(page: Path) -> None:
    for link, anchor in re.findall(r"\]\(([^)#:]*)(?:#([^)]+))?\)", page.read_text()):
        target = (page.parent / link).resolve() if link else page

        assert target.is_file(), link
        assert not anchor or anchor in headings(target.read_text()), f"{link}#{anchor}"


def headings(page: str) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    written = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in written}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_number_is_anybodys(page: Path) -> None:
    text = page.read_text()

    assert {
        number for number in re.findall(r"\+\d{8,}", text) if not re.match(r"\+142555501\d\d|\+61491570006", number)
    } == set()
    assert set(re.findall(r"\b\d{12}\b", text)) <= {demo.ACCOUNT}
