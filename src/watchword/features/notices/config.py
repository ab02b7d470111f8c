"""Settings of notices."""

from __future__ import annotations

from watchword.core.config import FeatureSettings, setting


class NoticesConfig(FeatureSettings, prefix="NOTICES"):
    """Texts and looks are templates; what is undone is declared beside each event."""

    silenced: tuple[str, ...] = setting(
        (),
        "Notices that are not mailed, by the name of their mail.",
        example="login/new_device",
        gives_up="The owner doesn't learn of it, and gets no link to undo it.",
    )
    places: str = setting(
        "",
        "A city database in MaxMind's format (GeoLite2-City.mmdb), for the line that says where: in notices, beside "
        "devices and activity. Empty: no such line. Needs watchword[places].",
        example="/var/lib/GeoIP/GeoLite2-City.mmdb",
    )
