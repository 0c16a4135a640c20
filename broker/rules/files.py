"""The checked files under `config/rules`: one a state, TOML, each value with its source.

state = 27
valid_from = 2024-03-22
note = "What this version is for."

[rule]                        # the fields of `broker.rules.model.Rule`, quotas apart
first_day = 2
...
[[quota]]                     # one for each `broker.rules.model.Quota`
...
[sources]                     # one for each `broker.rules.model.Clause`
quota = "Home Department notification of 22 March 2024"
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

import config
from broker.rules.errors import BadRuleFile
from broker.rules.model import Clause, Rule

FOLDER = Path(config.__file__).parent / "rules"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """One file: a state's rule from a day on, and why. `name` without its folder."""

    name: str
    rule: Rule
    valid_from: date
    note: str


class _Page(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    state: int
    valid_from: date
    note: str
    rule: dict[str, Any]
    quota: list[dict[str, Any]] = []
    sources: dict[str, str]


def read_files(folder: Path = FOLDER) -> tuple[RuleFile, ...]:
    """Every file of a folder, by name. Raises BadRuleFile for the first that is wrong, with all that is wrong in it."""
    return tuple(parse(path.name, path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.toml")))


def parse(name: str, text: str) -> RuleFile:
    """A file's text. Raises BadRuleFile. Every clause needs a source: a number nobody can trace is worth nothing."""
    try:
        page = _Page.model_validate(tomllib.loads(text))
        rule = Rule.model_validate(
            {**page.rule, "state_code": page.state, "quotas": page.quota, "sources": page.sources}
        )
    except tomllib.TOMLDecodeError as error:
        raise BadRuleFile(name, (str(error),)) from error
    except ValidationError as error:
        raise BadRuleFile(name, tuple(_sentences(error))) from error
    missing = sorted(set(Clause) - set(rule.sources))
    if missing:
        raise BadRuleFile(name, (f"no source for {', '.join(missing)}",))
    return RuleFile(name, rule, page.valid_from, page.note)


def _sentences(error: ValidationError) -> Iterable[str]:
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        where = ".".join(str(part) for part in each["loc"])
        yield f"{where}: {each['msg']}" if where else each["msg"]
