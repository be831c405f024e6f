"""Sign-in by OpenID Connect: the authorization code flow with PKCE, and access tokens of programs.

Authlib speaks with the provider, joserfc checks what it signs. Only tokens signed with a key of its own are taken.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from clausal.service.configuration import SignIn
from clausal.service.problems import Refusal

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
"""How tokens may be signed: with keys that only the provider has."""
LEEWAY = 60
"""Seconds by which clocks may differ."""
KEPT = 3600.0
AGAIN = 30.0
"""Seconds between two looks for a key that is not known."""


class Provider:
    """The provider that people sign in with; its settings and keys are read when they are first needed."""

    def __init__(self, settings: SignIn, redirect: str) -> None:
        self.settings = settings
        self._redirect = redirect
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._read = 0.0

    async def address(self, state: str, nonce: str, verifier: str) -> str:
        """Where a person is sent to sign in."""
        metadata = await self._described()
        async with self._client() as client:
            url, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return str(url)

    async def signed_in(self, code: str, verifier: str, nonce: str) -> dict[str, Any]:
        """The claims about a person whom the provider sends back; raises Refusal where they do not hold."""
        metadata = await self._described()
        try:
            async with self._client() as client:
                token = await client.fetch_token(metadata["token_endpoint"], code=code, code_verifier=verifier)
        except (OAuthError, httpx2.HTTPError, ValueError):
            raise Refusal(401, "the sign-in was not accepted by the provider", "sign in again") from None
        claims = await self._checked(str(token.get("id_token", "")), self.settings.client_id)
        if claims.get("nonce") != nonce:
            raise Refusal(401, "the sign-in is not the one that was begun here", "sign in again")
        return claims

    async def claims_of(self, token: str) -> dict[str, Any]:
        """The claims of a program's access token; raises Refusal."""
        if self.settings.audience is None:
            raise _refused("access tokens are not taken here: no `audience` is configured")
        return await self._checked(token, self.settings.audience)

    async def _checked(self, token: str, audience: str) -> dict[str, Any]:
        await self._described()
        found = self._decoded(token)
        if found is None and time.monotonic() - self._read > AGAIN:
            self._keys = None  # the provider may have a new key
            await self._described()
            found = self._decoded(token)
        if found is None:
            raise _refused("the token is not signed by the provider")
        rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self._metadata["issuer"]},
            aud={"essential": True, "value": audience},
            sub={"essential": True},
            exp={"essential": True},
        )
        try:
            rules.validate(found)
        except JoseError:
            raise _refused("the token has ended, or is for somebody else") from None
        return found

    def _decoded(self, token: str) -> dict[str, Any] | None:
        assert self._keys is not None
        try:
            return dict(jwt.decode(token, self._keys, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError):
            return None

    async def _described(self) -> Mapping[str, Any]:
        """The provider's settings, with its keys."""
        if self._keys is not None and time.monotonic() - self._read < KEPT:
            return self._metadata
        issuer = self.settings.issuer.rstrip("/")
        try:
            async with httpx2.AsyncClient(timeout=10) as client:
                answer = await client.get(f"{issuer}/.well-known/openid-configuration")
                metadata = answer.raise_for_status().json()
                keys = (await client.get(metadata["jwks_uri"])).raise_for_status().json()
            if str(metadata["issuer"]).rstrip("/") != issuer:
                raise ValueError
            self._keys = KeySet.import_key_set(keys)
        except (httpx2.HTTPError, ValueError, KeyError, JoseError):
            hint = "the operator is to look after `sign_in.issuer`"
            raise Refusal(503, "the sign-in provider cannot be reached, or is not as configured", hint) from None
        self._metadata, self._read = metadata, time.monotonic()
        return self._metadata

    def _client(self) -> AsyncOAuth2Client:
        secret = self.settings.client_secret_file
        return AsyncOAuth2Client(
            self.settings.client_id,
            secret.read_text("utf-8").strip() if secret else None,
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            redirect_uri=self._redirect,
            scope=" ".join(self.settings.scopes),
            code_challenge_method="S256",
            timeout=10,
        )


def _refused(what: str) -> Refusal:
    return Refusal(401, what, "sign in again", headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
