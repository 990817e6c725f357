"use strict";
// Loads the gallery again when a build of the preview has changed it; the browser keeps the place.
(() => {
  const shown = document.querySelector("meta[name=digest]").content;
  let building = true;  // a save may have come before this page could listen: ask at once
  const events = new EventSource("/events");
  events.onmessage = async (event) => {
    const before = building;
    building = JSON.parse(event.data).building;
    if (building || !before) return;
    const answer = await fetch(`/gallery/digest.json?ui=${document.documentElement.lang}`);
    if (answer.ok && (await answer.json()).digest !== shown) location.reload();
  };
  events.onerror = () => { building = true; };  // what happened meanwhile is not known: ask when it is back
})();
