// Renews the page when the server says that something has changed, by fetching it again and swapping what differs, lets "View more" append rows,
// applies a list's filters at once, copies ids and counts the rows that are ticked.
// Where one was in the page (scroll, focus, opened details, a form that is half filled) is kept; a hidden tab rests; a
// page in which somebody types, picks or marks text is left alone. Without this script the pages work all the same.
(() => {
  "use strict";
  const patience = 8000;
  const asking = 70000; // longer than the server holds a question
  const pause = 2000; // after a failure, and while the page is in use
  const anyway = 300000; // a page that has nothing new is fetched again all the same, for what only time changes
  const parts = ["#pulse", "main"];
  document.documentElement.classList.add("scripted");
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
    if (at && main().contains(at) && at.matches("input:not([data-pick]), select, textarea")) return true;
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
  const begun = (part) => [...part.querySelectorAll("form")].filter((f) => [...f.elements].some((e) => !e.matches("[data-pick]") && differs(e)));

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
    const ticked = new Set([...now.querySelectorAll("[data-pick]:checked")].map((e) => e.dataset.key));
    now.replaceChildren(...next.childNodes);
    kept.forEach((f) => document.getElementById(f.id).replaceWith(f));
    opened.forEach((id) => { const d = document.getElementById(id); if (d) d.open = true; });
    now.querySelectorAll(".scroll").forEach((s, i) => { s.scrollLeft = scrolled[i] || 0; });
    now.querySelectorAll("[data-pick]").forEach((e) => { e.checked = ticked.has(e.dataset.key); });
    if (focused) focusOn(now.querySelector(focused));
    countPicks();
  };

  // countPicks says how many rows are ticked, and offers what can be done to them.
  const countPicks = () => {
    const all = [...document.querySelectorAll("[data-pick]")];
    const n = all.filter((e) => e.checked).length;
    document.querySelectorAll("[data-picked]").forEach((e) => { e.textContent = n; });
    document.querySelectorAll("[data-pick-all]").forEach((e) => {
      e.checked = n > 0 && n === all.length;
      e.indeterminate = n > 0 && n < all.length;
    });
  };

  const load = async (where) => {
    const answer = await fetch(where, { cache: "no-store", signal: AbortSignal.timeout(patience) });
    if (!(answer.headers.get("Content-Type") || "").startsWith("text/html")) throw new Error("no page");
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const stale = document.getElementById("stale");
  let renewed = Date.now();

  const renew = async () => {
    if (busy || adding || document.hidden || inUse() || (document.querySelector(".notice") && Date.now() < noticeUntil)) return;
    busy = true;
    const where = location.href;
    try {
      const page = await load(where);
      if (inUse() || adding || location.href !== where) return;
      document.title = page.title;
      parts.forEach((p) => swap(document.querySelector(p), page.querySelector(p)));
      main().dataset.version = page.querySelector("main").dataset.version;
      renewed = Date.now();
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
      countPicks();
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

  // The key / goes to the search, unless somebody types; Escape goes back to where one was.
  let cameFrom = null;
  document.addEventListener("keydown", (e) => {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]")) return;
    e.preventDefault();
    const find = document.getElementById("find");
    cameFrom = document.activeElement;
    find.focus();
    find.select();
  });
  document.getElementById("find").addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || e.isComposing) return;
    e.preventDefault();
    e.target.blur();
    if (cameFrom && cameFrom !== document.body && cameFrom.isConnected) cameFrom.focus({ preventScroll: true });
  });

  // Enter ticks a row as Space does: it would send the form with the first button, whichever that is.
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || !e.target.matches("[data-pick], [data-pick-all]")) return;
    e.preventDefault();
    e.target.click();
  });

  // apply shows the list that a form of filters asks for. Whoever types goes on typing; what he has typed since is asked for next.
  let asked = 0;
  const apply = async (form) => {
    const to = new URL(form.action);
    new FormData(form).forEach((value, field) => { if (value) to.searchParams.append(field, value); });
    if (to.href === location.href) return;
    const nth = ++asked;
    adding = true;
    main().setAttribute("aria-busy", "true");
    document.getElementById("said").textContent = "Loading.";
    try {
      const page = await load(to);
      if (nth !== asked) return;
      const at = document.activeElement;
      const mine = at && form.contains(at) && at.name ? { field: at.name, value: at.value, from: at.type === "search" ? at.selectionStart : null } : null;
      history.pushState(null, "", to);
      document.title = page.title;
      main().replaceChildren(...page.querySelector("main").childNodes);
      main().dataset.version = page.querySelector("main").dataset.version;
      const again = mine && document.querySelector("form.filters[method=get] [name=\"" + CSS.escape(mine.field) + "\"]");
      if (again) {
        again.focus({ preventScroll: true });
        if (mine.from !== null) {
          again.value = mine.value;
          again.setSelectionRange(mine.from, mine.from);
        }
      }
      const found = main().querySelector(".totals, .empty, h1");
      document.getElementById("said").textContent = found ? found.innerText : "";
      countPicks();
    } catch {
      if (nth === asked) location.assign(to);
    } finally {
      if (nth === asked) {
        adding = false;
        main().removeAttribute("aria-busy");
      }
    }
  };

  const filters = (e) => e.target.closest("form.filters[method=get]#filters");
  let typing = 0;
  document.addEventListener("input", (e) => {
    const form = filters(e);
    if (!form || e.target.type !== "search" || e.isComposing) return;
    clearTimeout(typing);
    typing = setTimeout(() => apply(form), 350);
  });
  document.addEventListener("change", (e) => {
    if (e.target.matches("[data-pick-all]")) {
      document.querySelectorAll("[data-pick]").forEach((p) => { p.checked = e.target.checked; });
    }
    if (e.target.matches("[data-pick], [data-pick-all]")) countPicks();
    const form = filters(e);
    if (form && e.target.type !== "search") apply(form);
  });
  document.addEventListener("submit", (e) => {
    const form = filters(e);
    if (!form) return;
    e.preventDefault();
    clearTimeout(typing);
    apply(form);
  });
  addEventListener("popstate", () => location.reload());

  // copy puts an id on the clipboard; where the browser has none (a plain http address), it selects and copies as a person does.
  const copy = async (button) => {
    const text = button.dataset.copy;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const field = document.createElement("textarea");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus({ preventScroll: true });
    }
    button.classList.add("copied");
    setTimeout(() => button.classList.remove("copied"), 1500);
    document.getElementById("said").textContent = "Copied " + text.split("\n")[0] + ".";
  };

  document.addEventListener("click", (e) => {
    const button = e.target.closest("[data-copy]");
    if (button) copy(button);
  });

  document.addEventListener("click", (e) => {
    const link = e.target.closest("a[data-append]");
    if (!link || e.button || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    viewMore(link);
  });

  countPicks();
  // ages counts the times on: "5 s ago" is in the words of the server (wording.Away).
  const two = (a, u, b, v) => a + " " + u + (b ? " " + b + " " + v : "");
  const took = (s) => {
    const min = Math.floor(s / 60), h = Math.floor(min / 60);
    if (h >= 48) return Math.floor(h / 24) + " days";
    if (h >= 10) return h + " h";
    if (h >= 1) return two(h, "h", min % 60, "min");
    if (min >= 10) return min + " min";
    return min >= 1 ? two(min, "min", s % 60, "s") : s + " s";
  };
  const away = (s) => s > 0 ? "in " + took(s) : s > -2 ? "just now" : took(-s) + " ago";
  const ages = () => document.hidden || document.querySelectorAll("time[data-away]").forEach((t) => {
    const text = away(Math.round((Date.parse(t.dateTime) - Date.now()) / 1000));
    if (t.firstChild && t.firstChild.data !== text) t.firstChild.data = text;
  });
  setInterval(ages, 1000);

  // A package with half of its label is noticed here, where what was typed is not lost; an order without any is left out.
  document.addEventListener("input", (e) => {
    const form = e.target.closest("#batch");
    if (!form) return;
    const all = form.elements["carrier-all"];
    form.querySelectorAll("tr[data-pack]").forEach((row) => {
      const [carrier, tracking] = row.querySelectorAll("input[type=text]");
      tracking.required = carrier.value.trim() !== "";
      carrier.required = tracking.value.trim() !== "" && all.value.trim() === "";
    });
  });

  // follow asks for changes as long as the page is seen. The server answers when there are any and it is this page's turn.
  let question = null;
  let following = false;
  const pauses = (ms) => new Promise((done) => setTimeout(done, ms));
  const follow = async () => {
    if (following) return;
    following = true;
    while (!document.hidden) {
      const began = Date.now();
      const asked = main().dataset.version;
      question = new AbortController();
      try {
        const signal = AbortSignal.any([question.signal, AbortSignal.timeout(asking)]);
        const still = inUse() ? "&still=1" : ""; // it is not fetched, and needs no turn
        const answer = await fetch("/changes?since=" + encodeURIComponent(asked) + still, { cache: "no-store", signal });
        if (!answer.ok) throw new Error("no answer");
        const { version, rest } = await answer.json();
        if (rest) await pauses(rest);
        if (main().dataset.version !== asked) continue; // it was fetched meanwhile, as on coming back to its tab
        if (version !== main().dataset.version || !stale.hidden || Date.now() - renewed > anyway) await renew();
      } catch {
        if (!question.signal.aborted) stale.hidden = false;
      }
      const left = pause - (Date.now() - began);
      if (left > 0) await pauses(left);
    }
    following = false;
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return question.abort();
    ages();
    renew();
    follow();
  });
  follow();
})();
