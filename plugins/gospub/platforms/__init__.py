"""The networks, one file each: how to ask one, what its errors mean, how to read its answers."""

from gospub.platforms.base import Network
from gospub.platforms.max_messenger import MaxMessenger
from gospub.platforms.ok import Ok
from gospub.platforms.telegram import Telegram
from gospub.platforms.vk import Vk

__all__ = ["NETWORKS", "Network"]

NETWORKS: dict[str, Network] = {network.platform: network for network in (Vk(), Ok(), Telegram(), MaxMessenger())}
