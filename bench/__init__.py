"""Cases per second through the loop, as ratios to bare limits that are measured beside it."""
