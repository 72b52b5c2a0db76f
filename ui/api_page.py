"""The page about the HTTP API in Markdown, written from the API's own description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Described = Mapping[str, Any]

_REFERENCE = "#/components/schemas/"
_HEAD = """# API

Written from the server's own OpenAPI description, version {version}. A running server shows the same at `/docs`, and
gives the description at `/openapi.json`.

Programs send an access key as a bearer token. Without keys the server answers its own machine only, and needs none.

```console
$ curl -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
    -d '{{"question": "Cât durează cursul de limba română?"}}' https://desk.example.org/v1/ask
```

Errors are problem JSON (RFC 9457) with a `log_id`.
"""
_SPECIAL = re.compile(r"([<>|])")


def api_page(description: Described) -> str:
    """The page, for a description as `app.openapi()` gives it."""
    schemas = description["components"]["schemas"]
    lines = [_HEAD.format(version=description["info"]["version"])]
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            lines += _operation(method, path, operation, schemas)
    return "\n".join(lines) + "\n"


def _operation(method: str, path: str, operation: Described, schemas: Described) -> Iterator[str]:
    yield f"## `{method.upper()} {path}`\n"
    yield f"**{_plain(operation.get('summary', ''))}**\n"
    if told := operation.get("description", ""):
        yield f"{_plain(told)}\n"
    if parameters := operation.get("parameters", []):
        yield "| parameter | in | type | what it is |\n|---|---|---|---|"
        yield from map(_parameter, parameters)
        yield ""
    if content := operation.get("requestBody", {}).get("content", {}):
        yield from _body("Body", content, schemas)
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            yield from _body(f"Answer {status}", response.get("content", {}), schemas)
    refusals = [status for status in operation["responses"] if not status.startswith("2")]
    if refusals:
        yield f"May be refused with {', '.join(refusals)}.\n"


def _parameter(parameter: Described) -> str:
    told = " ".join(_plain(parameter.get("description", "")).split())
    needed = " (needed)" if parameter.get("required") else ""
    return f"| `{parameter['name']}`{needed} | {parameter['in']} | {_kind(parameter.get('schema', {}))} | {told} |"


def _body(title: str, content: Described, schemas: Described) -> Iterator[str]:
    if not content:
        return
    yield f"{title}: {', '.join(f'`{media}`' for media in content)}\n"
    schema = content.get("application/json", {}).get("schema", {})
    examples = schemas.get(schema.get("$ref", "").removeprefix(_REFERENCE), schema).get("examples")
    if examples:
        yield f"```json\n{json.dumps(examples[0], ensure_ascii=False, indent=2)}\n```\n"


def _kind(schema: Described) -> str:
    options = [option for option in schema.get("anyOf", [schema]) if option.get("type") != "null"]
    kinds = [option.get("type") or option.get("$ref", "").removeprefix(_REFERENCE) for option in options]
    return " or ".join(kind for kind in kinds if kind)


def _plain(text: str) -> str:
    """Text as text: nothing of it is taken for a tag or the end of a cell."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[1])};", text)
