// Finds what is not readable on a page. Its value is a list of flaws (readable.go).
(() => {
  "use strict";
  const flaws = [];
  const short = (s) => (s || "").replace(/\s+/g, " ").trim().slice(0, 60);
  const all = (selector, part = document) => [...part.querySelectorAll(selector)];

  const selector = (e) => {
    const steps = [];
    for (let at = e; at && at !== document.documentElement; at = at.parentElement) {
      if (at.id) {
        steps.unshift("#" + at.id);
        break;
      }
      const kind = typeof at.className === "string" ? at.className.trim().split(/\s+/).filter(Boolean).map((c) => "." + c).join("") : "";
      steps.unshift(at.tagName.toLowerCase() + kind);
    }
    return steps.slice(-4).join(" > ");
  };
  const flaw = (rule, e, text, ratio = 0, wanted = 0) => flaws.push({ rule, selector: selector(e), text: short(text), ratio, wanted });

  // What is folded up or shown at times only is part of the page: unfold it for the look, without the transition of colours.
  const still = new CSSStyleSheet();
  still.replaceSync("* { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  const folded = all("details:not([open])");
  folded.forEach((d) => { d.open = true; });
  const hidden = all("[role=status][hidden], [role=alert][hidden]");
  hidden.forEach((e) => { e.hidden = false; });

  // Colours are read by drawing them: the browser knows every way to write one.
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const known = new Map();
  const colour = (text) => {
    if (!known.has(text)) {
      pen.clearRect(0, 0, 1, 1);
      pen.fillStyle = text;
      pen.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
      known.set(text, [r, g, b, a / 255]);
    }
    return known.get(text);
  };
  const over = (top, under, opacity) => {
    const a = top[3] * opacity;
    return [0, 1, 2].map((i) => top[i] * a + under[i] * (1 - a)).concat(1);
  };
  // behind returns the colour of what a text of an element stands on, and how opaque the text is.
  const behind = (e) => {
    const layers = [];
    let opacity = 1;
    for (let at = e; at; at = at.parentElement) {
      const style = getComputedStyle(at);
      opacity *= Number(style.opacity);
      layers.unshift(colour(style.backgroundColor));
    }
    return { ground: layers.reduce((under, layer) => over(layer, under, 1), colour("Canvas")), opacity };
  };
  const light = (c) => {
    const [r, g, b] = c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((m, n) => n - m);
    return (x + 0.05) / (y + 0.05);
  };
  const seen = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true }) && !unseen(e);
  // unseen is what only screen readers get.
  const unseen = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const box = at.getBoundingClientRect();
      if (getComputedStyle(at).overflow === "hidden" && box.width <= 1 && box.height <= 1) return true;
    }
    return false;
  };
  const disabled = (e) => !!e.closest(":disabled, [aria-disabled=true]");

  const contrast = (e, text, style, sign) => {
    if (!short(text) || disabled(e)) return;
    const { ground, opacity } = behind(e);
    const ink = over(colour(e.closest("svg") ? style.fill : style.color), ground, opacity);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const wanted = large || sign ? 3 : 4.5;
    const is = ratio(ink, ground);
    if (is < wanted) flaw("contrast", e, text, Math.floor(is * 100) / 100, wanted);
  };

  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let n = texts.nextNode(); n; n = texts.nextNode()) {
    const e = n.parentElement;
    if (!short(n.data) || e.closest("script, style, noscript, title, template, option") || !seen(e)) continue;
    contrast(e, n.data, getComputedStyle(e), false);
  }
  all("input:not([type=hidden], [type=checkbox], [type=radio]), textarea, select").filter(seen).forEach((e) => {
    const style = getComputedStyle(e);
    contrast(e, e.tagName === "SELECT" ? e.selectedOptions[0]?.text : e.value || "x", style, false);
    if (e.placeholder) contrast(e, e.placeholder, getComputedStyle(e, "::placeholder"), false);
  });
  // What a sheet writes before and after elements: words are text, signs are pictures.
  all("body *").filter(seen).forEach((e) => ["::before", "::after"].forEach((part) => {
    const style = getComputedStyle(e, part);
    const written = /^"(.+)"$/.exec(style.content)?.[1];
    if (written && style.display !== "none") contrast(e, written, style, !/[\p{L}\p{N}]/u.test(written));
  }));

  // words returns the text of an element for a screen reader, without that of controls in it.
  const words = (e, without = "") => {
    const copy = e.cloneNode(true);
    if (without) all(without, copy).forEach((c) => c.remove());
    const pictures = all("img[alt], [aria-label]", copy).map((p) => p.getAttribute("aria-label") || p.alt).join(" ");
    all("[aria-hidden=true]", copy).forEach((h) => h.remove());
    return short(copy.textContent + " " + pictures);
  };
  const referred = (e, attribute) => (e.getAttribute(attribute) || "").split(/\s+/).filter(Boolean);
  const name = (e) => {
    const by = referred(e, "aria-labelledby").map((id) => document.getElementById(id)).filter(Boolean).map((l) => words(l)).join(" ");
    if (by || short(e.getAttribute("aria-label"))) return by || e.getAttribute("aria-label");
    if (e.labels) {
      const labels = [...e.labels].map((l) => words(l, "input, select, textarea, button")).join(" ");
      if (short(labels)) return labels;
    }
    if (e.matches("input[type=submit], input[type=button]")) return e.value;
    return e.matches("input, select, textarea, [role=region]") ? "" : words(e);
  };
  all("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=link], [tabindex='0']").forEach((e) => {
    if (!short(name(e))) flaw("no name", e, e.outerHTML);
  });
  all("svg[role=img], [role=img]").forEach((e) => { if (!short(name(e))) flaw("picture without a name", e, e.outerHTML); });
  all("img:not([alt])").forEach((e) => flaw("picture without a name", e, e.outerHTML));
  all("th").forEach((e) => { if (!/^(col|row|colgroup|rowgroup)$/.test(e.getAttribute("scope"))) flaw("header cell without a scope", e, e.textContent); });
  all("[tabindex]").forEach((e) => { if (e.tabIndex > 0) flaw("tabindex above 0", e, e.outerHTML); });

  const ids = all("[id]");
  const counted = Map.groupBy(ids, (e) => e.id);
  counted.forEach((same, id) => { if (same.length > 1) flaw("id more than once", same[1], id); });
  ["aria-labelledby", "aria-describedby", "aria-controls", "for", "form"].forEach((attribute) => all("[" + attribute + "]").forEach((e) => {
    referred(e, attribute).filter((id) => !counted.has(id)).forEach((id) => flaw(attribute + " that nothing has", e, id));
  }));
  const heads = all("h1");
  if (heads.length !== 1) flaw("main headings: " + heads.length, document.body, heads.map((h) => h.textContent).join(", "));

  folded.forEach((d) => { d.open = false; });
  hidden.forEach((e) => { e.hidden = true; });
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((s) => s !== still);
  return flaws;
})()
