"""The report of a run: one page to read and to keep."""

from newsletter.commands.report.figures import Report, make_report
from newsletter.commands.report.page import LANGUAGES, write_page

__all__ = ["LANGUAGES", "Report", "make_report", "write_page"]
