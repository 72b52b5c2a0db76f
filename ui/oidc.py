"""Accounts of an OpenID Connect provider: authorisation code flow with PKCE, state and nonce, by authlib.

Needs the extra `oidc`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client.oauth2_client import httpx2 as client_library
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.requests import Request

from assistant.roles import RIGHTS, KeyRole
from assistant.settings import Settings
from index.errors import InvalidSetting
from ui.provider import Account, Departure, ProviderFailed

# Neither `none` nor one that is signed with the client's secret: tokens are believed by the provider's own keys.
_ALGORITHMS = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
_SECONDS = 10.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_LONGEST_SUBJECT = 100
# authlib takes httpx2 where it is installed, and else httpx.
_UNREACHABLE: type[Exception] = client_library.HTTPError
_FAULTS = (AuthlibBaseError, JoseError, _UNREACHABLE, KeyError, TypeError, ValueError, RuntimeError)
"""What is raised for an answer that is refused, for one that makes no sense, and for none."""


def open_provider(settings: Settings) -> OpenIDProvider:
    """The provider of the settings; it is asked for nothing yet. Raises `InvalidSetting`."""
    issuer, client_id = settings.oidc_issuer or "", settings.oidc_client_id
    parts = urlsplit(issuer)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise InvalidSetting("The setting oidc_issuer must begin with https://: who signs in would not be safe.")
    if client_id is None or not settings.oidc_roles:
        raise InvalidSetting("With oidc_issuer, the settings oidc_client_id and oidc_roles are needed, too.")
    secret = settings.oidc_client_secret
    client = OAuth().register(
        "provider",
        client_id=client_id,
        client_secret=secret.get_secret_value() if secret else None,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "timeout": _SECONDS,
            # Some providers' tokens are good for a minute, and used at once.
            "leeway": 0,
        },
    )
    return OpenIDProvider(client, issuer, settings.oidc_role_claim, settings.oidc_roles)


class OpenIDProvider:
    """One provider, and which of its groups have which role here."""

    def __init__(self, client: Any, issuer: str, role_claim: str, roles: Mapping[str, KeyRole]) -> None:
        """`client` is authlib's for Starlette."""
        self._client = client
        self._issuer = issuer
        self._role_claim = role_claim
        self._roles = roles

    async def leave(self, return_to: str) -> Departure:
        """Where to send the browser. Raises `ProviderFailed`."""
        try:
            await self._check_metadata()
            begun: dict[str, str] = await self._client.create_authorization_url(return_to)
        except _FAULTS as error:
            raise ProviderFailed(_reason(error)) from error
        kept = {name: begun[name] for name in ("state", "nonce", "code_verifier")}
        return Departure(begun["url"], {**kept, "redirect_uri": return_to})

    async def arrive(self, request: Request, state: Mapping[str, Any]) -> Account:
        """Whom the provider has sent back. Raises `ProviderFailed`."""
        try:
            await self._check_metadata()
            # authlib looks for what it kept where Starlette's own sessions would be.
            held = {name: state[name] for name in ("nonce", "code_verifier", "redirect_uri")}
            request.scope["session"] = {f"_state_{self._client.name}_{state['state']}": {"data": held}}
            token: dict[str, Any] = await self._client.authorize_access_token(request, claims_options=self._expected())
            claims: dict[str, Any] = token["userinfo"]
            return _account(claims["sub"], await self._groups(token, claims), self._roles)
        except _FAULTS as error:
            raise ProviderFailed(_reason(error)) from error

    async def _check_metadata(self) -> None:
        """The provider must call itself what the setting calls it, and its keys must be its own."""
        metadata: dict[str, Any] = await self._client.load_server_metadata()
        if metadata.get("issuer") != self._issuer:
            raise ProviderFailed(f"The provider calls itself {metadata.get('issuer')!r}, not as oidc_issuer says.")
        signed = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [name for name in signed if name in _ALGORITHMS]

    def _expected(self) -> dict[str, dict[str, object]]:
        return {
            "iss": {"essential": True, "value": self._issuer},
            "aud": {"essential": True, "value": self._client.client_id},
        }

    async def _groups(self, token: dict[str, Any], claims: dict[str, Any]) -> object:
        """The claim that gives the role; some providers tell it only to those who ask with the access token."""
        if self._role_claim in claims or "userinfo_endpoint" not in self._client.server_metadata:
            return claims.get(self._role_claim)
        told: dict[str, Any] = await self._client.userinfo(token=token)
        if told["sub"] != claims["sub"]:
            raise ProviderFailed("The provider's two answers are about two people.")
        return told.get(self._role_claim)


def _account(subject: object, groups: object, roles: Mapping[str, KeyRole]) -> Account:
    if not isinstance(subject, str) or not subject:
        raise ProviderFailed("The provider has named nobody.")
    if len(subject) > _LONGEST_SUBJECT:
        subject = hashlib.sha256(subject.encode()).hexdigest()
    named = groups if isinstance(groups, list) else [groups]
    found = sorted(
        (roles[group] for group in named if isinstance(group, str) and group in roles), key=RIGHTS.__getitem__
    )
    return Account(f"oidc:{subject}", found[-1] if found else None)


def _reason(error: Exception) -> str:
    """What goes to the log: never a token or a code, which some messages repeat."""
    return f"{type(error).__name__}: {getattr(error, 'error', '') or ''}".rstrip(": ")
