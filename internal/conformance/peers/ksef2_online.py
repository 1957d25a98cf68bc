"""Online sessions: sending, waiting, looking, resuming, closing."""

import asyncio
import re
from datetime import timedelta
from decimal import Decimal

import httpx
import ksef2
from documents import document
from invoices import BUYER, new_seller
from ksef2.fa3 import InvoiceBuilder, VatRate
from ksef2.models import FormSchema, OnlineSessionResumeState
from ksef2.testdata import generate_nip
from place import POLL, Sandbox, point
from receipts import digest
from steps import between, equal, refused, step

KSEF_NUMBER = re.compile(r"[1-9]\d{9}-20\d{6}-[0-9A-F]{12}-[0-9A-F]{2}")


@step("an invoice is sent, is pending, and gets a KSeF number")
def send(box: Sandbox) -> None:
    with new_seller(box) as seller, seller.online() as session:
        status = session.get_status()
        equal((status.status.code, status.status.description), (100, "Sesja interaktywna otwarta"), "status")
        equal((status.invoice_count, status.upo), (None, None), "what a new session has")
        equal(status.valid_until - status.date_created, timedelta(hours=12), "life")
        content = seller.invoice("O/1")
        reference = session.send_invoice(invoice_xml=content).reference_number
        pending = session.get_invoice_status(invoice_reference_number=reference)
        equal((pending.status.code, pending.ksef_number, pending.invoicing_mode), (100, None, None), "before")
        done = session.wait_for_invoice_ready(invoice_reference_number=reference, poll_interval=POLL)
        equal((done.status.code, done.status.description), (200, "Sukces"), "status of the invoice")
        assert KSEF_NUMBER.fullmatch(done.ksef_number) and done.ksef_number.startswith(seller.nip), done.ksef_number
        equal((done.ordinal_number, done.invoice_number, done.invoicing_mode), (1, "O/1", "Online"), "invoice")
        equal((done.invoice_hash, done.invoice_file_name), (digest(content), None), "hash and file")
        between(done.invoicing_date, done.acquisition_date, box.now(), "date of the number")


@step("invoices of a session are counted and listed, page by page; an open session has no receipt")
def listing(box: Sandbox) -> None:
    with new_seller(box) as seller, seller.online() as session:
        sent = [
            session.send_invoice_and_wait(invoice_xml=seller.invoice(f"L/{n}"), poll_interval=POLL) for n in range(12)
        ]
        status = session.get_status()
        counts = (status.invoice_count, status.successful_invoice_count, status.failed_invoice_count)
        equal(counts, (12, 12, None), "counts")
        equal((status.status.code, status.upo), (100, None), "status and receipt")
        page = session.list_invoices(page_size=10)
        rest = session.list_invoices(page_size=10, continuation_token=page.continuation_token)
        equal((len(page.invoices), rest.continuation_token), (10, None), "pages")
        listed = [(i.reference_number, i.ksef_number, i.ordinal_number) for i in page.invoices + rest.invoices]
        equal(listed, [(i.reference_number, i.ksef_number, n) for n, i in enumerate(sent, 1)], "list")
        equal(session.list_failed_invoices().invoices, [], "failed")
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=21405):
            session.list_invoices(page_size=9)
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=21418):
            session.list_invoices(continuation_token="nonsense")


@step("a session saved as JSON goes on elsewhere, and what was closed there is closed")
def resume(box: Sandbox) -> None:
    with new_seller(box) as seller:
        session = seller.online()
        first = session.send_invoice(seller.invoice("R/1"))
        saved, kept = session.resume_state().to_json(), first.resume_state().to_json()
        resumed = seller.auth.resume_online_session(OnlineSessionResumeState.from_json(saved))
        equal(resumed.submission(state=kept).wait(poll_interval=POLL).invoice_number, "R/1", "the first invoice")
        second = resumed.send_invoice(seller.invoice("R/2"))
        equal(session.get_status().invoice_count, 2, "invoices")
        resumed.close()
        resumed.close()
        with refused(ksef2.KSeFClientClosedError):
            resumed.get_status()
        with refused(ksef2.KSeFApiError, ksef_code=21180):
            session.send_invoice(seller.invoice("R/3"))
        with refused(ksef2.KSeFApiError, ksef_code=21180):
            session.close()
        equal(second.wait(poll_interval=POLL).invoice_number, "R/2", "sent, closed, and then waited for")
        status = seller.auth.online_session(state=saved).wait(poll_interval=POLL)
        equal((status.status.code, status.invoice_count), (200, 2), "status and invoices")
        seller.auth.online_session(state=saved).close()


@step("a session that is closed at once is processed to the end; an empty one is cancelled")
def close(box: Sandbox) -> None:
    with new_seller(box) as seller:
        with seller.online() as session:
            for n in range(5):
                session.send_invoice(seller.invoice(f"C/{n}"))
        equal(session.wait(poll_interval=POLL).successful_invoice_count, 5, "invoices")
        with seller.online() as empty:
            pass
        with refused(ksef2.KSeFSessionFailedError, session_status_code=440, details=["Nie przesłano faktur"]):
            empty.wait(poll_interval=POLL)


@step("an invoice that the SDK's own builder wrote is accepted; one issued yesterday is offline")
def built(box: Sandbox) -> None:
    with new_seller(box) as seller, seller.online() as session:
        place = {"country_code": "PL", "address_line_1": "ul. Owsiana 3, 60-001 Poznań"}
        invoice = (
            InvoiceBuilder()
            .header(system_info="ksef2", generation_timestamp=box.now())
            .seller(name="Młyn „Jęczmień”", tax_id=seller.nip, **place)
            .buyer(name="Gospoda Łęgi", tax_id=BUYER, **place)
            .standard()
            .issue_date(seller.today)
            .invoice_number("SDK/1")
            .rows()
            .add_line(name="Mąka", quantity=Decimal(3), unit_price_net=Decimal("9.99"), vat_rate=VatRate.VAT_5)
            .done()
            .done()
        )
        done = session.send_invoice(invoice.to_xml()).wait(poll_interval=POLL)
        equal((done.invoice_number, done.invoicing_mode), ("SDK/1", "Online"), "invoice")
        late = session.send_invoice(seller.invoice("SDK/2", days=-1)).wait(poll_interval=POLL)
        equal(late.invoicing_mode, "Offline", "mode of an invoice issued yesterday")


@step("the asynchronous client: twenty invoices at once in one session")
def asynchronous(box: Sandbox) -> None:
    async def flow() -> None:
        point(box.http)
        today = box.now().date()
        http_client = httpx.AsyncClient(base_url=box.http, trust_env=False)
        async with http_client, ksef2.AsyncClient(ksef2.Environment.TEST, http_client=http_client) as client:
            nip = generate_nip()
            auth = await client.authentication.with_test_certificate(nip=nip, poll_interval=POLL)
            async with auth.online_session(form_code=FormSchema.FA3) as session:
                contents = [document(nip, BUYER, f"A/{n}", today) for n in range(20)]
                sent = await asyncio.gather(*(session.send_invoice(content) for content in contents))
                done = await asyncio.gather(*(one.wait(poll_interval=POLL) for one in sent))
            equal([i.invoice_number for i in done], [f"A/{n}" for n in range(20)], "invoices")
            equal(sorted(i.ordinal_number for i in done), list(range(1, 21)), "ordinal numbers")
            equal(len({i.ksef_number for i in done}), 20, "KSeF numbers")
            equal((await session.wait(poll_interval=POLL)).successful_invoice_count, 20, "counted")
            equal(len(await session.download_upo()), 1, "pages of the receipt")

    asyncio.run(flow())
