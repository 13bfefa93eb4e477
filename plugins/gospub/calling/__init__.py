"""Calling a network within its limits: token leases, pace, quotas, retries. It serves every stage that asks one."""

from gospub.calling.caller import Caller

__all__ = ["Caller"]
