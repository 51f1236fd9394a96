// <gallery-gets for="price field" bp="rate">: what the group gets of the price being typed. The server counts again.
class Gets extends HTMLElement {
  connectedCallback() {
    this.field = document.getElementById(this.getAttribute("for"));
    this.field?.addEventListener("input", () => this.count());
  }

  count() {
    const text = this.field.value.trim().replace(/^rp\.?\s*/i, "");
    // The same reading as the server's: dots part thousands; a comma is a question, so nothing is shown.
    if (!/^(\d+|\d{1,3}(\.\d{3})+)$/.test(text)) return;
    const price = BigInt(text.replaceAll(".", ""));
    const fee = (price * BigInt(this.getAttribute("bp")) * 2n + 10000n) / 20000n;
    this.querySelector("output").value = "Rp" + String(price - fee).replace(/\B(?=(\d{3})+$)/g, ".");
  }
}
customElements.define("gallery-gets", Gets);
