"""The report: its markup, its page, its chapters, and how it goes on after an interruption."""
