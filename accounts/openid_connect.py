"""OpenID Connect with verified ID tokens (Core 1.0, 3.1.3.7).

allauth trusts an ID token because it came directly from the provider, and sends no nonce. Here the
signature and a nonce are verified. The nonce is derived from the `state`, which allauth keeps in
the session and accepts once.
"""

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Client, OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from jwt import PyJWK

# Only algorithms with a public key. With a shared secret (HS256), anybody who knows the provider's
# published key could sign.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
               "EdDSA"]  # fmt: skip
_REQUIRED_CLAIMS = ["iss", "sub", "aud", "exp", "iat"]
_CLOCK_SKEW_SECONDS = 30  # seconds


def derive_nonce(state: str) -> str:
    """Return the nonce for a `state`: an HMAC with SHA-256, in hexadecimal."""
    return salted_hmac("accounts.openid_connect", state, algorithm="sha256").hexdigest()


class _NonceClient(OAuth2Client):
    """An OAuth client that sends a nonce."""

    def get_redirect_url(self, authorization_url, scope, extra_params) -> str:
        """Return the URL of the provider's sign-in page, with a nonce derived from the state."""
        asked = extra_params | {"nonce": derive_nonce(self.state or "")}
        return super().get_redirect_url(authorization_url, scope, asked)


class VerifyingAdapter(OpenIDConnectOAuth2Adapter):
    """An adapter that verifies ID tokens; it raises OAuth2Error if a check fails."""

    client_class = _NonceClient

    @property
    def openid_config(self) -> dict:
        """Return the provider's configuration (Discovery).

        Raise OAuth2Error if its issuer is not the configured server.
        """
        found = super().openid_config
        named = self.get_provider().app.settings["server_url"]
        if found["issuer"].rstrip("/") != named:
            raise OAuth2Error(f"{named} says that it is {found['issuer']}")
        return found

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **kwargs: Any
    ) -> Any:
        """Return the SocialLogin from the verified ID token, and from the userinfo if there is one.

        Raise OAuth2Error if the ID token is missing or invalid, or the userinfo has another `sub`.
        """
        response = kwargs["response"]
        if "id_token" not in response:
            raise OAuth2Error("no id_token")
        claims = self.verify_id_token(app, response["id_token"])
        data = {"id_token": claims}
        if "userinfo_endpoint" in self.openid_config:
            data["userinfo"] = self._fetch_user_info(token.token)
            if data["userinfo"].get("sub") != claims["sub"]:
                raise OAuth2Error("the page of the user is of somebody else")
        return self.get_provider().sociallogin_from_response(request, data)

    def verify_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """Return the claims of an ID token. Raise OAuth2Error if it is not valid.

        If the provider's keys cannot be fetched, an exception of requests is raised.
        """
        try:
            claims = jwt.decode(
                id_token,
                self._fetch_signing_key(id_token),
                algorithms=_ALGORITHMS,
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                leeway=_CLOCK_SKEW_SECONDS,
                options={"require": _REQUIRED_CLAIMS},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error(f"id_token: {type(error).__name__}") from error
        self._check_recipient_and_nonce(claims, app.client_id)
        return claims

    def _check_recipient_and_nonce(self, claims: dict[str, Any], client_id: str) -> None:
        """Raise OAuth2Error if the claim `azp` is not `client_id`, or the nonce does not match.

        The nonce must be the one derived from the `state` in the request's URL. A token without
        `azp` is accepted; the caller checks `aud`.
        """
        if claims.get("azp", client_id) != client_id:
            raise OAuth2Error("id_token: for another party")
        expected = derive_nonce(self.request.GET.get("state", ""))
        if not constant_time_compare(str(claims.get("nonce", "")), expected):
            raise OAuth2Error("id_token: of another sign-in")

    def _fetch_signing_key(self, id_token: str) -> PyJWK:
        """Return the provider's key that the token names, or its only key if none is named.

        Raise OAuth2Error unless there is exactly one, and requests' HTTPError for an error
        response.
        """
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
            answer.raise_for_status()
        usable = [key for key in jwt.PyJWKSet.from_dict(answer.json()).keys
                  if key.public_key_use in {None, "sig"}]  # fmt: skip
        named = jwt.get_unverified_header(id_token).get("kid")
        found = [key for key in usable if named is None or key.key_id == named]
        if len(found) != 1:
            raise OAuth2Error("id_token: signed by no key of the provider")
        return found[0]
