"""The Python SDK `ksef2` as a peer of `ksef sandbox serve`: receiving.

    ksef2_receiving.py SERVED

SERVED is the file with what `ksef sandbox serve --json` printed.
"""

import json
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import ksef2
from identities import ec_key, seal
from invoices import BUYER, new_seller
from ksef2.models import InvoiceMetadataParams, InvoicesFilter
from packages import untarred, unzipped
from place import POLL, Sandbox, login
from receipts import digest
from steps import equal, refused, run, step

COUNT = 12


@dataclass(frozen=True)
class Trade:
    """What was sent to the buyer, and both who can receive it."""

    seller: Any
    buyer: Any
    sent: dict[str, bytes]  # documents by KSeF number, in the order of their acceptance

    def filter(self, **more: Any) -> InvoicesFilter:
        """Return a filter for what this seller sent to the buyer."""
        return InvoicesFilter.for_buyer(**self.period(), seller_nip=self.seller.nip, **more)

    def period(self) -> dict[str, Any]:
        now = self.seller.box.now()
        return {"date_type": "invoicing_date", "date_from": now - timedelta(days=2), "date_to": now}


@contextmanager
def trade(box: Sandbox, count: int = COUNT) -> Iterator[Trade]:
    """Send invoices and let the repository take them in."""
    with new_seller(box) as seller, box.client() as client:
        sent = {}
        with seller.online() as session:
            for n in range(1, count + 1):
                content = seller.invoice(f"Z/{n}")
                done = session.send_invoice_and_wait(invoice_xml=content, poll_interval=POLL)
                sent[done.ksef_number] = content
        box.control("POST", "/advance", {"by": "3s"})
        yield Trade(seller, login(client, BUYER, seal(BUYER, ec_key())), sent)


@step("the buyer and the seller query what was sent, with all that KSeF tells of it; others find nothing")
def query(box: Sandbox) -> None:
    with trade(box, 1) as t:
        ((number, content),) = t.sent.items()
        as_seller = InvoicesFilter.for_seller(**t.period())
        for auth, wanted in ((t.buyer, t.filter()), (t.seller.auth, as_seller)):
            page = auth.invoices.query_metadata(filters=wanted)
            equal((page.has_more, page.is_truncated), (False, False), "more")
            (found,) = page.invoices
            equal((found.ksef_number, found.invoice_number), (number, "Z/1"), "numbers")
            equal(found.invoice_hash, digest(content), "hash")
            equal((found.seller.nip, found.buyer.identifier.value), (t.seller.nip, BUYER), "parties")
            amounts = tuple(Decimal(str(a)) for a in (found.net_amount, found.vat_amount, found.gross_amount))
            equal(amounts, (Decimal(250), Decimal("12.5"), Decimal("262.5")), "amounts")
            equal((found.currency, found.issue_date), ("PLN", t.seller.today), "currency and date")
        with new_seller(box) as stranger:
            equal(stranger.auth.invoices.query_metadata(filters=as_seller).invoices, [], "a stranger's invoices")


@step("pages, in both orders, hold each invoice once")
def pages(box: Sandbox) -> None:
    with trade(box) as t:
        for order in ("asc", "desc"):
            params = InvoiceMetadataParams(page_size=10, sort_order=order)
            got = [i.ksef_number for i in t.buyer.invoices.all_metadata(filters=t.filter(), params=params)]
            equal(sorted(got), sorted(t.sent), f"numbers, {order}")
        sizes = [len(p.invoices) for p in t.buyer.invoices.query_metadata_pages(filters=t.filter(), params=params)]
        equal(sizes, [10, 2], "pages")


@step("filters find what they are about and nothing else")
def filters(box: Sandbox) -> None:
    with trade(box, 3) as t:
        second = list(t.sent)[1]
        for more, want in (
            ({"invoice_number": "Z/2"}, [second]),
            ({"ksef_number": second}, [second]),
            ({"amount_type": "brutto", "amount_min": 262.5, "amount_max": 262.5}, list(t.sent)),
            ({"amount_type": "brutto", "amount_min": 262.51}, []),
            ({"currency_codes": ["EUR"]}, []),
        ):
            page = t.buyer.invoices.query_metadata(filters=t.filter(**more))
            equal(sorted(i.ksef_number for i in page.invoices), sorted(want), str(more))


@step("downloads are what was sent, byte for byte; others' and unknown invoices are refused")
def download(box: Sandbox) -> None:
    with trade(box, 2) as t:
        for number, content in t.sent.items():
            equal(t.buyer.invoices.download_invoice(ksef_number=number), content, "downloaded")
        with new_seller(box) as stranger, refused(ksef2.KSeFNotFoundError, status_code=400, ksef_code=21164):
            stranger.auth.invoices.download_invoice(ksef_number=number)


@step("an invoice is waited for until the repository has it")
def waiting(box: Sandbox) -> None:
    with trade(box, 1) as t:
        content = t.seller.invoice("late")
        with t.seller.online() as session:
            number = session.send_invoice_and_wait(invoice_xml=content, poll_interval=POLL).ksef_number
        with refused(ksef2.KSeFNotReadyError, status_code=400, ksef_code=21165):
            t.buyer.invoices.download_invoice(ksef_number=number)
        got = t.buyer.invoices.wait_for_invoice_download(ksef_number=number, timeout=10, poll_interval=POLL)
        equal(got, content, "downloaded")


@step("an export in one part: ordered, waited for, decrypted and read by the SDK")
def export(box: Sandbox) -> None:
    from ksef2.core.packages import PackageReader  # deprecated, which importing it says; there is no other

    with trade(box) as t:
        handle = t.buyer.invoices.schedule_export(filters=t.filter())
        package = t.buyer.invoices.wait_for_export_package(
            reference_number=handle.reference_number, timeout=10, poll_interval=POLL
        )
        equal((package.invoice_count, package.is_truncated, len(package.parts)), (COUNT, False, 1), "package")
        (part,) = package.parts
        (content,) = t.buyer.invoices.fetch_package_bytes(package=package, export=handle)
        equal((len(content), digest(content)), (part.part_size, part.part_hash), "the part, decrypted")
        sealed = httpx.get(str(part.url), trust_env=False)
        equal(digest(sealed.content), part.encrypted_part_hash, "the part, encrypted")
        equal(sealed.headers["x-ms-meta-hash"], part.encrypted_part_hash, "the storage's header")
        read = {i.name.removesuffix(".xml"): i.xml for i in PackageReader(content)}
        equal(read, t.sent, "what the SDK reads")
        agree(unzipped(content), t.sent)
        with tempfile.TemporaryDirectory() as folder:
            paths = t.buyer.invoices.fetch_package(package=package, export=handle, target_directory=folder)
            equal([Path(p).read_bytes() for p in paths], [content], "on disk")


@step("exports of metadata alone, and as a tar.gz, which Python's own tarfile reads")
def formats(box: Sandbox) -> None:
    with trade(box, 3) as t:
        (content,) = t.buyer.invoices.export_and_download(filters=t.filter(), compression_type="tar_gz", timeout=10)
        agree(untarred(content), t.sent)
        (content,) = t.buyer.invoices.export_and_download(filters=t.filter(), only_metadata=True, timeout=10)
        files = unzipped(content)
        equal(list(files), ["_metadata.json"], "files")
        numbers = [i["ksefNumber"] for i in json.loads(files["_metadata.json"])["invoices"]]
        equal(sorted(numbers), sorted(t.sent), "numbers")


@step("another's export is not there, and no range beyond the high-water mark")
def refusals(box: Sandbox) -> None:
    with trade(box, 1) as t:
        handle = t.buyer.invoices.schedule_export(filters=t.filter())
        with refused(ksef2.KSeFNotFoundError, status_code=400, ksef_code=21175):
            t.seller.auth.invoices.get_export_status(reference_number=handle.reference_number)
        now = box.now()
        beyond = InvoicesFilter.for_buyer(
            date_type="permanent_storage",
            date_from=now,
            date_to=now + timedelta(days=1),
            restrict_to_permanent_storage_hwm_date=True,
        )
        with refused(ksef2.KSeFApiError, status_code=400, ksef_code=21183):
            t.buyer.invoices.query_metadata(filters=beyond)


def agree(files: dict[str, bytes], sent: dict[str, bytes]) -> None:
    """Demand the documents that were sent and metadata that describe them."""
    metadata = json.loads(files.pop("_metadata.json"))["invoices"]
    equal({name.removesuffix(".xml"): content for name, content in files.items()}, sent, "documents")
    described = {i["ksefNumber"]: i["invoiceHash"] for i in metadata}
    equal(described, {number: digest(content) for number, content in sent.items()}, "metadata")


@step("the sandbox never failed, and knew everything it was asked for")
def log(box: Sandbox) -> None:
    equal(box.strange_answers(200, 201, 202, 204, 400, 401, 403, 429), [], "requests without a proper answer")


if __name__ == "__main__":
    # Names that 1.1 deprecates are used on purpose.
    warnings.simplefilter("ignore", DeprecationWarning)
    print(f"ksef2 {ksef2.__version__} on Python {sys.version.split()[0]}")
    sys.exit(run(Sandbox.served(sys.argv[1])))
