package archive_test

import (
	"bytes"
	"fmt"
	"iter"
	"math/rand/v2"

	"github.com/ksef-go/ksef/internal/archive"
)

// invoices iterates over n invoices in the shape of FA(3), of 3 to 10 KB, the
// same in every run. They share a seller, as a batch does, and differ in
// buyers, goods, amounts and length. Only one exists at a time.
func invoices(n int) iter.Seq2[archive.Document, error] {
	return func(yield func(archive.Document, error) bool) {
		for i := range n {
			if !yield(archive.Document{Name: fmt.Sprintf("FV_2026_02_%05d.xml", i+1), Content: invoice(i)}, nil) {
				return
			}
		}
	}
}

func invoice(i int) []byte {
	rnd := rand.New(rand.NewPCG(7, uint64(i)))
	pick := func(words ...string) string { return words[rnd.IntN(len(words))] }
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
	<Naglowek>
		<KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza>
		<WariantFormularza>3</WariantFormularza>
		<DataWytworzeniaFa>2026-02-%02dT%02d:%02d:%02dZ</DataWytworzeniaFa>
	</Naglowek>
	<Podmiot1>
		<DaneIdentyfikacyjne><NIP>5261040828</NIP><Nazwa>Hurtownia Północ sp. z o.o.</Nazwa></DaneIdentyfikacyjne>
		<Adres><KodKraju>PL</KodKraju><AdresL1>ul. Składowa 7</AdresL1><AdresL2>80-001 Gdańsk</AdresL2></Adres>
	</Podmiot1>
	<Podmiot2>
		<DaneIdentyfikacyjne><NIP>%010d</NIP><Nazwa>%s %s %s</Nazwa></DaneIdentyfikacyjne>
		<Adres><KodKraju>PL</KodKraju><AdresL1>ul. %s %d</AdresL1><AdresL2>%02d-%03d %s</AdresL2></Adres>
		<JST>2</JST>
		<GV>2</GV>
	</Podmiot2>
	<Fa>
		<KodWaluty>PLN</KodWaluty>
		<P_1>2026-02-%02d</P_1>
		<P_2>FV/2026/02/%05d</P_2>
		<P_13_1>%d.%02d</P_13_1>
		<P_14_1>%d.%02d</P_14_1>
		<P_15>%d.%02d</P_15>
		<Adnotacje>
			<P_16>2</P_16><P_17>2</P_17><P_18>2</P_18><P_18A>2</P_18A>
			<Zwolnienie><P_19N>1</P_19N></Zwolnienie>
			<NoweSrodkiTransportu><P_22N>1</P_22N></NoweSrodkiTransportu>
			<P_23>2</P_23>
			<PMarzy><P_PMarzyN>1</P_PMarzyN></PMarzy>
		</Adnotacje>
		<RodzajFaktury>VAT</RodzajFaktury>
`, 1+rnd.IntN(28), rnd.IntN(24), rnd.IntN(60), rnd.IntN(60),
		rnd.Uint64N(1e10), pick("Zakład", "Sklep", "Biuro", "Firma", "Serwis"), pick("Stolarski", "Wielobranżowy", "Handlowy", "Rachunkowy"), pick("Kowalski", "Nowak", "Wiśniewska", "Wójcik", "Kamińska"),
		pick("Długa", "Krótka", "Leśna", "Polna", "Słoneczna", "Kościuszki"), 1+rnd.IntN(200), rnd.IntN(100), rnd.IntN(1000), pick("Warszawa", "Kraków", "Łódź", "Poznań", "Wrocław"),
		1+rnd.IntN(28), i+1, rnd.IntN(1e5), rnd.IntN(100), rnd.IntN(1e5), rnd.IntN(100), rnd.IntN(1e5), rnd.IntN(100))
	for line := range 4 + rnd.IntN(21) {
		fmt.Fprintf(&b, `		<FaWiersz>
			<NrWierszaFa>%d</NrWierszaFa>
			<UU_ID>%016x</UU_ID>
			<P_7>%s %s %s-%d</P_7>
			<P_8A>%s</P_8A>
			<P_8B>%d</P_8B>
			<P_9A>%d.%02d</P_9A>
			<P_11>%d.%02d</P_11>
			<P_12>%s</P_12>
		</FaWiersz>
`, line+1, rnd.Uint64(), pick("lodówka", "zmywarka", "krzesło", "śruba", "farba", "klej", "przewód", "żarówka"), pick("biała", "czarna", "mała", "duża", "zewnętrzna"), pick("MK", "ZX", "AB", "QT"), rnd.IntN(10000),
			pick("szt.", "kg", "m", "opak."), 1+rnd.IntN(100), rnd.IntN(5000), rnd.IntN(100), rnd.IntN(100000), rnd.IntN(100), pick("23", "8", "5"))
	}
	fmt.Fprintf(&b, `		<Platnosc>
			<TerminPlatnosci><Termin>2026-03-%02d</Termin></TerminPlatnosci>
			<FormaPlatnosci>6</FormaPlatnosci>
			<RachunekBankowy><NrRB>%020d%06d</NrRB></RachunekBankowy>
		</Platnosc>
	</Fa>
</Faktura>
`, 1+rnd.IntN(28), rnd.Uint64N(1e18), rnd.IntN(1e6))
	return b.Bytes()
}
