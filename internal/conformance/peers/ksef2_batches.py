"""Batch sessions that go well: packing, uploading, waiting, results, receipts."""

import tempfile
from pathlib import Path
from typing import Any

import httpx
import ksef2
from invoices import new_seller
from ksef2.models import BatchSessionResumeState
from packages import repacked, stored_zip, streamed_zip, tar_gz
from place import POLL, Sandbox
from receipts import digest, entry, receipt
from steps import between, equal, refused, step


def counts(status: Any) -> tuple[Any, ...]:
    return status.status.code, status.invoice_count, status.successful_invoice_count, status.failed_invoice_count


@step("25 invoices in several parts: prepared, submitted, waited for; all three kinds of receipts")
def whole(box: Sandbox) -> None:
    with new_seller(box) as seller:
        batch, files = seller.auth.batch, seller.files(25)
        prepared = batch.prepare_batch(invoices=files, max_part_size=4096)
        between(3, len(prepared.parts), 50, "parts")
        state = batch.submit_prepared_batch(prepared_batch=prepared)
        status = batch.wait_for_completion(session=state, poll_interval=POLL)
        equal(counts(status), (200, 25, 25, 0), "status and counts")
        equal(status.status.description, "Sesja wsadowa przetworzona pomyślnie", "description")
        page = batch.list_invoices(session=state)
        invoices = list(page.invoices)
        while page.continuation_token:
            page = batch.list_invoices(session=state, continuation_token=page.continuation_token)
            invoices += page.invoices
        listed = [(i.ordinal_number, i.invoice_file_name, i.invoice_hash, i.status.code) for i in invoices]
        equal(listed, [(n, f.file_name, digest(f.content), 200) for n, f in enumerate(files, 1)], "invoices")
        equal([(h.file_name, h.invoice_hash) for h in prepared.invoices], [row[1:3] for row in listed], "hashes")
        equal(batch.list_failed_invoices(session=state).invoices, [], "failed")
        (upo_page,) = status.upo.pages
        upo = batch.get_upo(session=state, upo_reference_number=upo_page.reference_number)
        equal(httpx.get(str(upo_page.download_url), trust_env=False).content, upo, "what the URL has")
        entries = [entry(seller.nip, seller.today, f.content, i) for f, i in zip(files, invoices, strict=True)]
        got = receipt(box, upo)
        equal((got.session, got.documents), (state.reference_number, entries), "receipt")
        equal(got.page["CalkowitaLiczbaDokumentow"], "25", "documents")
        by = {"session_reference_number": state.reference_number}
        for invoice in invoices[:3]:
            one = seller.auth.invoice_sessions.download_upo(**by, ksef_number=invoice.ksef_number)
            same = seller.auth.invoice_sessions.download_upo(**by, invoice_reference_number=invoice.reference_number)
            equal(one, same, "receipt of an invoice by number and by reference")
            equal(receipt(box, one).documents, [entries[invoice.ordinal_number - 1]], "receipt of an invoice")


@step("step by step: opened, uploaded by parts, closed, processed; from files, offline")
def steps_of_a_batch(box: Sandbox) -> None:
    with new_seller(box) as seller, tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"FV {n}.xml") for n in range(3)]
        for n, path in enumerate(paths):
            path.write_bytes(seller.invoice(f"P/{n}"))
        prepared = seller.auth.batch.prepare_batch_from_paths(
            invoice_paths=paths, offline_mode=True, max_part_size=1500
        )
        with seller.auth.batch.open_session(prepared_batch=prepared) as session:
            equal(counts(session.get_status()), (100, None, None, None), "status and counts")
            equal([r.method for r in session.part_upload_requests], ["PUT"] * len(prepared.parts), "methods")
            with refused(ksef2.KSeFApiError, ksef_code=21205):
                session.close()
            seller.auth.batch.upload_parts(session=session, prepared_batch=prepared)
            equal(session.list_invoices().invoices, [], "invoices before processing")
        equal(counts(session.get_status()), (150, None, None, None), "status and counts")
        equal(counts(session.wait(poll_interval=POLL)), (200, 3, 3, 0), "status and counts")
        listed = [(i.invoice_file_name, i.invoicing_mode) for i in session.list_invoices().invoices]
        equal(listed, [(path.name, "Offline") for path in paths], "invoices")
        equal([len(receipt(box, upo).documents) for upo in session.download_upo()], [3], "receipt")
        with refused(ksef2.KSeFApiError, ksef_code=21180):
            seller.auth.raw.session.close_batch(session.reference_number)


@step("an upload that fails goes on from the saved state, and nothing is sent twice")
def recovery(box: Sandbox) -> None:
    with new_seller(box) as seller:
        prepared = seller.auth.batch.prepare(seller.files(4), max_part_size=1500)
        fault = {"route": "PUT /storage/{referenceNumber}/batch-parts/{ordinalNumber}", "skip": 1, "times": 1}
        box.control("POST", "/faults", fault | {"lose": True})
        try:
            seller.auth.batch.submit(prepared)
        except ksef2.KSeFBatchUploadError as exc:
            equal((exc.part_ordinal, exc.outcome_ambiguous), (2, True), "what is lost")
            saved, kept = exc.recovery_state().to_json(), exc.recovery_prepared_batch()
        else:
            raise AssertionError("no part was lost")
        box.control("POST", "/faults", fault | {"status": 403})
        session = seller.auth.resume_batch_session(BatchSessionResumeState.from_json(saved))
        with refused(ksef2.KSeFBatchUploadError, part_ordinal=2, status_code=403, outcome_ambiguous=False):
            seller.auth.batch.upload_parts(session=session, prepared_batch=kept)
        with seller.auth.batch_session(state=saved, prepared_batch=kept) as again:
            again.upload_parts()
        equal(counts(again.wait(poll_interval=POLL)), (200, 4, 4, 0), "status and counts")


@step("archives as Python makes them: tar.gz, a zip that was streamed, a zip without compression; of fifty parts")
def archives(box: Sandbox) -> None:
    names = ["a.xml", "folder/b", "ź dźbło.XML", "ż" * 140]
    with new_seller(box) as seller:
        for pack, kind in ((tar_gz, "tar_gz"), (streamed_zip, "zip"), (stored_zip, "zip")):
            files = [(name, seller.invoice(f"{pack.__name__}/{n}")) for n, name in enumerate(names)]
            archive = pack(files)
            own = seller.auth.batch.prepare([content for _, content in files])
            prepared = repacked(own, archive, kind, part=-(-len(archive) // 50))
            between(45, len(prepared.parts), 50, "parts")
            session = seller.auth.batch.submit(prepared)
            equal(counts(session.wait(poll_interval=POLL)), (200, 4, 4, 0), f"status and counts of {pack.__name__}")
            listed = [i.invoice_file_name for i in session.list_invoices().invoices]
            equal(listed, [name[:128] for name in names], "names")
