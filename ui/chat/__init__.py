"""The staff chat: questions on one side, the passages that prove the answers on the other."""

from ui.chat.mount import mount_chat

__all__ = ["mount_chat"]
