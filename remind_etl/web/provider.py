"""Sign-in by OpenID Connect: the authorization code flow with PKCE, state and nonce.

The provider tells the verified email of a person. Whether this person may see anything stands in our own database.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from pydantic import SecretStr
from requests import RequestException

from remind_etl.catalogue import pages as texts
from remind_etl.errors import TransientError

RETURN_PATH: Final = "/sign-in/provider/return"
"""Where the provider sends a browser back to."""

GOING_SECONDS: Final = 600
"""How long a person may take at the provider."""

PATIENCE_SECONDS: Final = 5.0
FRESH_SECONDS: Final = 3_600.0
"""How long the provider's own description and keys are kept."""

SOON_SECONDS: Final = 60.0
"""Keys are asked for again after at least so long, if a token names another key."""

LEEWAY_SECONDS: Final = 60
"""How far the clocks of both may differ."""

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures that need the provider's private key: none that a secret makes, which several know."""

ADDRESSES: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
"""What the provider's description must have."""


@dataclass(frozen=True)
class Going:
    """A sign-in that has begun: what the browser keeps until it comes back."""

    state: str
    nonce: str
    verifier: str
    since: float


@dataclass
class OpenIdProvider:
    """The provider, as its client that the settings describe."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    return_url: str
    name: str
    clock: Callable[[], float] = time.time
    _known: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> tuple[str, Going]:
        """The address to send the browser to, and what it keeps meanwhile.

        Raises TransientError if the provider does not answer.
        """
        going = Going(_random(), _random(), _random(), self.clock())
        with self._session() as session:
            url, _ = session.create_authorization_url(
                self._description(session)["authorization_endpoint"],
                state=going.state,
                code_verifier=going.verifier,
                nonce=going.nonce,
            )
        return str(url), going

    def verified_email(self, going: Going, answer: Mapping[str, str]) -> str | None:
        """The email of the person who comes back with this answer, or None if the provider vouches for none.

        Raises TransientError if the provider does not answer.
        """
        is_in_time = 0 <= self.clock() - going.since <= GOING_SECONDS
        if not is_in_time or not secrets.compare_digest(going.state.encode(), answer.get("state", "").encode()):
            return None
        if not answer.get("code") or answer.get("iss", self.issuer) != self.issuer:
            return None
        try:
            with self._session() as session:
                return _email_of(self._claims(session, answer["code"], going))
        except RequestException:
            raise TransientError(texts.PROVIDER_SILENT) from None
        except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError):
            return None  # what it sent is no answer to this question

    def _session(self) -> Any:
        return OAuth2Session(
            self.client_id,
            self.client_secret.get_secret_value() or None,
            scope="openid email",
            redirect_uri=self.return_url,
            code_challenge_method="S256",
            default_timeout=PATIENCE_SECONDS,
        )

    def _claims(self, session: Any, code: str, going: Going) -> dict[str, Any]:
        """What the provider says of the person: the checked token, with the email of its page of users if need be."""
        told = self._description(session)
        sent = session.fetch_token(
            told["token_endpoint"],
            grant_type="authorization_code",
            code=code,
            code_verifier=going.verifier,
            allow_redirects=False,
        )
        options = {
            "iss": {"essential": True, "value": self.issuer},
            "aud": {"essential": True, "value": self.client_id},
        }
        known = {"nonce": going.nonce, "client_id": self.client_id, "access_token": sent.get("access_token")}
        token = self._signed(session, told, str(sent["id_token"]))
        claims = CodeIDToken(token.claims, token.header, options, known)
        claims.validate(now=int(self.clock()), leeway=LEEWAY_SECONDS)
        if "email" in claims or "userinfo_endpoint" not in told:
            return dict(claims)
        of_person = _json_object(session.get(told["userinfo_endpoint"], allow_redirects=False))
        if of_person["sub"] != claims["sub"]:
            raise ValueError("of another person")
        return of_person

    def _signed(self, session: Any, told: Mapping[str, Any], token: str) -> jwt.Token:
        """The token, if the provider's key signed it; its keys are asked for again if the token names a new one."""
        offered = told.get("id_token_signing_alg_values_supported", ["RS256"])
        registry = JWSRegistry(algorithms=[name for name in ALGORITHMS if name in offered], strict_check_header=False)
        try:
            return jwt.decode(token, self._keys(session, told, FRESH_SECONDS), registry=registry)
        except InvalidKeyIdError:
            return jwt.decode(token, self._keys(session, told, SOON_SECONDS), registry=registry)

    def _keys(self, session: Any, told: Mapping[str, Any], fresh: float) -> KeySet:
        keys: Any = self._fetched(session, told["jwks_uri"], fresh)
        return KeySet.import_key_set(keys)

    def _description(self, session: Any) -> dict[str, Any]:
        """The provider's description of itself, whose addresses are as safe as its own.

        Raises TransientError if it does not answer, or answers for another one.
        """
        address = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            told = self._fetched(session, address, FRESH_SECONDS)
        except (RequestException, ValueError):
            raise TransientError(texts.PROVIDER_SILENT) from None
        schemes = {urlsplit(str(told.get(name))).scheme for name in ADDRESSES}
        if told.get("issuer") != self.issuer or not schemes <= {"https", urlsplit(self.issuer).scheme}:
            raise TransientError(texts.PROVIDER_SILENT)
        return told

    def _fetched(self, session: Any, url: str, fresh: float) -> dict[str, Any]:
        with self._lock:
            known = self._known.get(url)
        if known and 0 <= self.clock() - known[0] < fresh:
            return known[1]
        # Without the client's login, which is for the token alone.
        told = _json_object(session.get(url, withhold_token=True, allow_redirects=False))
        with self._lock:
            self._known[url] = (self.clock(), told)
        return told


def _random() -> str:
    return secrets.token_urlsafe(48)


def _json_object(answer: Any) -> dict[str, Any]:
    """The JSON object of an answer; raises RequestException or ValueError if it is none."""
    answer.raise_for_status()
    told = answer.json()
    if answer.status_code != 200 or not isinstance(told, dict):
        raise ValueError("no object")
    return told


def _email_of(claims: Mapping[str, Any]) -> str | None:
    """The email, if the provider has verified it. Other letters are refused: some become ASCII in lower case."""
    email, is_verified = claims.get("email"), claims.get("email_verified")
    is_sure = is_verified is True or is_verified == "true"
    return email if is_sure and isinstance(email, str) and email.isascii() else None
