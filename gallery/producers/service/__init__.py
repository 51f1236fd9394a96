"""The verbs of groups: registered, in agreement, with members and an account; and what they tell of themselves.

groups.py    registering, describing, members, terms, accounts
telling.py   what a group says of itself, and a curator's word on it
"""

from gallery.producers.service.groups import (
    add_member,
    agree_terms,
    cancel_bank_account_change,
    change_bank_account,
    change_group,
    change_member_role,
    end_member,
    free_code,
    invite_member,
    may_give,
    new_to,
    register_group,
    reveal_bank_account,
)
from gallery.producers.service.telling import (
    ask_profile_changes,
    show_profile,
    tell,
)

__all__ = [
    "add_member",
    "agree_terms",
    "ask_profile_changes",
    "cancel_bank_account_change",
    "change_bank_account",
    "change_group",
    "change_member_role",
    "end_member",
    "free_code",
    "invite_member",
    "may_give",
    "new_to",
    "register_group",
    "reveal_bank_account",
    "show_profile",
    "tell",
]
