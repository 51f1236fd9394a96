// <gallery-list>: a list follows its filters without leaving the page. Without it a button applies them.
// On a narrow screen the filters lie in a panel: there only the order follows at once, the rest waits for its button.
const wide = matchMedia("(min-width: 60rem)");

class List extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      const field = event.target;
      if (!field.form || field.form.id !== "penyaring") return;
      if (field.id === "urut" || wide.matches) this.show(this.address(field.form), field);
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

  async show(address, field) {
    const turn = (this.turn = (this.turn || 0) + 1);
    this.setAttribute("aria-busy", "true");
    let answer, text;
    try {
      answer = await fetch(address);
      text = await answer.text();
    } catch {
      answer = null;
    }
    if (turn !== this.turn) return;
    const fresh = answer?.ok && new DOMParser().parseFromString(text, "text/html").getElementById("daftar");
    if (!fresh) {
      location.assign(address);
      return;
    }
    const open = [...this.querySelectorAll("details")].map((one) => one.open);
    this.replaceChildren(...fresh.childNodes);
    [...this.querySelectorAll("details")].forEach((one, n) => (one.open = open[n] ?? one.open));
    this.removeAttribute("aria-busy");
    this.dress();
    history.pushState(null, "", answer.url);
    const again = [...this.querySelectorAll("input,select")].find(
      (one) => one.name === field.name && (one.type !== "checkbox" || one.value === field.value),
    );
    again?.focus({ preventScroll: true });
  }
}
customElements.define("gallery-list", List);
