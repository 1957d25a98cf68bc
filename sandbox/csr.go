package sandbox

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha1" // a hash that KSeF takes
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/base64"
	"slices"

	"github.com/ksef-go/ksef"
)

// signingRequest is a certification request (PKCS#10, RFC 2986) whose signature was verified.
type signingRequest struct {
	subject pkix.RDNSequence
	key     crypto.PublicKey
	keyHash string // of the SubjectPublicKeyInfo
}

// rawRequest is CertificationRequest.
type rawRequest struct {
	Info      asn1.RawValue
	Algorithm pkix.AlgorithmIdentifier
	Signature asn1.BitString
}

// rawRequestInfo is CertificationRequestInfo.
type rawRequestInfo struct {
	Version    int
	Subject    asn1.RawValue
	Key        asn1.RawValue
	Attributes asn1.RawValue `asn1:"optional,tag:0"`
}

// rawKey is SubjectPublicKeyInfo.
type rawKey struct {
	Algorithm pkix.AlgorithmIdentifier
	Key       asn1.BitString
}

// Algorithms of keys and signatures (RFC 4055, RFC 5480, RFC 5758).
var (
	oidRSA   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidEC    = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidP256  = asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}
	oidPSS   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 10}
	oidMGF1  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	hashOIDs = []hashOID{
		{asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, crypto.SHA1},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}, crypto.SHA256},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}, crypto.SHA384},
		{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}, crypto.SHA512},
	}
	pkcs1OIDs = []hashOID{
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 5}, crypto.SHA1},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 11}, crypto.SHA256},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 12}, crypto.SHA384},
		{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 13}, crypto.SHA512},
	}
	ecdsaOIDs = []hashOID{
		{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}, crypto.SHA1},
		{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}, crypto.SHA256},
		{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3}, crypto.SHA384},
		{asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4}, crypto.SHA512},
	}
)

// hashOID is an algorithm that goes with a hash.
type hashOID struct {
	oid  asn1.ObjectIdentifier
	hash crypto.Hash
}

// hashOf returns the hash that goes with an algorithm; zero when it is none of these.
func hashOf(list []hashOID, oid asn1.ObjectIdentifier) crypto.Hash {
	if i := slices.IndexFunc(list, func(h hashOID) bool { return h.oid.Equal(oid) }); i >= 0 {
		return list[i].hash
	}
	return 0
}

// parseSigningRequest reads a request in Base64 and verifies its signature (ksef-docs certyfikaty-KSeF.md). The
// standard library's parser will not do: it knows neither PSS with SHA-1 or a salt of another length, nor why
// it refuses a key. Refusals are 25004, 25010 and 25011.
func parseSigningRequest(csr string) (*signingRequest, error) {
	der, err := base64.StdEncoding.DecodeString(csr)
	if err != nil {
		return nil, bad(ksef.CodeInvalidCSR, "The request is not Base64.")
	}
	var raw rawRequest
	var info rawRequestInfo
	var key rawKey
	var r signingRequest
	if !asn1Whole(der, &raw) || !asn1Whole(raw.Info.FullBytes, &info) || info.Version != 0 ||
		!asn1Whole(info.Key.FullBytes, &key) || !asn1Whole(info.Subject.FullBytes, &r.subject) {
		return nil, bad(ksef.CodeInvalidCSR, "The request is not PKCS#10 in DER.")
	}
	if r.key, err = parseRequestKey(key, info.Key.FullBytes); err != nil {
		return nil, err
	}
	r.keyHash = digest(info.Key.FullBytes)
	verify, err := requestVerifier(raw.Algorithm, r.key)
	if err != nil {
		return nil, err
	}
	if !verify(raw.Info.FullBytes, raw.Signature.RightAlign()) {
		return nil, bad(ksef.CodeInvalidCSR, "The signature does not verify.")
	}
	return &r, nil
}

// asn1Whole decodes der into v and reports whether that is all there is.
func asn1Whole(der []byte, v any) bool {
	rest, err := asn1.Unmarshal(der, v)
	return err == nil && len(rest) == 0
}

// parseRequestKey demands a key that KSeF certifies: RSA of exactly 2048 bits, or EC on P-256.
func parseRequestKey(raw rawKey, der []byte) (crypto.PublicKey, error) {
	var curve asn1.ObjectIdentifier
	switch {
	case raw.Algorithm.Algorithm.Equal(oidRSA):
	case !raw.Algorithm.Algorithm.Equal(oidEC):
		return nil, bad(ksef.CodeInvalidKey, "The key is neither RSA nor EC.")
	case !asn1Whole(raw.Algorithm.Parameters.FullBytes, &curve), !curve.Equal(oidP256):
		return nil, bad(ksef.CodeInvalidKey, "The key's curve is not P-256.")
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, bad(ksef.CodeInvalidCSR, err.Error())
	}
	if k, ok := key.(*rsa.PublicKey); ok && k.N.BitLen() != 2048 {
		return nil, bad(ksef.CodeInvalidKey, "An RSA key must have 2048 bits.")
	}
	return key, nil
}

// requestVerifier returns what verifies a signature by the algorithm with the key.
func requestVerifier(algorithm pkix.AlgorithmIdentifier, key crypto.PublicKey) (func(message, signature []byte) bool, error) {
	unsuitable := bad(ksef.CodeCSRAlgorithm, "The algorithm "+algorithm.Algorithm.String()+" is not allowed for the key.")
	switch k := key.(type) {
	case *rsa.PublicKey:
		if algorithm.Algorithm.Equal(oidPSS) {
			hash, salt := pssParameters(algorithm.Parameters)
			if hash == 0 {
				return nil, unsuitable
			}
			return func(m, sig []byte) bool {
				return rsa.VerifyPSS(k, hash, hashed(hash, m), sig, &rsa.PSSOptions{SaltLength: salt}) == nil
			}, nil
		}
		if hash := hashOf(pkcs1OIDs, algorithm.Algorithm); hash != 0 {
			return func(m, sig []byte) bool { return rsa.VerifyPKCS1v15(k, hash, hashed(hash, m), sig) == nil }, nil
		}
	case *ecdsa.PublicKey:
		if hash := hashOf(ecdsaOIDs, algorithm.Algorithm); hash != 0 && k.Curve == elliptic.P256() {
			return func(m, sig []byte) bool { return ecdsa.VerifyASN1(k, hashed(hash, m), sig) }, nil
		}
	}
	return nil, unsuitable
}

func hashed(hash crypto.Hash, message []byte) []byte {
	h := hash.New()
	h.Write(message)
	return h.Sum(nil)
}

// pssParameters reads RSASSA-PSS-params (RFC 4055 §3.1): the hash, which that of the mask generation must be,
// and the length of the salt. The hash is zero when they are not allowed.
func pssParameters(raw asn1.RawValue) (hash crypto.Hash, salt int) {
	sha1 := pkix.AlgorithmIdentifier{Algorithm: hashOIDs[0].oid}
	p := struct {
		Hash    pkix.AlgorithmIdentifier `asn1:"explicit,optional,tag:0"`
		MGF     pkix.AlgorithmIdentifier `asn1:"explicit,optional,tag:1"`
		Salt    int                      `asn1:"explicit,optional,tag:2,default:20"`
		Trailer int                      `asn1:"explicit,optional,tag:3,default:1"`
	}{}
	if !asn1Whole(raw.FullBytes, &p) || p.Trailer != 1 || p.Salt < 0 {
		return 0, 0
	}
	if p.Hash.Algorithm == nil {
		p.Hash = sha1
	}
	mask := sha1
	if p.MGF.Algorithm != nil && (!p.MGF.Algorithm.Equal(oidMGF1) || !asn1Whole(p.MGF.Parameters.FullBytes, &mask)) {
		return 0, 0
	}
	if !mask.Algorithm.Equal(p.Hash.Algorithm) {
		return 0, 0
	}
	return hashOf(hashOIDs, p.Hash.Algorithm), p.Salt
}
