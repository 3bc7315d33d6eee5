"""Files of kinds that are not read: which kind it is, by its first bytes, and what to save it as instead."""

from __future__ import annotations

from reconcile.core.messages import Message, say

_PICTURES = (
    ("PNG", b"\x89PNG\r\n\x1a\n"),
    ("JPEG", b"\xff\xd8\xff"),
    ("GIF", b"GIF8"),
    ("TIFF", b"II*\0"),
    ("TIFF", b"MM\0*"),
    ("BMP", b"BM"),
    ("WebP", b"RIFF"),
)
_PACKED = (
    ("gzip", b"\x1f\x8b"),
    ("7-Zip", b"7z\xbc\xaf\x27\x1c"),
    ("RAR", b"Rar!\x1a\x07"),
    ("bzip2", b"BZh"),
    ("xz", b"\xfd7zXZ\0"),
    ("zstd", b"\x28\xb5\x2f\xfd"),
)
# What stands in the container of an old office file, or in an archive, and what to save it as.
_OLD = (
    ("Word", ".docx", "WordDocument"),
    ("PowerPoint", ".pptx", "PowerPoint Document"),
    ("Outlook", ".eml", "__properties_version1.0"),
    ("Works", ".docx", "MatOST"),
)
_ARCHIVES = (
    ("Excel (.xlsb)", ".xlsx", b"xl/workbook.bin"),
    ("Apple Numbers", ".xlsx", b"Index/Tables/"),
    ("Apple Pages", ".docx", b"Index/Document.iwa"),
    ("OpenDocument", ".docx", b"application/vnd.oasis.opendocument."),
)


def name_old(data: bytes) -> Message:
    """What an old office file that is no workbook holds, and what to save it as."""
    for program, suffix, name in _OLD:
        if name.encode("utf-16-le") in data:
            return say(
                "an old file of {program}, which is not read; save it as {suffix}", program=program, suffix=suffix
            )
    return say("an old office file that holds no workbook; save it as .docx or .xlsx")


def name_archive(data: bytes) -> Message | None:
    """Which program's file an archive is, where that is known."""
    for program, suffix, part in _ARCHIVES:
        if part in data:
            return say("a file of {program}, which is not read; save it as {suffix}", program=program, suffix=suffix)
    return None


def name_kind(data: bytes) -> Message | None:
    """What kind of file begins so, if it is one that is known and not read."""
    for kind, mark in _PICTURES:
        if (
            data.startswith(mark)
            and (kind != "WebP" or data[8:12] == b"WEBP")
            and (kind != "BMP" or b"\0" in data[:20])
        ):
            return say(
                "a picture ({kind}); pictures are not read: have its text recognised, and save it as .docx", kind=kind
            )
    if data[4:12] in (b"ftypheic", b"ftypheix", b"ftypavif", b"ftypmif1"):
        return say(
            "a picture ({kind}); pictures are not read: have its text recognised, and save it as .docx", kind="HEIC"
        )
    for kind, mark in _PACKED:
        if data.startswith(mark):
            return say("a packed file ({kind}), which is not read; unpack it", kind=kind)
    if data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        return name_archive(data) or say("a packed file ({kind}), which is not read; unpack it", kind="ZIP")
    if data.startswith(b"PAR1"):
        return say("a file of {program}, which is not read; save it as {suffix}", program="Parquet", suffix=".csv")
    if data.startswith(b"SQLite format 3\0"):
        return say("a file of {program}, which is not read; save it as {suffix}", program="SQLite", suffix=".csv")
    return None
