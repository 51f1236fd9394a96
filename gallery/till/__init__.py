"""The counter: a slip filled by scanning, paid in cash or by QRIS, and its receipt."""
