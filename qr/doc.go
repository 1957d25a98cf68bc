// Package qr makes and checks the links that are printed on invoices as QR codes (ksef-docs kody-qr.md), and draws
// the codes.
//
// Code I leads to the invoice in KSeF. Every visualisation that is used outside KSeF has it:
//
//	link := &qr.InvoiceLink{Base: qr.Production, SellerNIP: "5261040828", Issued: issued, Hash: sha256.Sum256(document)}
//	symbol, err := link.Symbol(number) // "" as long as there is no KSeF number: the caption is then OFFLINE
//	png, err := symbol.PNG(nil)
//
// Code II vouches for who issued an invoice offline. It is signed with the key of a KSeF certificate of the type
// Offline, which may be in a file, a smart card or a service: anything that is a [crypto.Signer].
//
//	link := &qr.CertificateLink{Base: qr.Production, Context: qr.Context{Type: qr.NIP, Value: "5261040828"},
//		SellerNIP: "5261040828", Hash: sha256.Sum256(document)}
//	err := link.SignWith(cert) // fills in the serial number, too
//	symbol, err := link.Symbol()
//
// An online invoice has code I, an offline invoice both. The hash is that of the document exactly as it is sent:
// a space more, and the link leads nowhere.
//
// Nothing here touches a network, and all of it is safe for concurrent use as long as nobody changes a link
// meanwhile. The package knows nothing of the client, so that invoices can be printed without one.
package qr
