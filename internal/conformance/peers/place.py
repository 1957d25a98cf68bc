"""Where the SDK finds the sandbox, and the few calls that most steps begin with."""

import base64
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import ksef2
from identities import Identity
from ksef2.xades import build_auth_token_request_xml, sign_xades
from steps import between

POLL = 0.05  # seconds; the sandbox is done when it is asked for the second time


@dataclass(frozen=True)
class Sandbox:
    """Where the sandbox answers."""

    http: str
    https: str
    ca_file: str
    admin: str

    @staticmethod
    def served(file: str) -> "Sandbox":
        urls = json.loads(Path(file).read_text())
        return Sandbox(urls["http"], urls["https"], urls["caFile"], urls["admin"])

    def client(self, **settings: Any) -> ksef2.Client:
        point(self.http)
        config = ksef2.TransportConfig(trust_env=False, **settings)
        http_client = httpx.Client(base_url=self.http, trust_env=False)
        return ksef2.Client(ksef2.Environment.TEST, transport_config=config, http_client=http_client)

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Do what only the sandbox's administrator can."""
        answer = httpx.request(method, self.admin + path, json=body, trust_env=False)
        answer.raise_for_status()
        return answer.json()

    def now(self) -> datetime:
        """Return the time on the sandbox's clock."""
        return datetime.fromisoformat(self.control("GET", "/state")["now"])

    def strange_answers(self, *proper: int) -> list[Any]:
        """Return the requests that were not answered properly, or ask for what KSeF does not have."""
        requests = self.control("GET", "/requests")
        between(200, len(requests), 16_000, "requests")
        return [r for r in requests if not r.get("route") or r["status"] not in proper]


def point(url: str) -> None:
    """Make Environment.TEST the sandbox.

    ksef2 1.x takes an http_client only if its base_url is the environment's,
    and knows no environment but the ministry's three.
    """
    ksef2.Environment.TEST._value_ = url


def claims(token: str) -> dict[str, Any]:
    """What is inside a bearer token."""
    body = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))


def login(client: ksef2.Client, nip: str, identity: Identity | None = None) -> Any:
    """Log in quickly, with a test certificate if no identity is given."""
    if identity is None:
        return client.authentication.with_test_certificate(nip=nip, poll_interval=POLL)
    return client.authentication.with_xades(
        nip=nip, cert=identity.certificate, private_key=identity.key, poll_interval=POLL
    )


def current_session(auth: Any) -> Any:
    (current,) = [s for s in auth.sessions.list() if s.is_current]
    return current


def submit(client: ksef2.Client, nip: str, identity: Identity) -> Any:
    """Submit a signed request by the SDK's raw endpoint; return the operation begun."""
    challenge = client.raw.auth.challenge().challenge
    return client.raw.auth.xades_auth(signed(challenge, nip, identity))


def signed(challenge: str, nip: str, identity: Identity) -> bytes:
    return sign_xades(build_auth_token_request_xml(challenge, nip), identity.certificate, identity.key)


def outcome(client: ksef2.Client, operation: Any) -> Any:
    """Wait for an operation to end; return its status with the details that the SDK's own flow drops."""
    bearer, number = operation.authenticationToken.token, operation.referenceNumber
    return eventually(lambda: client.raw.auth.auth_status(bearer, number).status, lambda status: status.code != 100)


def eventually[T](look: Callable[[], T], done: Callable[[T], bool]) -> T:
    """Look until it is done, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while not done(seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not done in ten seconds: {seen!r}")
        time.sleep(POLL)
    return seen
