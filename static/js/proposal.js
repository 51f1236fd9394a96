// <gallery-proposal>: while goods are chosen, how many they are and what the group gets when all are sold. The server counts as well.
class Proposal extends HTMLElement {
  connectedCallback() {
    this.form = this.closest("form");
    this.form.addEventListener("input", () => this.count());
    this.count();
  }
  count() {
    let units = 0, kinds = 0, part = 0;
    for (const row of this.form.querySelectorAll("li")) {
      const input = row.querySelector("input[type=number]");
      if (!input) continue;
      const quantity = Math.max(0, Math.floor(Number(input.value)) || 0);
      units += quantity;
      kinds += quantity > 0;
      if (!row.querySelector("input[type=checkbox]:checked")) part += quantity * Number(row.querySelector("[data-part]").dataset.part);
    }
    const dots = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ".");
    this.querySelector("[data-units]").value = dots(units);
    this.querySelector("[data-kinds]").value = kinds;
    this.querySelector("[data-part]").value = "Rp" + dots(part);
  }
}
customElements.define("gallery-proposal", Proposal);
