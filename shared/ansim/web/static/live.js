// Keeps numbers current without a reload. Without this file the page is right as of its load, and says when that was.
const root = document.querySelector("[data-live]");
const lang = document.documentElement.lang;
const units = lang === "ko" ? ["초 전", "분 전", "시간 전", "일 전"] : [" s ago", " min ago", " h ago", " days ago"];

function ago(iso) {
  const seconds = Math.max(0, Math.floor((Date.now() - Date.parse(iso)) / 1000));
  if (seconds < 60) return seconds + units[0];
  if (seconds < 3600) return Math.floor(seconds / 60) + units[1];
  if (seconds < 172800) return Math.floor(seconds / 3600) + units[2];
  return Math.floor(seconds / 86400) + units[3];
}

function tellAges() {
  for (const place of document.querySelectorAll("[data-as-of]")) {
    const words = ago(place.dataset.asOf);
    if (place.textContent !== words) place.textContent = words;
  }
}

function swap(name, html) {
  const place = document.querySelector(`[data-live-part="${CSS.escape(name)}"]`);
  if (!place) return;
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  const scrolled = [...place.querySelectorAll(".tw")].map((region) => region.scrollLeft);
  place.innerHTML = html;
  place.querySelectorAll(".tw").forEach((region, i) => { region.scrollLeft = scrolled[i] ?? 0; });
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  place.dataset.liveCount = String(Number(place.dataset.liveCount ?? 0) + 1);
}

function stale(broken) {
  document.querySelectorAll("[data-live-stale]").forEach((strip) => { strip.hidden = !broken; });
  root.dataset.liveState = broken ? "stale" : "open";
}

let source;

function open() {
  source = new EventSource(root.dataset.live);
  source.addEventListener("open", () => stale(false));
  source.addEventListener("part", (event) => {
    const { name, html } = JSON.parse(event.data);
    swap(name, html);
    tellAges();
  });
  source.addEventListener("tick", (event) => {
    const { as_of: asOf } = JSON.parse(event.data);
    document.querySelectorAll("[data-as-of][data-live-tick]").forEach((place) => { place.dataset.asOf = asOf; });
    tellAges();
  });
  source.addEventListener("resync", () => location.reload());
  source.addEventListener("error", () => {
    stale(true);
    if (source.readyState === EventSource.CLOSED) setTimeout(open, 5000);
  });
}

setInterval(tellAges, 1000);
if (root) {
  open();
  addEventListener("pagehide", () => source.close());
}
addEventListener("pageshow", (event) => { if (event.persisted && root) location.reload(); });
