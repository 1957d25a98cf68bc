"""Who sends invoices, and small FA(3) documents to send.

The documents are written here by the ministry's schema (schemat_FA(3)_v1-0E.xsd),
so that what the sandbox accepts is not merely what this project's Go code makes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from identities import ec_key, seal
from ksef2.models import BatchInvoice, FormSchema
from ksef2.testdata import generate_nip
from place import Sandbox, login

BUYER = generate_nip()

ATTACHMENT = (
    "<Zalacznik><BlokDanych><MetaDane><ZKlucz>licznik</ZKlucz><ZWartosc>17</ZWartosc></MetaDane>"
    "</BlokDanych></Zalacznik>"
)


def document(seller: str, number: str, issued: date, *, attachment: str = "", price: str = "250.00") -> bytes:
    """Return an FA(3) invoice of one line, in a few kilobytes at most."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
  <Naglowek>
    <KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza>
    <WariantFormularza>3</WariantFormularza>
    <DataWytworzeniaFa>{issued}T04:15:00Z</DataWytworzeniaFa>
    <SystemInfo>a peer of the sandbox</SystemInfo>
  </Naglowek>
  <Podmiot1>
    <DaneIdentyfikacyjne><NIP>{seller}</NIP><Nazwa>Piekarnia „Źdźbło” &amp; córki</Nazwa></DaneIdentyfikacyjne>
    <Adres><KodKraju>PL</KodKraju><AdresL1>ul. Żytnia 7</AdresL1><AdresL2>60-001 Poznań</AdresL2></Adres>
  </Podmiot1>
  <Podmiot2>
    <DaneIdentyfikacyjne><NIP>{BUYER}</NIP><Nazwa>Gospoda Łęgi</Nazwa></DaneIdentyfikacyjne>
    <JST>2</JST>
    <GV>2</GV>
  </Podmiot2>
  <Fa>
    <KodWaluty>PLN</KodWaluty>
    <P_1>{issued}</P_1>
    <P_2>{number}</P_2>
    <P_13_3>{price}</P_13_3>
    <P_14_3>12.50</P_14_3>
    <P_15>262.50</P_15>
    <Adnotacje>
      <P_16>2</P_16>
      <P_17>2</P_17>
      <P_18>2</P_18>
      <P_18A>2</P_18A>
      <Zwolnienie><P_19N>1</P_19N></Zwolnienie>
      <NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu>
      <P_23>2</P_23>
      <PMarzy><P_PMarzyN>1</P_PMarzyN></PMarzy>
    </Adnotacje>
    <RodzajFaktury>VAT</RodzajFaktury>
    <FaWiersz>
      <NrWierszaFa>1</NrWierszaFa>
      <P_7>Chleb żytni na zakwasie</P_7>
      <P_8A>szt.</P_8A>
      <P_8B>25</P_8B>
      <P_9A>10.00</P_9A>
      <P_11>{price}</P_11>
      <P_12>5</P_12>
    </FaWiersz>
  </Fa>
  {attachment}
</Faktura>
""".encode()


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
        return document(seller or self.nip, number, self.today + timedelta(days), **contents)

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
