// <gallery-choice>: the ways a product comes in. The one chosen tells its price, code and what is left on the tag above and on the bar below,
// not only in its own row; so it does when the browser's back button brings a choice back.
class Choice extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.tell());
    addEventListener("pageshow", () => this.tell());
  }
  tell() {
    const row = this.querySelector(".choice:has(:checked)"), code = row?.querySelector("input").dataset.code;
    if (!code || code === this.told || (!this.told && row.querySelector("input").defaultChecked)) return;
    this.told = code;
    const price = row.querySelector(".num").lastChild.textContent.trim(), was = row.querySelector(".was");
    const tag = document.querySelector(".buy .tag.red"), bar = document.querySelector(".buybar");
    document.querySelector(".buy .tag.sunk").textContent = code;
    tag.textContent = price;
    tag.parentNode.querySelector(".was")?.remove();
    if (was) tag.after(" ", was.cloneNode(true));
    if (!bar) return;
    bar.querySelector(".num").textContent = price;
    bar.querySelector(".status").replaceWith(row.querySelector(".status").cloneNode(true));
  }
}
customElements.define("gallery-choice", Choice);
