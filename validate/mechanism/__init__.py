"""Which of two mechanisms made a transition late: delays, the laws of both, and a test."""
