// <gallery-zoom>: the links to large pictures in it open in a dialog: swipe or arrow keys to the next, Escape closes, a press enlarges.
class Zoom extends HTMLElement {
  connectedCallback() {
    this.links = [...this.querySelectorAll(".gal a")];
    this.links.forEach((link, at) =>
      link.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.open(at);
      }),
    );
    for (const thumb of this.querySelectorAll(".thumbs a"))
      thumb.addEventListener("click", (event) => {
        event.preventDefault();
        this.querySelector(thumb.hash).scrollIntoView({ block: "nearest", inline: "start" });
      });
  }
  open(at) {
    this.dialog ??= this.make();
    this.dialog.showModal();
    this.show(at);
  }
  make() {
    const dialog = document.createElement("dialog");
    dialog.className = "zoom";
    dialog.setAttribute("aria-label", this.dataset.title);
    this.track = dialog.appendChild(document.createElement("div"));
    this.track.tabIndex = 0;
    this.track.setAttribute("role", "group");
    this.track.setAttribute("aria-label", this.dataset.title);
    for (const link of this.links) {
      const picture = this.track.appendChild(document.createElement("img"));
      picture.alt = link.querySelector("img").alt;
      picture.loading = "lazy";
      picture.src = link.href;
      picture.addEventListener("click", () => picture.classList.toggle("in"));
    }
    const bar = dialog.appendChild(document.createElement("p"));
    const button = (words, act, hidden) => {
      const made = bar.appendChild(document.createElement("button"));
      made.type = "button";
      made.className = "btn line inv";
      made.textContent = words;
      made.hidden = hidden;
      made.addEventListener("click", act);
    };
    button(this.dataset.before, () => this.show(this.at - 1), this.links.length < 2);
    button(this.dataset.next, () => this.show(this.at + 1), this.links.length < 2);
    this.told = bar.appendChild(document.createElement("span"));
    this.told.setAttribute("role", "status");
    button(this.dataset.close, () => dialog.close(), false);
    dialog.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      this.show(this.at + by);
    });
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    return this.appendChild(dialog);
  }
  show(at) {
    this.at = Math.min(Math.max(at, 0), this.links.length - 1);
    this.track.scrollTo({ left: this.track.children[this.at].offsetLeft });
    this.told.textContent = this.dataset.of.replace("{n}", this.at + 1).replace("{of}", this.links.length);
  }
}
customElements.define("gallery-zoom", Zoom);
