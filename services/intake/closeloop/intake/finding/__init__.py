"""How a case is found again by what was said: words however short, and Chinese needs no blanks."""
