"""Runs the cases in ``fixtures/``: one document, or a folder of documents with a budget and settings of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import reconcile
from reconcile.core.findings import Finding
from reconcile.core.location import CellRef, TextSpan
from reconcile.core.settings import load_settings
from reconcile.report.report import Report

FIXTURES = Path(__file__).parent.parent / "fixtures"
OWN_FILES = ("budget.yaml", "reconcile.toml", "schema.yaml")


@dataclass(frozen=True)
class Case:
    """A case of a rule: its path (a document or a folder) and the expectations written beside it."""

    path: Path

    @property
    def rule(self) -> str:
        return self.path.parent.name.partition("-")[0]

    @property
    def bad(self) -> bool:
        return self.path.name.startswith("bad-")

    @property
    def expected_path(self) -> Path:
        return self.path.with_name(self.path.name + ".expected.json")

    def expected(self) -> list[dict[str, object]]:
        loaded: list[dict[str, object]] = json.loads(self.expected_path.read_text(encoding="utf-8"))
        return loaded

    def documents(self) -> list[Path]:
        if self.path.is_file():
            return [self.path]
        return sorted(path for path in self.path.iterdir() if path.name not in OWN_FILES)

    def run(self, folder: Path | None = None) -> Report:
        """The report on the case; on copies of its documents in ``folder`` if one is given."""
        home = self.path if self.path.is_dir() else self.path.parent
        budget = home / "budget.yaml"
        paths = [str((folder or home) / path.name) for path in self.documents()]
        settings = load_settings(home)
        return reconcile.check(*paths, budget=str(budget) if budget.exists() else None, settings=settings)


def rule_cases() -> Iterator[Case]:
    """All cases of all rules."""
    for folder in sorted((FIXTURES / "rules").iterdir()):
        for path in sorted(folder.iterdir()):
            if not path.name.endswith(".expected.json"):
                yield Case(path)


def told(finding: Finding) -> dict[str, object]:
    """What a case expects of a finding: enough to know place, reason and correction."""
    anchor = finding.primary.anchor
    where: object = None
    if isinstance(anchor, TextSpan):
        where = f"{anchor.line}:{anchor.column}-{anchor.end_line}:{anchor.end_column}"
    elif isinstance(anchor, CellRef):
        where = anchor.address
    found: dict[str, object] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "where": f"{Path(finding.primary.path).name}:{where}" if where else Path(finding.primary.path).name,
        "message": finding.message,
    }
    if finding.observed:
        found["observed"] = finding.observed
    if finding.expected:
        found["expected"] = finding.expected
    if finding.fixes:
        found["fixes"] = [f"{fix.replacement} ({fix.applicability}, {fix.proof})" for fix in finding.fixes]
    return found
