"""Small FA(3) documents to send.

They are written here by the ministry's schema (schemat_FA(3)_v1-0E.xsd), so that
what the sandbox accepts is not merely what this project's Go code makes.
"""

from datetime import date


def document(seller: str, buyer: str, number: str, issued: date, *, attachment: str = "", price: str = "250.00") -> bytes:
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
    <DaneIdentyfikacyjne><NIP>{buyer}</NIP><Nazwa>Gospoda Łęgi</Nazwa></DaneIdentyfikacyjne>
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
