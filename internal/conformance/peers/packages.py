"""Packages that the SDK would not make: other archives, other parts than were announced."""

import io
import os
import tarfile
import zipfile
from collections.abc import Iterable
from typing import Any

from ksef2.models import BatchEncryptionData, BatchFilePart, BatchPreparedPart, PreparedBatch
from ksef2.raw import encrypt_invoice
from receipts import digest

PART = 100_000_000


def repacked(prepared: PreparedBatch, archive: bytes, kind: str = "zip", *, part: int = PART) -> PreparedBatch:
    """Put another archive in place of a package's own, sealed and announced as the SDK would."""
    key, iv = prepared.encryption.get_aes_key_bytes(), prepared.encryption.get_iv_bytes()
    plain = [archive[begin : begin + part] for begin in range(0, len(archive), part)]
    sealed = [encrypt_invoice(piece, key, iv) for piece in plain]
    return announced(prepared, sealed, file_size=len(archive), file_hash=digest(archive), compression_type=kind)


def announced(prepared: PreparedBatch, sealed: list[bytes], **package: Any) -> PreparedBatch:
    """Put other encrypted parts in place of a package's own, announced as they are."""
    parts = [
        {"ordinal_number": number, "file_size": len(content), "file_hash": digest(content)}
        for number, content in enumerate(sealed, 1)
    ]
    package["parts"] = [BatchFilePart(**p) for p in parts]
    content = [BatchPreparedPart(content=c, **p) for c, p in zip(sealed, parts, strict=True)]
    return prepared.model_copy(update={"batch_file": prepared.batch_file.model_copy(update=package), "parts": content})


def spoiled(prepared: PreparedBatch, number: int, content: bytes) -> PreparedBatch:
    """Put other content in place of one encrypted part, without announcing it."""
    parts = [p.model_copy(update={"content": content}) if p.ordinal_number == number else p for p in prepared.parts]
    return prepared.model_copy(update={"parts": parts})


def tampered(prepared: PreparedBatch) -> PreparedBatch:
    """Change one bit of the second part."""
    content = prepared.parts[1].content
    return spoiled(prepared, 2, bytes([content[0] ^ 1]) + content[1:])


def undecryptable(prepared: PreparedBatch) -> PreparedBatch:
    """Announce a part that decrypts to a block that ends in zero, which is no padding."""
    key, iv = prepared.encryption.get_aes_key_bytes(), prepared.encryption.get_iv_bytes()
    return announced(prepared, [encrypt_invoice(b"\0" * 16, key, iv)[:16]])


def untrue(prepared: PreparedBatch, **package: Any) -> PreparedBatch:
    """Announce something else about the archive than it is."""
    return prepared.model_copy(update={"batch_file": prepared.batch_file.model_copy(update=package)})


def sealed_for_nobody(prepared: PreparedBatch) -> PreparedBatch:
    """Put a key in place of the package's own that KSeF cannot decrypt."""
    own = prepared.encryption
    key = BatchEncryptionData.from_bytes(
        aes_key=own.get_aes_key_bytes(), iv=own.get_iv_bytes(), encrypted_key=garbage(), public_key_id=own.public_key_id
    )
    return prepared.model_copy(update={"encryption": key})


def garbage() -> bytes:
    """Return what is no encrypted key, though the size is right and the number below any modulus."""
    return b"\0" + os.urandom(255)


Files = Iterable[tuple[str, bytes]]


def tar_gz(files: Files) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return target.getvalue()


def stored_zip(files: Files) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


class Stream(io.RawIOBase):
    """A file that cannot seek, so that `zipfile` writes sizes behind the contents."""

    def __init__(self) -> None:
        self.content = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self.content += piece
        return len(piece)


def streamed_zip(files: Files) -> bytes:
    target = Stream()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return bytes(target.content)


def unzipped(archive: bytes) -> dict[str, bytes]:
    """Return the files of a zip by their names."""
    with zipfile.ZipFile(io.BytesIO(archive)) as z:
        return {name: z.read(name) for name in z.namelist()}


def untarred(archive: bytes) -> dict[str, bytes]:
    """Return the files of a tar.gz by their names."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as t:
        return {member.name: t.extractfile(member).read() for member in t}
