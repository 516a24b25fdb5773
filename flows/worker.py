"""A worker process: loads the tools once, then scores the calls that its parent names, one line in, one line out.

Started by `flows.pool` as `python -m flows.worker FOLDER`. It ends when its parent does, whatever that died of, and takes FOLDER with it.
"""

import json
import os
import queue
import shutil
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from flows.call import process_call
from flows.errors import RapportError
from flows.plan import CallTask, RunPlan, read_plan
from flows.settings import ConfigFolder
from flows.store import Store, adapter, cannot_write
from flows.tools import Tools


def main(temporary: str) -> None:
    """Serve requests from standard input until it is closed; `temporary` is where this process keeps its temporary files."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not be taken for an answer
    requests: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read_requests, args=(sys.stdin.buffer, requests, temporary), daemon=True).start()

    results, run_id = json.loads(requests.get())
    store = Store(results)
    plan = read_plan(store, run_id)
    tools = tools_of(plan)
    while True:
        answers.write(_answer(requests.get(), plan, tools, store) + b"\n")
        answers.flush()


def tools_of(plan: RunPlan) -> Tools:
    folder = None if plan.config is None else Path(plan.config)
    return Tools(plan.settings, ConfigFolder(folder, "the run's plan"))


def _answer(request: bytes, plan: RunPlan, tools: Tools, store: Store) -> bytes:
    """The call's result, or why no call can go on: `{"stop": kind, "message": text}`."""
    task = adapter(CallTask).validate_json(request)
    try:
        result = process_call(task, plan, tools, store)
    except RapportError as error:
        return json.dumps({"stop": "config", "message": str(error)}).encode()
    except OSError as error:
        return json.dumps({"stop": "results", "message": str(cannot_write(error, store))}).encode()
    return adapter(type(result)).dump_json(result)


def _read_requests(stream: BinaryIO, requests: queue.SimpleQueue[bytes], temporary: str) -> None:
    for line in stream:
        requests.put(line)
    shutil.rmtree(temporary, ignore_errors=True)
    os._exit(0)  # the parent is gone: nobody waits for the call at work


if __name__ == "__main__":
    main(sys.argv[1])
