"""How the two talk: faults on the way, the asynchronous client, HTTPS and HTTP/2."""

import asyncio
import ssl
import time

import httpx
import ksef2
from identities import ec_key, seal
from ksef2.testdata import generate_nip
from place import POLL, Sandbox, login, point
from steps import between, equal, refused, step


@step("429: the SDK waits as long as Retry-After says and goes on")
def too_many_requests(box: Sandbox) -> None:
    box.control("POST", "/faults", {"route": "POST /auth/challenge", "times": 1, "status": 429, "retryAfter": "1s"})
    with box.client() as client:
        began = time.monotonic()
        login(client, generate_nip())
        between(1, time.monotonic() - began, 10, "seconds")


@step("an answer that is lost while redeeming is an unknown outcome")
def lost_answer(box: Sandbox) -> None:
    box.control("POST", "/faults", {"route": "POST /auth/token/redeem", "times": 1, "lose": True})
    with box.client() as client, refused(ksef2.KSeFAuthTokenRedemptionError, outcome_ambiguous=True):
        login(client, generate_nip())


# -- the asynchronous client, HTTPS -------------------------------------------


@step("the asynchronous client: ten logins at once, a token, refresh, sessions")
def asynchronous(box: Sandbox) -> None:
    async def flow() -> None:
        point(box.http)
        http_client = httpx.AsyncClient(base_url=box.http, trust_env=False)
        async with http_client, ksef2.AsyncClient(ksef2.Environment.TEST, http_client=http_client) as client:
            entry, nip = client.authentication, generate_nip()
            logins = [entry.with_test_certificate(nip=nip, poll_interval=POLL) for _ in range(10)]
            auth, *others = await asyncio.gather(*logins)
            token = await auth.tokens.generate(permissions=["invoice_read"], description="an asynchronous token")
            await auth.tokens.wait_for_activation(reference_number=token.reference_number, poll_interval=POLL)
            by_token = await entry.with_token(ksef_token=token.token, nip=nip, poll_interval=POLL)
            others.append(by_token)
            pages = [page.items async for page in auth.sessions.all(page_size=10)]
            equal([len(items) for items in pages], [10, 1], "sizes of pages")
            (current,) = [s.reference_number for items in pages for s in items if s.is_current]
            await asyncio.gather(
                *(
                    auth.sessions.close(reference_number=s.reference_number)
                    for items in pages
                    for s in items
                    if s.reference_number != current
                )
            )
            equal([s.reference_number async for s in auth.sessions.list()], [current], "sessions left")
            assert (await entry.refresh(refresh_token=auth.refresh_token)).access_token.token, "refreshed"
            await auth.sessions.terminate_current()
            for dead in [auth, *others]:
                with refused(ksef2.KSeFAuthError, ksef_code=21301):
                    await entry.refresh(refresh_token=dead.refresh_token)

    asyncio.run(flow())


@step("HTTPS with the SDK's own transport, which must be told of the sandbox's authority")
def https(box: Sandbox) -> None:
    point(box.https)
    once = ksef2.RetryConfig(max_attempts=1)
    with ksef2.Client(
        ksef2.Environment.TEST, transport_config=ksef2.TransportConfig(trust_env=False, retry=once)
    ) as stranger:
        with refused(ksef2.KSeFTransportError):
            login(stranger, generate_nip())
    trusting = ksef2.TransportConfig(trust_env=False, tls=ksef2.TlsConfig(ca_bundle_path=box.ca_file))
    with ksef2.Client(ksef2.Environment.TEST, transport_config=trusting) as client:
        nip = generate_nip()
        auth = login(client, nip, seal(nip, ec_key()))
        equal(len(list(auth.sessions.list())), 1, "sessions")


@step("HTTP/2 over HTTPS")
def http2(box: Sandbox) -> None:
    point(box.https)
    versions: set[str] = set()
    http_client = httpx.Client(
        base_url=box.https,
        http2=True,
        trust_env=False,
        verify=ssl.create_default_context(cafile=box.ca_file),
        event_hooks={"response": [lambda response: versions.add(response.http_version)]},
    )
    with http_client, ksef2.Client(ksef2.Environment.TEST, http_client=http_client) as client:
        login(client, generate_nip()).sessions.terminate_current()
    equal(versions, {"HTTP/2"}, "protocol")
