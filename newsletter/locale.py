"""fr-CA and en-CA dates, times and typography."""
