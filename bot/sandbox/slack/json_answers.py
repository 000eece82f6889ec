"""JSON as the workspace answers it: ASCII only, as Slack's, so that any string can be sent back."""

import json
from typing import Any

from starlette.responses import JSONResponse


class AsciiJSON(JSONResponse):
    """Starlette's would fail on half a surrogate pair, which JSON from outside may hold."""

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()
