// Renews the page every two seconds by fetching it again and swapping what changed, and lets "View more" append rows.
// Where one was in the page (scroll, focus, opened details, a form that is half filled) is kept; a hidden tab rests; a
// page in which somebody types, picks or marks text is left alone. Without this script the pages work all the same.
(() => {
  "use strict";
  const every = 2000;
  const patience = 8000;
  const parts = ["#pulse", "main"];
  let busy = false;
  let adding = false;

  // A notice of an action is shown once, not again on every reload.
  const address = new URL(location.href);
  if (address.searchParams.has("notice")) {
    address.searchParams.delete("notice");
    history.replaceState(null, "", address);
  }
  const noticeUntil = Date.now() + 6000;

  const main = () => document.querySelector("main");

  // What somebody decides by stays as it was looked at (data-still); so does what somebody uses.
  const inUse = () => {
    if (document.querySelector("[data-still]")) return true;
    const at = document.activeElement;
    if (at && main().contains(at) && at.matches("input, select, textarea")) return true;
    const marked = getSelection();
    return marked && !marked.isCollapsed && main().contains(marked.anchorNode);
  };

  const differs = (e) => {
    if (e.type === "hidden") return false;
    if (e.type === "checkbox" || e.type === "radio") return e.checked !== e.defaultChecked;
    if (e.tagName === "SELECT") return e.selectedIndex !== Math.max(0, [...e.options].findIndex((o) => o.defaultSelected));
    return "defaultValue" in e && e.value !== e.defaultValue;
  };

  // begun are the forms in which something was changed and that were not sent yet.
  const begun = (part) => [...part.querySelectorAll("form")].filter((f) => [...f.elements].some(differs));

  // name is what finds the same element in the renewed page.
  const name = (e) => {
    if (e.id) return "#" + CSS.escape(e.id);
    if (e.tagName === "A") return "a[href=\"" + CSS.escape(e.getAttribute("href")) + "\"]";
    if (e.dataset.key) return "[data-key=\"" + CSS.escape(e.dataset.key) + "\"]";
    return "";
  };

  const focusOn = (e) => {
    if (!e) return;
    if (!e.matches("a[href], button, input, select, textarea, summary, [tabindex]")) e.tabIndex = -1;
    e.focus({ preventScroll: true });
  };

  const swap = (now, next) => {
    if (!now || !next || now.innerHTML === next.innerHTML) return;
    const kept = begun(now);
    if (kept.some((f) => !f.id || !next.querySelector("#" + CSS.escape(f.id)))) return;
    const at = document.activeElement;
    const focused = at && now.contains(at) ? name(at) : "";
    const opened = [...now.querySelectorAll("details[open][id]")].map((d) => d.id);
    const scrolled = [...now.querySelectorAll(".scroll")].map((s) => s.scrollLeft);
    now.replaceChildren(...next.childNodes);
    kept.forEach((f) => document.getElementById(f.id).replaceWith(f));
    opened.forEach((id) => { const d = document.getElementById(id); if (d) d.open = true; });
    now.querySelectorAll(".scroll").forEach((s, i) => { s.scrollLeft = scrolled[i] || 0; });
    if (focused) focusOn(now.querySelector(focused));
  };

  const load = async (where) => {
    const answer = await fetch(where, { cache: "no-store", signal: AbortSignal.timeout(patience) });
    if (!(answer.headers.get("Content-Type") || "").startsWith("text/html")) throw new Error("no page");
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const renew = async () => {
    if (busy || adding || document.hidden || inUse() || (document.querySelector(".notice") && Date.now() < noticeUntil)) return;
    busy = true;
    const stale = document.getElementById("stale");
    const where = location.href;
    try {
      const page = await load(where);
      if (inUse() || adding || location.href !== where) return;
      document.title = page.title;
      parts.forEach((p) => swap(document.querySelector(p), page.querySelector(p)));
      stale.hidden = true;
    } catch {
      stale.hidden = false;
    } finally {
      busy = false;
    }
  };

  // viewMore appends the rows behind the last one. The address then asks for as many rows as are shown, so that a
  // reload and the renewal show them too. Whatever goes wrong, the link still leads to the next rows.
  const viewMore = async (link) => {
    if (adding) return;
    adding = true;
    try {
      const page = await load(link.href);
      const rows = [...page.querySelectorAll("#rows > tr")];
      if (!rows.length) throw new Error("no rows");
      const step = Number(link.dataset.append);
      const shown = new URL(location.href);
      const many = Number(shown.searchParams.get("rows") || step) + step;
      shown.searchParams.set("rows", many);
      history.replaceState(null, "", shown);
      document.getElementById("rows").append(...rows);
      const next = page.querySelector("#paging a[rel=next]");
      if (next && many + step > Number(link.dataset.most)) delete next.dataset.append;
      document.querySelector("#paging a[rel=next]")?.replaceWith(...(next ? [next] : []));
      document.getElementById("said").textContent = rows.length + " more shown" + (next ? "." : ", that was all.");
      const first = rows[0].querySelector("a[href], button") || rows[0];
      focusOn(first);
      first.scrollIntoView({ block: "nearest" });
    } catch {
      location.assign(link.href);
    } finally {
      adding = false;
    }
  };

  document.addEventListener("click", (e) => {
    const link = e.target.closest("a[data-append]");
    if (!link || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    viewMore(link);
  });

  setInterval(renew, every);
  document.addEventListener("visibilitychange", renew);
})();
