"""What an account fills in the next time: the visitor with the photo of their proof, and whom they asked to meet."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from broker.registration.draft import STEPS, Draft, Step, Typed

#: The pages that are the same next time; the photo is the account's own then. Only the times are new.
REMEMBERED = tuple(step for step in STEPS if step is not Step.TIMES)
_NOT_AGAIN = {Step.LETTER: ("note",)}


def profile_of(draft: Draft) -> dict[str, Any]:
    """What to keep of a draft that was sent (JSON): {"steps": {step: {field: text}}}."""
    return {"steps": {step.value: _kept(step, draft.typed(step)) for step in REMEMBERED if draft.typed(step)}}


def steps_of(profile: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The pages to begin the next draft with: `uow.drafts.start(now, account_id=a.id, steps=steps_of(a.profile))`."""
    known = profile.get("steps", {})
    return {step.value: dict(known[step.value]) for step in REMEMBERED if isinstance(known.get(step.value), dict)}


def _kept(step: Step, typed: Typed) -> dict[str, str]:
    return {name: text for name, text in typed.items() if name not in _NOT_AGAIN.get(step, ())}
