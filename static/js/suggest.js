// <gallery-suggest data-from>: what may be meant, under the search box while somebody types (a combobox with a listbox).
// Without it the form searches all the same.
class Suggest extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=search]");
    this.box = document.createElement("div");
    Object.assign(this.box, { className: "suggest", id: "saran", hidden: true });
    this.box.setAttribute("role", "listbox");
    this.box.setAttribute("aria-label", this.input.labels[0]?.textContent ?? "");
    this.closest("header")?.append(this.box);
    const said = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "saran", autocomplete: "off" };
    for (const [name, value] of Object.entries(said)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => {
      clearTimeout(this.wait);
      this.wait = setTimeout(() => this.ask(), 120);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("click", (event) => {
      if (!this.contains(event.target) && !this.box.contains(event.target)) this.close();
    });
    this.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !this.contains(event.relatedTarget) && !this.box.contains(event.relatedTarget)) this.close();
    });
  }

  async ask() {
    const words = this.input.value.trim();
    if (words.length < 2) return this.close();
    const turn = (this.turn = (this.turn || 0) + 1);
    try {
      const answer = await fetch(`${this.dataset.from}?${new URLSearchParams({ q: words })}`);
      const text = answer.ok ? (await answer.text()).trim() : "";
      if (turn !== this.turn || document.activeElement !== this.input) return;
      this.box.innerHTML = text;
      this.at = -1;
      text ? this.open() : this.close();
    } catch {
      this.close();
    }
  }

  open() {
    this.box.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    clearTimeout(this.wait);
    this.turn = (this.turn || 0) + 1;
    this.box.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  key(event) {
    if (event.key === "Escape" && !this.box.hidden) {
      event.preventDefault();
      this.close();
      return;
    }
    const options = [...this.box.querySelectorAll("[role=option]")];
    if (this.box.hidden || !options.length) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.at = ((this.at ?? -1) + step + options.length + 1 + 1) % (options.length + 1) - 1;
      options.forEach((one, n) => one.setAttribute("aria-selected", String(n === this.at)));
      if (this.at < 0) this.input.removeAttribute("aria-activedescendant");
      else {
        this.input.setAttribute("aria-activedescendant", options[this.at].id);
        options[this.at].scrollIntoView({ block: "nearest" });
      }
    } else if (event.key === "Enter" && this.at >= 0) {
      event.preventDefault();
      location.assign(options[this.at].href);
    }
  }
}
customElements.define("gallery-suggest", Suggest);
