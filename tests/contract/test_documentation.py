"""Three questions to the pages: does every link lead somewhere, is every name known, and are all phone numbers and
account ids fictional? No question depends on how a sentence or a table is written.

`make lint` compares the reference with the code, so its names are known.
"""

import builtins
import json
import re
from collections.abc import Iterator

import botocore.session
import phonenumbers
import pytest
import yaml
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from cloudformation import PARAMETERS, RESOURCES
from connect_simulator import demo
from connect_simulator.scenario import variables
from deflection.reasons import DeclineReason, FailureReason, IgnoreReason
from deflection.settings import Settings
from deflection_ops.checks import CHECKS
from deflection_ops.smoke_test.steps import STEPS
from pages import MAKEFILE, PAGES, ROOT, TARGETS, all_commands, anchors, blocks, commands, inline_code
from telemetry import METRICS, STATUSES

SETTINGS = {name.upper() for name in Settings.model_fields}
REASONS = {reason.name for reason in (*DeclineReason, *IgnoreReason, *FailureReason)}
FINDINGS = {problem.code for messages in (*CHECKS, *STEPS) for problem in messages.problems}
MAKE_VARIABLES = set(re.findall(r"(?<=\$[($])[A-Z]+", MAKEFILE))
SIMULATOR_VARIABLES = {*variables.DOCUMENTS, *variables.REQUIRED_SETTINGS, "EVENT_AGE_SECONDS", "CALLER"}
OTHER_NAMES = {
    "AWS_CA_BUNDLE": "a variable of the SDK",
    "AWS_ENDPOINT_URL": "a variable of the SDK",
    "LOG_LEVEL": "a variable of Powertools",
    "ERROR_CODE": "an attribute that EventBridge adds to an undelivered event",
    "ERROR_MESSAGE": "an attribute that EventBridge adds to an undelivered event",
    "NO_ANSWER": "a reason that the shipped flows write",
    "TEXT_THE_CUSTOMER": "an action name in the sample events",
}
"""Names in capitals on the pages that are neither of this project nor in a service model of AWS."""
GLOBAL_OPTIONS = {"--region", "--profile", "--query", "--output", "--cli-input-json", "--no-cli-pager"}

every_page = pytest.mark.parametrize("page", PAGES)
every_written_page = pytest.mark.parametrize("page", [page for page in PAGES if page != "docs/reference.md"])


def enums_of_aws() -> Iterator[str]:
    for service in ("connect", "pinpoint-sms-voice-v2", "lambda", "sqs", "cloudwatch"):
        model = botocore.session.get_session().get_service_model(service)
        for name in model.shape_names:
            yield from getattr(model.shape_for(name), "enum", None) or ()


def names_of_aws() -> Iterator[str]:
    """Yield the names of the operations, shapes and members of the services that the pages are about."""
    for service in ("connect", "pinpoint-sms-voice-v2", "lambda", "sqs", "events", "cloudwatch", "cloudformation"):
        model = botocore.session.get_session().get_service_model(service)
        yield from (*model.operation_names, *model.shape_names)
        for name in model.shape_names:
            yield from getattr(model.shape_for(name), "members", ())


def code() -> Iterator[str]:
    """Yield the texts of the files that are neither pages nor data."""
    yield (ROOT / "Makefile").read_text()
    yield (ROOT / "template.yaml").read_text()
    for folder in ("bench", "flows", "ops", "simulator", "src"):
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in (".js", ".json", ".py"):
                yield path.read_text()


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every name in capitals that a page may use."""
    return {
        *SETTINGS,
        *REASONS,
        *STATUSES,
        *FINDINGS,
        *MAKE_VARIABLES,
        *SIMULATOR_VARIABLES,
        *OTHER_NAMES,
        *vars(phonenumbers.PhoneNumberType),
        *enums_of_aws(),
    }


@pytest.fixture(scope="module")
def words() -> set[str]:
    """Every word of the code, every sample event, and every name of AWS and of Python."""
    events = {path.stem for path in (ROOT / "events").iterdir()}
    in_code = {word for text in code() for word in re.findall(r"\w+", text)}
    return {*in_code, *events, *names_of_aws(), *enums_of_aws(), *dir(builtins), *OTHER_NAMES}


@every_page
def test_every_link_leads_to_a_file_and_a_heading(page: str) -> None:
    folder = (ROOT / page).parent
    for link, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)]+))?\)", PAGES[page]):
        target = (folder / link).resolve() if link else ROOT / page

        assert target.exists(), link
        name = str(target.relative_to(ROOT))
        assert not anchor or name not in PAGES or anchor in anchors(name), f"{link}#{anchor}"


def test_every_page_that_the_code_names_exists() -> None:
    link = re.compile(r"\b(docs/[\w-]+\.md)(?:#([\w-]+))?")
    named = {match.groups() for text in code() for match in link.finditer(text)}

    assert named
    assert [page for page, _ in named if page not in PAGES] == []
    assert [(page, anchor) for page, anchor in named if anchor and anchor not in anchors(page)] == []


@every_written_page
def test_page_names_no_unknown_setting_or_reason(page: str, known: set[str]) -> None:
    named = {name for code in inline_code(page) for name in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", code)}

    assert named - known == set()


@pytest.mark.parametrize("page", sorted(PAGES.keys() - {"CHANGELOG.md"}))  # which names what was removed
def test_page_names_nothing_that_neither_the_code_nor_aws_has(page: str, words: set[str]) -> None:
    """A name is of several words, as the metric `AskedFor` or the log key `sms_parts`, or in capitals."""
    name = re.compile(r"(?<![\w./:-])(?:[A-Z][a-z]+(?:[A-Z][a-z]+)+|[a-z]+(?:_[a-z]+)+|[A-Z]{4,})(?![\w/:-])")
    named = {match[0] for code in inline_code(page) for match in name.finditer(code)}

    assert named - words == set()


@every_written_page
def test_page_names_no_unknown_metric(page: str) -> None:
    claimed = re.findall(r"metrics? ((?:`\w+`(?:, | and )?)+)|(`\w+Latency`)", PAGES[page])
    asked = re.findall(r"--namespace ConnectSmsDeflection --metric-name (\w+)", PAGES[page])

    named = {name for match in claimed for each in match for name in re.findall(r"`(\w+)`", each)}
    assert named | set(asked) <= METRICS


@every_written_page
def test_page_names_no_unknown_make_target(page: str) -> None:
    named = {name for code in all_commands(page) for name in re.findall(r"\bmake ([a-z][a-z-]*)", code)}

    assert named <= TARGETS


@every_written_page
def test_page_assigns_no_unknown_variable(page: str) -> None:
    assigned = {name for code in inline_code(page) for name in re.findall(r"(?<![\w./$-])([A-Za-z]\w*)=", code)}

    assert assigned <= SETTINGS | SIMULATOR_VARIABLES | MAKE_VARIABLES | {"EVENT", *PARAMETERS, *OTHER_NAMES}


@every_written_page
def test_page_names_no_unknown_resource_of_the_stack(page: str) -> None:
    assert set(re.findall(r"--logical-resource-id (\w+)", PAGES[page])) <= RESOURCES.keys()


@every_page
def test_selected_proofs_exist(page: str) -> None:
    proofs = "\n".join(f"{path.stem} {path.read_text()}" for path in (ROOT / "tests").rglob("test_*.py"))
    selected = {name for code in all_commands(page) for name in re.findall(r"make prove .*?ONLY=(\w+)", code)}

    assert [name for name in selected if not re.search(rf"(^test_|def test_)\w*{name}", proofs, re.MULTILINE)] == []


@every_page
def test_aws_commands_exist_and_take_their_options(page: str) -> None:
    session = botocore.session.get_session()
    for command in all_commands(page):
        for service, operation, rest in re.findall(r"\baws ([a-z][\w-]*) ([a-z][\w-]*)([^|)]*)", command):
            if service in ("configure", "login"):
                continue
            try:
                model = session.get_service_model(service)
            except UnknownServiceError:
                pytest.fail(f"aws {service}")
            operations = {xform_name(name, "-"): name for name in model.operation_names}
            assert operation in operations, f"aws {service} {operation}"
            shape = model.operation_model(operations[operation]).input_shape
            members = {xform_name(name, "-") for name in shape.members} if shape else set()
            given = set(re.findall(r"(?<=\s)--[a-z-]+", re.sub(r"'[^']*'|\"[^\"]*\"", "", rest))) - GLOBAL_OPTIONS
            assert {re.sub("^--(no-)?", "", option) for option in given} <= members, command


@every_page
def test_json_on_a_page_is_valid_and_equals_the_example_file_it_quotes(page: str) -> None:
    for block in blocks(page, "json"):
        json.loads(block)
    quoted = re.findall(
        r"`(examples/[\w/-]+\.json)`[^\n`]*\n\n```json\n(.*?)^```", PAGES[page], re.MULTILINE | re.DOTALL
    )

    assert dict(quoted) == {file: (ROOT / file).read_text() for file, _ in quoted}


@every_page
def test_yaml_on_a_page_is_valid(page: str) -> None:
    for block in blocks(page, "yaml"):
        assert yaml.compose(block)


@every_page
def test_every_file_that_a_command_names_exists(page: str) -> None:
    named = {file for code in all_commands(page) for file in re.findall(r"(?:events|examples|docs)/[\w/-]+\.\w+", code)}

    assert [file for file in named if not (ROOT / file).exists()] == []


@every_page
def test_every_place_for_measurements_is_closed_and_known_to_a_command(page: str) -> None:
    places = re.findall(r"<!-- bench: (\w+) -->\n(?:(?!<!-- bench).)*?<!-- end -->", PAGES[page], re.DOTALL)
    written = "".join(path.read_text() for path in (ROOT / "bench").glob("*.py"))

    assert PAGES[page].count("<!-- bench: ") == len(places)
    assert [place for place in places if f'"{place}"' not in written] == []


@every_page
def test_phone_numbers_and_account_ids_are_fictional(page: str) -> None:
    text = PAGES[page]
    numbers = set(re.findall(r"\+\d{8,}", text))

    assert {number for number in numbers if not re.fullmatch(r"\+142555501\d\d|\+61491570006", number)} == set()
    assert set(re.findall(r"\b\d{12}\b", text)) <= {demo.ACCOUNT}


def test_pages_have_commands() -> None:
    assert [command for page in PAGES for command, _ in commands(page) if "make run" in command]
