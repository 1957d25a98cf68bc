"""Which sessions are opened, who may use them, and how they are found again."""

import base64
import os
from datetime import timedelta
from typing import Any

import ksef2
from identities import ec_key, person
from invoices import Seller, new_seller
from ksef2.models import FormSchema, Identifier, ListSessionsQuery, Permission
from ksef2.raw import session, spec
from ksef2.testdata import generate_nip, generate_pesel
from packages import garbage
from place import POLL, Sandbox, login
from receipts import digest
from steps import equal, refused, step


def opening(**changes: Any) -> session.OpenOnlineSessionRequest:
    """Return a request whose key KSeF cannot decrypt."""
    form = spec.FormCode(systemCode="FA (3)", schemaVersion="1-0E", value="FA")
    key = {"encryptedSymmetricKey": garbage(), "initializationVector": os.urandom(16)}
    encryption = {name: base64.b64encode(value).decode() for name, value in key.items()}
    return session.OpenOnlineSessionRequest(formCode=form, encryption=session.EncryptionInfo(**encryption | changes))


@step("a session with a bad key is 415; one with an unknown key or form is not opened")
def openings(box: Sandbox) -> None:
    with new_seller(box) as seller:
        raw = seller.auth.raw
        reference = raw.session.open_online(opening()).referenceNumber
        states = [raw.invoices.get_session_status(reference).status for _ in range(2)]
        equal([s.code for s in states], [100, 415], "states")
        equal(states[1].details, ["Rozszyfrowania klucza symetrycznego zakończone błędem"], "details")
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=21470):
            raw.session.open_online(opening(publicKeyId=digest(b"no key")))
        with refused(ksef2.KSeFApiError, details=["Wskazany kod formularza nie jest wspierany."], ksef_code=21405):
            seller.auth.online_session(form_code=FormSchema.PEF3)
        with refused(ksef2.KSeFNotFoundError, status_code=400, ksef_code=21173):
            raw.invoices.get_session_status(reference[:-2] + "00")


def employee(seller: Seller, permission: Any) -> Any:
    """Log somebody in who has this permission from the seller."""
    pesel = generate_pesel()
    seller.client.testdata.grant_permissions(
        permissions=[Permission(type=permission, description="for a peer")],
        grant_to=Identifier(type="pesel", value=pesel),
        in_context_of=Identifier(type="nip", value=seller.nip),
    )
    return login(seller.client, seller.nip, person(f"PNOPL-{pesel}", ec_key()))


@step("a session is its opener's and the owner's; an auditor sees it, others do not")
def others(box: Sandbox) -> None:
    with new_seller(box) as seller, new_seller(box) as stranger:
        clerk = employee(seller, "invoice_write")
        online = clerk.online_session(form_code=FormSchema.FA3)
        sent = online.send_invoice(seller.invoice("Z/1"))
        sent.wait(poll_interval=POLL)
        state = online.resume_state()
        auditor = employee(seller, "introspection").online_session(state=state)
        equal(auditor.get_status().invoice_count, 1, "what an auditor sees")
        equal(auditor.submission(sent.reference_number).download_upo(), sent.download_upo(), "receipt")
        with refused(ksef2.KSeFPermissionDeniedError, status_code=403):
            auditor.send_invoice(seller.invoice("Z/2"))
        for auth in (employee(seller, "invoice_write"), stranger.auth):
            foreign = auth.online_session(state=state)
            for forbidden in (
                foreign.get_status,
                foreign.list_invoices,
                foreign.submission(sent.reference_number).download_upo,
                lambda: foreign.send_invoice(seller.invoice("Z/2")),
                lambda: auth.raw.session.terminate_online(online.reference_number),
            ):
                with refused(ksef2.KSeFPermissionDeniedError, status_code=403):
                    forbidden()
        seller.auth.online_session(state=state).close()
        equal(online.get_status().status.code, 170, "status of what the owner closed")


@step("sessions are listed newest first, page by page, by kind, state and time")
def listed(box: Sandbox) -> None:
    with new_seller(box) as seller, new_seller(box) as stranger:
        stranger.online()
        clerk = employee(seller, "invoice_write")
        sessions = [seller.online() for _ in range(9)] + [clerk.online_session(form_code=FormSchema.FA3)]
        sessions[0].send_invoice(seller.invoice("H/1")).wait(poll_interval=POLL)
        sessions[1].send_invoice(seller.invoice("H/2", seller=generate_nip()))
        for closed in sessions[:3]:
            closed.close()
        sessions[0].wait(poll_interval=POLL)
        for failed in sessions[1:3]:
            with refused(ksef2.KSeFSessionFailedError):
                failed.wait(poll_interval=POLL)
        package = seller.auth.batch.submit(seller.files(2))
        package.wait(poll_interval=POLL)
        numbers = [s.reference_number for s in sessions]
        history = seller.auth.invoice_sessions

        def found(**query: Any) -> list[str]:
            params = ListSessionsQuery(session_type="online", **query)
            pages = history.all(session_type="online", params=params)
            return [s.reference_number for page in pages for s in page.sessions]

        equal(found(), numbers[::-1], "all")
        equal(found(statuses=["in_progress"]), numbers[:2:-1], "in progress")
        equal(found(statuses=["succeeded"]), [numbers[0]], "succeeded")
        equal(found(statuses=["failed", "cancelled"]), [numbers[2], numbers[1]], "failed and cancelled")
        equal(found(reference_number=numbers[4]), [numbers[4]], "one")
        opened = {s.reference_number: s.date_created for s in history.list("online")}
        equal(found(date_created_from=opened[numbers[7]]), numbers[:6:-1], "from a moment")
        tick = timedelta(microseconds=1)  # Python's moments are less exact than KSeF's
        equal(found(date_created_to=opened[numbers[1]] + tick), numbers[1::-1], "up to a moment")
        equal(sorted(found(date_closed_from=box.now() - timedelta(hours=1))), sorted(numbers[:3]), "closed")
        (first,) = history.query(session_type="Online", statuses=["succeeded"]).sessions
        counts = (first.total_invoice_count, first.successful_invoice_count, first.failed_invoice_count)
        equal(counts, (1, 1, 0), "counts")
        (batch,) = history.list("batch")
        equal((batch.reference_number, batch.status.code), (package.reference_number, 200), "batch")
        equal([s.reference_number for s in clerk.invoice_sessions.list("online")], [numbers[-1]], "a clerk's own")
        for _ in range(3):
            seller.online()
        pages = [len(page) for page in history.list("online", params=ListSessionsQuery(session_type="online")).pages()]
        equal(pages, [10, 3], "pages")


@step("a session that nobody closes is closed after twelve hours, and its receipt is there")
def expiry(box: Sandbox) -> None:
    with new_seller(box) as seller:
        online, empty, package = seller.online(), seller.online(), seller.auth.batch.prepare(seller.files(1))
        batch = seller.auth.batch_session(prepared_batch=package)
        online.send_invoice(seller.invoice("T/1"))
        box.control("POST", "/advance", {"by": "12h"})
        resumed = seller.auth.online_session(state=online.resume_state())
        equal(resumed.wait(poll_interval=POLL).successful_invoice_count, 1, "invoices")
        equal(len(resumed.download_upo()), 1, "pages of the receipt")
        for gone, detail in ((empty, "Nie przesłano faktur"), (batch, "Przekroczono czas wysyłki")):
            status = gone.get_status().status
            equal((status.code, status.details), (440, [detail]), "status")
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=21208):
            batch.close()
