"""The gallery: every block of every theme, in every language, light and dark, on one page."""

from newsletter.commands.gallery.making import Gallery, gallery, make_gallery
from newsletter.commands.gallery.page import write_page

__all__ = ["Gallery", "gallery", "make_gallery", "write_page"]
