"use strict";
// Draws the phone beside the computer, fits the frames to the window and to their contents, and hides what was unticked.
(() => {
  const PHONE = 375, GAP = 14, SMALLEST = 0.5;
  const hidden = {language: new Set(), scheme: new Set(), width: new Set()};

  for (const scheme of document.querySelectorAll(".scheme")) {
    for (const figure of [...scheme.children]) {
      const phone = figure.cloneNode(true);
      const frame = phone.querySelector("iframe");
      phone.dataset.width = PHONE;
      phone.querySelector(".width").textContent = PHONE;
      frame.width = PHONE;
      frame.title += ", " + PHONE;
      scheme.append(phone);
    }
  }

  const figures = [...document.querySelectorAll(".scheme figure")];

  function fit(scheme) {
    const shown = [...scheme.children].filter((figure) => !figure.hidden);
    if (scheme.hidden || !shown.length) return;
    const style = getComputedStyle(scheme);
    const room = scheme.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const needed = shown.reduce((sum, figure) => sum + Number(figure.dataset.width), 0);
    const scale = Math.max(SMALLEST, Math.min(1, (room - GAP * (shown.length - 1)) / needed));
    for (const figure of shown) {
      const frame = figure.querySelector("iframe");
      const view = frame.parentElement;
      view.style.width = Number(figure.dataset.width) * scale + "px";
      view.style.height = frame.height * scale + "px";
      frame.style.transform = `scale(${scale})`;
    }
  }

  function fitAll() { document.querySelectorAll(".scheme").forEach(fit); }

  function measure(figure) {
    const frame = figure.querySelector("iframe");
    const inner = frame.contentDocument;
    if (!inner || !inner.body || !inner.body.firstElementChild) return;
    frame.height = 10;  // a document is never shorter than its frame
    frame.height = Math.ceil(inner.documentElement.scrollHeight) || 10;
  }

  function show() {
    for (const figure of document.querySelectorAll("figure")) {
      figure.hidden = hidden.language.has(figure.dataset.language) || hidden.width.has(figure.dataset.width);
    }
    for (const scheme of document.querySelectorAll(".scheme")) {
      scheme.hidden = hidden.scheme.has(scheme.dataset.scheme) || [...scheme.children].every((each) => each.hidden);
    }
    for (const figure of figures) if (!figure.hidden && !figure.parentElement.hidden) measure(figure);
    fitAll();
  }

  for (const box of document.querySelectorAll("input[data-group]")) {
    box.addEventListener("change", () => {
      hidden[box.dataset.group][box.checked ? "delete" : "add"](box.value);
      show();
    });
  }
  for (const figure of figures) {
    figure.querySelector("iframe").addEventListener("load", () => { measure(figure); fit(figure.parentElement); });
  }
  addEventListener("resize", fitAll);
  addEventListener("load", show);
  show();
})();
