"""Decide whether a contact may be texted. These rules make no network calls."""
