// <gallery-stepper>: − and + beside a number. Where they would submit the form they still do; the others only count.
class Stepper extends HTMLElement {
  connectedCallback() {
    const [less, more] = this.querySelectorAll("button");
    const input = this.querySelector("input");
    for (const [button, by] of [[less, -1], [more, 1]]) {
      if (button.type !== "button") continue;
      button.hidden = false;
      button.addEventListener("click", () => {
        by < 0 ? input.stepDown() : input.stepUp();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
      });
    }
  }
}
customElements.define("gallery-stepper", Stepper);
