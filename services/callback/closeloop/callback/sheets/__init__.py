"""Answer sheets of surveys: a share of those who answered is asked whether what stands there is genuine."""
