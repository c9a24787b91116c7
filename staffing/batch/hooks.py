"""Telling others that a batch has ended: a command or an https address gets the summary; failing changes nothing."""

import http.client
import json
import logging
import subprocess
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from staffing.files.batch_toml import Hook

LOG = logging.getLogger(__name__)
TIMEOUT_S = 10.0


def call_hooks(hooks: Iterable[Hook], summary: Mapping[str, Any]) -> tuple[str, ...]:
    """Hand the summary as JSON to each hook; what failed, by kind and exception, never with contents."""
    body = json.dumps(summary, ensure_ascii=False).encode("utf-8")
    failed = []
    for hook in hooks:
        try:
            if hook.command:
                subprocess.run(hook.command, input=body, timeout=TIMEOUT_S, check=True, capture_output=True)
            if hook.url:
                _post(hook.url, body)
        except (OSError, subprocess.SubprocessError, http.client.HTTPException, ValueError) as error:
            kind = "command" if hook.command else "url"
            LOG.warning("hook %s failed: %s", kind, type(error).__name__)
            failed.append(f"{kind}: {type(error).__name__}")
    return tuple(failed)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The address that was allowed is the one that is called."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


def _post(url: str, body: bytes) -> None:
    if not url.startswith("https://"):
        raise ValueError("url must begin with https://")
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")
    with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_S):
        pass
