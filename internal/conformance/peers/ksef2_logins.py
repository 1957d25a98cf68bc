"""Logging in: with certificates of all kinds, from all kinds of files, and with tokens."""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ksef2
from cryptography.hazmat.primitives.asymmetric import ec
from identities import Identity, ec_key, person, rsa_key, seal
from ksef2.models import Identifier, Permission, TokenListParams
from ksef2.testdata import generate_nip, generate_pesel
from ksef2.xades import load_certificate_and_key_from_p12, load_certificate_from_pem, load_private_key_from_pem
from place import POLL, Sandbox, claims, current_session, login
from steps import between, equal, refused, step

PASSWORD = "hasło".encode()


@step("a test certificate logs in, with the SDK's own pace of polling")
def test_certificate(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        auth = client.authentication.with_test_certificate(nip=nip)
        tokens, now = auth.auth_tokens, datetime.now(UTC)
        equal(auth.access_token, tokens.access_token.token, "access token")
        equal(auth.refresh_token, tokens.refresh_token.token, "refresh token")
        between(
            timedelta(minutes=5), tokens.access_token.valid_until - now, timedelta(minutes=30), "access token's life"
        )
        between(timedelta(days=1), tokens.refresh_token.valid_until - now, timedelta(days=7), "refresh token's life")
        inside = claims(auth.access_token)
        equal((inside["typ"], inside["cit"], inside["civ"]), ("ContextToken", "Nip", nip), "claims")
        equal(json.loads(inside["per"]), ["Owner"], "permissions of the owner")
        equal(current_session(auth).authentication_method, "qualified_seal", "method")


KEYS: list[tuple[str, Callable[[], Any]]] = [
    ("RSA-2048", rsa_key),
    ("P-256", ec_key),
    ("P-384", lambda: ec_key(ec.SECP384R1)),
    ("P-521", lambda: ec_key(ec.SECP521R1)),
]


def load_pem(identity: Identity, folder: Path) -> Identity:
    certificate, key = identity.write_pem(folder)
    return Identity(load_certificate_from_pem(certificate), load_private_key_from_pem(key))


def load_locked_pem(identity: Identity, folder: Path) -> Identity:
    certificate, key = identity.write_pem(folder, PASSWORD)
    return Identity(load_certificate_from_pem(certificate), load_private_key_from_pem(key, password=PASSWORD))


def load_p12(identity: Identity, folder: Path) -> Identity:
    file = identity.write_p12(folder, PASSWORD)
    return Identity(*load_certificate_and_key_from_p12(file, password=PASSWORD))


LOADERS = [("PEM files", load_pem), ("PEM files, the key encrypted", load_locked_pem), ("a .p12", load_p12)]


def register_seals() -> None:
    for key_name, key in KEYS:
        for loader_name, load in LOADERS:

            @step(f"a seal with {key_name} from {loader_name} logs in")
            def with_seal(box: Sandbox, key: Any = key, load: Any = load) -> None:
                nip = generate_nip()
                with box.client() as client, tempfile.TemporaryDirectory() as folder:
                    auth = login(client, nip, load(seal(nip, key(), issued=load is load_p12), Path(folder)))
                    equal(current_session(auth).authentication_method, "qualified_seal", "method")


register_seals()


@step("a person known by NIP logs in")
def person_by_nip(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        auth = login(client, nip, person(f"TINPL-{nip}", ec_key()))
        equal(current_session(auth).authentication_method, "qualified_signature", "method")
        subject = json.loads(claims(auth.access_token)["sud"])
        equal((subject["givenNames"], subject["surname"]), (["Łucja"], "Źdźbło"), "name")


@step("a person known by PESEL owns the context of a NIP that testdata links with it")
def person_by_pesel(box: Sandbox) -> None:
    nip, pesel = generate_nip(), generate_pesel()
    with box.client() as client, client.testdata.temporal() as testdata:
        identity = person(f"PNOPL-{pesel}", rsa_key())
        with refused(ksef2.KSeFAuthError, status_code=415):
            login(client, nip, identity)
        testdata.create_person(nip=nip, pesel=pesel, description="a sole trader")
        equal(json.loads(claims(login(client, nip, identity).access_token)["per"]), ["Owner"], "permissions")


@step("permissions granted by testdata are what the token carries, no more")
def granted_permissions(box: Sandbox) -> None:
    nip, pesel = generate_nip(), generate_pesel()
    who, where = Identifier(type="pesel", value=pesel), Identifier(type="nip", value=nip)
    identity = person(f"PNOPL-{pesel}", ec_key())
    with box.client() as client:
        permissions = [
            Permission(type="invoice_read", description="to read"),
            Permission(type="introspection", description="to look into"),
        ]
        client.testdata.grant_permissions(permissions=permissions, grant_to=who, in_context_of=where)
        auth = login(client, nip, identity)
        equal(sorted(json.loads(claims(auth.access_token)["per"])), ["Introspection", "InvoiceRead"], "permissions")
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=26001):
            auth.tokens.generate(permissions=["invoice_write"], description="more than is held")
        client.testdata.revoke_permissions(revoke_from=who, in_context_of=where)
        with refused(ksef2.KSeFAuthError, status_code=415):
            login(client, nip, identity)


@step("a KSeF token is generated, becomes active and logs in")
def ksef_token(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        auth = login(client, nip)
        token = auth.tokens.generate(permissions=["invoice_read", "credentials_read"], description="a peer's token")
        assert token.token.startswith(f"{token.reference_number}|nip-{nip}|"), "form of the token"
        equal(token.get_status().status, "pending", "status at once")
        status = auth.tokens.wait_for_activation(reference_number=token.reference_number, poll_interval=POLL)
        equal(status.status, "active", "status")
        again = client.authentication.with_token(ksef_token=token.token, nip=nip, poll_interval=POLL)
        equal(sorted(json.loads(claims(again.access_token)["per"])), ["CredentialsRead", "InvoiceRead"], "permissions")
        session = current_session(again)
        equal((session.authentication_method, session.authentication_method_category), ("token", "token"), "method")
        (item,) = auth.tokens.list(params=TokenListParams(status=["active"], description="PEER"))
        equal((item.author_identifier.type, item.author_identifier.value), ("nip", nip), "author")
        equal((item.context_identifier.type, item.context_identifier.value), ("nip", nip), "context")
        equal(sorted(item.requested_permissions), ["credentials_read", "invoice_read"], "requested permissions")
        assert item.last_use_date is not None, "a token that logged in was used"


@step("tokens are listed newest first, page by page")
def token_pages(box: Sandbox) -> None:
    with box.client() as client:
        auth = login(client, generate_nip())
        made = [auth.tokens.generate(permissions=["invoice_read"], description=f"token {i}") for i in range(12)]
        pages = list(auth.tokens.list().pages())
        equal([len(page) for page in pages], [10, 2], "sizes of pages")
        listed = [token.reference_number for page in pages for token in page]
        equal(listed, [token.reference_number for token in reversed(made)], "order")
