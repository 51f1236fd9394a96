// <gallery-place>: offers whole names of villages while one types; picking one counts the shipping.
class Place extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input:not([type=radio])");
    const list = document.createElement("datalist");
    list.id = "villages";
    this.append(list);
    input.setAttribute("list", list.id);
    let wait;
    input.addEventListener("input", () => {
      clearTimeout(wait);
      if ([...list.children].some((option) => option.value === input.value)) {
        this.querySelector("button[name=count]").click();
        return;
      }
      if (input.value.trim().length < 3) return;
      wait = setTimeout(async () => {
        const address = new URL(this.dataset.from, location.href);
        address.searchParams.set("q", input.value);
        const answer = await fetch(address).catch(() => null);
        if (!answer?.ok) return;
        list.replaceChildren(...(await answer.json()).map((name) => new Option("", name)));
      }, 250);
    });
  }
}
customElements.define("gallery-place", Place);
