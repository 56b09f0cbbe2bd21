"""Decide whether a contact may be texted. These rules do not make network calls; see `aws` for those that do."""
