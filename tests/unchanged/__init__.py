"""All that users get, recorded, and compared to the last digit: ``python -m tests.unchanged``."""
