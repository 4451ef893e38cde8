"""Runs Rasa's custom actions in this process instead of on an action server.

Rasa calls actions through an endpoint object. This one gives the call straight to rasa_sdk's own
executor: no HTTP, no second process, and an action can be given what it needs when it is built.

Rasa also holds each action's result against a JSON schema, and compiles that schema anew each time:
20 ms an action, four fifths of a turn. It guards against a foreign server; here the result was
built a moment ago by rasa_sdk in this process, so the check is switched off.

Rasa swallows whatever an action raises, so that half a turn would be kept. The failure is noted
here, and the turn raises it again afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk import Action, ActionExecutionRejection
from rasa_sdk.executor import ActionExecutor


class InProcessActions(EndpointConfig):  # type: ignore[misc]  # Rasa is untyped to mypy
    def __init__(self) -> None:
        # Without the selective domain, each call would carry the whole domain with it.
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._failures: dict[str, Exception] = {}
        RemoteAction._validate_action_result = lambda action, result: True

    def register(self, actions: Iterable[Action]) -> None:
        for action in actions:
            self._executor.register_action(action)

    def failure(self, conversation: str) -> Exception | None:
        """What went wrong in this conversation's turn; asking forgets it."""
        return self._failures.pop(conversation, None)

    async def request(self, *args: object, **kwargs: Any) -> Any:
        call = kwargs["json"]
        try:
            return await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            body = {"action_name": rejection.action_name, "error": rejection.message}
            raise ClientResponseError(400, "rejected", json.dumps(body)) from rejection
        except Exception as error:
            self._failures[call["sender_id"]] = error
            raise
