"""Stock Rasa behind the same line protocol as `python -m bot ask` and `converse`.

Runs inside the stock environment, so it may import nothing but Rasa and the standard library. One
message a line in, one JSON object a line out; the harness measures both bots from outside in the
same way. In `converse`, an empty line begins another conversation and gets an empty answer. The
probe loads Rasa's own agent and nothing else: no web server, no action server, tracker in
memory. That is the shortest way stock Rasa has to an answer, and kinder to it than `rasa run`.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from itertools import count
from pathlib import Path

from rasa.core.agent import Agent
from rasa.utils.log_utils import configure_structlog


async def answer_lines(model: Path, fresh: bool) -> None:
    """Answer each line of standard input; `fresh` gives each line a conversation of its own."""
    configure_structlog(logging.ERROR)  # left alone, structlog prints each debug event: slow
    agent = Agent.load(str(model))
    conversations, conversation = count(1), "0"
    while line := sys.stdin.readline():
        text = line.rstrip("\n")
        if fresh or not text:
            conversation = str(next(conversations))
        begun = time.perf_counter()
        replies = await agent.handle_text(text, sender_id=conversation) if text else None
        ms = (time.perf_counter() - begun) * 1000
        reply = " ".join(part.get("text", "") for part in replies or ())
        print(json.dumps({"text": text, "reply": reply, "ms": ms}), flush=True)


if __name__ == "__main__":
    asyncio.run(answer_lines(Path(sys.argv[2]), fresh=sys.argv[1] == "ask"))
