"""PowerPoint: the titles, texts and tables of slides, in their order; charts and pictures are not read, and said."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from reconcile.core.document import Document, Fault
from reconcile.core.limits import RefusedError
from reconcile.core.location import Location
from reconcile.core.messages import Message, say, say_many
from reconcile.core.settings import Settings
from reconcile.read.gathering import Gathering
from reconcile.read.office.zip import check_parts, describe, first_folder, open_archive

if TYPE_CHECKING:
    from collections.abc import Iterable

NAME = "pptx"
SUFFIXES = (".pptx",)


def recognises(head: bytes) -> bool:
    """Whether a zip holds PowerPoint's parts, and is none that embeds them."""
    return first_folder(head) == b"ppt/"


def read(path: str, data: bytes, settings: Settings) -> Document:
    """Read a presentation; what cannot be read is a fault."""
    import pptx

    try:
        with open_archive(data, settings, "ppt/presentation.xml") as archive:
            check_parts(archive, settings)
        reading = _Reading(path, settings)
        for number, slide in enumerate(pptx.Presentation(io.BytesIO(data)).slides, 1):
            reading.read(slide.shapes, say("slide {number}", number=number))
        reading.say_left()
        return reading.document(NAME)
    except RefusedError as refusal:
        code, message = refusal.code, refusal.message
    except Exception as error:  # a hostile file can raise anything in zip, XML and packaging code
        code, message = "R001", say("not a presentation that can be read: {error}", error=describe(error))
    return Document(path, NAME, faults=(Fault(code, message, Location(path)),))


class _Reading(Gathering):
    """What was read so far, and how many charts and pictures were not."""

    charts = pictures = 0

    def read(self, shapes: Iterable[Any], slide: Message) -> None:
        """Read the shapes of a slide or of a group."""
        from pptx.enum.shapes import PP_PLACEHOLDER
        from pptx.shapes.picture import Picture

        titles = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
        for shape in shapes:
            self.clock.check()
            if getattr(shape, "shapes", None) is not None:
                self.read(shape.shapes, slide)
            elif getattr(shape, "has_table", False):
                rows = [[self._cell(cell) for cell in row.cells] for row in shape.table.rows]
                self.add_table(rows, slide, header=1 if shape.table.first_row else None)
            elif getattr(shape, "has_text_frame", False):
                title = shape.is_placeholder and shape.placeholder_format.type in titles
                for paragraph in shape.text_frame.paragraphs:
                    self.add_paragraph(_plain(paragraph.text), "heading" if title else "paragraph", slide)
            self.charts += bool(getattr(shape, "has_chart", False))
            self.pictures += isinstance(shape, Picture)
        self.flush()

    def _cell(self, cell: Any) -> str:
        """The text of a cell; one that lies below a merged one prints nothing."""
        self.clock.check()
        return "" if cell.is_spanned else _plain(cell.text).strip()

    def say_left(self) -> None:
        """Say what was not read."""
        if self.charts:
            told = say_many(self.charts, "{count} chart is not read", "{count} charts are not read")
            self.notes[told] = None
        if self.pictures and not self.blocks and not self.tables:
            self.said[say("holds pictures and no text; pictures are not read")] = None


def _plain(text: str) -> str:
    """Text with its line breaks as line ends."""
    return text.replace("\v", "\n")
