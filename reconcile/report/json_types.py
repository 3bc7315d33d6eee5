"""The shape of the JSON report, version 1, as types: loaded by those who check it, not at every start."""

from __future__ import annotations

from typing import TypedDict


class LocationJson(TypedDict, total=False):
    """A place; what does not apply is absent."""

    path: str
    label: str
    line: int
    column: int
    end_line: int
    end_column: int
    sheet: str
    cell: str
    page: int
    bbox: list[float]
    table: int
    row: int
    col: int
    row_label: str
    column_header: str
    text: str


class Tool(TypedDict):
    """What made the report."""

    name: str
    version: str


class Summary(TypedDict):
    """Counts over the whole report."""

    documents: int
    tables: int
    amounts: int
    amounts_checked: int
    unread: int
    errors: int
    warnings: int
    notes: int
    equations: int
    ties: int
    ties_within_rounding: int
    ties_after_repair: int
    broken: int


class ColumnJson(TypedDict):
    """A column as recognised."""

    index: int
    header: str
    role: str
    currency: str | None
    scale: int


class TableSchemaJson(TypedDict):
    """The schema that a table was held to: over how many rows, and how many of its checks hold."""

    name: str
    rows: int
    checks: int
    held: int


class CellJson(TypedDict):
    """A cell: how it is read, and the ids of the equations that it stands in.

    ``state`` is that of an amount: ``holds`` where all of them do, ``fails`` where one does not, ``unchecked`` where there is none.
    """

    row: int
    col: int
    place: str
    text: str
    role: str
    value: str | None
    low: str | None
    high: str | None
    state: str | None
    equations: list[str]


class Celled(TypedDict, total=False):
    """What is there only where the cells are asked for."""

    cells: list[CellJson]


class TableJson(Celled):
    """A table as read."""

    index: int
    title: str
    location: LocationJson
    header: list[str]
    rows: int
    schema: TableSchemaJson | None
    columns: list[ColumnJson]


class ClaimJson(TypedDict):
    """An amount in prose."""

    text: str
    hedge: str | None
    value: str
    low: str
    high: str
    currency: str | None
    location: LocationJson
    ties_to: str | None


class UncheckedColumnJson(TypedDict):
    """A column of which some amounts are not checked."""

    table: int
    column: int
    header: str
    amounts: int
    checked: int


class UncheckedRowsJson(TypedDict):
    """The rows of one kind (row, total, apart, carried) of which some amounts are not checked."""

    table: int
    kind: str
    amounts: int
    checked: int


class UncheckedJson(TypedDict):
    """What stands in no equation: by column, by kind of row, and in the text; figures in per cent are counted apart."""

    columns: list[UncheckedColumnJson]
    rows: list[UncheckedRowsJson]
    text: list[LocationJson]
    percentages: list[LocationJson]


class DocumentJson(TypedDict):
    """A document as read."""

    path: str
    sha256: str
    format: str
    encoding: str | None
    locale: str | None
    tables: list[TableJson]
    claims: list[ClaimJson]
    amounts: int
    amounts_checked: int
    unchecked: UncheckedJson


class TermJson(TypedDict):
    """An amount in an equation."""

    value: str
    text: str
    location: LocationJson


class EquationJson(TypedDict):
    """An equation with its outcome."""

    id: str
    kind: str
    label: str
    status: str
    total: TermJson
    terms: list[TermJson]
    computed: str
    difference: str
    tolerance: str


class EditJson(TypedDict):
    """One replacement."""

    location: LocationJson
    old: str
    new: str


class FixJson(TypedDict):
    """A correction with its proof."""

    title: str
    applicability: str
    proof: str
    confidence: float
    replacement: str
    value: str | None
    edits: list[EditJson]


class FindingJson(TypedDict):
    """One fault at one place; ``equations`` are the ids of the equations that do not tie because of it."""

    code: str
    name: str
    severity: str
    message: str
    location: LocationJson
    related: list[LocationJson]
    observed: str
    expected: str
    fixes: list[FixJson]
    equations: list[str]


class BudgetLineJson(TypedDict):
    """A line of the budget, or the limit of one entity, with its standing; ``equation`` is an equation's id."""

    line: str
    depth: int
    use: str
    budgeted: str
    planned: str | None
    distributed: str | None
    remaining: str | None
    status: str
    words: str
    tolerance: str
    reason: str
    equation: str | None
    location: LocationJson


class ReceivedJson(TypedDict):
    """What one entity received, per document and in all."""

    entity: str
    amounts: list[str | None]
    total: str
    rows: int


class MatrixJson(TypedDict):
    """Entities and documents, with totals both ways."""

    documents: list[str]
    rows: list[ReceivedJson]
    totals: list[str]
    printed: list[str | None]
    total: str
    cross_foots: bool


class BudgetJson(TypedDict):
    """How the budget stands."""

    name: str
    path: str
    currency: str | None
    lines: list[BudgetLineJson]
    limits: list[BudgetLineJson]
    matrix: MatrixJson


class SuppressedJson(TypedDict):
    """A finding that is not to be told: by what, why, and where that is said."""

    by: str
    reason: str
    location: LocationJson
    finding: FindingJson


class RemarkJson(TypedDict):
    """What there is to say of the check itself."""

    message: str
    location: LocationJson


class PassedOverJson(TypedDict):
    """Files in folders that are no documents, by their suffix."""

    suffix: str
    files: int


class Silenced(TypedDict, total=False):
    """What is there only where something was suppressed, or could not be, or where files were passed over."""

    suppressed: list[SuppressedJson]
    remarks: list[RemarkJson]
    passed_over: list[PassedOverJson]


class ReportJson(Silenced):
    """The JSON report, version 1. Money is text: digits in whole currency units, never a float."""

    version: int
    tool: Tool
    summary: Summary
    documents: list[DocumentJson]
    equations: list[EquationJson]
    findings: list[FindingJson]
    budget: BudgetJson | None
