"""What the rule book can refuse.

BrokerError
└── RulesError
    ├── BadRuleFile     a file of rules that can't be read, or says something impossible
    ├── BadStart        a version that would begin before today, or before the one it follows
    ├── NoRule          a state without a rule on that day
    ├── NothingChanged  an edit that would make a version equal to the one before
    └── Overtaken       somebody else has made a version since the edit began
"""

from __future__ import annotations

from datetime import date

from broker.errors import BrokerError


class RulesError(BrokerError):
    """Anything the rule book refuses."""

    id = "rules_error"


class BadRuleFile(RulesError):
    """A file under `config/rules` is not a rule. `problems` says what and where, one sentence each."""

    id = "bad_rule_file"

    def __init__(self, name: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"{name}: " + "; ".join(problems))
        self.name = name
        self.problems = problems


class BadStart(RulesError):
    """A version would begin before today (what was decided under the old one would look wrong afterwards), or before
    the one it follows (which would then end it again).
    """

    id = "bad_start"


class NoRule(RulesError):
    """The state has no rule that is in force on that day: nothing can be asked for or decided there."""

    id = "no_rule"

    def __init__(self, state_code: int, on: date) -> None:
        super().__init__(f"state {state_code} has no rule in force on {on.isoformat()}")
        self.state_code = state_code
        self.on = on


class NothingChanged(RulesError):
    """The edited rule says what the one before it says."""

    id = "nothing_changed"


class Overtaken(RulesError):
    """Somebody else has made a version since this edit began; it would undo theirs unseen."""

    id = "overtaken"
