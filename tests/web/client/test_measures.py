"""js/media/stats.js, quality.js, meter.js and browser.js: from the browser's numbers to words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def reports(packets: int, lost: int, frames: int, sent: int, lost_out: int) -> list[dict[str, Any]]:
    """What getStats holds of a call with one picture each way."""
    video = {"trackIdentifier": "a", "packetsReceived": packets, "packetsLost": lost, "framesDecoded": frames}
    return [
        {"type": "inbound-rtp", "kind": "video", "bytesReceived": packets * 1000, **video},
        {"type": "outbound-rtp", "kind": "video", "packetsSent": sent, "bytesSent": sent * 500},
        {"type": "remote-inbound-rtp", "kind": "video", "packetsLost": lost_out},
        {"type": "candidate-pair", "nominated": True, "currentRoundTripTime": 0.042},
    ]


async def rates(page: Page, before: list[dict[str, Any]], now: list[dict[str, Any]]) -> dict[str, Any]:
    """The report of five seconds."""
    report: dict[str, Any] = await page.evaluate(
        """async ([before, after]) => {
          const { rates, snapshot } = await import("/static/js/media/stats.js");
          return rates(snapshot(before, 0), snapshot(after, 5000));
        }""",
        [before, now],
    )
    return report


async def test_a_report_tells_what_happened_between_two_looks(modules: Page) -> None:
    """Losses as shares, frames a second, kilobits a second, the round trip in milliseconds."""
    report = await rates(modules, reports(100, 10, 50, 100, 0), reports(190, 20, 150, 300, 50))
    assert report == {"rtt_ms": 42, "loss_in": 0.1, "loss_out": 0.25, "fps": 20, "kbps_in": 144, "kbps_out": 160}


async def test_repaired_losses_are_no_negative_losses(modules: Page) -> None:
    """Retransmissions may lower the count; no packet at all is no loss."""
    report = await rates(modules, reports(100, 10, 50, 100, 3), reports(100, 4, 50, 100, 3))
    assert (report["loss_in"], report["loss_out"], report["fps"]) == (0, 0, 0)


async def test_the_relays_word_is_heard_once_each_time_it_is_said(modules: Page) -> None:
    """All of a picture lost, in a report that is new; of sound, of less, or where none is sent, it is no word."""
    heard = await modules.evaluate(
        """async () => {
          const { Hush } = await import("/static/js/media/hush.js");
          const { snapshot } = await import("/static/js/media/stats.js");
          const hush = new Hush();
          const type = "remote-inbound-rtp";
          const report = (kind, timestamp, fractionLost) => ({ type, kind, timestamp, fractionLost });
          const said = (sends, ...reports) => hush.said(snapshot(reports, 0).judged, sends);
          return [said(true), said(true, report("video", 10, 254 / 256)), said(true, report("audio", 20, 255 / 256)),
                  said(true, report("video", 30, 255 / 256)), said(true, report("video", 30, 255 / 256)),
                  said(false, report("video", 40, 255 / 256)), said(true, report("video", 40, 255 / 256)),
                  said(true, { type, kind: "video", timestamp: 50 }),
                  said(true, report("video", 45, 0), report("video", 60, 255 / 256))];
        }"""
    )
    assert heard == [False, False, False, True, False, False, False, False, True]


async def test_quality_follows_the_worse_direction(modules: Page) -> None:
    """Below 10 % loss and 400 ms good, from 15 % or a second bad, poor between them; no round trip known is none."""
    said = await modules.evaluate(
        """async () => {
          const { quality } = await import("/static/js/media/quality.js");
          const of = (loss_in, loss_out, rtt_ms = 40) => quality({ loss_in, loss_out, rtt_ms });
          return [of(0, 0.099), of(0.1, 0), of(0, 0.149), of(0.15, 0), of(0, 0, 399), of(0, 0, 400), of(0, 0, 1000),
                  of(0, 0, null)];
        }"""
    )
    assert said == ["good", "poor", "poor", "bad", "good", "poor", "bad", "good"]


async def test_a_flow_stops_when_its_counter_does(modules: Page) -> None:
    """Four seconds without growth; a fresh expectation starts the patience anew."""
    said = await modules.evaluate(
        """async () => {
          const { Flow } = await import("/static/js/media/quality.js");
          const flow = new Flow(0);
          flow.saw(10, 1000);
          flow.saw(10, 4000);
          const seen = [flow.stopped(4999), flow.stopped(5000)];
          flow.expect(6000);
          return [...seen, flow.stopped(9999), flow.stopped(10000)];
        }"""
    )
    assert said == [False, True, False, True]


async def test_the_meter_reads_silence_and_full_scale(modules: Page) -> None:
    """Silence is 0, a full square wave is 1, speech lies between."""
    silence, speech, full = await modules.evaluate(
        """async () => {
          const { level } = await import("/static/js/media/meter.js");
          const wave = (peak) => Float32Array.from({ length: 1024 }, (_, i) => (i % 2 ? peak : -peak));
          return [level(wave(0)), level(wave(0.05)), level(wave(1))];
        }"""
    )
    assert silence == 0
    assert 0.3 < speech < 0.7
    assert full == pytest.approx(1)


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36", "chrome_android"),
        ("Mozilla/5.0 (Linux; Android 13; wv) AppleWebKit/537.36 Version/4.0 Chrome/131.0 Mobile Safari", "in_app"),
        ("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 SamsungBrowser/26.0 Chrome/122.0 Mobile", "samsung"),
        ("Mozilla/5.0 (Android 13; Mobile; rv:133.0) Gecko/133.0 Firefox/133.0", "firefox_android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1", "ios_safari"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) CriOS/131.0 Mobile/15E148 Safari/604.1", "ios_other"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148 [FBAN/FBIOS]", "in_app"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15", "safari"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0.0.0 Safari/537.36 Edg/131.0", "chrome"),
        ("curl/8", "other"),
    ],
)
async def test_each_browser_is_told_apart_for_its_permission_words(modules: Page, agent: str, family: str) -> None:
    """Every browser also claims to be another; the words about its settings must be its own."""
    found = await modules.evaluate(
        """async (agent) => (await import("/static/js/media/browser.js")).family(agent)""", agent
    )
    assert found == family
