"""Events as calendar files: an article and a language to iCalendar text (RFC 5545)."""

from newsletter.calendar.events import event_calendar
from newsletter.calendar.revisions import unannounced_changes

__all__ = ["event_calendar", "unannounced_changes"]
