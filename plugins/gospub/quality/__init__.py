"""The gate: Great Expectations over the night's staging, its verdict, an operator's acceptance, the quality report."""

from gospub.quality.acceptance import accept_night
from gospub.quality.gate import check_night
from gospub.quality.report import quality_report, quality_report_text
from gospub.quality.verdict import Finding, Verdict

__all__ = ["Finding", "Verdict", "accept_night", "check_night", "quality_report", "quality_report_text"]
