"""Who somebody is to Slack and GitHub: asked when it matters, remembered for a minute."""

from bot.membership.choke_point import Membership
from bot.membership.history import GroupHistory
from bot.membership.seen import Group, GroupMembersSeen
from bot.membership.watch import MembershipWatch

__all__ = ["Group", "GroupHistory", "GroupMembersSeen", "Membership", "MembershipWatch"]
