// <gallery-list>: a list follows its filters without leaving the page. Without it a button applies them.
// On a narrow screen the filters lie in a panel: there only the order follows at once, the rest waits for its button, which tells how many
// there would be.
const wide = matchMedia("(min-width: 60rem)");

class List extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      const field = event.target;
      if (!field.form || field.form.id !== "penyaring") return;
      if (field.id === "urut" || wide.matches) this.show(this.address(field.form), field);
      else this.count(this.address(field.form));
    });
    this.addEventListener("submit", (event) => {
      if (event.target.id !== "penyaring") return;
      event.preventDefault();
      location.assign(this.address(event.target));
    });
    this.dress();
    if (!List.back) {
      List.back = true;
      addEventListener("popstate", () => location.reload());
    }
  }

  dress() {
    this.querySelector("[data-sort]")?.remove();
  }

  address(form) {
    const said = [...new FormData(form)].filter(([, value]) => value.trim());
    const query = new URLSearchParams(said).toString();
    return form.getAttribute("action") + (query ? "?" + query : "");
  }

  // The list at an address, and which that is; undefined when another was asked for meanwhile, null when none came.
  async ask(address) {
    const turn = (this.turn = (this.turn || 0) + 1);
    const answer = await fetch(address).catch(() => null);
    const text = await answer?.text().catch(() => null);
    if (turn !== this.turn) return;
    const fresh = answer?.ok && text && new DOMParser().parseFromString(text, "text/html").getElementById("daftar");
    return fresh ? { fresh, url: answer.url } : null;
  }

  async count(address) {
    const found = await this.ask(address);
    if (!found) return;
    const boxes = (list) => [...list.querySelectorAll(".filters .check")];
    const key = ({ firstElementChild: { name, value } }) => `${name}=${value}`;
    const told = new Map(boxes(found.fresh).map((box) => [key(box), box.querySelector(".n").textContent]));
    for (const box of boxes(this)) box.querySelector(".n").textContent = told.get(key(box)) ?? "0";
    const words = found.fresh.querySelector("[data-apply]");
    if (words) this.querySelector("[data-apply]").textContent = words.textContent;
  }

  async show(address, field) {
    this.setAttribute("aria-busy", "true");
    const found = await this.ask(address);
    if (found === undefined) return;
    if (!found) {
      location.assign(address);
      return;
    }
    const open = [...this.querySelectorAll("details")].map((one) => one.open);
    this.replaceChildren(...found.fresh.childNodes);
    [...this.querySelectorAll("details")].forEach((one, n) => (one.open = open[n] ?? one.open));
    this.removeAttribute("aria-busy");
    this.dress();
    history.pushState(null, "", found.url);
    const again = [...this.querySelectorAll("input,select")].find(
      (one) => one.name === field.name && (one.type !== "checkbox" || one.value === field.value),
    );
    again?.focus({ preventScroll: true });
  }
}
customElements.define("gallery-list", List);
