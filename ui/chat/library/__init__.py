"""The chat's library tab: documents are taken in, looked through, relabelled and removed by those who may."""

from ui.chat.library.page import add_library
from ui.chat.library.parts import lay_out_tabs
from ui.chat.library.workroom import Workroom

__all__ = ["Workroom", "add_library", "lay_out_tabs"]
