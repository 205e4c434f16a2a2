"""Coverage: how many customers were asked, of whom, and how many callbacks are still missing."""
