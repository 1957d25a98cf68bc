// Package certs reads the certificate and private key with which a taxpayer
// signs in to KSeF, and makes self-signed ones for its test environment.
//
//	cert, err := certs.LoadPEM("1234567890.pem", "1234567890.key", "")
//	cert, err := certs.LoadP12("seal.p12", password)
//	cert, err := certs.Pair(certPEM, card)
//	cert, err := certs.NewTestSeal("5261040828", nil)
//
// Each returns a [tls.Certificate], ready to sign: PrivateKey is a
// [crypto.Signer], Leaf is parsed, and Certificate holds the end-entity
// certificate followed by its chain, nearest issuer first, as far as the input
// has it.
//
// # What is read
//
//   - certificates in PEM or DER;
//   - private keys in PKCS#8, PKCS#1 and SEC 1, in PEM or DER;
//   - encrypted PKCS#8: PBES2 (PBKDF2 with any SHA-1 or SHA-2, or scrypt; AES or
//     triple DES) and PBES1 (DES, triple DES, RC2);
//   - PEM encrypted the old way, with a DEK-Info header;
//   - PKCS#12 (.p12, .pfx) encrypted in any of these ways or not at all, in DER
//     or BER, with or without a MAC.
//
// Order does not matter, nor do byte order marks, line ends and text between PEM
// blocks. Of several certificates the first one that belongs to the key is
// taken; certificates outside its chain are left out. A password for something
// that is not encrypted is ignored.
//
// # What is not checked
//
// A certificate that has expired, is not valid yet, was revoked or names
// nobody KSeF knows is loaded without complaint: KSeF decides, and says so with
// status 460 or code 21115. Look at Leaf.NotAfter to warn early.
//
// # Errors
//
// Errors say which file is meant, what is wrong with it and what to do, and
// match one of the Err… values with [errors.Is]; a file that cannot be opened
// matches [io/fs.ErrNotExist] and the like. They never contain passwords or
// parts of keys. A tls.Certificate does contain the key: do not print one.
package certs
