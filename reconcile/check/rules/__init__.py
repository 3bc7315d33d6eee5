"""Rules: one module per fault. A new one is a module here, its line below, and a folder of fixtures.

A rule has ``INFO`` and ``check(case)``; its docstring is its page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import ModuleType

from reconcile.check.case import Case
from reconcile.check.rules import (
    r001_unreadable_file,
    r002_no_table,
    r003_partly_read,
    r004_refused,
    r101_malformed_grouping,
    r102_mixed_separators,
    r103_ambiguous_decimal_mark,
    r104_glued_mark,
    r105_look_alike_character,
    r106_unit_conflict,
    r107_not_a_number,
    r201_missing_entity,
    r202_duplicate_entity,
    r203_unknown_entity,
    r204_variant_spelling,
    r301_column_total,
    r302_row_total,
    r303_subtotal,
    r304_stated_total,
    r305_ties_within_rounding,
    r306_claim_contradicted,
    r307_derived_figure,
    r308_balance_broken,
    r401_budget_broken,
    r402_documents_disagree,
    r403_overspent,
    r404_document_missing,
    r501_schema_violation,
    r601_out_of_line_with_sibling,
    r602_swapped_rows,
    r603_repeated_amount,
)
from reconcile.core.findings import Finding, RuleInfo

# A rule's import is its registration: its name begins with its code.
RULES: tuple[ModuleType, ...] = tuple(
    module for name, module in sorted(vars().items()) if re.match(r"r\d{3}_", name) and isinstance(module, ModuleType)
)
CODES: dict[str, RuleInfo] = {rule.INFO.code: rule.INFO for rule in RULES}


def checks() -> Iterator[tuple[RuleInfo, Callable[[Case], Iterator[Finding]]]]:
    """Every rule's description and its check."""
    for rule in RULES:
        yield rule.INFO, rule.check


def code_of(named: str) -> str | None:
    """The code of a rule that is named by its code or its name, in any case; None where there is no such rule."""
    named = named.strip()
    return next((code for code, info in CODES.items() if named.upper() == code or named.casefold() == info.name), None)


def codes_named(named: str) -> str:
    """Codes and families as they are, in capitals, and the code in place of a rule's name."""
    return code_of(named) or named.strip().upper()


def page(code: str) -> str:
    """Return the page of a rule: its docstring, the fix there is and the version it came with. Raise KeyError for an unknown code."""
    for rule in RULES:
        if rule.INFO.code == code:
            title, _, parts = (rule.__doc__ or "").strip().partition("\n\n")
            return f"{title}\n\nFix available: {rule.INFO.fix}\nSince: {rule.INFO.since}\n\n{parts}\n"
    raise KeyError(code)
