"""Signs one document with signxml in the shape that ksef2 emits, and with the algorithms that only signxml has.

usage: signxml_vectors.py REQUEST KEYS OUT        (pip install signxml==5.2.0 cryptography lxml)
"""
import sys

from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from signxml import DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.algorithms import CanonicalizationMethod
from signxml.xades import XAdESDataObjectFormat, XAdESSigner

request, keys, out = sys.argv[1:]


class Signer(XAdESSigner):
    def check_deprecated_methods(self):
        """KSeF still accepts SHA-1."""


CASES = {
    # what ksef2 emits: C14N 1.1, SHA-256, key information signed
    "rsa": dict(key="rsa"),
    "p256": dict(key="p256", signature=SignatureMethod.ECDSA_SHA256),
    # algorithms of the ministry's list that the other tools do not have
    "sha1-mgf1": dict(key="rsa", signature=SignatureMethod.SHA1_RSA_MGF1),
    "sha256-mgf1": dict(key="rsa", signature=SignatureMethod.SHA256_RSA_MGF1),
    "sha384-mgf1": dict(key="rsa", signature=SignatureMethod.SHA384_RSA_MGF1, digest=DigestAlgorithm.SHA384),
    "sha512-mgf1": dict(key="rsa", signature=SignatureMethod.SHA512_RSA_MGF1, digest=DigestAlgorithm.SHA512),
    "sha3-256-mgf1": dict(key="rsa", signature=SignatureMethod.SHA3_256_RSA_MGF1, digest=DigestAlgorithm.SHA3_256),
    "sha3-384-mgf1": dict(key="rsa", signature=SignatureMethod.SHA3_384_RSA_MGF1, digest=DigestAlgorithm.SHA3_384),
    "sha3-512-mgf1": dict(key="rsa", signature=SignatureMethod.SHA3_512_RSA_MGF1, digest=DigestAlgorithm.SHA3_512),
    "ecdsa-sha3-256": dict(key="p256", signature=SignatureMethod.ECDSA_SHA3_256),
    "ecdsa-sha3-384": dict(key="p384", signature=SignatureMethod.ECDSA_SHA3_384),
    "ecdsa-sha3-512": dict(key="p521", signature=SignatureMethod.ECDSA_SHA3_512),
    "ecdsa-sha384": dict(key="p384", signature=SignatureMethod.ECDSA_SHA384),
    "ecdsa-sha512": dict(key="p521", signature=SignatureMethod.ECDSA_SHA512),
    "c14n-comments": dict(key="rsa", c14n=CanonicalizationMethod.CANONICAL_XML_1_0_WITH_COMMENTS),
    "enveloping": dict(key="rsa", method=SignatureConstructionMethod.enveloping),
}

for name, case in CASES.items():
    with open(f"{keys}/{case['key']}.key", "rb") as f:
        key = load_pem_private_key(f.read(), password=None)
    with open(f"{keys}/{case['key']}.pem") as f:
        certificate = f.read()
    signer = Signer(
        method=case.get("method", SignatureConstructionMethod.enveloped),
        signature_algorithm=case.get("signature", SignatureMethod.RSA_SHA256),
        digest_algorithm=case.get("digest", DigestAlgorithm.SHA256),
        c14n_algorithm=case.get("c14n", CanonicalizationMethod.CANONICAL_XML_1_1),
        data_object_format=XAdESDataObjectFormat(Description="Authentication", MimeType="text/xml"),
    )
    signed = signer.sign(etree.parse(request).getroot(), key=key, cert=certificate, always_add_key_value=True)
    with open(f"{out}/signxml-{name}.xml", "wb") as f:
        f.write(etree.tostring(signed, xml_declaration=True, encoding="UTF-8"))
