// Package upo reads KSeF's official receipts (UPO, urzędowe poświadczenie odbioru), version 4-3: of one
// invoice, or of up to 10,000 invoices of a session. It verifies their signatures, finds the invoice that
// a receipt stands for, and says in words what that proves.
//
//	receipt, err := upo.Verify(file, &upo.VerifyOptions{Roots: roots, Intermediates: issuers})
//	if err != nil {
//		return err // not a receipt, changed since it was signed, or signed by somebody else
//	}
//	document, err := receipt.Proves(invoiceXML)
//	if err != nil {
//		return err // the receipt is of other documents
//	}
//	fmt.Println(receipt.Explain(document, upo.English))
//
// # What is read
//
// Reading is stricter than any reader of receipts has to be, because a receipt is evidence: UTF-8 without
// document type declaration, the namespace of version 4-3, every element of the schema in its order and
// nothing else, values that have their form. Beyond the schema (upo-v4-3.xsd) the checksums of KSeF
// numbers are checked, that a page has as many documents as it says, and that times have an offset from
// UTC. Two things the schema asks for are left out. Its fixed name of the issuer is production's, other
// environments have other names; and the part of a VAT UE identifier after the country is not compared
// with that country's rules. The schema has no place for the signature; it stands last in the root
// element, where KSeF puts it.
//
// # Who signs
//
// Anybody can write a receipt and sign it, so [Verify] without a trusted certificate says only that the
// receipt has not changed since somebody signed it: [Intact], not [Trusted].
//
// The ministry publishes no certificates for its receipts. Those seen in the middle of 2026 were two, one
// of production, one of the test and demo environments, both of the organisation [Ministry], issued by
// "Certum SMIME RSA CA" and good until 29 September 2027. The signatures hold neither that issuer nor its
// root: give them in [VerifyOptions], or pin the signer's certificate itself. Whether test or demo signed
// says only [Receipt.Environment], which is part of what is signed.
//
// Revocation is not checked: nothing here uses the network.
package upo
