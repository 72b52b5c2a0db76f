"""The address that the server listens on."""

from __future__ import annotations

import http.client
import json
import socket

from assistant.settings import Settings
from ui.doctor.finding import Finding, failed, ok

_SECONDS = 3.0


def check_port(settings: Settings) -> Finding:
    """Free, or taken by missiondesk itself."""
    host, port = settings.host, settings.port
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        if _is_ours(host, port):
            return ok("port", f"missiondesk runs on {host}, port {port}.")
        reason = error.strerror or "not usable"
        return failed("port", f"The server cannot listen on {host}, port {port}: {reason}.", "Try another --port.")
    return ok("port", f"{host}, port {port} is free.")


def _is_ours(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=_SECONDS)
    try:
        connection.request("GET", "/health/live")
        return bool(json.loads(connection.getresponse().read(1000)) == {"status": "live"})
    except (OSError, ValueError, http.client.HTTPException):
        return False
    finally:
        connection.close()
