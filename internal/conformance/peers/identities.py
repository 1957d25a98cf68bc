"""Who authenticates: keys and self-signed certificates made with `cryptography`.

Nothing here comes from Go, so that what the sandbox accepts is not merely what
this project's own certificates look like. The subjects' attributes are those
that ksef-docs (auth/podpis-xades.md) asks of a seal and of a person.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

ORGANIZATION_IDENTIFIER = x509.ObjectIdentifier("2.5.4.97")


def rsa_key() -> Key:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def ec_key(curve: type[ec.EllipticCurve] = ec.SECP256R1) -> Key:
    return ec.generate_private_key(curve())


@dataclass(frozen=True)
class Identity:
    """A certificate, its key and whoever issued it."""

    certificate: x509.Certificate
    key: Key
    chain: tuple[x509.Certificate, ...] = ()

    def write_pem(self, folder: Path, password: bytes | None = None) -> tuple[Path, Path]:
        """Write certificate and key as two files, the key encrypted if asked to."""
        certificate, key = folder / "certificate.pem", folder / "key.pem"
        certificate.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        encryption = BestAvailableEncryption(password) if password else NoEncryption()
        key.write_bytes(self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
        return certificate, key

    def write_p12(self, folder: Path, password: bytes) -> Path:
        """Write everything as one file, the issuers included."""
        file = folder / "identity.p12"
        file.write_bytes(
            pkcs12.serialize_key_and_certificates(
                b"peer", self.key, self.certificate, list(self.chain), BestAvailableEncryption(password)
            )
        )
        return file


def seal(nip: str, key: Key, **options: object) -> Identity:
    """The seal of an organisation: no given name, no surname."""
    return _issue(
        [
            (NameOID.ORGANIZATION_NAME, "Peer sp. z o.o."),
            (ORGANIZATION_IDENTIFIER, f"VATPL-{nip}"),
            (NameOID.COMMON_NAME, "Peer"),
            (NameOID.COUNTRY_NAME, "PL"),
        ],
        key,
        **options,
    )


def person(identifier: str, key: Key) -> Identity:
    """A person, by TINPL- and a NIP or by PNOPL- and a PESEL."""
    return _issue(
        [
            (NameOID.GIVEN_NAME, "Łucja"),
            (NameOID.SURNAME, "Źdźbło"),
            (NameOID.SERIAL_NUMBER, identifier),
            (NameOID.COMMON_NAME, "Łucja Źdźbło"),
            (NameOID.COUNTRY_NAME, "PL"),
        ],
        key,
    )


def _issue(
    subject: list[tuple[x509.ObjectIdentifier, str]],
    key: Key,
    *,
    issued: bool = False,
    until: timedelta = timedelta(days=30),
) -> Identity:
    """Certify a key for a subject, by itself or by an authority of its own."""
    name = x509.Name([x509.NameAttribute(oid, value) for oid, value in subject])
    issuer, signer, chain = name, key, ()
    if issued:
        issuer, signer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Peer's authority")]), ec_key()
        chain = (_sign(issuer, issuer, signer, signer, timedelta(days=30)),)
    return Identity(_sign(name, issuer, key, signer, until), key, chain)


def _sign(subject: x509.Name, issuer: x509.Name, key: Key, signer: Key, until: timedelta) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + until)
        .sign(signer, hashes.SHA256())
    )
