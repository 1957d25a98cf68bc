"""The receipt that KSeF signs (UPO), read and judged by programs that others wrote.

`signxml` judges each signature; `xmlsec1`, where it is installed, too. `xmllint`
compares each with the ministry's schema, where that is at hand (KSEF_SHARED).
With KSEF_REQUIRE_TOOLS=1 both programs must be there.
"""

import base64
import hashlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lxml import etree
from place import Sandbox
from signxml import DigestAlgorithm, SignatureMethod
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier
from steps import equal

UPO = "{http://upo.schematy.mf.gov.pl/KSeF/v4-3}"
SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
MINISTRY = "Ministerstwo Finansów"

PROJECT = Path(__file__).resolve().parents[3]
SCHEMA = PROJECT / (os.environ.get("KSEF_SHARED") or "../shared") / "schemas/upo/upo-v4-3.xsd"

SEAL = XAdESSignatureConfiguration(
    expect_references=2,
    signature_methods=frozenset({SignatureMethod.ECDSA_SHA256}),
    digest_algorithms=frozenset({DigestAlgorithm.SHA256}),
)


def absent_judges() -> list[str]:
    """Say what does not judge here; end the program if it must."""
    tools = [f"{tool} is not installed" for tool in ("xmlsec1", "xmllint") if not shutil.which(tool)]
    if tools and os.environ.get("KSEF_REQUIRE_TOOLS") == "1":
        raise SystemExit("; ".join(tools))
    return tools + ([] if SCHEMA.exists() else ["the ministry's schema is not here (KSEF_SHARED)"])


@dataclass(frozen=True)
class Receipt:
    """What a receipt says."""

    session: str
    context: tuple[str, str]
    login: tuple[str, str]
    page: dict[str, str]
    structure: tuple[str, str]
    documents: list[dict[str, Any]]


def receipt(box: Sandbox, content: bytes) -> Receipt:
    """Judge a receipt and read it."""
    root = etree.fromstring(content)
    (signature,) = root.findall(SIGNATURE)
    _judge_signature(box, content)
    root.remove(signature)
    _judge_form(root)
    top = _texts(root)
    (context,) = _texts(root, "Uwierzytelnienie", "IdKontekstu").items()
    _, login = _texts(root, "Uwierzytelnienie").items()
    documents = [_texts(d) for d in root.findall(UPO + "Dokument")]
    for d in documents:
        for name in ("DataPrzeslaniaDokumentu", "DataNadaniaNumeruKSeF"):
            d[name] = datetime.fromisoformat(d[name])
    return Receipt(
        session=top["NumerReferencyjnySesji"],
        context=context,
        login=login,
        page=_texts(root, "OpisPotwierdzenia"),
        structure=(top["NazwaStrukturyLogicznej"], top["KodFormularza"]),
        documents=documents,
    )


def entry(seller: str, issued: object, content: bytes, status: Any) -> dict[str, Any]:
    """Return what a receipt must say of a document, by the document and KSeF's status of it."""
    return {
        "NipSprzedawcy": seller,
        "NumerKSeFDokumentu": status.ksef_number,
        "NumerFaktury": status.invoice_number,
        "DataWystawieniaFaktury": str(issued),
        "DataPrzeslaniaDokumentu": _milliseconds(status.invoicing_date),
        "DataNadaniaNumeruKSeF": _milliseconds(status.acquisition_date),
        "SkrotDokumentu": digest(content),
        "TrybWysylki": status.invoicing_mode,
    }


def digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _milliseconds(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _texts(element: Any, *path: str) -> dict[str, Any]:
    for name in path:
        element = element.find(UPO + name)
        if element is None:
            return {}
    return {etree.QName(child).localname: child.text for child in element}


def _judge_signature(box: Sandbox, content: bytes) -> None:
    """Verify that the sandbox's authority certified the seal, and that the seal signed the whole."""
    whole, properties = XAdESVerifier().verify(content, ca_pem_file=box.ca_file, expect_config=SEAL)
    equal(whole.signed_xml.tag, UPO + "Potwierdzenie", "what is signed")
    equal(etree.QName(properties.signed_xml).localname, "SignedProperties", "what is signed beside it")
    if shutil.which("xmlsec1"):
        ids = ("--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties")
        _run(content, "xmlsec1", "--verify", "--enabled-key-data", "x509", "--trusted-pem", box.ca_file, *ids)


def _judge_form(unsigned: Any) -> None:
    """Compare what was signed with the schema, which allows no receiver but the ministry: only that may differ."""
    if not SCHEMA.exists() or not shutil.which("xmllint"):
        return
    command = ("xmllint", "--noout", "--nonet", "--schema", str(SCHEMA))
    receiver = unsigned.find(UPO + "NazwaPodmiotuPrzyjmujacego")
    assert "SANDBOX" in receiver.text, "the receiver is called what it is"
    try:
        _run(etree.tostring(unsigned), *command)
    except AssertionError as exc:
        assert "NazwaPodmiotuPrzyjmujacego" in str(exc), exc
    else:
        raise AssertionError("the receiver is the ministry's schema's own")
    receiver.text = MINISTRY
    _run(etree.tostring(unsigned), *command)


def _run(content: bytes, *command: str) -> None:
    with tempfile.NamedTemporaryFile(suffix=".xml") as file:
        file.write(content)
        file.flush()
        done = subprocess.run([*command, file.name], capture_output=True, text=True)
    if done.returncode:
        raise AssertionError(f"{command[0]}: {done.stderr}")
