"""Who sends invoices."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from documents import document
from identities import ec_key, seal
from ksef2.models import BatchInvoice, FormSchema
from ksef2.testdata import generate_nip
from place import Sandbox, login

BUYER = generate_nip()

ATTACHMENT = (
    "<Zalacznik><BlokDanych><MetaDane><ZKlucz>licznik</ZKlucz><ZWartosc>17</ZWartosc></MetaDane>"
    "</BlokDanych></Zalacznik>"
)


@dataclass(frozen=True)
class Seller:
    """A new taxpayer that is logged in."""

    box: Sandbox
    client: Any
    nip: str
    auth: Any
    today: date

    def invoice(self, number: str, *, seller: str | None = None, days: int = 0, **contents: str) -> bytes:
        """Return an invoice of this taxpayer, or of another seller, issued today or some days later."""
        return document(seller or self.nip, BUYER, number, self.today + timedelta(days), **contents)

    def files(self, count: int, name: str = "faktury/{}.xml") -> list[BatchInvoice]:
        """Return invoices for a package."""
        return [BatchInvoice(file_name=name.format(n), content=self.invoice(f"B/{n}")) for n in range(1, count + 1)]

    def online(self) -> Any:
        return self.auth.online_session(form_code=FormSchema.FA3)


@contextmanager
def new_seller(box: Sandbox) -> Iterator[Seller]:
    nip = generate_nip()
    with box.client() as client:
        # In the hours that the sandbox's clock is set to, the day is the same in Warsaw.
        yield Seller(box, client, nip, login(client, nip, seal(nip, ec_key())), box.now().date())
