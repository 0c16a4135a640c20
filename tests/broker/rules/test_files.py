"""The checked files under config/rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from broker.rules.errors import BadRuleFile
from broker.rules.files import FOLDER, parse, read_files
from broker.rules.model import Clause, Per, Quota
from broker.vocabulary import InmateCategory, VisitKind, VisitMode

TEXT = (FOLDER / "27-maharashtra.toml").read_text(encoding="utf-8")


def test_every_file_of_ours_is_a_rule_with_its_sources() -> None:
    """The five states' files can be loaded; each begins with its state's code, and no state stands twice."""
    files = read_files()
    assert [file.rule.state_code for file in files] == [7, 19, 27, 29, 32]
    assert all(int(file.name.split("-")[0]) == file.rule.state_code for file in files)
    assert all(set(file.rule.sources) == set(Clause) for file in files)


def test_maharashtra_says_what_its_notification_says() -> None:
    """22 March 2024: undertrials four e-Mulakats a month, convicts two."""
    file = parse("27.toml", TEXT)
    assert file.valid_from == date(2024, 3, 22)
    video = Quota(kind=VisitKind.FAMILY, mode=VisitMode.VIDEO, count=4, per=Per.MONTH)
    assert set(file.rule.quotas) == {
        video.model_copy(update={"category": InmateCategory.UNDERTRIAL}),
        video.model_copy(update={"category": InmateCategory.CONVICT, "count": 2}),
    }


def test_a_lawyer_in_delhi_has_two_calls_of_half_an_hour_a_week() -> None:
    """Delhi, 2021."""
    delhi = read_files()[0].rule
    quota = delhi.quota(InmateCategory.UNDERTRIAL, VisitKind.LEGAL, VisitMode.VIDEO)
    assert quota is not None
    assert (quota.count, quota.per, delhi.minutes[VisitKind.LEGAL]) == (2, Per.WEEK, 30)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("state = 27", "state = = 27", "Invalid value"),
        ("state = 27", 'state = "27"', "state: "),
        ("last_day = 28", "last_day = 0", "last_day is before first_day"),
        ("last_day = 28", "last_day = -1", "last_day: "),
        ('per = "month"', 'per = "year"', "quotas.0.per: "),
        ('sms = "e-M', 'postcards = "e-M', "sources.postcards"),
        ("visitors = ", "# visitors = ", "no source for visitors"),
        ("[rule]", "[rules]", "rules: "),
    ],
)
def test_a_wrong_file_says_where_it_is_wrong(old: str, new: str, problem: str) -> None:
    """Nothing is guessed, and whoever wrote the file can find the place."""
    assert old in TEXT
    with pytest.raises(BadRuleFile, match=r"^27\.toml: ") as refused:
        parse("27.toml", TEXT.replace(old, new, 1))
    assert any(problem in sentence for sentence in refused.value.problems)


def test_only_toml_files_of_the_folder_are_read(tmp_path: Path) -> None:
    """A note beside the rules is not a rule."""
    (tmp_path / "README").write_text("not a rule")
    (tmp_path / "27.toml").write_text(TEXT, encoding="utf-8")
    assert [file.name for file in read_files(tmp_path)] == ["27.toml"]
