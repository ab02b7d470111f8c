"""Our icons: one stroke weight, drawn on 24 × 24, in the colour of the text around them."""

from __future__ import annotations

from markupsafe import Markup

_DRAWN = {
    "alert": '<path d="M12 4l9 16H3z"/><path d="M12 10v4.5M12 17.4v.1"/>',
    "arrow-right": '<path d="M5 12h14M13 6l6 6-6 6"/>',
    "check": '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
    "clock": '<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5V12l3 2"/>',
    "home": '<path d="M4 11l8-7 8 7v9h-5.5v-5.5h-5V20H4z"/>',
    "key": '<circle cx="8.5" cy="8.5" r="4.5"/><path d="M12 12l8 8M16.5 16.5l2.5-2.5"/>',
    "laptop": '<rect x="4" y="5" width="16" height="11" rx="2"/><path d="M2 19h20"/>',
    "lock": '<rect x="5" y="10.5" width="14" height="9.5" rx="2"/><path d="M8.5 10.5V8a3.5 3.5 0 017 0v2.5"/>',
    "log-out": '<path d="M10 4H5v16h5M14 8l4 4-4 4M18 12H9"/>',
    "mail": '<rect x="3.5" y="5.5" width="17" height="13" rx="2"/><path d="M4 7l8 6 8-6"/>',
    "phone": '<rect x="7" y="2.5" width="10" height="19" rx="2.5"/><path d="M11 18.5h2"/>',
    "shield": '<path d="M12 3l7.5 3v5.5c0 4.5-3 8-7.5 9.5-4.5-1.5-7.5-5-7.5-9.5V6z"/>',
    "tablet": '<rect x="5" y="2.5" width="14" height="19" rx="2.5"/><path d="M11 18.5h2"/>',
    "unknown-device": (
        '<rect x="4" y="4" width="16" height="16" rx="3"/><path d="M9.8 9.8a2.2 2.2 0 113 2c-.6.3-.8.7-.8 1.4M12 16v.1"/>'
    ),
    "user": '<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c1-4 4-6 7.5-6s6.5 2 7.5 6"/>',
}
_SVG = Markup(
    '<svg viewBox="0 0 24 24" width="18" height="18" fill="none" stroke="currentColor" stroke-width="1.7" '
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{}</svg>'
)


def icon(name: str) -> Markup:
    """The icon as inline SVG, hidden from screen readers: the words beside it say the same."""
    drawn = _DRAWN.get(name)
    return _SVG.format(Markup(drawn)) if drawn else Markup("")  # noqa: S704 - our own constant
