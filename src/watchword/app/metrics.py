"""`/metrics`, for Prometheus and what reads its format. Off unless WATCHWORD_METRICS_TOKEN is set."""

from __future__ import annotations

from collections.abc import Iterable
from hmac import compare_digest
from itertools import groupby
from typing import TYPE_CHECKING

from flask import Blueprint, abort, current_app, request
from flask.typing import ResponseReturnValue

from watchword import Measure, measure, scope
from watchword.core.site import SiteConfig

if TYPE_CHECKING:
    from prometheus_client import Metric

METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE")
metrics = Blueprint("metrics", __name__)


@metrics.route("/metrics", methods=METHODS, provide_automatic_options=False)
def tell() -> ResponseReturnValue:
    """The numbers, for whoever holds the token. For everybody else there is no such page, by whichever method."""
    if request.method not in {"GET", "HEAD"} or not _may_read(scope().config[SiteConfig].metrics_token):
        abort(404)
    from prometheus_client import exposition  # noqa: PLC0415 - takes a while, and most sites never need it

    text = exposition.generate_latest(_Told(measure(current_app)))
    return text, {"Content-Type": exposition.CONTENT_TYPE_PLAIN_0_0_4, "Cache-Control": "no-store"}


def _may_read(token: str) -> bool:
    """A token of nothing but spaces is none, and opens to nobody."""
    sent = request.authorization
    if not token or sent is None or sent.type != "bearer":
        return False
    return compare_digest((sent.token or "").encode("utf-8", "surrogatepass"), token.encode())


class _Told:
    """What the library writes out: one family for each name."""

    def __init__(self, told: Iterable[Measure]) -> None:
        self._told = list(told)

    def collect(self) -> Iterable[Metric]:
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415 - as above

        for name, same in groupby(self._told, key=lambda one: one.name):
            samples = list(same)
            family = GaugeMetricFamily(f"watchword_{name}", samples[0].help, labels=list(samples[0].labels))
            for one in samples:
                family.add_metric(list(one.labels.values()), one.value)
            yield family
