"""A small OpenID Connect issuer on loopback: one user, who agrees to every login at once."""

import base64
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

CLIENT, SECRET, KEY_ID = "staffing", "not-a-secret", "key-1"


@dataclass
class Issuer:
    """What the issuer says of its user; `lasts_s` is how long a login holds from when it is given."""

    address: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    lasts_s: float = 3600.0
    nonces: dict[str, str] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def metadata(self) -> dict[str, Any]:
        here = self.address
        return {
            "issuer": here,
            "authorization_endpoint": f"{here}/authorize",
            "token_endpoint": f"{here}/token",
            "jwks_uri": f"{here}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self) -> dict[str, Any]:
        public = self.key.public_key().public_numbers()
        numbers = {"n": _number(public.n), "e": _number(public.e)}
        return {"keys": [{"kty": "RSA", "kid": KEY_ID, "use": "sig", "alg": "RS256", **numbers}]}

    def agree(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to, with a code."""
        code = f"code-{len(self.nonces)}"
        self.nonces[code] = asked.get("nonce", "")
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, asked: dict[str, str]) -> dict[str, Any]:
        """The tokens of a code, once; a wrong secret or code raises KeyError."""
        now = time.time()
        claims = {
            "iss": self.address,
            "aud": CLIENT,
            "sub": "user-1",
            "iat": int(now),
            "exp": int(now + self.lasts_s),
            "nonce": self.nonces.pop(asked["code"]),
            **self.claims,
        }
        return {"access_token": "unused", "token_type": "Bearer", "expires_in": 60, "id_token": self.signed(claims)}

    def signed(self, claims: dict[str, Any]) -> str:
        head = {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
        text = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        return f"{text}.{_encoded(self.key.sign(text.encode(), padding.PKCS1v15(), SHA256()))}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


@contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer that answers as long as the block lasts."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize" and asked.get("client_id") == CLIENT:
                self.send_response(302)
                self.send_header("Location", issuer.agree(asked))
                self.end_headers()
            elif parts.path == "/keys":
                self._answer(200, issuer.keys())
            else:
                self._answer(200, issuer.metadata())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: values[0] for name, values in parse_qs(body).items()}
            given = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            if self.headers.get("Authorization") != f"Basic {given}" or asked.get("code") not in issuer.nonces:
                self._answer(401, {"error": "invalid_client"})
            else:
                self._answer(200, issuer.token(asked))

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
