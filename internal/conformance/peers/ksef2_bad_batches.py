"""Packages that KSeF refuses, in whole or in part, and how it says so."""

from collections.abc import Callable
from typing import Any

import ksef2
from invoices import ATTACHMENT, Seller, new_seller
from ksef2.models import BatchInvoice, PreparedBatch
from ksef2.testdata import generate_nip
from ksef2_batches import counts
from packages import repacked, sealed_for_nobody, spoiled, stored_zip, tampered, undecryptable, untrue
from place import POLL, Sandbox
from receipts import digest, receipt
from steps import equal, refused, step


def fails(seller: Seller, package: PreparedBatch, code: int) -> Any:
    """Submit a package, expect the status of its session and return that with what the SDK keeps of it."""
    session = seller.auth.batch.submit(package)
    try:
        session.wait(poll_interval=POLL)
    except ksef2.KSeFSessionFailedError as exc:
        equal(exc.session_status_code, code, f"status ({exc.details})")
        equal(session.download_upo(), [], "receipts")
        return exc
    raise AssertionError(f"processed, want {code}")


def several_parts(seller: Seller) -> PreparedBatch:
    package = seller.auth.batch.prepare(seller.files(3), max_part_size=1400)
    assert len(package.parts) > 1, "one part"
    return package


@step("one bad invoice among good ones: the good ones are in, the bad one says why")
def mixed(box: Sandbox) -> None:
    with new_seller(box) as seller, seller.client.testdata.temporal() as testdata:
        files = [
            BatchInvoice(file_name=name, content=content)
            for name, content in (
                ("good", seller.invoice("M/1")),
                ("late", seller.invoice("M/2", days=1)),
                ("again", seller.invoice("M/1")),
                ("foreign", seller.invoice("M/3", seller=generate_nip())),
                ("text", b"no document"),
                ("attached", seller.invoice("M/4", attachment=ATTACHMENT)),
                ("good too", seller.invoice("M/5")),
            )
        ]
        session = seller.auth.batch.submit(files, max_part_size=1000)
        equal(counts(session.wait(poll_interval=POLL)), (200, 7, 2, 5), "status and counts")
        invoices = {i.invoice_file_name: i for i in session.list_invoices().invoices}
        good = [n for n, i in invoices.items() if i.status.code == 200]
        failed = {i.invoice_file_name: i.status.code for i in session.list_failed_invoices().invoices}
        equal(good, ["good", "good too"], "good invoices")
        equal(failed, {"late": 450, "again": 440, "foreign": 410, "text": 430, "attached": 410}, "failed invoices")
        extensions = {
            "originalKsefNumber": invoices["good"].ksef_number,
            "originalSessionReferenceNumber": session.reference_number,
        }
        equal(invoices["again"].status.extensions, extensions, "extensions")
        no_consent = [f"Sprzedawca {seller.nip} nie posiada zgody do wysyłania faktur z załącznikami"]
        equal(invoices["attached"].status.details, no_consent, "details")
        (upo,) = session.download_upo()
        numbers = [d["NumerFaktury"] for d in receipt(box, upo).documents]
        equal(numbers, ["M/1", "M/5"], "invoices in the receipt")
        testdata.enable_attachments(nip=seller.nip)
        allowed = seller.auth.batch.submit([files[5]])
        equal(counts(allowed.wait(poll_interval=POLL)), (200, 1, 1, 0), "status and counts with consent")


@step("445: a package without a good invoice")
def all_bad(box: Sandbox) -> None:
    with new_seller(box) as seller:
        foreign = [seller.invoice(f"N/{n}", seller=generate_nip()) for n in range(3)]
        told = fails(seller, seller.auth.batch.prepare(foreign), 445)
        equal(counts(told.status), (445, 3, 0, 3), "status and counts")


# What is wrong with a package, the status, the beginning of its detail as far
# as it is known of the ministry, and how to make such a package.
DEFECTS: list[tuple[str, int, str, Callable[[PreparedBatch], PreparedBatch]]] = [
    (
        "a part that was tampered with",
        405,
        "Skrót SHA-256 części: '2' nie zgadza się z zadeklarowanym skrótem: ",
        tampered,
    ),
    (
        "a key that cannot be decrypted",
        415,
        "Rozszyfrowania klucza symetrycznego zakończone błędem",
        sealed_for_nobody,
    ),
    (
        "10,001 invoices",
        420,
        "Przekroczono dopuszczalną liczbę faktur w paczce: '10000'. Liczba faktur w paczce: '10001'.",
        lambda p: repacked(p, stored_zip((f"{n}.xml", b"<a/>") for n in range(10_001))),
    ),
    (
        "another hash than announced",
        430,
        "Skrót SHA-256 przesłanej paczki faktur nie jest zgodny z zadeklarowanym skrótem: ",
        lambda p: untrue(p, file_hash=digest(b"another")),
    ),
    ("another size than announced", 430, "", lambda p: untrue(p, file_size=p.batch_file.file_size + 1)),
    ("no archive", 430, "", lambda p: repacked(p, b"no archive" * 1000)),
    ("half an archive", 430, "", lambda p: repacked(p, stored_zip([("a.xml", b"<a/>" * 1000)])[:2000])),
    ("another kind of archive than announced", 430, "", lambda p: untrue(p, compression_type="tar_gz")),
    ("a part that does not decrypt", 435, "", undecryptable),
    ("an archive of nothing", 440, "Nie przesłano faktur", lambda p: repacked(p, stored_zip([]))),
]


def register_defects() -> None:
    for name, code, detail, damage in DEFECTS:

        @step(f"{code}: a package with {name}")
        def defect(box: Sandbox, code: int = code, detail: str = detail, damage: Any = damage) -> None:
            with new_seller(box) as seller:
                told = fails(seller, damage(several_parts(seller)), code)
                (found,) = told.details
                assert found.startswith(detail), found


register_defects()


@step("a package whose parts have other sizes than announced, or come too late, is not closed")
def sizes(box: Sandbox) -> None:
    with new_seller(box) as seller:
        whole = several_parts(seller)
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=21157):
            seller.auth.batch.submit(spoiled(whole, 1, whole.parts[0].content + b"\0" * 16))
        session = seller.auth.batch_session(prepared_batch=whole)
        box.control("POST", "/advance", {"by": f"{len(whole.parts) * 20 + 1}m"})
        with refused(ksef2.KSeFBatchUploadError, status_code=403, part_ordinal=1):
            session.upload_parts()
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=21208):
            session.close()
        status = session.get_status().status
        equal((status.code, status.details), (440, ["Przekroczono czas wysyłki"]), "status")
