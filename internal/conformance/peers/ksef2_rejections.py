"""Invoices that KSeF does not accept, and how it says so."""

import base64
from typing import Any

import ksef2
from invoices import ATTACHMENT, new_seller
from ksef2 import raw
from ksef2.testdata import generate_nip
from place import POLL, Sandbox
from receipts import digest
from steps import equal, refused, step


def rejected(online: Any, content: bytes, code: int) -> Any:
    """Send an invoice, expect its status and return that with what the SDK keeps of it."""
    sent = online.send_invoice(content)
    try:
        sent.wait(poll_interval=POLL)
    except ksef2.KSeFInvoiceRejectedError as exc:
        equal((exc.invoice_status_code, exc.status.ksef_number), (code, None), f"status ({exc})")
        with refused(ksef2.KSeFNotReadyError, ksef_code=21178):
            sent.download_upo()
        return exc
    raise AssertionError(f"accepted, want {code}")


@step("450: an invoice against the schema or its rules is rejected with the place and the reason")
def semantics(box: Sandbox) -> None:
    with new_seller(box) as seller:
        with seller.online() as online:
            good = seller.invoice("E/1")
            for content, clue in (
                (good.replace(b"<RodzajFaktury>VAT</RodzajFaktury>", b""), "RodzajFaktury"),
                (good.replace(b">PLN<", b">ZLP<"), "ZLP"),
                (good.replace(b"262.50", b"262,50"), "262,50"),
                (good.replace(b"</Fa>", b"</Fa><Fa2/>"), "Fa2"),
                (good.replace(b"13775", b"12648"), "12648"),
                (seller.invoice("E/2", days=1), "P_1"),
            ):
                told = rejected(online, content, 450)
                equal(told.description, "Błąd weryfikacji semantyki dokumentu faktury", "description")
                assert any(clue in detail and "Wiersz" in detail for detail in told.details), told.details
            status = online.get_status()
            counts = (status.status.code, status.successful_invoice_count, status.failed_invoice_count)
            equal(counts, (100, None, 6), "status and counts")
            failed = online.list_failed_invoices().invoices
            equal([i.status.code for i in failed], [450] * 6, "failed")
        with refused(ksef2.KSeFSessionFailedError, session_status_code=445):
            online.wait(poll_interval=POLL)
        equal(online.download_upo(), [], "receipts of a session without an invoice that is good")


@step("430, 435: a file that is no document, or not what was announced")
def files(box: Sandbox) -> None:
    with new_seller(box) as seller, seller.online() as online:
        content, state = seller.invoice("F/1"), online.resume_state()
        key, iv = state.get_aes_key_bytes(), state.get_iv_bytes()

        def send(plain: bytes, encrypted: bytes, **announced: Any) -> str:
            body = {
                "invoiceHash": digest(plain),
                "invoiceSize": len(plain),
                "encryptedInvoiceHash": digest(encrypted),
                "encryptedInvoiceSize": len(encrypted),
                "encryptedInvoiceContent": base64.b64encode(encrypted).decode(),
            }
            request = raw.invoices.SendInvoiceRequest(**body | announced)
            return seller.auth.raw.invoices.send(online.reference_number, request).referenceNumber

        def becomes(code: int, reference: str) -> None:
            with refused(ksef2.KSeFInvoiceRejectedError, invoice_status_code=code):
                online.wait_for_invoice_ready(invoice_reference_number=reference, poll_interval=POLL)

        rejected(online, b"no document at all", 430)
        rejected(online, content[:-12], 430)
        encrypted = raw.encrypt_invoice(content, key, iv)
        becomes(430, send(content, encrypted, invoiceHash=digest(b"another")))
        becomes(430, send(content, encrypted, invoiceSize=len(content) + 1))
        becomes(435, send(content, raw.encrypt_invoice(b"\0" * 16, key, iv)[:16]))
        becomes(435, send(content, encrypted[:-1]))
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=21402):
            send(content, encrypted, encryptedInvoiceSize=len(encrypted) - 16)
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=21403):
            send(content, encrypted, encryptedInvoiceHash=digest(content))
        offline = send(content, encrypted, offlineMode=True)
        done = online.wait_for_invoice_ready(invoice_reference_number=offline, poll_interval=POLL)
        equal(done.invoicing_mode, "Offline", "mode that was declared")


@step("410: an invoice of another seller")
def another_seller(box: Sandbox) -> None:
    with new_seller(box) as seller:
        with seller.online() as online:
            told = rejected(online, seller.invoice("W/1", seller=generate_nip()), 410)
            equal(told.description, "Nieprawidłowy zakres uprawnień", "description")
        with refused(ksef2.KSeFSessionFailedError, session_status_code=445):
            online.wait(poll_interval=POLL)


@step("440: the same invoice again is a duplicate, which says of what")
def duplicate(box: Sandbox) -> None:
    with new_seller(box) as seller, seller.online() as online, seller.online() as other:
        content = seller.invoice("D/1")
        original = online.send_invoice(content).wait(poll_interval=POLL)
        for where, again in ((online, content), (other, seller.invoice("D/1", price="250.0"))):
            told = rejected(where, again, 440)
            equal(
                told.details,
                [
                    f"Duplikat faktury. Faktura o numerze KSeF: {original.ksef_number} została już prawidłowo "
                    f"przesłana do systemu w sesji: {online.reference_number}"
                ],
                "details",
            )
            extensions = {
                "originalSessionReferenceNumber": online.reference_number,
                "originalKsefNumber": original.ksef_number,
            }
            equal((told.extensions, told.status.invoice_number), (extensions, "D/1"), "extensions and number")


@step("415: an invoice with an attachment does not go online, with or without consent")
def attachment(box: Sandbox) -> None:
    with new_seller(box) as seller, seller.client.testdata.temporal() as testdata, seller.online() as online:
        rejected(online, seller.invoice("X/1", attachment=ATTACHMENT), 415)
        testdata.enable_attachments(nip=seller.nip)
        rejected(online, seller.invoice("X/2", attachment=ATTACHMENT), 415)
