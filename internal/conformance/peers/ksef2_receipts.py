"""Receipts (UPO) of online sessions: all three kinds, from all places that have them."""

import httpx
import ksef2
from documents import document
from identities import ec_key, seal
from invoices import BUYER, new_seller
from ksef2.models import AuthenticationResumeState, FormSchema
from ksef2.testdata import generate_nip
from place import POLL, Sandbox, login, outcome, signed
from receipts import Receipt, digest, entry, receipt
from steps import equal, refused, step


def download(url: object, expected: bytes) -> None:
    """Download a receipt as anybody may who has its URL, and no bearer token."""
    answer = httpx.get(str(url), trust_env=False).raise_for_status()
    equal(answer.content, expected, "what the URL has")
    equal(answer.headers["x-ms-meta-hash"], digest(expected), "hash in the header")
    equal(httpx.get(str(url) + "x", trust_env=False).status_code, 401, "answer to another signature")
    token = {"Authorization": "Bearer token"}
    equal(httpx.get(str(url), headers=token, trust_env=False).status_code, 401, "answer to a bearer token")


@step("the receipt of an invoice: by its KSeF number, by its reference, and from its URL")
def of_an_invoice(box: Sandbox) -> None:
    with new_seller(box) as seller, seller.online() as session:
        content = seller.invoice("U/„1” & ż".replace("&", "&amp;"))
        sent = session.send_invoice(content)
        with refused(ksef2.KSeFNotReadyError, status_code=400, ksef_code=21178):
            sent.download_upo()
        done = sent.wait(poll_interval=POLL)
        upo = session.get_invoice_upo_by_ksef_number(ksef_number=done.ksef_number)
        equal(session.get_invoice_upo_by_reference(invoice_reference_number=sent.reference_number), upo, "by reference")
        equal(sent.download_upo(), upo, "of what was sent")
        download(done.upo_download_url, upo)
        got = receipt(box, upo)
        want = Receipt(
            session=session.reference_number,
            context=("Nip", seller.nip),
            login=got.login,
            page={},
            structure=("Schemat_FA(3)_v1-0E.xsd", "FA (3)"),
            documents=[entry(seller.nip, seller.today, content, done)],
        )
        equal(got, want, "receipt")
        with refused(ksef2.KSeFNotReadyError, ksef_code=21178):
            session.get_invoice_upo_by_ksef_number(ksef_number=done.ksef_number[:-2] + "00")


@step("the receipt of a session: from the SDK, from the raw endpoint and from its URL")
def of_a_session(box: Sandbox) -> None:
    with new_seller(box) as seller:
        contents = [seller.invoice(f"S/{n}") for n in range(3)]
        with seller.online() as session:
            done = [session.send_invoice(content).wait(poll_interval=POLL) for content in contents]
            session.send_invoice(seller.invoice("S/4", seller=generate_nip()))
            with refused(ksef2.KSeFSessionError):
                session.download_upo()
        session.wait(poll_interval=POLL)
        status = seller.auth.raw.invoices.get_session_status(reference_number=session.reference_number)
        (page,) = status.upo.pages
        upo = seller.auth.raw.session.get_session_upo(session.reference_number, page.referenceNumber)
        equal(session.download_upo(), [upo], "pages")
        again = seller.auth.invoice_sessions.download_upo(
            session.reference_number, upo_reference_number=page.referenceNumber
        )
        equal(again, upo, "by references")
        download(page.downloadUrl, upo)
        got = receipt(box, upo)
        equal(got.session, session.reference_number, "session")
        equal(
            got.page,
            {
                "Strona": "1",
                "LiczbaStron": "1",
                "ZakresDokumentowOd": "1",
                "ZakresDokumentowDo": "3",
                "CalkowitaLiczbaDokumentow": "3",
            },
            "page",
        )
        want = [entry(seller.nip, seller.today, *pair) for pair in zip(contents, done, strict=True)]
        equal(got.documents, want, "documents")
        with refused(ksef2.KSeFNotReadyError, ksef_code=21178):
            seller.auth.invoice_sessions.download_upo(
                session.reference_number, upo_reference_number=session.reference_number
            )


@step("a receipt says how the sender logged in: by which document, or by which token")
def logins(box: Sandbox) -> None:
    nip = generate_nip()
    identity = seal(nip, ec_key())
    with box.client() as client:
        request = signed(client.raw.auth.challenge().challenge, nip, identity)
        operation = client.raw.auth.xades_auth(request)
        equal(outcome(client, operation).code, 200, "status")
        tokens = client.raw.auth.redeem_token(operation.authenticationToken.token)
        by_document = client.authentication.resume(
            AuthenticationResumeState(
                access_token=tokens.accessToken.token,
                access_token_valid_until=tokens.accessToken.validUntil,
                refresh_token=tokens.refreshToken.token,
                refresh_token_valid_until=tokens.refreshToken.validUntil,
            )
        )
        token = login(client, nip, identity).tokens.generate(permissions=["invoice_write"], description="to send")
        token.wait(poll_interval=POLL)
        by_token = client.authentication.with_token(ksef_token=token.token, nip=nip, poll_interval=POLL)
        for number, auth, want in (
            ("G/1", by_document, ("SkrotDokumentuUwierzytelniajacego", digest(request))),
            ("G/2", by_token, ("NumerReferencyjnyTokenaKSeF", token.reference_number)),
        ):
            with auth.online_session(form_code=FormSchema.FA3) as session:
                sent = session.send_invoice(document(nip, BUYER, number, box.now().date()))
                sent.wait(poll_interval=POLL)
            equal(receipt(box, sent.download_upo()).login, want, "login")
