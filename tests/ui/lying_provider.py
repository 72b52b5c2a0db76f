"""An OpenID Connect provider that tells the truth, but for what a test wants it to lie about."""

from __future__ import annotations

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT = "missiondesk"
SECRET = "the client's own secret, known to both"
SUBJECT = "anna"


@dataclass
class Lies:
    """What the next sign-in is told: claims that replace the true ones, and other faults."""

    claims: dict[str, Any] = field(default_factory=dict)
    signed_by: str = "own"
    metadata: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    no_token: bool = False


class LyingProvider:
    """Takes every browser for the same person; checks what we send as strictly as the standard asks."""

    def __init__(self) -> None:
        self.lies = Lies()
        self.app = FastAPI()
        self._own, self._other = (RSAKey.generate_key(2048, {"kid": kid}) for kid in ("own", "own"))
        self._asked: dict[str, str] = {}
        self.app.add_api_route("/.well-known/openid-configuration", self._metadata)
        self.app.add_api_route("/keys", lambda: {"keys": [self._own.as_dict(private=False)]})
        self.app.add_api_route("/authorize", self._authorize)
        self.app.add_api_route("/token", self._token, methods=["POST"])
        self.app.add_api_route("/userinfo", lambda: {"sub": SUBJECT, **self.lies.userinfo})

    def _metadata(self, request: Request) -> dict[str, Any]:
        base = str(request.base_url).rstrip("/")
        return {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "userinfo_endpoint": f"{base}/userinfo",
            "jwks_uri": f"{base}/keys",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            **self.lies.metadata,
        }

    def _authorize(self, request: Request) -> RedirectResponse:
        self._asked = dict(request.query_params)
        if self._asked.get("code_challenge_method") != "S256" or self._asked.get("response_type") != "code":
            raise HTTPException(400)
        back = urlencode({"code": "the code", "state": self._asked["state"]})
        return RedirectResponse(f"{self._asked['redirect_uri']}?{back}")

    def _token(
        self,
        request: Request,
        code: Annotated[str, Form()],
        redirect_uri: Annotated[str, Form()],
        code_verifier: Annotated[str, Form()],
    ) -> dict[str, Any]:
        challenge = base64.urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).decode().rstrip("=")
        basic = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        right = (code, redirect_uri, challenge) == (
            "the code",
            self._asked["redirect_uri"],
            self._asked["code_challenge"],
        )
        if not right or request.headers["authorization"] != f"Basic {basic}":
            raise HTTPException(400)
        answer = {"access_token": "an access token", "token_type": "Bearer", "expires_in": 60}
        return (
            answer if self.lies.no_token else {**answer, "id_token": self._id_token(str(request.base_url).rstrip("/"))}
        )

    def _id_token(self, issuer: str) -> str:
        now = int(time.time())
        truth = {
            "iss": issuer,
            "aud": CLIENT,
            "sub": SUBJECT,
            "iat": now,
            "exp": now + 60,
            "nonce": self._asked["nonce"],
        }
        claims = {name: value for name, value in {**truth, **self.lies.claims}.items() if value is not None}
        match self.lies.signed_by:
            case "nobody":
                parts = (b'{"alg":"none"}', jwt.encode({"alg": "RS256"}, claims, self._own).split(".")[1].encode())
                head = base64.urlsafe_b64encode(parts[0]).decode().rstrip("=")
                return f"{head}.{parts[1].decode()}."
            case "the client's secret":
                secret = OctKey.import_key(SECRET)
                return jwt.encode({"alg": "HS256"}, claims, secret, algorithms=["HS256"])
            case "another":
                return jwt.encode({"alg": "RS256", "kid": "own"}, claims, self._other)
            case _:
                return jwt.encode({"alg": "RS256", "kid": "own"}, claims, self._own)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
