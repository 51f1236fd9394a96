// The shop's pages are kept for when there is no line; other audiences' pages never are.
if ("serviceWorker" in navigator && document.querySelector("link[rel=manifest]"))
  addEventListener("load", () => navigator.serviceWorker.register("/sw.js").catch(() => {}));
