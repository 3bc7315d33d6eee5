"""What our expectations have in common: they look at a whole frame, and say what is unexpected, how printed and where."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

import pandas as pd
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import BatchExpectation
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.render import LegacyDiagnosticRendererType, LegacyRendererType
from great_expectations.render.components import CollapseContent, RenderedStringTemplateContent, RenderedTableContent
from great_expectations.render.renderer.renderer import renderer

from reconcile.core.findings import Severity
from reconcile.report.as_json import money

SEVERITIES = {
    FailureSeverity.CRITICAL: Severity.ERROR,
    FailureSeverity.WARNING: Severity.WARNING,
    FailureSeverity.INFO: Severity.NOTE,
}
_SHOWN = 20


class Unexpected(NamedTuple):
    """One fault: the rule that ``reconcile explain`` explains, the printed text, its place, and what is wrong with it."""

    rule: str
    printed: str
    place: str
    reason: str
    row: int = -1
    difference: Decimal | None = None


class Examined(NamedTuple):
    """What an expectation saw: in a few words, how many it looked at, and the faults."""

    observed: str
    seen: int
    unexpected: Sequence[Unexpected]


class Examination(BatchExpectation):
    """An expectation that examines a whole pandas frame."""

    success_keys: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def examine(self, frame: pd.DataFrame) -> Examined:
        """Look at the frame. May raise ValueError, KeyError, IndexError or ArithmeticError, which is reported as the reason of the failure."""

    @classmethod
    @abstractmethod
    def says(cls, given: dict[str, Any]) -> str:
        """What is expected, in words, of the arguments ``given``."""

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        if not isinstance(execution_engine, PandasExecutionEngine):
            return _failed("this expectation works on pandas frames only")
        frame = execution_engine.get_domain_records({"batch_id": self.batch_id} if self.batch_id else {})
        try:
            found = self.examine(frame)
        except KeyError as error:
            return _failed(f"no column {error} in the frame")
        except (ValueError, IndexError, ArithmeticError) as error:
            return _failed(str(error))
        faults = [_told(fault) for fault in found.unexpected]
        return {
            "success": not faults,
            "result": {
                "observed_value": found.observed,
                "element_count": found.seen,
                "unexpected_count": len(faults),
                "unexpected_list": faults,
                "partial_unexpected_list": faults[:_SHOWN],
            },
        }

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> list[RenderedStringTemplateContent]:
        chosen = configuration or (result.expectation_config if result is not None else None)
        return [_text(cls.says(dict(chosen.kwargs)) if chosen is not None else cls.__name__)]

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_STATEMENT)
    def _diagnostic_unexpected_statement_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> list[RenderedStringTemplateContent | CollapseContent]:
        count = (result.result or {}).get("unexpected_count") if result is not None else None
        return [_text(f"{count} found that {'is' if count == 1 else 'are'} not as expected")] if count else []

    @classmethod
    @renderer(renderer_type=LegacyDiagnosticRendererType.UNEXPECTED_TABLE)
    def _diagnostic_unexpected_table_renderer(
        cls, configuration: Any = None, result: Any = None, runtime_configuration: Any = None
    ) -> list[RenderedTableContent | CollapseContent] | None:
        faults = (result.result or {}).get("unexpected_list") if result is not None else None
        if not faults:
            return None
        keys = ("rule", "printed", "place", "reason")
        return [
            RenderedTableContent(
                content_block_type="table",
                table=[[_text(fault[key]) for key in keys] for fault in faults],
                header_row=[key.capitalize() for key in keys],
                styling={"body": {"classes": ["table-bordered", "table-sm", "mt-3"]}},
            )
        ]


def _told(fault: Unexpected) -> dict[str, str]:
    told = {"rule": fault.rule, "printed": fault.printed, "place": fault.place, "reason": fault.reason}
    return told if fault.difference is None else {**told, "difference": money(fault.difference)}


def _failed(reason: str) -> dict[str, Any]:
    faults = [_told(Unexpected("", "", "", reason))]
    return {
        "success": False,
        "result": {
            "observed_value": reason, "element_count": 0, "unexpected_count": 1,
            "unexpected_list": faults, "partial_unexpected_list": faults,
        },
    }  # fmt: skip


def _text(text: str) -> RenderedStringTemplateContent:
    # As a parameter it is escaped, and a dollar sign in it is a dollar sign.
    return RenderedStringTemplateContent(
        content_block_type="string_template", string_template={"template": "$told", "params": {"told": text}}
    )
