"""Sets one sheet: JSON comes in, PDF goes out. It runs as a process of its own and imports nothing of Closeloop.

Its exit code says what is missing: 3 the library, 4 a font with Chinese letters.
"""

import json
import sys
from pathlib import Path

NO_LIBRARY, NO_FONT = 3, 4
TEMPLATE = Path(__file__).parent / "sheet.typ"


def main() -> int:
    """Without a sheet it only says whether it could set one."""
    asked = json.load(sys.stdin)
    try:
        import typst
    except ImportError:
        return NO_LIBRARY
    fonts = typst.Fonts(include_system_fonts=True)
    there = set(fonts.families())
    font = next((family for family in asked["fonts"] if family in there), None)
    if font is None:
        return NO_FONT
    if "sheet" in asked:
        said = {"sheet": json.dumps({**asked["sheet"], "font": font})}
        pdf = typst.compile(
            TEMPLATE.read_bytes(), font_paths=fonts, sys_inputs=said, format="pdf", pdf_standards="a-2u"
        )
        sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
