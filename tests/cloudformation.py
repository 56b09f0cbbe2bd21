"""The template, and the values that CloudFormation makes of its expressions."""

import copy
import json
import re
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

from connect_simulator import demo

ROOT = Path(__file__).parents[1]
TEMPLATE: dict[str, Any] = json.loads(json.dumps(cfn_yaml.load(str(ROOT / "template.yaml"))))
PARAMETERS = TEMPLATE["Parameters"]
RESOURCES = TEMPLATE["Resources"]
FUNCTION = RESOURCES["DeflectionFunction"]["Properties"]
VARIABLES = FUNCTION["Environment"]["Variables"]
QUEUE = RESOURCES["DeflectionQueue"]["Properties"]
RULES = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::Events::Rule"}
ALIAS = {"Ref": "DeflectionFunction.Alias"}
BUCKET = "code"

GIVEN = {
    "InstanceArn": demo.INSTANCE_ARN,
    "ConnectPhoneNumberArn": demo.SMS_NUMBER_ARN,
    "QueueArn": demo.QUEUE_ARN,
    "DefaultCountry": "US",
}
"""The template parameters without a default."""
KNOWLEDGE_BASE = "0b9c8d7e-6f5a-4b3c-8d2e-1f0a9b8c7d6e"
OTHER_NUMBER_ARN = demo.SMS_NUMBER_ARN.replace("phone-number/2", "phone-number/9")
OTHER_FLOW_ARN = demo.SMS_FLOW_ARN.replace("contact-flow/5", "contact-flow/9")
PROMPTS: dict[str, dict[str, str]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "flows/prompts").glob("*.json"))
}
"""What customers hear and read, by language."""
OPTIONS = {
    "MoreConnectPhoneNumberArns": f"{demo.WHATSAPP_NUMBER_ARN},{OTHER_NUMBER_ARN}",
    "MoreContactFlowArns": OTHER_FLOW_ARN,
    "Subtypes": "connect:WhatsApp,connect:SMS",
    "KnowledgeBaseId": "*",
    "MessagesParameter": "/sms/messages",
    "RoutesParameter": "/sms/routes",
    "AllowedCountries": "US, CA",
    "QuietHours": "21:00-08:00",
    "RepeatWindowMinutes": "1440",
    "OptOutListName": "Default",
    "CarrierLookup": "true",
}
ABSENT = object()
MADE: dict[str, Any] = {
    "AWS::NoValue": ABSENT,
    "AWS::Partition": "aws",
    "AWS::Region": demo.REGION,
    "AWS::AccountId": demo.ACCOUNT,
    "AWS::StackName": "deflection",
    "DeflectionQueue": f"https://sqs.{demo.REGION}.amazonaws.com/{demo.ACCOUNT}/stack-DeflectionQueue-abc",
    "DeadLetterQueue": f"https://sqs.{demo.REGION}.amazonaws.com/{demo.ACCOUNT}/stack-DeadLetterQueue-abc",
    "Switch": "/connect-sms-deflection/deflection/switch",
    "RecentTexts": "stack-RecentTexts-abc",
    "DeflectionFunctionAliaslive": f"arn:aws:lambda:{demo.REGION}:{demo.ACCOUNT}:function:deflection:live",
    "SmsFlow.ContactFlowArn": demo.SMS_FLOW_ARN,
    "CustomerQueueFlow.ContactFlowArn": demo.SMS_FLOW_ARN.replace("contact-flow/5", "contact-flow/7"),
    "OfferModule.ContactFlowModuleArn": f"{demo.INSTANCE_ARN}/flow-module/6d5c4b3a-2918-4f07-8e6d-5c4b3a291807",
    "TestQueue.QueueArn": f"{demo.INSTANCE_ARN}/queue/3f4e5d6c-7b8a-4c9d-8e0f-1a2b3c4d5e6f",
    "AlarmTopic": f"arn:aws:sns:{demo.REGION}:{demo.ACCOUNT}:stack-AlarmTopic-abc",
}


def resolve(value: Any, given: dict[str, Any]) -> Any:
    """Return the value of an expression; supports the functions that this template uses."""
    match value:
        case {"Ref": name}:
            return given[name]
        case {"Fn::GetAtt": [name, attribute]} if f"{name}.{attribute}" in given:
            return given[f"{name}.{attribute}"]
        case {"Fn::FindInMap": [mapping, key, name]}:
            return TEMPLATE["Mappings"][mapping][resolve(key, given)][name]
        case {"Fn::Sub": content}:
            return substitute(content, given)
        case {"Fn::Join": [delimiter, parts]}:
            return delimiter.join(resolve(parts, given))
        case {"Fn::Split": [delimiter, text]}:
            return resolve(text, given).split(delimiter)
        case {"Fn::Select": [index, values]}:
            return resolve(values, given)[int(index)]
        case {"Fn::If": [condition, yes, no]}:
            return resolve(yes if holds(TEMPLATE["Conditions"][condition], given) else no, given)
        case dict() | list():
            return resolve_each(value, given)
        case _:
            return value


def substitute(content: str | list[Any], given: dict[str, Any]) -> str:
    """Return the text of Fn::Sub with its own variables and those of the template."""
    text, names = content if isinstance(content, list) else (content, {})
    values = given | {name: resolve(part, given) for name, part in names.items()}
    return re.sub(r"\$\{([\w:.]+)\}", lambda match: values[match[1]], text)


def resolve_each(value: dict[str, Any] | list[Any], given: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [part for part in (resolve(part, given) for part in value) if part is not ABSENT]
    resolved = {name: resolve(part, given) for name, part in value.items()}
    return {name: part for name, part in resolved.items() if part is not ABSENT}


def holds(condition: Any, given: dict[str, Any]) -> bool:
    """Return whether a condition is true."""
    match condition:
        case {"Fn::Not": [other]}:
            return not holds(other, given)
        case {"Fn::And": conditions}:
            return all(holds(condition, given) for condition in conditions)
        case {"Fn::Or": conditions}:
            return any(holds(condition, given) for condition in conditions)
        case {"Condition": name}:
            return holds(TEMPLATE["Conditions"][name], given)
        case {"Fn::Equals": [one, other]}:
            return bool(resolve(one, given) == resolve(other, given))
        case _:
            raise NotImplementedError(condition)


def deployed(value: Any, given: dict[str, str]) -> Any:
    """Return the value of an expression under the given template parameters and the defaults of the others."""
    defaults = {name: str(parameter["Default"]) for name, parameter in PARAMETERS.items() if "Default" in parameter}
    texts = defaults | given
    lists = {name: text.split(",") for name, text in texts.items() if PARAMETERS[name]["Type"] == "CommaDelimitedList"}
    return resolve(value, MADE | texts | lists)


def statements(**given: str) -> dict[str, Any]:
    """Return the policy statements of the function by their Sid."""
    [policy] = deployed(FUNCTION["Policies"], GIVEN | given)
    return {statement["Sid"]: statement for statement in policy["Statement"]}


def accepts(parameter: str, value: str) -> bool:
    """Return whether CloudFormation accepts a value of one template parameter."""
    its = PARAMETERS[parameter]
    is_in_range = its["Type"] != "Number" or (
        re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) is not None
        and float(its.get("MinValue", value)) <= float(value) <= float(its.get("MaxValue", value))
    )
    return (
        is_in_range
        and len(value) <= its.get("MaxLength", 4096)
        and value in map(str, its.get("AllowedValues", [value]))
        and re.fullmatch(its.get("AllowedPattern", "(?s:.*)"), value) is not None
    )


def broken_rules(**given: str) -> list[str]:
    """Return the rules of the template that refuse these parameters."""
    defaults = {name: parameter.get("Default", "") for name, parameter in PARAMETERS.items()} | GIVEN
    return [
        name
        for name, rule in TEMPLATE["Rules"].items()
        if holds(rule["RuleCondition"], defaults | given)
        and not all(holds(assertion["Assert"], defaults | given) for assertion in rule["Assertions"])
    ]


def parameters_in(value: Any) -> set[str]:
    """Return the template parameters that an expression or its conditions refer to."""
    match value:
        case {"Ref": name}:
            return {name} if name in PARAMETERS else set()
        case {"Fn::Sub": str(text)}:
            return {name for name in re.findall(r"\$\{(\w+)\}", text) if name in PARAMETERS}
        case {"Fn::Sub": [text, names]}:
            return parameters_in({"Fn::Sub": text}) | parameters_in(names)
        case {"Fn::If": [condition, *values]}:
            return parameters_in(TEMPLATE["Conditions"][condition]).union(*map(parameters_in, values))
        case {"Condition": str(name)}:
            return parameters_in(TEMPLATE["Conditions"][name])
        case dict():
            return {name for part in value.values() for name in parameters_in(part)}
        case list():
            return {name for part in value for name in parameters_in(part)}
        case _:
            return set()


def arn_of(resource: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [resource, "Arn"]}


def queues() -> dict[str, dict[str, Any]]:
    return {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::SQS::Queue"}


def translated(**given: str) -> dict[str, Any]:
    """Return the template after SAM's transform."""
    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    template = copy.deepcopy(TEMPLATE)
    template["Resources"]["DeflectionFunction"]["Properties"]["CodeUri"] = f"s3://{BUCKET}/code.zip"
    session = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name=demo.REGION)
    translated: dict[str, Any] = Translator({}, Parser(), boto_session=session).translate(template, GIVEN | given)
    return translated
