// <gallery-place data-from="address">: a combobox over the villages' field. Three letters bring suggestions with district, regency, province
// and post code; picking one fills the hidden code and the post code, and counts the shipping without leaving the page.
// Without this script the field is a search: the page answers with the villages to choose from.
class Place extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input:not([type=radio]):not([type=hidden])");
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: "villages", className: "suggest l", role: "listbox", hidden: true });
    this.list.setAttribute("aria-label", this.querySelector("label").textContent);
    this.input.after(this.list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": "villages", "aria-autocomplete": "list" })) {
      this.input.setAttribute(name, value);
    }
    let wait;
    this.input.addEventListener("input", () => {
      clearTimeout(wait);
      this.form.elements.village && (this.code = "");
      if (this.input.value.trim().length < 3) return this.show([]);
      wait = setTimeout(() => this.ask(this.input.value), 200);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.show([]), 150));
    // picked up or sent, and by whom: another sum, and other ways to pay
    this.form.addEventListener("change", (event) => ["delivery", "service"].includes(event.target.name) && this.count());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(option);
    });
  }
  get form() {
    return this.closest("form");
  }
  set code(value) {
    const field = this.form.elements.village;
    if (field instanceof HTMLInputElement) field.value = value;
  }
  async ask(words) {
    const address = new URL(this.dataset.from, location.href);
    address.searchParams.set("q", words);
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok && words === this.input.value) this.show(await answer.json());
  }
  show(found) {
    this.list.replaceChildren(
      ...found.map((one, n) => {
        const item = document.createElement("li");
        Object.assign(item, { id: `village-${n}`, role: "option" });
        const name = document.createElement("strong");
        name.textContent = one.name;
        const within = document.createElement("span");
        within.className = "small muted";
        within.textContent = `${one.within} ${one.postcode}`;
        item.append(name, within);
        Object.assign(item.dataset, one);
        return item;
      }),
    );
    const opens = this.list.hidden && found.length > 0;
    this.list.hidden = !found.length;
    // What opens below the window, or behind the keys of a phone, is not seen: then the field goes up.
    if (opens && this.list.getBoundingClientRect().bottom > (visualViewport?.height ?? innerHeight)) this.input.parentNode.scrollIntoView();
    this.input.setAttribute("aria-expanded", String(found.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }
  key(event) {
    if (this.list.hidden) return;
    const options = [...this.list.children];
    const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "Escape") return this.show([]);
    if (event.key === "Enter" && now >= 0) {
      event.preventDefault();
      return this.pick(options[now]);
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    options[now]?.removeAttribute("aria-selected");
    const next = options[(now + step + options.length) % options.length];
    next.setAttribute("aria-selected", "true");
    next.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", next.id);
  }
  pick(option) {
    this.input.value = option.dataset.whole;
    this.code = option.dataset.code;
    if (this.form.elements.postcode && option.dataset.postcode) this.form.elements.postcode.value = option.dataset.postcode;
    this.show([]);
    this.count();
  }
  async count() {
    if (!(await counted(this.form, "count", "1"))) this.querySelector("button[name=count]").click();
  }
}
// What a button of the form would show, put into this page: the price of sending, the ways to pay and the sum. Answers with the page that came, or nothing.
export async function counted(form, name, value) {
  const data = new FormData(form);
  data.set(name, value);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(data) }).catch(() => null);
  if (!answer?.ok) return null;
  const { name: at, value: chosen } = document.activeElement ?? {};
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of ["terima", "bayar", "ringkasan"]) {
    const [old, fresh] = [document, page].map((doc) => doc.querySelector(`[aria-labelledby=${part}]`));
    if (old && fresh) old.replaceWith(document.adoptNode(fresh));
  }
  // who chose by keyboard stands where they stood
  if (["delivery", "service"].includes(at)) form.querySelector(`[name=${at}][value="${CSS.escape(chosen)}"]`)?.focus();
  const total = page.querySelector("#total");
  if (total) form.elements.total.value = total.value;
  return page;
}
customElements.define("gallery-place", Place);
