// <gallery-reveal hidden>: a tick that shows the passwords of its form as they are typed.
class Reveal extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    const fields = this.closest("form").querySelectorAll("input[type=password]");
    const tick = this.querySelector("input");
    tick.addEventListener("change", () => {
      for (const field of fields) field.type = tick.checked ? "text" : "password";
    });
  }
}
customElements.define("gallery-reveal", Reveal);
