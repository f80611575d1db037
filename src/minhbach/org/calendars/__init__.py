"""Working hours, holidays and swapped days, kept per unit; `calendar_of` gives them to the clock of `worktime`."""
