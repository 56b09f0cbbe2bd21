"""The message templates of Amazon Q in Connect, of which moto knows nothing; only whether there is one can be asked."""

import json
import re
from collections.abc import Callable, Container, Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote

from werkzeug.wrappers import Response

from connect_simulator.aws.signed_request import service_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SERVICE = "qconnect"
PATH = r"/knowledgeBases/([^/]+)/messageTemplates/([^/]+)"

Template = tuple[str, str]  # The ids of its knowledge base and of itself.


class TemplateMiddleware:
    """Answers GetMessageTemplate and passes everything else on; wisdom is the name that calls are signed for."""

    def __init__(self, app: "WSGIApplication", templates: Callable[[], Container[Template]]) -> None:
        self._app = app
        self._templates = templates

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The WSGI protocol."""
        path = re.fullmatch(PATH, unquote(environ["PATH_INFO"]))
        if path is None or service_of(environ) != "wisdom" or environ["REQUEST_METHOD"] != "GET":
            return self._app(environ, start_response)
        return _answer((path[1], path[2]), self._templates())(environ, start_response)


def _answer(template: Template, known: Container[Template]) -> Response:
    if template not in known:
        headers = {"x-amzn-errortype": "ResourceNotFoundException"}
        return Response('{"message": "No such template."}', 404, headers, content_type="application/json")
    base, identifier = template
    arn = f"arn:aws:wisdom:us-east-1:111122223333:message-template/{base}/{identifier}"
    described = {
        "messageTemplateArn": arn,
        "messageTemplateId": identifier,
        "knowledgeBaseArn": f"arn:aws:wisdom:us-east-1:111122223333:knowledge-base/{base}",
        "knowledgeBaseId": base,
        "name": "deflection",
        "channelSubtype": "WHATSAPP",
        "createdTime": 0,
        "lastModifiedTime": 0,
        "lastModifiedBy": arn,
        "messageTemplateContentSha256": "0" * 64,
    }
    return Response(json.dumps({"messageTemplate": described}), content_type="application/json")
