"""Makes `docs/demo.svg`, the picture in the README, from the results of `make demo`: python docs/demo_picture.py results"""

import io
import sys
from pathlib import Path

from rich.console import Console

from flows.show import lowest_first, read_calls, score_table, show_flagged
from flows.store import Store

store = Store(sys.argv[1])
console = Console(record=True, width=84, file=io.StringIO(), force_terminal=True)
calls = [call for name in store.names("calls") for call in read_calls(store, name.removeprefix("date="))]
scored = lowest_first(call for call in calls if call["status"] == "scored")
console.print(score_table(scored))
show_flagged(console, scored[:3])
Path(__file__).with_name("demo.svg").write_text(console.export_svg(title="rapport score examples/calls --out results"), encoding="utf-8")
