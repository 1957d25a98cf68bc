// Package sample makes up small valid FA(3) invoices, for the demonstration,
// tests and benchmarks. It is no invoice builder.
package sample

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// Invoice is what can be chosen in a made-up invoice.
type Invoice struct {
	Seller, Buyer string    // NIPs
	Number        string    // P_2
	Issued        time.Time // P_1; the day in Warsaw
	Lines         int       // 0 means 1
}

// Day returns when it is issued, as clocks in Warsaw have it.
func (i Invoice) Day() time.Time { return i.Issued.In(warsaw()) }

// XML returns the document.
func (i Invoice) XML() []byte {
	lines := max(i.Lines, 1)
	var rows strings.Builder
	for n := range lines {
		fmt.Fprintf(&rows, `
		<FaWiersz>
			<NrWierszaFa>%d</NrWierszaFa>
			<P_7>Usługa przykładowa nr %d</P_7>
			<P_8A>szt.</P_8A>
			<P_8B>1</P_8B>
			<P_9A>100.00</P_9A>
			<P_11>100.00</P_11>
			<P_12>23</P_12>
		</FaWiersz>`, n+1, n+1)
	}
	return fmt.Appendf(nil, document,
		i.Issued.UTC().Format("2006-01-02T15:04:05Z"), escape(i.Seller), escape(i.Buyer),
		i.Day().Format(time.DateOnly), escape(i.Number),
		lines*100, lines*23, lines*123, rows.String())
}

// warsaw is where the day of issue counts. Without the time zone database it is
// winter time: a made-up invoice is then at most a day early, never late.
func warsaw() *time.Location {
	if loc, err := time.LoadLocation("Europe/Warsaw"); err == nil {
		return loc
	}
	return time.FixedZone("CET", 3600)
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}

const document = `<?xml version="1.0" encoding="UTF-8"?>
<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/">
	<Naglowek>
		<KodFormularza kodSystemowy="FA (3)" wersjaSchemy="1-0E">FA</KodFormularza>
		<WariantFormularza>3</WariantFormularza>
		<DataWytworzeniaFa>%s</DataWytworzeniaFa>
	</Naglowek>
	<Podmiot1>
		<DaneIdentyfikacyjne>
			<NIP>%s</NIP>
			<Nazwa>Przykładowy sprzedawca</Nazwa>
		</DaneIdentyfikacyjne>
		<Adres>
			<KodKraju>PL</KodKraju>
			<AdresL1>ul. Przykładowa 1, 00-001 Warszawa</AdresL1>
		</Adres>
	</Podmiot1>
	<Podmiot2>
		<DaneIdentyfikacyjne>
			<NIP>%s</NIP>
			<Nazwa>Przykładowy nabywca</Nazwa>
		</DaneIdentyfikacyjne>
		<JST>2</JST>
		<GV>2</GV>
	</Podmiot2>
	<Fa>
		<KodWaluty>PLN</KodWaluty>
		<P_1>%s</P_1>
		<P_2>%s</P_2>
		<P_13_1>%d.00</P_13_1>
		<P_14_1>%d.00</P_14_1>
		<P_15>%d.00</P_15>
		<Adnotacje>
			<P_16>2</P_16>
			<P_17>2</P_17>
			<P_18>2</P_18>
			<P_18A>2</P_18A>
			<Zwolnienie>
				<P_19N>1</P_19N>
			</Zwolnienie>
			<NoweSrodkiTransportu>
				<P_22N>1</P_22N>
			</NoweSrodkiTransportu>
			<P_23>2</P_23>
			<PMarzy>
				<P_PMarzyN>1</P_PMarzyN>
			</PMarzy>
		</Adnotacje>
		<RodzajFaktury>VAT</RodzajFaktury>%s
	</Fa>
</Faktura>
`
