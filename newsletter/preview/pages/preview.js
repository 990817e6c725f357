// The shell of the preview: draws what the server says, and asks again when it says that something changed.
// Everything that comes from an issue is written as text, never as markup.
"use strict";

const words = JSON.parse(document.body.dataset.words);
const $ = (id) => document.getElementById(id);
const language = document.documentElement.lang;
const locale = `${language}-CA`;

const VIEWS = ["mail", "text", "headers", "source"];
const CHOICES = {
  view: VIEWS,
  width: ["phone", "desktop", "both"],
  scheme: ["light", "dark"],
  source: ["html", "message"],
};
const WIDTHS = { phone: ["phone"], desktop: ["desktop"], both: ["phone", "desktop"] };
const PIXELS = { phone: 375, desktop: 700 };

let state = null; // what /state.json said last
let signs = null; // the instance, epoch and building that are drawn
const place = readPlace(); // what the person looks at; it lives in the address, so that a reload keeps it

// --- the address -----------------------------------------------------------------------------------------

function readPlace() {
  const asked = new URLSearchParams(location.hash.slice(1));
  const chosen = { edition: asked.get("edition"), y: Number(asked.get("y")) || 0 };
  for (const [name, values] of Object.entries(CHOICES)) {
    chosen[name] = values.includes(asked.get(name)) ? asked.get(name) : values[0];
  }
  if (!asked.has("width")) chosen.width = window.innerWidth >= 1160 ? "both" : window.innerWidth < 760 ? "phone" : "desktop";
  return chosen;
}

function keepPlace() {
  const kept = new URLSearchParams();
  if (place.edition) kept.set("edition", place.edition);
  for (const name of Object.keys(CHOICES)) kept.set(name, place[name]);
  if (place.y) kept.set("y", String(Math.round(place.y)));
  history.replaceState(null, "", `#${kept}`);
}

// --- small tools -----------------------------------------------------------------------------------------

function say(key, values = {}) {
  return words[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function count(kind, n) {
  const one = language === "fr" ? n < 2 : n === 1;
  return say(`${kind}.${one ? "one" : "other"}`, { n: n.toLocaleString(locale) });
}

function size(bytes) {
  if (bytes < 1000) return `${bytes} ${words.bytes}`;
  const digits = bytes < 10000 ? 1 : 0;
  return `${(bytes / 1000).toLocaleString(locale, { maximumFractionDigits: digits })} ${words.kb}`;
}

// An element with properties, and children that are elements or text.
function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function edition() {
  return state.editions.find((one) => one.code === place.edition) ?? null;
}

function mailPath(code, rest) {
  return `/mail/${encodeURIComponent(code)}/${rest}`;
}

// The panel scrolls in a wide window, the whole page in a narrow one.
function scroller() {
  return getComputedStyle($("panel")).overflowY === "hidden" ? document.scrollingElement : $("panel");
}

// --- tabs ------------------------------------------------------------------------------------------------

function selectTab(list, value) {
  for (const tab of list.querySelectorAll("[role=tab]")) {
    const selected = tab.dataset.value === value;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
    tab.dataset.label = tab.textContent;
  }
}

function listenToTabs(list, choose) {
  list.addEventListener("click", (event) => {
    const tab = event.target.closest("[role=tab]");
    if (tab) choose(tab.dataset.value);
  });
  list.addEventListener("keydown", (event) => {
    const tabs = [...list.querySelectorAll("[role=tab]")];
    const at = tabs.indexOf(document.activeElement);
    const steps = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
    if (at < 0 || !(event.key in steps)) return;
    event.preventDefault();
    const tab = tabs[(steps[event.key] + tabs.length) % tabs.length];
    tab.focus();
    choose(tab.dataset.value);
  });
}

function drawEditionTabs() {
  const focused = document.activeElement?.closest("#editions") ? document.activeElement.dataset.value : null;
  $("editions").replaceChildren(
    ...state.editions.map((one) =>
      make("button", {
        type: "button",
        role: "tab",
        id: `edition-${one.code}`,
        className: one.broken ? "broken" : "",
        "data-value": one.code,
        "aria-controls": "panel",
        title: one.broken ? say("broken.edition", { label: one.label }) : "",
        textContent: one.label,
      }),
    ),
  );
  selectTab($("editions"), place.edition);
  if (focused) document.getElementById(`edition-${focused}`)?.focus();
}

// --- the mail in its frames ------------------------------------------------------------------------------

function frameSource(scheme) {
  return mailPath(place.edition, scheme ? `html?scheme=${scheme}` : "html");
}

function drawFrames() {
  const panel = $("panel");
  const wanted = WIDTHS[place.width];
  const shown = [...panel.querySelectorAll("figure")].map((figure) => figure.dataset.width);
  if (shown.join() !== wanted.join()) {
    const frames = make("div", { className: "frames" });
    for (const width of wanted) {
      const caption = make("figcaption", {}, `${words[`width.${width}`]} · ${PIXELS[width]} px`);
      frames.append(make("figure", { className: width, "data-width": width }, caption, make("div", { className: "screen" })));
    }
    panel.replaceChildren(frames);
  }
  for (const screen of panel.querySelectorAll(".screen")) loadFrame(screen, null);
}

// A new frame is loaded unseen behind the one shown and takes its place when it can be read, so that a save
// neither flashes nor loses the place.
function loadFrame(screen, emulated) {
  screen.querySelectorAll("iframe.loading").forEach((frame) => frame.remove());
  const width = screen.parentElement.dataset.width;
  const frame = make("iframe", { className: "loading", title: words[`frame.${width}`] });
  frame.setAttribute("sandbox", "allow-same-origin allow-popups allow-popups-to-escape-sandbox");
  frame.referrerPolicy = "no-referrer";
  frame.style.colorScheme = place.scheme;
  frame.src = frameSource(emulated);
  screen.append(frame);
  const scheme = place.scheme;
  whenReadable(frame, () => {
    // Where a frame's colour scheme does not reach the mail in it, a rewritten copy stands in, and is called so.
    const reached = frame.contentWindow.matchMedia(`(prefers-color-scheme: ${scheme})`).matches;
    const cares = frame.contentDocument.documentElement.outerHTML.includes("color-scheme");
    if (!reached && cares && emulated === null) {
      loadFrame(screen, scheme);
      return;
    }
    showFrame(screen, frame, emulated !== null);
  });
}

// Not the load event: it waits for every image, and an image server may never answer.
function whenReadable(frame, then) {
  let done = false;
  const look = () => {
    if (done || !frame.isConnected) return;
    const inner = frame.contentDocument;
    if (inner && inner.URL !== "about:blank" && inner.readyState !== "loading") {
      done = true;
      if (!inner.documentElement.hasAttribute("data-absent")) then();
    } else {
      requestAnimationFrame(look);
    }
  };
  frame.addEventListener("load", look);
  requestAnimationFrame(look);
}

function showFrame(screen, frame, emulated) {
  const inner = frame.contentDocument;
  for (const link of inner.querySelectorAll("a[href], area[href]")) {
    if (link.getAttribute("href").startsWith("#")) continue;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
  }
  inner.addEventListener("load", () => fit(frame), true); // each image, once it is there
  frame.addEventListener("load", () => fit(frame));
  frame.classList.remove("loading");
  frame.dataset.epoch = String(state.epoch);
  fit(frame);
  for (const old of [...screen.querySelectorAll("iframe")]) if (old !== frame) old.remove();
  restoreScroll();
  $("emulated").hidden = !emulated || place.view !== "mail";
}

// As high as its mail: then a frame needs no scroll bar, which would take from its 375 or 700 pixels.
function fit(frame) {
  const root = frame.contentDocument?.documentElement;
  if (!root || !frame.isConnected) return;
  const view = scroller();
  const y = view.scrollTop;
  frame.style.height = "0";
  frame.style.height = `${Math.max(root.scrollHeight, 120)}px`;
  view.scrollTop = y;
}

let scrollWanted = place.y;

function restoreScroll() {
  if (!scrollWanted) return;
  const view = scroller();
  view.scrollTop = scrollWanted;
  if (Math.abs(view.scrollTop - scrollWanted) < 2) scrollWanted = 0;
}

// --- the other views -------------------------------------------------------------------------------------

function sheet(className, ...children) {
  return make("div", { className: `sheet ${className}` }, ...children);
}

function drawEmpty(text) {
  $("panel").replaceChildren(make("p", { className: "empty" }, text));
}

async function fetchText(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.text();
}

let drawing = 0; // an answer that comes after the person went elsewhere is dropped

async function drawText() {
  const one = edition();
  if (!one.text) return drawEmpty(words["no.text"]);
  const turn = ++drawing;
  const text = await fetchText(mailPath(one.code, "text.txt"));
  if (turn !== drawing) return;
  const body = make("pre", { lang: one.language, dir: "auto", id: "text-body" }, text);
  $("panel").replaceChildren(sheet("text", make("div", { className: "paper" }, body)));
  restoreScroll();
}

async function drawSource() {
  const one = edition();
  if (place.source === "html" && !one.html) return drawEmpty(words["no.html"]);
  const turn = ++drawing;
  const text = await fetchText(mailPath(one.code, place.source === "html" ? "html.txt" : "source.txt"));
  if (turn !== drawing) return;
  const lines = text.replace(/\n$/, "").split("\n").map((line) => make("li", {}, make("span", {}, line)));
  $("panel").replaceChildren(
    sheet("", make("div", { className: "paper code", id: "source-body" }, make("ol", {}, ...lines))),
  );
  restoreScroll();
}

function drawHeaders() {
  const one = edition();
  const head = (...names) => make("thead", {}, make("tr", {}, ...names.map(([text, className]) => make("th", { scope: "col", className }, text))));
  const headers = one.headers.map((header) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, header.name),
      make("td", {}, header.value, header.raw === header.value ? null : make("span", { className: "raw", title: words["headers.raw"] }, header.raw)),
    ),
  );
  const parts = one.parts.map((part) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, part.content_type),
      make("td", {}, [part.charset, part.encoding].filter(Boolean).join(", ")),
      make("td", { className: "number" }, size(part.size)),
      make("td", { className: "number" }, size(part.encoded_size)),
    ),
  );
  $("panel").replaceChildren(
    sheet(
      "",
      make(
        "div",
        { className: "paper" },
        make("table", { id: "headers-table" }, head([words["headers.name"], ""], [words["headers.value"], ""]), make("tbody", {}, ...headers)),
      ),
      make("h2", {}, words.parts),
      make(
        "div",
        { className: "paper" },
        make(
          "table",
          {},
          head([words["parts.type"], ""], [words["parts.encoding"], ""], [words["parts.size"], "number"], [words["parts.encoded"], "number"]),
          make("tbody", {}, ...parts),
        ),
      ),
    ),
  );
  restoreScroll();
}

// --- mistakes --------------------------------------------------------------------------------------------

function drawExcerpt(excerpt, label) {
  // It may scroll sideways, so the keyboard must be able to reach it.
  const box = make("div", { className: "excerpt", tabIndex: 0, role: "group", "aria-label": label });
  excerpt.lines.forEach((text, index) => {
    const number = excerpt.first + index;
    const fault = number === excerpt.line;
    box.append(make("div", { className: fault ? "fault" : "" }, make("b", {}, String(number)), make("span", {}, text || " ")));
    if (fault && excerpt.column) {
      // The text before the column, unseen, so that the caret stands right under tabs and wide letters too.
      const before = [...text].slice(0, excerpt.column - 1).join("");
      box.append(make("div", { className: "caret", ariaHidden: "true" }, make("b"), make("i", {}, before), "^"));
    }
  });
  return box;
}

function drawReport(finding, tag) {
  const kind = make(
    "p",
    { className: "kind" },
    make("span", { className: "severity" }, words[`severity.${finding.severity}`]),
    finding.place ? make("span", { className: "place" }, finding.place) : null,
    finding.edition ? make("span", {}, finding.edition) : null,
    finding.rule ? make("span", {}, finding.rule) : null,
  );
  return make(
    tag,
    { className: `report ${finding.severity}` },
    kind,
    make("p", { className: "message", lang: "en" }, finding.message), // findings speak English, whoever reads them
    finding.excerpt ? drawExcerpt(finding.excerpt, finding.place) : null,
    finding.hint ? make("p", { className: "hint", lang: "en" }, make("span", {}, finding.hint)) : null,
  );
}

function drawBroken(title, heals, reports) {
  const list = reports.length
    ? make("ol", { className: "reports" }, ...reports.map((finding) => drawReport(finding, "li")))
    : make("p", { className: "empty" }, words["broken.nothing"]);
  const page = sheet("broken-page", make("h2", { className: "headline" }, title), make("p", { className: "heals" }, heals), list);
  page.id = "broken";
  $("panel").replaceChildren(page);
}

function drawFailure(failure) {
  const finding = { severity: "error", place: failure.where, message: failure.what, hint: failure.hint, excerpt: failure.excerpt };
  drawBroken(words["failure.title"], words["failure.heals"], [finding]);
}

function drawMistakes(broken) {
  const mistakes = state.findings.filter((finding) => finding.severity === "error");
  const own = mistakes.filter((finding) => !finding.edition || finding.edition === place.edition);
  const all = state.editions.every((one) => one.broken);
  const title = broken && !all ? say("broken.edition", { label: broken.label }) : words["broken.title"];
  drawBroken(title, words["broken.heals"], own.length ? own : mistakes);
}

// --- the whole page --------------------------------------------------------------------------------------

function drawPanel() {
  drawing += 1;
  const one = edition();
  $("emulated").hidden = true;
  if (state.epoch === 0) return drawEmpty(words["building.first"]);
  if (state.failure) return drawFailure(state.failure);
  if (!one || one.broken) return drawMistakes(one);
  const draw = { mail: one.html ? drawFrames : () => drawEmpty(words["no.html"]), text: drawText, headers: drawHeaders, source: drawSource };
  return draw[place.view]();
}

function drawInbox() {
  const one = edition();
  $("inbox").hidden = !one || one.broken;
  if ($("inbox").hidden) return;
  const name = one.sender.replace(/\s*<[^<>]*>\s*$/, "").replace(/^"(.*)"$/, "$1") || one.sender;
  $("avatar").textContent = [...name][0]?.toLocaleUpperCase(locale) ?? "";
  $("sender").textContent = name;
  $("sender").title = one.sender;
  $("subject").textContent = one.subject || words["no.subject"];
  $("preheader").textContent = one.preheader;
  $("recipient").textContent = one.recipient ? `${words.to} ${one.recipient}` : "";
  $("inbox").lang = one.language;
  $("recipient").lang = language;
}

function drawStatus() {
  const counts = ["error", "warning", "info"].map((kind) => [kind, state.findings.filter((one) => one.severity === kind).length]);
  const found = counts.filter(([, n]) => n > 0).map(([kind, n]) => make("span", { className: kind }, count(kind, n)));
  const none = make("span", { className: "none" }, words["findings.none"]);
  const button = $("findings-button");
  button.replaceChildren(...(found.length ? found : state.failure || state.epoch === 0 ? [] : [none]));
  button.disabled = found.length === 0;
  revealErrors(counts[0][1] > 0);
  if (button.disabled) openFindings(false);
  $("findings-list").replaceChildren(...state.findings.map((finding) => drawReport(finding, "li")));

  const one = edition();
  $("sizes").hidden = !one || one.broken;
  if (!$("sizes").hidden) {
    const over = one.htmlBytes > one.clipBytes;
    const text = say("size.of", { size: size(one.htmlBytes), limit: size(one.clipBytes) });
    $("html-size").textContent = `${words["size.html"]} ${text}${over ? `. ${words["size.over"]}` : ""}`;
    Object.assign($("meter"), { max: one.clipBytes, high: one.clipBytes, low: one.nearClipBytes, optimum: 0, value: one.htmlBytes });
    $("message-size").textContent = `${words["size.message"]} ${size(one.messageBytes)}`;
  }
}

function drawLive(connected) {
  const box = $("live");
  const building = connected && signs?.building;
  box.className = `live${connected ? "" : " off"}${building ? " building" : ""}`;
  box.title = words[connected ? "live.on.help" : "live.off.help"];
  // A status is read aloud when it changes, so it is written only when it does, and never for the time alone.
  const text = words[!connected ? "live.off" : building ? "live.building" : "live.on"];
  if ($("live-text").textContent !== text) $("live-text").textContent = text;
  $("live-time").textContent = "";
  if (connected && !building && state?.builtAt) {
    const at = new Date(state.builtAt);
    const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
    const seconds = state.seconds.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    $("live-time").textContent = say("live.at", { time, seconds });
  }
}

function draw() {
  if (!edition() && state.editions.length) place.edition = state.editions[0].code;
  const one = edition();
  const broken = Boolean(state.failure) || !one || one.broken;
  $("title").textContent = state.title || words.preview;
  $("issue").textContent = state.title.includes(state.issue) ? "" : state.issue;
  document.title = `${state.title || state.issue || words.preview} – ${words.preview}`;
  $("icon").href = state.failure || state.findings.some((finding) => finding.severity === "error") ? "/assets/icon-error.svg" : "/assets/icon.svg";
  drawEditionTabs();
  selectTab($("views"), place.view);
  $("tools").hidden = broken;
  $("mail-tools").hidden = place.view !== "mail";
  $("source-tools").hidden = place.view !== "source";
  if (!broken) $("download").href = mailPath(one.code, "message.eml");
  $("panel").setAttribute("aria-labelledby", `view-${place.view}`);
  for (const name of ["width", "scheme", "source"]) {
    for (const input of document.querySelectorAll(`input[name=${name}]`)) input.checked = input.value === place[name];
  }
  drawInbox();
  drawStatus();
  drawLive(true);
  document.documentElement.dataset.epoch = String(state.epoch);
  return drawPanel();
}

function go(change) {
  const moved = ("edition" in change && change.edition !== place.edition) || ("view" in change && change.view !== place.view);
  Object.assign(place, change);
  if (moved) {
    place.y = scrollWanted = 0;
    scroller().scrollTop = 0;
  }
  keepPlace();
  if (state) draw();
}

// Errors that a save brought are shown by themselves; where the panel is the page of mistakes, it shows them already.
let revealed = false;

function revealErrors(some) {
  const one = edition();
  if (some && !revealed && one && !one.broken) openFindings(true);
  if (!some && revealed) openFindings(false);
  revealed = some;
  $("findings-stop").hidden = !some;
}

function openFindings(open) {
  $("findings").hidden = !open;
  $("findings-button").setAttribute("aria-expanded", String(open));
}

// --- live ------------------------------------------------------------------------------------------------

let asking = null;

async function refresh() {
  if (asking) return asking;
  asking = (async () => {
    do {
      const answer = await fetch("/state.json");
      state = await answer.json();
    } while (signs.instance === state.instance && state.epoch < signs.epoch);
    scrollWanted = place.y;
    keepPlace();
    await draw();
  })();
  try {
    await asking;
  } finally {
    asking = null;
  }
}

function hear(said) {
  if (signs && signs.instance !== said.instance) {
    location.reload(); // another server, perhaps another version of this page
    return;
  }
  signs = said;
  if (!state || state.epoch !== said.epoch) refresh().catch(() => drawLive(false));
  else if (state.building && !said.building) refreshTimes();
  else drawLive(true);
}

// A build that changed nothing leaves the page alone, except for when it was.
async function refreshTimes() {
  const answer = await fetch("/state.json");
  const now = await answer.json();
  if (state && now.epoch === state.epoch) Object.assign(state, { builtAt: now.builtAt, seconds: now.seconds, building: now.building });
  drawLive(true);
}

let stream = null;

function listen() {
  stream?.close();
  stream = new EventSource("/events");
  stream.onmessage = (event) => hear(JSON.parse(event.data));
  stream.onerror = () => drawLive(false);
}

// A browser opens six connections to a server at most, and a stream holds one: an unseen page gives its own back.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) stream?.close();
  else listen();
});

listenToTabs($("editions"), (code) => go({ edition: code }));
listenToTabs($("views"), (view) => go({ view }));
document.addEventListener("change", (event) => {
  if (event.target.matches(".switch input")) go({ [event.target.name]: event.target.value });
});
$("findings-button").addEventListener("click", () => openFindings($("findings").hidden));
$("findings-close").addEventListener("click", () => {
  openFindings(false);
  $("findings-button").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !$("findings").hidden) {
    openFindings(false);
    $("findings-button").focus();
  }
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address keeps the place instead
  $("panel").focus();
});
$("other").addEventListener("click", () => {
  $("other").href = `?ui=${words["other.code"]}${location.hash}`;
});
window.addEventListener("hashchange", () => {
  Object.assign(place, readPlace());
  scrollWanted = place.y;
  if (state) draw();
});

let scrolled = 0;
document.addEventListener(
  "scroll",
  (event) => {
    if (event.target !== $("panel") && event.target !== document) return;
    clearTimeout(scrolled);
    scrolled = setTimeout(() => {
      place.y = scroller().scrollTop;
      keepPlace();
    }, 150);
  },
  true,
);

listen();
