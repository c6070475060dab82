// Renews the page every two seconds by fetching it again and swapping what changed. Where one was in the
// page (scroll, focus, opened details) is kept; a hidden tab rests; a page in which somebody types, picks or
// marks text is left alone. Without this script the pages work all the same.
(() => {
  "use strict";
  const every = 2000;
  const patience = 8000;
  const parts = ["#pulse", "main"];
  let busy = false;

  // A notice of an action is shown once, not again on every reload.
  const address = new URL(location.href);
  if (address.searchParams.has("notice")) {
    address.searchParams.delete("notice");
    history.replaceState(null, "", address);
  }
  const noticeUntil = Date.now() + 6000;

  const inUse = () => {
    const main = document.querySelector("main");
    const at = document.activeElement;
    if (at && main.contains(at) && at.matches("input, select, textarea")) return true;
    const marked = getSelection();
    return marked && !marked.isCollapsed && main.contains(marked.anchorNode);
  };

  // name is what finds the same element in the renewed page.
  const name = (e) => {
    if (e.id) return "#" + CSS.escape(e.id);
    if (e.tagName === "A") return "a[href=\"" + CSS.escape(e.getAttribute("href")) + "\"]";
    if (e.dataset.key) return "[data-key=\"" + CSS.escape(e.dataset.key) + "\"]";
    return "";
  };

  const swap = (now, next) => {
    if (!now || !next || now.innerHTML === next.innerHTML) return;
    const at = document.activeElement;
    const focused = at && now.contains(at) ? name(at) : "";
    const opened = [...now.querySelectorAll("details[open][id]")].map((d) => d.id);
    const scrolled = [...now.querySelectorAll(".scroll")].map((s) => s.scrollLeft);
    now.replaceChildren(...next.childNodes);
    opened.forEach((id) => { const d = document.getElementById(id); if (d) d.open = true; });
    now.querySelectorAll(".scroll").forEach((s, i) => { s.scrollLeft = scrolled[i] || 0; });
    if (focused) now.querySelector(focused)?.focus({ preventScroll: true });
  };

  const renew = async () => {
    if (busy || document.hidden || inUse() || (document.querySelector(".notice") && Date.now() < noticeUntil)) return;
    busy = true;
    const stale = document.getElementById("stale");
    try {
      const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(patience) });
      if (!(answer.headers.get("Content-Type") || "").startsWith("text/html")) throw new Error("no page");
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (inUse()) return;
      document.title = page.title;
      parts.forEach((p) => swap(document.querySelector(p), page.querySelector(p)));
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    } finally {
      busy = false;
    }
  };

  setInterval(renew, every);
  document.addEventListener("visibilitychange", renew);
})();
