// <gallery-print hidden>: a button that prints the page; shown only where it can.
class Print extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.querySelector("button").addEventListener("click", () => print());
  }
}
customElements.define("gallery-print", Print);
