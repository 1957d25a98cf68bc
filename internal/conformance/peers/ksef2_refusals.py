"""Everything that does not log in, and how KSeF says so."""

import json
from datetime import timedelta
from typing import Any

import ksef2
from identities import ec_key, person, rsa_key, seal
from ksef2.models import AuthContextIdentifier
from ksef2.testdata import generate_nip, generate_pesel
from ksef2.xades import build_auth_token_request_xml
from place import POLL, Sandbox, claims, eventually, login, outcome, signed, submit
from steps import between, equal, refused, step


@step("415: nobody logs in where it has no permission")
def no_permission(box: Sandbox) -> None:
    with box.client() as client:
        identity = seal(generate_nip(), ec_key())
        with refused(ksef2.KSeFAuthError, status_code=415):
            login(client, generate_nip(), identity)
        status = outcome(client, submit(client, generate_nip(), identity))
        equal((status.code, status.details), (415, ["Brak przypisanych uprawnień"]), "status")


@step("450: a token that is wrong, revoked or of another context does not log in")
def bad_tokens(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        auth = login(client, nip)
        token = auth.tokens.generate(permissions=["invoice_read"], description="a token to spoil")
        token.wait(poll_interval=POLL)
        wrong = token.token[:-1] + ("0" if token.token[-1] != "0" else "1")
        with refused(ksef2.KSeFAuthError, status_code=450):
            client.authentication.with_token(ksef_token=wrong, nip=nip, poll_interval=POLL)
        with refused(ksef2.KSeFAuthError, status_code=450):
            client.authentication.with_token(ksef_token=token.token, nip=generate_nip(), poll_interval=POLL)
        by_token = client.authentication.with_token(ksef_token=token.token, nip=nip, poll_interval=POLL)
        auth.tokens.revoke(reference_number=token.reference_number)
        eventually(lambda: token.get_status().status, lambda status: status == "revoked")
        with refused(ksef2.KSeFAuthError, status_code=450):
            client.authentication.with_token(ksef_token=token.token, nip=nip, poll_interval=POLL)
        with refused(ksef2.KSeFAuthError, ksef_code=21301, details=["Token KSeF został unieważniony."]):
            client.authentication.refresh(refresh_token=by_token.refresh_token)


@step("460: a certificate that has ended, or a chain that must be trusted and is not")
def bad_certificates(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        ended = seal(nip, ec_key(), until=-timedelta(days=1))
        status = outcome(client, submit(client, nip, ended))
        equal((status.code, status.details), (460, ["Nieważny certyfikat"]), "status")
        with refused(ksef2.KSeFAuthError, status_code=460):
            client.authentication.with_test_certificate(nip=nip, verify_chain=True, poll_interval=POLL)


@step("470: the dead do not log in")
def deceased(box: Sandbox) -> None:
    nip, pesel = generate_nip(), generate_pesel()
    with box.client() as client, client.testdata.temporal() as testdata:
        testdata.create_person(nip=nip, pesel=pesel, description="who has died", is_deceased=True)
        with refused(ksef2.KSeFAuthError, status_code=470):
            login(client, nip, person(f"PNOPL-{pesel}", ec_key()))
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=30001):
            client.testdata.create_person(nip=nip, pesel=pesel, description="the same again")


@step("480: nobody logs in to a blocked context, until it is unblocked")
def blocked(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        context = AuthContextIdentifier(type="nip", value=nip)
        client.testdata.block_context(context=context)
        with refused(ksef2.KSeFAuthError, status_code=480):
            login(client, nip)
        client.testdata.unblock_context(context=context)
        login(client, nip)


@step("testdata's subjects come with subunits and go")
def subjects(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        client.testdata.create_subject(nip=nip, subject_type="enforcement_authority", description="an authority")
        equal(json.loads(claims(login(client, nip).access_token)["rol"]), ["EnforcementAuthority"], "roles")
        client.testdata.delete_subject(nip=nip)
        equal(json.loads(claims(login(client, nip).access_token)["rol"]), [], "roles")


@step("a bearer token opens only what its kind opens")
def wrong_bearer(box: Sandbox) -> None:
    with box.client() as client:
        nip = generate_nip()
        operation = submit(client, nip, seal(nip, ec_key()))
        temporary = operation.authenticationToken.token
        with refused(ksef2.KSeFAuthError, ksef_code=21301):  # still at work: too early
            client.raw.auth.redeem_token(temporary)
        equal(outcome(client, operation).code, 200, "status")
        tokens = client.raw.auth.redeem_token(temporary)
        number = operation.referenceNumber
        with refused(
            ksef2.KSeFAuthError,
            ksef_code=21301,
            details=[f"Tokeny dla operacji uwierzytelniania {number} zostały już pobrane."],
        ):
            client.raw.auth.redeem_token(temporary)
        for wrong in (temporary, tokens.accessToken.token, "not.a.token"):
            with refused(ksef2.KSeFAuthError, status_code=401):
                client.raw.auth.refresh_token(wrong)


def register_refusals() -> None:
    for error_format in ("problem-details", "legacy"):

        @step(f"refusals say why, in the format {error_format}")
        def refusals(box: Sandbox, error_format: Any = error_format) -> None:
            nip = generate_nip()
            identity = seal(nip, rsa_key())
            with box.client(error_format=error_format) as client:
                raw = client.raw.auth
                challenge = raw.challenge().challenge
                document = signed(challenge, nip, identity)
                refusal: dict[str, Any] = {"status_code": 400}
                with refused(ksef2.KSeFApiError, ksef_code=9105, **refusal):  # another challenge than was signed
                    raw.xades_auth(document.replace(challenge.encode(), raw.challenge().challenge.encode()))
                with refused(ksef2.KSeFApiError, ksef_code=9102, **refusal):
                    raw.xades_auth(build_auth_token_request_xml(challenge, nip))
                with refused(ksef2.KSeFApiError, ksef_code=21401, **refusal):
                    raw.xades_auth(signed("20250514-CR-0", nip, identity))
                with refused(ksef2.KSeFApiError, ksef_code=21111, **refusal):
                    raw.xades_auth(signed("20250514-CR-226FB7B000-3ACF9BE4C0-10", nip, identity))
                with refused(ksef2.KSeFApiError, ksef_code=21115, **refusal):
                    raw.xades_auth(signed(challenge, nip, person("IDCPL-1", ec_key())))
                raw.xades_auth(document)
                with refused(ksef2.KSeFApiError, ksef_code=21111, **refusal):  # used up
                    raw.xades_auth(document)
                auth = login(client, nip, identity)
                too_small = "'pageSize' must be between 10 and 100. You entered 5."
                with refused(ksef2.KSeFApiError, ksef_code=21405, details=[too_small], **refusal):
                    auth.sessions.query(page_size=5)
                with refused(ksef2.KSeFApiError, ksef_code=21418, **refusal):
                    auth.sessions.query(continuation_token="nonsense")
                try:
                    auth.sessions.query(page_size=5)
                except ksef2.KSeFApiError as exc:
                    between(32, len(exc.trace_id or ""), 32, "length of the trace id")
                    # The legacy body's timestamp has no offset, on the ministry's side
                    # as here, so the SDK reads that body without its strict model.
                    equal(exc.response is not None, error_format == "problem-details", "body of the SDK's strict model")


register_refusals()
