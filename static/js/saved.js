// <gallery-saved>: buttons of saved addresses. The press fills the fields where the shopper is, without leaving the page; the server says
// with what, so that it is the same without this script. Anything unforeseen, and the button is an ordinary one.
import { counted } from "./place.js";
class Saved extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", async (event) => {
      const button = event.target.closest("button");
      const form = button?.form;
      if (!form || !(form.elements.village instanceof HTMLInputElement)) return;
      event.preventDefault();
      const page = await counted(form, button.name, button.value);
      if (!page) return form.requestSubmit(this.plainly(button));
      for (const name of ["name", "phone", "street", "place", "village", "postcode"]) {
        const fresh = page.getElementById(name);
        if (fresh) form.elements[name].value = fresh.value;
      }
    });
  }
  // The same button, pressed without this script.
  plainly(button) {
    const plain = button.cloneNode();
    plain.hidden = true;
    this.after(plain);
    return plain;
  }
}
customElements.define("gallery-saved", Saved);
