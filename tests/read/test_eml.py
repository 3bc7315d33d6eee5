"""E-mail: the page or the text of a message, its encodings, what is quoted and what is attached."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

import reconcile
from reconcile.core.document import Document
from reconcile.core.settings import Settings
from reconcile.read import read_bytes
from reconcile.read.text.eml import recognises

ROWS = "Kommun 2023 (kr) 2024 (kr)\nHabo 41 207 43 118\nMullsjö 120 455 131 020\nSumma 161 662 174 138\n"
GRID = (
    ("Kommun", "2023 (kr)", "2024 (kr)"),
    ("Habo", "41 207", "43 118"),
    ("Mullsjö", "120 455", "131 020"),
    ("Summa", "161 662", "174 138"),
)
PAGE = "<html><body><p>Se nedan.</p><table><tr><th>Ort<th>Kr</tr><tr><td>Habo<td>1 310</tr></table></body></html>"


def message(text: str = "", page: str = "", charset: str = "utf-8", transfer: str | None = None) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Bidrag till Mullsjö"
    if text:
        mail.set_content(text, charset=charset, cte=transfer)
    if page and text:
        mail.add_alternative(page, subtype="html")
    elif page:
        mail.set_content(page, subtype="html")
    return mail


def read(mail: EmailMessage | bytes) -> Document:
    return read_bytes("m", mail if isinstance(mail, bytes) else mail.as_bytes(), Settings())


@pytest.mark.parametrize(
    ("charset", "transfer"),
    [("utf-8", "8bit"), ("utf-8", "base64"), ("utf-8", "quoted-printable"), ("iso-8859-1", "quoted-printable")],
)
def test_the_text_of_a_message(charset: str, transfer: str) -> None:
    document = read(message("Hej!\n\n" + ROWS + "\nHälsningar\n", charset=charset, transfer=transfer))
    assert document.format == "eml"
    assert [table.rows for table in document.tables] == [GRID]
    assert [block.text for block in document.blocks] == ["Bidrag till Mullsjö", "Hej!", "Hälsningar"]
    assert document.tables[0].location_of(1, 2).label == "paragraph 3, column 3"


def test_the_page_is_read_where_it_has_a_table() -> None:
    document = read(message("Ort Kr\nHabo 1 310\nMullsjö 2 420\nSumma 3 730\n", PAGE))
    assert [table.rows for table in document.tables] == [(("Ort", "Kr"), ("Habo", "1 310"))]
    assert document.tables[0].title_block == 1
    assert document.tables[0].location_of(1, 1).label == "table 1, row 2, column 2"


def test_the_text_is_read_where_the_page_has_no_table() -> None:
    document = read(message(ROWS, "<p>Habo 41 207 43 118</p>"))
    assert [table.rows for table in document.tables] == [GRID]


def test_a_page_alone_is_read() -> None:
    assert len(read(message(page=PAGE)).tables) == 1


def test_marks_of_a_quoted_message_are_left_out() -> None:
    quoted = "".join(f"> {line}\n" for line in ROWS.splitlines())
    assert [table.rows for table in read(message("Du skrev:\n\n" + quoted)).tables] == [GRID]


def test_attachments_are_said() -> None:
    mail = message(ROWS)
    mail.add_attachment(b"PK", maintype="application", subtype="zip", filename="bilaga två.xlsx")
    mail.add_attachment("Habo 1", filename="lista.txt")
    (fault,) = read(mail).faults
    assert (fault.code, fault.note) == ("R003", True)
    assert fault.message == "2 attachments are not read; save them to check them: bilaga två.xlsx, lista.txt"


def test_an_unknown_charset_is_read_all_the_same() -> None:
    data = message(ROWS, transfer="8bit").as_bytes().replace(b'charset="utf-8"', b'charset="x-none"')
    assert [table.rows for table in read(data).tables] == [GRID]


def test_a_message_pasted_into_a_text_is_a_text() -> None:
    text = "From: a@example.org\nSubject: Bidrag\nDate: 3 maj\n\n" + ROWS
    assert not recognises(text.encode())
    assert read(text.encode()).format == "text"


def test_a_broken_message_is_a_fault() -> None:
    data = b"".join(
        b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
        for number in range(3_000)
    )
    assert [fault.code for fault in read(data).faults] == ["R001"]


def test_too_many_parts_are_refused() -> None:
    parts = b"--b\nContent-Type: text/plain\n\nhej\n" * 1_200
    data = b'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"\n\n' + parts
    assert [fault.code for fault in read(data).faults] == ["R004"]


def test_a_wrong_total_in_a_message_is_found(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("mail") / "m.eml"
    path.write_bytes(message(ROWS.replace("174 138", "174 183")).as_bytes())
    (finding,) = reconcile.check(str(path)).findings
    assert (finding.code, finding.observed, finding.expected) == ("R301", "174 183", "174 138")
