// <gallery-copy hidden data-text data-done>: a button that copies words, shown only where it can, and says when it has.
class Copy extends HTMLElement {
  connectedCallback() {
    if (!navigator.clipboard) return;
    this.hidden = false;
    this.querySelector("button").addEventListener("click", async () => {
      await navigator.clipboard.writeText(this.dataset.text);
      this.querySelector("[role=status]").textContent = this.dataset.done;
    });
  }
}
customElements.define("gallery-copy", Copy);
