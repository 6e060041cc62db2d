"""What the tests of analytics share: topics filled with invented lives, and the way to count them by hand."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
