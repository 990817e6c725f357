"use strict";
// Draws the phone beside the computer, draws mails when they come near the window, fits the frames to it and to their
// contents, and hides what was unticked.
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

  // Reads the heights of all frames that have come since, then writes: one layout of the page for many frames.
  const arrived = new Set();
  function settle() {
    const heights = [...arrived].map((figure) => {
      const body = figure.querySelector("iframe").contentDocument?.body;
      return [figure, body?.firstElementChild ? body.offsetHeight : 0];
    });
    arrived.clear();
    for (const [figure, height] of heights) if (height) figure.querySelector("iframe").height = Math.ceil(height);
    new Set(heights.map(([figure]) => figure.parentElement)).forEach(fit);
  }
  function arrive(figure) {
    if (!arrived.size) requestAnimationFrame(settle);
    arrived.add(figure);
  }

  const near = new IntersectionObserver((entries) => {
    for (const {isIntersecting, target} of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      const frame = target.querySelector("iframe");
      frame.srcdoc = frame.dataset.mail;
    }
  }, {rootMargin: "1200px 0px"});

  function show() {
    for (const figure of document.querySelectorAll("figure")) {
      figure.hidden = hidden.language.has(figure.dataset.language) || hidden.width.has(figure.dataset.width);
    }
    for (const scheme of document.querySelectorAll(".scheme")) {
      scheme.hidden = hidden.scheme.has(scheme.dataset.scheme) || [...scheme.children].every((each) => each.hidden);
    }
    for (const one of document.querySelectorAll(".case, .block")) {
      const inside = [...one.querySelectorAll("figure")];
      one.classList.toggle("empty", inside.length > 0 && inside.every((each) => each.hidden));
    }
    fitAll();
  }

  for (const box of document.querySelectorAll("input[data-group]")) {
    box.addEventListener("change", () => {
      hidden[box.dataset.group][box.checked ? "delete" : "add"](box.value);
      show();
    });
  }
  for (const figure of figures) {
    figure.querySelector("iframe").addEventListener("load", () => arrive(figure));
    near.observe(figure);
  }
  addEventListener("resize", fitAll);
  fitAll();
})();
