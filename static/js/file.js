// <gallery-file>: a box for files (components/file.html) shows the names of what was chosen. Photos that leave at once are shown by <gallery-photos>.
class ChosenFile extends HTMLElement {
  connectedCallback() {
    const input = this.querySelector("input");
    const show = () => {
      const names = [...input.files].map((file) => file.name).join(", ");
      if (names && !this.closest("gallery-photos")) input.parentElement.dataset.chosen = names;
      else delete input.parentElement.dataset.chosen;
    };
    input.addEventListener("change", show);
    show(); // a page that comes back keeps its files
  }
}
customElements.define("gallery-file", ChosenFile);
