"""The help widget that public websites embed, the words it speaks and a page that shows it."""

from ui.widget.routes import router

__all__ = ["router"]
