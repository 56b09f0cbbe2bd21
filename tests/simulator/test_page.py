"""The page's own endpoints, its guard, its flows and its Lambda; the page itself is tried in a browser."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from connect_simulator import Fault, Simulator, demo
from connect_simulator.flows import FunctionTimeoutError
from connect_simulator.lambda_runtime.execution_environments import MAX_IDLE, ExecutionEnvironments
from connect_simulator.lambda_runtime.worker import PROVISIONED_SECONDS
from connect_simulator.page import PageMiddleware, SessionRegistry, read_stack
from connect_simulator.page.choices import Caller, Choices
from connect_simulator.page.feed import Feed
from connect_simulator.page.outbound_messages import OutboundMessages
from connect_simulator.page.session import Session
from connect_simulator.page.session_environment import SessionEnvironment
from connect_simulator.scenario.sdk_client import sdk_client

ROOT = Path(__file__).parents[2]
MOBILE = "+14255550142"
STACK = read_stack(ROOT / "template.yaml")
FUNCTION = """
import os
import time

def lambda_handler(event, context):
    print("a line")
    os.write(1, b"amid the answers")
    match event:
        case {"Details": {"Parameters": {"sleep": seconds}}}:
            time.sleep(float(seconds))
        case {"Details": {"Parameters": {"raise": text}}}:
            raise RuntimeError(text)
    told = {"Status": "STARTED", "Reason": os.environ.get("REASON", ""), "ContactId": "text-1"}
    return told | {"Process": str(os.getpid())}
"""


@pytest.fixture(scope="module")
def handler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("function")
    (folder / "page_function.py").write_text(FUNCTION)
    sys.path.append(str(folder))
    yield "page_function.lambda_handler"
    sys.path.remove(str(folder))


@pytest.fixture(scope="module")
def functions(handler: str) -> Iterator[ExecutionEnvironments]:
    with closing(ExecutionEnvironments(handler)) as functions:
        yield functions


@pytest.fixture(scope="module")
def site(handler: str) -> Iterator[Simulator]:
    simulator = Simulator()
    with closing(SessionRegistry(simulator, STACK, ExecutionEnvironments(handler), max_sessions=3)) as sessions:
        simulator.add_middleware(lambda app: PageMiddleware(app, sessions))
        with simulator:
            yield simulator


def asked(site: Simulator, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
    connection = HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    text = None if body is None else json.dumps(body)
    usual = {"Content-Type": "application/json"} if text else {}
    connection.request(method, path, text, usual | {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    content, told = answer.read(), dict(answer.headers)
    connection.close()
    is_json = told.get("Content-Type") == "application/json"
    return answer.status, json.loads(content) if is_json else content, told


@pytest.fixture
def session(site: Simulator) -> str:
    _, told, _ = asked(site, "POST", "/simulator/page/sessions", {})
    return f"/simulator/page/sessions/{told['name']}"


def watch(site: Simulator, session: str, until: Callable[[Any], bool], since: str = "") -> list[Any]:
    """What the feed tells, up to and with what is waited for."""
    connection = HTTPConnection(urlsplit(site.url).netloc, timeout=30)
    place = session if "/feed" in session else f"{session}/feed"
    connection.request("GET", place, headers={"Last-Event-ID": since} if since else {})
    told = []
    with closing(connection), connection.getresponse() as answer:
        for line in answer:
            if line.startswith(b"data: "):
                told.append(json.loads(line[6:]))
                if until(told[-1]):
                    return told
    raise AssertionError(told)


class Played(ExecutionEnvironments):
    """Every invocation comes to this, without a process."""

    def __init__(self, outcome: dict[str, Any] | Exception) -> None:
        super().__init__("no_module.lambda_handler")
        self._outcome = outcome

    def prepare(self, *_: Any) -> None:
        pass

    def invoke(self, *_: Any) -> dict[str, Any]:
        if isinstance(self._outcome, Exception):
            raise self._outcome
        return {"log": [], **self._outcome}


class Texting(Played):
    """Every invocation asks Amazon Connect for a text."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        super().__init__({"response": {"Status": "STARTED", "Reason": "", "ContactId": "text-1"}})
        self._ask = ask

    def invoke(self, *_: Any) -> dict[str, Any]:
        self._ask()
        return super().invoke()


def told_by(session: Session, until: Callable[[Any], bool], since: int = 0) -> list[Any]:
    """What the feed of a session of this process tells, up to and with what is waited for."""
    told: list[Any] = []
    for entry in session.feed.since(since):
        assert entry, told
        told.append(entry[1])
        if until(told[-1]):
            break
    return told


MOST_STEPS = 16


def does(site: Simulator, session: str, deed: str, body: Any) -> None:
    """It is done, and the flow goes on until it waits: the page asks for each step."""
    assert asked(site, "POST", f"{session}/{deed}", body)[0] == 202
    for _ in range(MOST_STEPS):
        asked(site, "POST", f"{session}/next", {})


def done_by(session: Session, deed: str, body: Any) -> None:
    """The same, in this process."""
    session.do(deed, body)
    for _ in range(MOST_STEPS):
        session.do("next", {})


def waiting_for(what: str) -> Callable[[Any], bool]:
    return lambda told: (told["kind"], told.get("expects")) == ("waiting", what)


def test_the_page_is_at_the_root_and_forbids_what_is_not_its_own(site: Simulator) -> None:
    status, page, headers = asked(site, "GET", "/")

    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"<h1>A call continues by SMS</h1>" in page
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert b" style=" not in page
    assert b"<script>" not in page


def test_s3_still_has_its_root(site: Simulator) -> None:
    s3 = boto3.client(
        "s3", endpoint_url=site.url, aws_access_key_id="test", aws_secret_access_key="test", region_name=demo.REGION
    )

    assert s3.list_buckets()["Buckets"] == []


def test_every_file_that_the_page_names_is_served(site: Simulator) -> None:
    assets = ROOT / "simulator" / "connect_simulator" / "page" / "assets"

    for file in assets.iterdir():
        assert asked(site, "GET", f"/simulator/page/{file.name}")[1] == file.read_bytes()


@pytest.mark.parametrize(
    "path",
    ["../page_middleware.py", "..%2fpage_middleware.py", "assets/main.js", "/etc/passwd", "", "main.js/", "nothing.js"],
)
def test_no_path_leads_elsewhere(path: str, site: Simulator) -> None:
    assert asked(site, "GET", f"/simulator/page/{path}")[0] == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example:5005"},
        {"Host": "attacker.example", "Origin": "http://attacker.example"},
        {"Origin": "http://attacker.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Content_Type": "text/plain"},
    ],
)
def test_another_page_cannot_begin_a_session(headers: dict[str, str], site: Simulator) -> None:
    assert asked(site, "POST", "/simulator/page/sessions", {}, **headers)[0] == 403


def test_a_name_that_is_bound_to_this_machine_reads_nothing(site: Simulator) -> None:
    assert asked(site, "GET", "/", Host="attacker.example")[0] == 403
    assert asked(site, "GET", "/", Host="localhost:5005")[0] == 200


def test_another_page_cannot_use_the_simulators_endpoints(site: Simulator) -> None:
    assert asked(site, "POST", "/simulator/reset", {}, Origin="http://attacker.example")[0] == 403
    assert asked(site, "POST", "/simulator/reset", {}, Origin=site.url)[0] == 200
    assert asked(site, "POST", "/simulator/reset", {})[0] == 200


def test_a_call_is_told_step_by_step(site: Simulator, session: str) -> None:
    does(site, session, "call", {"number": "+14255550142"})
    offered = watch(site, session, waiting_for("KEY"))
    does(site, session, "press", {"keys": "1"})
    told = watch(site, session, waiting_for("AGENT"))

    assert [each["action"] for each in offered if each["kind"] == "step"] == ["voice", "queue-flow", "queue", "offer"]
    assert told[: len(offered)] == offered
    [answered] = [each for each in told if each["kind"] == "result"]
    assert answered["response"]["Status"] == "STARTED"
    assert answered["log"] == ["a line"]
    assert [each["flow"] for each in told if each["kind"] == "flow"] == ["VoiceFlow", "CustomerQueueFlow"]
    [agreed] = [each for each in told if each.get("action") == "agree"]
    assert (agreed["branch"], agreed["prompts"], agreed["attributes"]) == ("1", [], {"smsConsent": "yes"})


def test_a_watcher_who_comes_back_is_told_the_rest(site: Simulator, session: str) -> None:
    does(site, session, "call", {})
    told = watch(site, session, waiting_for("KEY"))

    assert watch(site, session, waiting_for("KEY"), since="2") == told[3:]


def test_a_tab_that_is_looked_at_again_is_told_the_rest(site: Simulator, session: str) -> None:
    does(site, session, "call", {})
    told = watch(site, session, waiting_for("KEY"))

    assert watch(site, f"{session}/feed?last=2", waiting_for("KEY")) == told[3:]


def test_the_flow_waits_for_each_step_to_be_shown(site: Simulator, session: str) -> None:
    asked(site, "POST", f"{session}/call", {})
    asked(site, "POST", f"{session}/next", {})
    asked(site, "POST", f"{session}/next", {"call": "the one before"})
    asked(site, "POST", f"{session}/hang-up", {})

    told = watch(site, session, lambda told: told["kind"] == "ended")

    assert [each["action"] for each in told if each["kind"] == "step"] == ["voice", "queue-flow"]
    assert told[-1]["reason"] == "HUNG_UP"


@pytest.mark.parametrize(
    ("steps", "last", "is_event"), [(0, "agree", False), (1, "status", False), (MOST_STEPS, "hold", True)]
)
def test_only_who_is_in_line_abandons_the_queue(steps: int, last: str, *, is_event: bool, simulator: Simulator) -> None:
    outcome = {"response": {"Status": "STARTED", "Reason": "", "ContactId": "text-1"}}
    with closing(Session("mine", simulator, STACK, Played(outcome))) as session:
        done_by(session, "call", {"number": MOBILE})
        session.do("press", {"keys": "1"})
        for _ in range(steps + 1 if steps else 0):
            session.do("next", {})
        session.do("hang-up", {})
        session.do("leave", {})
        told = told_by(session, lambda told: told["kind"] == "left")

    assert [each["action"] for each in told if each["kind"] == "step"][-1] == last
    assert ("event" in [each["kind"] for each in told]) is is_event
    [*_, call] = [each["contact"] for each in told if each["kind"] == "contact"]
    assert call["DisconnectReason"] == "CUSTOMER_DISCONNECT"
    assert ("QueueInfo" in call) is is_event


@pytest.mark.parametrize("deed", ["call", "leave"])
def test_another_call_or_story_ends_the_call_that_is_on(deed: str, simulator: Simulator) -> None:
    with closing(Session("mine", simulator, STACK, Played({}))) as session:
        session.do("call", {"number": MOBILE})
        first = told_by(session, lambda told: told["kind"] == "step")[-1]["call"]
        session.do(deed, {"number": MOBILE})
        session.do("leave", {})
        told_by(session, lambda told: told["kind"] == "left" and told["left"] == 1 + (deed == "leave"))

    assert "DisconnectTimestamp" in simulator.world.contacts[first]


def test_a_call_that_is_over_is_not_hung_up_again(simulator: Simulator) -> None:
    with closing(Session("mine", simulator, STACK, Played({}))) as session:
        session.do("hang-up", {})
        session.do("call", {"number": MOBILE})
        session.do("hang-up", {})
        session.do("hang-up", {})
        session.do("press", {"keys": "1"})
        session.do("leave", {})
        told = told_by(session, lambda told: told["kind"] == "left")

    assert [each["kind"] for each in told].count("ended") == 1
    assert [each["message"] for each in told if each["kind"] == "error"] == [
        "There is no active call; start one first."
    ] * 2


def test_who_talks_to_an_agent_does_not_abandon_the_queue(simulator: Simulator) -> None:
    with closing(Session("mine", simulator, STACK, Played({}))) as session:
        done_by(session, "call", {"number": MOBILE})
        done_by(session, "press-nothing", {})
        done_by(session, "connect-agent", {})
        session.do("hang-up", {})
        session.do("leave", {})
        told = told_by(session, lambda told: told["kind"] == "left")

    assert [each["reason"] for each in told if each["kind"] == "ended"] == ["QUEUED", "ANSWERED", "HUNG_UP"]
    assert "event" not in [each["kind"] for each in told]


def test_a_new_call_makes_the_one_before_forgotten(site: Simulator, session: str) -> None:
    for _ in range(2):
        does(site, session, "call", {})
        told = watch(site, session, waiting_for("KEY"))

    assert [each["kind"] for each in told].count("call") == 1


@pytest.mark.parametrize(
    ("deed", "body", "status", "field"),
    [
        ("dance", {}, 404, None),
        ("call", {"number": "+1 425; drop"}, 400, "number"),
        ("call", {"number": 5}, 400, "number"),
        ("call", {"language": 5}, 400, "language"),
        ("call", {"attributes": ["a"]}, 400, "attributes"),
        ("call", {"attributes": {" ": "a"}}, 400, "attributes"),
        ("choose", {"parameters": {"a": 5}}, 400, "parameters"),
        ("choose", {"settings": {"LD_PRELOAD": "x"}}, 400, "LD_PRELOAD"),
        ("choose", {"settings": {"PYTHONPATH": "x"}}, 400, "PYTHONPATH"),
        ("choose", {"settings": {"INITIAL_MESSAGE": "x" * 5000}}, 400, "INITIAL_MESSAGE"),
        ("choose", {"settings": {"MESSAGES_PARAMETER": "/etc/passwd"}}, 400, "MESSAGES_PARAMETER"),
        ("choose", {"settings": {"ROUTES_PARAMETER": "examples/../../../../../etc/passwd"}}, 400, "ROUTES_PARAMETER"),
        ("choose", {"settings": {"MESSAGES_PARAMETER": "pyproject.toml"}}, 400, "MESSAGES_PARAMETER"),
        ("choose", {"fault": "flood"}, 400, ""),
        ("choose", {"fault": "quota", "times": 0}, 400, "times"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(
    deed: str, body: Any, status: int, field: str | None, site: Simulator, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)

    answered, told, _ = asked(site, "POST", f"{session}/{deed}", body)

    assert (answered, told.get("field")) == (status, field)
    assert told["message"]


def test_a_document_that_is_pasted_names_no_file(site: Simulator, session: str) -> None:
    pasted = json.dumps({"messages": "x" * 1000})
    assert asked(site, "POST", f"{session}/choose", {"settings": {"MESSAGES_PARAMETER": pasted}})[0] == 202
    does(site, session, "call", {"number": MOBILE})
    does(site, session, "press", {"keys": "1"})

    assert watch(site, session, lambda told: told["kind"] in ("error", "result"))[-1]["kind"] == "result"


def test_what_does_not_fit_is_told_and_the_session_goes_on(site: Simulator, session: str) -> None:
    does(site, session, "press", {"keys": "1"})
    does(site, session, "call", {})
    does(site, session, "press", {"keys": "x"})

    told = watch(site, session, lambda told: told["kind"] == "error")

    assert (told[-1]["message"], told[-1]["stops"]) == ("keys must contain only 0 to 9, * and # (got x).", False)


def test_what_cannot_be_set_up_is_told_and_the_flow_goes_no_further(
    site: Simulator, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.json").touch()
    asked(site, "POST", f"{session}/choose", {"settings": {"MESSAGES_PARAMETER": "empty.json"}})
    does(site, session, "call", {"number": MOBILE})
    does(site, session, "press", {"keys": "1"})

    told = watch(site, session, lambda told: told["kind"] in ("error", "ended"))

    message = "empty.json must not be empty; an SSM parameter has at least one character."
    assert told[-1] == {"kind": "error", "message": message, "stops": True}
    assert "not-texted" not in [each.get("action") for each in told]


def test_a_bug_of_the_simulator_is_not_a_function_that_raised(
    simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(Session("broken", simulator, STACK, Played(ZeroDivisionError()))) as session:
        done_by(session, "call", {"number": MOBILE})
        done_by(session, "press", {"keys": "1"})
        told = told_by(session, lambda told: told["kind"] in ("error", "ended"))

    assert told[-1]["message"] == "The simulator failed; see its terminal for the error."
    assert [each["kind"] for each in told].count("invoking") == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    "outcome", [{"error": {"type": "RuntimeError", "text": "", "reason": ""}}, FunctionTimeoutError()]
)
def test_a_batch_that_fails_stays_on_the_queue(outcome: Any, simulator: Simulator) -> None:
    with closing(Session("failing", simulator, STACK, Played(outcome))) as session:
        sqs = sdk_client(simulator, "sqs")
        url = SessionEnvironment(simulator, STACK, session.name).queue_url()
        for each in "ab":
            sqs.send_message(QueueUrl=url, MessageBody="{}", MessageGroupId=each, MessageDeduplicationId=each)
        session.do("process-queue", {})
        told = told_by(session, lambda told: told["kind"] == "queue")

    assert told[-1]["records"] == 2
    there = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert int(there["ApproximateNumberOfMessages"]) + int(there["ApproximateNumberOfMessagesNotVisible"]) == 2


def test_a_session_of_another_name_does_not_exist(site: Simulator) -> None:
    assert asked(site, "POST", "/simulator/page/sessions/none/call", {})[0] == 404
    assert asked(site, "GET", "/simulator/page/sessions/none/feed")[0] == 404


def test_the_session_that_was_used_least_recently_ends_when_there_are_too_many(site: Simulator, session: str) -> None:
    others = []
    for _ in range(2):
        _, told, _ = asked(site, "POST", "/simulator/page/sessions", {})
        others.append(f"/simulator/page/sessions/{told['name']}")
    asked(site, "POST", f"{session}/call", {})
    asked(site, "POST", "/simulator/page/sessions", {})

    assert [asked(site, "POST", f"{each}/next", {})[0] for each in (session, *others)] == [202, 404, 202]


def test_a_function_has_the_settings_in_its_environment_and_keeps_its_process(functions: ExecutionEnvironments) -> None:
    answers = [functions.invoke({"REASON": reason}, {}, 10)["response"]["Reason"] for reason in ("a", "b", "a")]

    assert answers == ["a", "b", "a"]


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_no_more_than_a_few_processes_have_nothing_to_do(functions: ExecutionEnvironments) -> None:
    settings = [{"REASON": f"idle {number}"} for number in range(MAX_IDLE + 2)]

    processes = [int(functions.invoke(each, {}, 10)["response"]["Process"]) for each in settings]

    assert [lives(process) for process in processes] == [False] * 2 + [True] * MAX_IDLE


def test_a_process_that_died_is_replaced(functions: ExecutionEnvironments) -> None:
    died = int(functions.invoke({"REASON": "dies"}, {}, 10)["response"]["Process"])
    os.kill(died, signal.SIGKILL)
    os.waitid(os.P_PID, died, os.WEXITED | os.WNOWAIT)

    assert functions.invoke({"REASON": "dies"}, {}, 10)["response"]["Process"] != str(died)
    assert not lives(died)


def test_a_function_that_raises_is_told(functions: ExecutionEnvironments) -> None:
    told = functions.invoke({}, {"Details": {"Parameters": {"raise": "boom"}}}, 10)

    assert told["error"] == {"type": "RuntimeError", "text": "boom", "reason": ""}
    assert told["log"] == ["a line"]


def test_a_function_that_is_too_slow_gives_no_answer_and_the_next_one_does(functions: ExecutionEnvironments) -> None:
    with pytest.raises(FunctionTimeoutError):
        functions.invoke({}, {"Details": {"Parameters": {"sleep": 30}}}, 0.05)

    assert functions.invoke({}, {}, 10)["response"]["Status"] == "STARTED"


def test_the_time_that_is_told_is_the_functions_own(functions: ExecutionEnvironments) -> None:
    began = time.monotonic()
    told = functions.invoke({"REASON": "loaded anew"}, {"Details": {"Parameters": {"sleep": 0.1}}}, 10)
    elapsed = 1000 * (time.monotonic() - began)

    assert 100 <= told["milliseconds"] <= elapsed - 1000 * PROVISIONED_SECONDS + 1


def test_a_handler_that_is_not_there_gives_no_answer() -> None:
    with closing(ExecutionEnvironments("no_module.lambda_handler")) as functions, pytest.raises(FunctionTimeoutError):
        functions.invoke({}, {}, 10)


def test_a_fault_strikes_those_only_that_it_is_for(simulator: Simulator) -> None:
    simulator.faults.add(Fault("A", "quota", times=None, access_key="mine"))

    assert simulator.faults.take("A", "mine")
    assert simulator.faults.take("A", "yours") is None
    simulator.faults.clear_for("mine")
    assert simulator.faults.take("A", "mine") is None


def test_choices_are_read() -> None:
    body = {"settings": {"QUIET_HOURS": "21:00-08:00"}, "fault": "delay", "times": 1, "opted_out": True}

    choices = Choices.parse(body, STACK.variables)

    assert choices.settings == {"QUIET_HOURS": "21:00-08:00"}
    assert choices.fault == Fault("StartOutboundChatContact", "delay", 1, seconds=5)
    assert (choices.opted_out, choices.has_queue) == (True, False)
    assert Caller.parse({"number": ""}).number is None


def test_an_opt_out_is_of_its_session_only_and_ends(simulator: Simulator) -> None:
    mine, lists = SessionEnvironment(simulator, STACK, "mine"), simulator.world.sms.opt_out_lists
    named = {"OPT_OUT_LIST_NAME": "Default"}
    lists["Default"]["+14255550199"] = 0

    mine.choose(Choices(named, {}, opted_out=True))
    mine.create_resources(MOBILE)
    assert list(lists[mine.variables()["OPT_OUT_LIST_NAME"]]) == [MOBILE]
    assert list(lists["Default"]) == ["+14255550199"]

    mine.choose(Choices(named, {}))
    mine.create_resources(MOBILE)
    assert list(lists[mine.variables()["OPT_OUT_LIST_NAME"]]) == ["+14255550199"]


def test_the_function_looks_at_no_list_unless_it_is_told(simulator: Simulator) -> None:
    mine = SessionEnvironment(simulator, STACK, "mine")
    mine.choose(Choices({}, {}, opted_out=True))
    mine.create_resources(MOBILE)

    assert "OPT_OUT_LIST_NAME" not in mine.variables()
    assert mine.is_opted_out(MOBILE)
    mine.choose(Choices({}, {}))
    assert not mine.is_opted_out(MOBILE)


@pytest.mark.parametrize("word", ["STOP", " stop ", "Arret", "cancel", "end", "opt-out", "optout", "quit", "td"])
def test_a_word_for_stop_as_a_reply_opts_the_number_out(
    word: str, simulator: Simulator, request_with: Callable[..., Any]
) -> None:
    to = {"DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550111"}}
    texting = Texting(lambda: signed_by("mine", simulator).start_outbound_chat_contact(**request_with(**to)))
    with closing(Session("mine", simulator, STACK, texting)) as session:
        done_by(session, "call", {"number": MOBILE})
        done_by(session, "press", {"keys": "1"})
        session.do("reply", {"text": "What now?"})
        session.do("reply", {"text": word})
        before = told_by(session, lambda told: told.get("opted_out") is True)
        done_by(session, "call", {"number": MOBILE})
        done_by(session, "press", {"keys": "1"})
        session.do("leave", {})
        after = told_by(session, lambda told: told["kind"] == "left", since=len(before))

    assert [each["opted_out"] for each in before if each["kind"] == "reply"] == [False, True]
    assert [each["delivered"] for each in before if each["kind"] == "message"] == [True]
    assert [each["delivered"] for each in after if each["kind"] == "message"] == [False]


def test_who_was_not_texted_can_stop_nothing(simulator: Simulator) -> None:
    with closing(Session("mine", simulator, STACK, Played({}))) as session:
        session.do("reply", {"text": "STOP"})
        [told] = told_by(session, lambda told: told["kind"] == "reply")

    assert told["opted_out"] is False


@pytest.mark.parametrize(("said", "seconds"), [("8", 8), ("", 3), ("soon", 3), ("99", 3)])
def test_the_flows_block_waits_as_long_as_the_function_is_told(said: str, seconds: int, simulator: Simulator) -> None:
    mine = SessionEnvironment(simulator, STACK, "mine")

    mine.choose(Choices({"FLOW_TIME_LIMIT_SECONDS": said}, {}))

    assert mine.flow_time_limit == seconds


def test_who_withholds_the_number_is_on_no_list(simulator: Simulator) -> None:
    mine = SessionEnvironment(simulator, STACK, "mine")
    mine.choose(Choices({"OPT_OUT_LIST_NAME": "Default"}, {}, opted_out=True))

    mine.create_resources(None)

    assert simulator.world.sms.opt_out_lists[mine.variables()["OPT_OUT_LIST_NAME"]] == {}


def test_after_a_reset_everything_is_set_up_again(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "messages.json").write_text("{}")
    mine = SessionEnvironment(simulator, STACK, "mine")
    mine.choose(
        Choices({"REPEAT_WINDOW_MINUTES": "60", "MESSAGES_PARAMETER": "messages.json"}, {}, is_switched_off=True)
    )
    mine.create_resources(MOBILE)

    simulator.reset()
    mine.create_resources(MOBILE)

    ssm, variables = sdk_client(simulator, "ssm"), mine.variables()
    assert sdk_client(simulator, "dynamodb").list_tables()["TableNames"] == [variables["TABLE_NAME"]]
    assert ssm.get_parameter(Name="messages.json")["Parameter"]["Value"] == "{}"
    assert ssm.get_parameter(Name=variables["SWITCH_PARAMETER"])["Parameter"]["Value"] == "off"


def signed_by(access_key: str, simulator: Simulator, **more: Any) -> Any:
    return boto3.client(
        "connect",
        endpoint_url=simulator.url,
        aws_access_key_id=access_key,
        aws_secret_access_key="test",
        region_name=demo.REGION,
        **more,
    )


@pytest.mark.parametrize("related", [{}, {"RelatedContactId": "another"}])
def test_the_texts_of_a_session_are_those_that_its_function_asked_for(
    related: dict[str, str], simulator: Simulator, request_with: Callable[..., Any]
) -> None:
    texts = OutboundMessages(simulator, STACK, "mine")
    signed_by("mine", simulator).start_outbound_chat_contact(**request_with(**related))
    signed_by("yours", simulator).start_outbound_chat_contact(**request_with(**related))

    assert [(text["request"].get("RelatedContactId"), text["flow_end"]) for text in texts.new_messages()] == [
        (related.get("RelatedContactId"), "QUEUED")
    ]
    assert list(texts.new_messages()) == []

    simulator.reset()
    signed_by("mine", simulator).start_outbound_chat_contact(**request_with(**related))
    assert len(list(texts.new_messages())) == 1


def test_a_text_of_the_call_before_is_told(simulator: Simulator, request_with: Callable[..., Any]) -> None:
    outcome = {"response": {"Status": "FAILED", "Reason": "TIMED_OUT"}}
    with closing(Session("mine", simulator, STACK, Played(outcome))) as session:
        done_by(session, "call", {"number": MOBILE})
        told_by(session, waiting_for("KEY"))
        signed_by("mine", simulator).start_outbound_chat_contact(**request_with(RelatedContactId="before"))
        done_by(session, "call", {"number": MOBILE})
        done_by(session, "press", {"keys": "1"})
        told = told_by(session, waiting_for("AGENT"), since=1)

    assert [each["request"]["RelatedContactId"] for each in told if each["kind"] == "message"] == ["before"]


def test_a_text_that_arrives_late_is_told(simulator: Simulator, request_with: Callable[..., Any]) -> None:
    outcome = {"response": {"Status": "FAILED", "Reason": "TIMED_OUT"}}
    with closing(Session("mine", simulator, STACK, Played(outcome))) as session:
        session.do("choose", {"fault": "delay", "operation": "GetParameter"})
        done_by(session, "call", {"number": MOBILE})
        done_by(session, "press", {"keys": "1"})
        told = told_by(session, waiting_for("AGENT"))
        signed_by("mine", simulator).start_outbound_chat_contact(**request_with())
        later = told_by(session, lambda told: told["kind"] == "message", since=len(told))

    assert [each["kind"] for each in told].count("message") == 0
    assert later[-1]["flow_end"] == "QUEUED"


ANSWERS = [
    (None, "accepted"),
    ("access_denied", "rejected: 403 AccessDeniedException"),
    ("unavailable_html", "rejected: 503"),
    ("reset_before", "no response: the connection was lost"),
]


@pytest.mark.parametrize(("kind", "answer"), ANSWERS)
def test_what_connect_received_is_told_with_its_answer(
    kind: Any, answer: str, handler: str, request_with: Callable[..., Any]
) -> None:
    simulator = Simulator()
    with closing(SessionRegistry(simulator, STACK, ExecutionEnvironments(handler))) as sessions:
        simulator.add_middleware(lambda app: PageMiddleware(app, sessions))
        with simulator:
            session = sessions.start()
            if kind:
                simulator.faults.add(Fault("StartOutboundChatContact", kind, times=None))
            for _ in range(2):
                with suppress(ClientError, ConnectionClosedError):
                    once = Config(retries={"total_max_attempts": 1})
                    connect = signed_by(session.name, simulator, config=once)
                    connect.start_outbound_chat_contact(**request_with(ClientToken="one"))
                    connect.list_instances()
            told: list[dict[str, Any]] = []
            while sum(each["count"] for each in told) < 2:  # One that is cut is noted a moment later.
                told += session.request_log.new_entries()

    assert {each["outcome"] for each in told} == {answer}
    assert told[0]["request"]["ContactFlowId"] == demo.SMS_FLOW_ID
    assert kind == "reset_before" or told[0]["count"] == 2


def test_the_stack_is_the_one_of_the_template() -> None:
    assert STACK.flow("VoiceFlow").start == "voice"
    assert STACK.flow("CustomerQueueFlow").type == "CUSTOMER_QUEUE"
    assert STACK.flow("SmsFlow").start == "queue"
    assert STACK.variables["CONSENT_ATTRIBUTE"] == "smsConsent"
    assert STACK.variables["INSTANCE_ARN"] == demo.INSTANCE_ARN
    assert not any(name.startswith(("AWS_", "POWERTOOLS_")) for name in STACK.variables)


def test_a_feed_ends_for_those_who_watch() -> None:
    feed = Feed()
    feed.publish("step", action="offer")
    watching = feed.since(0)

    assert next(watching) == (0, {"kind": "step", "action": "offer"})
    feed.close()
    assert list(watching) == []


def test_ctrl_c_ends_the_simulator_and_its_processes_at_once(tmp_path: Path) -> None:
    (tmp_path / "page_function.py").write_text(FUNCTION)
    command = [sys.executable, "-m", "connect_simulator", "--port", "0", "--handler", "page_function.lambda_handler"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join([*sys.path, str(tmp_path)])}
    with subprocess.Popen(
        [*command, "--template", str(ROOT / "template.yaml")],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        url = process.stdout.readline().split()[-4]
        connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("POST", "/simulator/page/sessions", "{}", {"Content-Type": "application/json"})
        name = json.load(connection.getresponse())["name"]
        connection.request("GET", f"/simulator/page/sessions/{name}/feed")
        watching = connection.getresponse()
        assert watching.readline() == b"retry: 1000\n"
        began = time.monotonic()

        process.send_signal(signal.SIGINT)

        assert process.wait(timeout=10) == 0
        assert time.monotonic() - began < 5
        assert process.stderr
        assert process.stderr.read() == ""
        connection.close()


def test_the_page_wants_a_handler_and_a_template() -> None:
    command = [sys.executable, "-m", "connect_simulator", "--handler", "a.b"]
    told = subprocess.run(
        command, env={"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=False
    )

    assert told.returncode == 2
    assert "--handler and --template" in told.stderr


def test_a_template_that_is_not_there_is_said() -> None:
    command = [sys.executable, "-m", "connect_simulator", "--handler", "a.b", "--template", "nowhere.yaml"]
    told = subprocess.run(
        command, env={"PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True, check=False
    )

    assert told.returncode == 2
    assert told.stderr.endswith("error: cannot read nowhere.yaml: No such file or directory\n")
