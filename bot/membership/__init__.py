"""Who somebody is to Slack and GitHub: asked when it matters, remembered for a minute."""

from bot.membership.choke_point import Membership
from bot.membership.history import Group, GroupHistory, GroupMembersSeen
from bot.membership.watch import MembershipWatch

__all__ = ["Group", "GroupHistory", "GroupMembersSeen", "Membership", "MembershipWatch"]
