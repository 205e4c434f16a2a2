"""What it all adds up to: indicators, occasions, alarms, reports."""
