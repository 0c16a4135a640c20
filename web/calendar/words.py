"""The calendar's words: what is wrong with a field, why a time is blocked, why nothing can be had."""

from __future__ import annotations

from collections.abc import Mapping

from broker.slots.availability import Unavailable
from broker.vocabulary import BlockReason
from config.i18n import N_

#: The fields of both forms by their names there.
FIELDS: Mapping[str, str] = {
    "capacity": N_("Visits at a time"),
    "family": N_("Minutes for families"),
    "first": N_("First visit begins"),
    "from_day": N_("From day"),
    "from_time": N_("From time"),
    "gap": N_("Minutes between visits"),
    "last": N_("Last visit begins"),
    "legal": N_("Minutes for lawyers"),
    "mode": N_("Visits"),
    "note": N_("In a few words"),
    "reason": N_("Reason"),
    "station": N_("Where"),
    "to_day": N_("To day"),
    "to_time": N_("To time"),
    "weekday": N_("Days of the week"),
}

#: What is wrong with a field (`web.calendar.forms`), and what to do.
PROBLEMS: Mapping[str, str] = {
    "choose": N_("Choose one from the list."),
    "choose_day": N_("Choose at least one day of the week."),
    "date": N_("Write the day as on a calendar, such as 2026-11-23."),
    "ends_before": N_("The end is before the beginning."),
    "last_before_first": N_("The last visit begins before the first one."),
    "number": N_("Write a number, or leave the field empty."),
    "over": N_("This time is over already."),
    "overlap": N_("These hours meet others of the same day. Change those, or choose other times."),
    "say_why": N_("Say in a few words why."),
    "time": N_("Write a time of the day, such as 09:30."),
    "too_far": N_("Choose a day within the next year."),
}

REASONS: Mapping[BlockReason, str] = {
    BlockReason.EQUIPMENT: N_("Equipment out of order"),
    BlockReason.HOLIDAY: N_("Holiday"),
    BlockReason.LOCKDOWN: N_("Lockdown"),
    BlockReason.OTHER: N_("Another reason"),
    BlockReason.STAFF_SHORTAGE: N_("Too few staff"),
    BlockReason.WEATHER: N_("Weather"),
}

UNAVAILABLE: Mapping[Unavailable, str] = {
    Unavailable.BLOCKED: N_("Blocked"),
    Unavailable.CLOSED: N_("No visits on this day"),
    Unavailable.FULL: N_("All taken"),
    Unavailable.NOT_OFFERED: N_("Not offered"),
    Unavailable.PAST: N_("Over"),
    Unavailable.TOO_FAR: N_("Too far ahead to ask for"),
    Unavailable.TOO_MANY_PEOPLE: N_("Too many visitors"),
    Unavailable.TOO_SOON: N_("Too soon to ask for"),
}

#: What an act may come back with in the address of the page; anything else is not said.
SAID: Mapping[str, str] = {
    "blocked": N_("The time is blocked."),
    "lifted": N_("The block is lifted. Visits can be asked for again."),
    "removed": N_("The hours are removed. Visits that are booked stay booked."),
    "saved": N_("The hours are saved. Visits that are booked stay booked."),
    "station": N_("It is added. A terminal still has to be paired with its screen."),
}
