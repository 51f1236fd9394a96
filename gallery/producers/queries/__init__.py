"""Rows of groups, for pages and other capabilities.

groups.py     groups, members, terms, accounts
profiles.py   what a group says of itself
"""

from gallery.producers.queries.groups import (
    GroupRow,
    Header,
    MemberRow,
    WaitingChange,
    account_of,
    all_groups,
    balance,
    contacts,
    group,
    groups_in_words,
    groups_of,
    header,
    members,
    membership,
    next_code,
    packages,
    place,
    terms_on,
    usable_account,
    versions,
    waiting_account,
    waiting_changes,
)
from gallery.producers.queries.profiles import (
    WaitingProfile,
    asked_to_change,
    draft,
    profile,
    waiting_profiles,
)

__all__ = [
    "GroupRow",
    "Header",
    "MemberRow",
    "WaitingChange",
    "WaitingProfile",
    "account_of",
    "all_groups",
    "asked_to_change",
    "balance",
    "contacts",
    "draft",
    "group",
    "groups_in_words",
    "groups_of",
    "header",
    "members",
    "membership",
    "next_code",
    "packages",
    "place",
    "profile",
    "terms_on",
    "usable_account",
    "versions",
    "waiting_account",
    "waiting_changes",
    "waiting_profiles",
]
