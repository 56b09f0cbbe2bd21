"""Decide whether a contact may be texted. These rules make no network calls; see `aws` for those that do."""
