"""Looking ahead: where each counted figure will stand when the period ends, what would win points back, and the
cheapest way to a target.

`forecasting`, `reachable` and `planning` know no Django: numbers in, numbers out. `reading` asks the tallies.
"""
