"""Amazon Connect: the operations that moto lacks, their rules, and the state behind them.

A request goes from `operations` to `world`, which checks the `rules` and the `quota` and keeps the contacts.
"""
