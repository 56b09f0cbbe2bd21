"""The message templates of Amazon Q in Connect; moto does not simulate GetMessageTemplate."""

import json
import re
from collections.abc import Callable, Container, Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from werkzeug.wrappers import Response

from connect_simulator import demo
from connect_simulator.aws.signed_request import signing_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SIGNING_NAME: Final = "wisdom"
PATH: Final = r"/knowledgeBases/([^/]+)/messageTemplates/([^/]+)"

Template = tuple[str, str]
"""The id of the knowledge base, and the id of the template."""


class TemplateMiddleware:
    """WSGI middleware that answers GetMessageTemplate and passes every other request on."""

    def __init__(self, app: "WSGIApplication", templates: Callable[[], Container[Template]]) -> None:
        self._app = app
        self._templates = templates

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle a WSGI request."""
        path = re.fullmatch(PATH, unquote(environ["PATH_INFO"]))
        if path is None or signing_name(environ) != SIGNING_NAME or environ["REQUEST_METHOD"] != "GET":
            return self._app(environ, start_response)
        return _response((path[1], path[2]), self._templates())(environ, start_response)


def _response(template: Template, templates: Container[Template]) -> Response:
    if template not in templates:
        headers = {"x-amzn-errortype": "ResourceNotFoundException"}
        message = '{"message": "The message template was not found."}'
        return Response(message, 404, headers, content_type="application/json")
    knowledge_base_id, template_id = template
    prefix = f"arn:aws:wisdom:{demo.REGION}:{demo.ACCOUNT}"
    arn = f"{prefix}:message-template/{knowledge_base_id}/{template_id}"
    described = {
        "messageTemplateArn": arn,
        "messageTemplateId": template_id,
        "knowledgeBaseArn": f"{prefix}:knowledge-base/{knowledge_base_id}",
        "knowledgeBaseId": knowledge_base_id,
        "name": "deflection",
        "channelSubtype": "WHATSAPP",
        "createdTime": 0,
        "lastModifiedTime": 0,
        "lastModifiedBy": arn,
        "messageTemplateContentSha256": "0" * 64,
    }
    return Response(json.dumps({"messageTemplate": described}), content_type="application/json")
