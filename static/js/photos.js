// <gallery-photos>: photos go up at once, each with its percent, while the rest of the form is still being filled in.
// Without it they travel with the form; either way the server keeps them by their digest.
class Photos extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ul");
    this.input = this.querySelector("input[type=file]");
    this.querySelector("button[value=upload]").parentElement.hidden = true;
    this.input.addEventListener("change", () => this.send([...this.input.files]));
    this.list.addEventListener("click", (event) => this.pressed(event));
  }

  async send(files) {
    for (const failed of this.list.querySelectorAll("li.failed")) failed.remove();
    this.input.value = "";
    const free = Number(this.dataset.most) - this.list.children.length;
    for (const file of files.slice(0, Math.max(free, 0))) await this.one(file);
    if (files.length > free) this.fail(document.createElement("li"), this.dataset.full);
  }

  one(file) {
    const place = document.createElement("li");
    place.className = "wait";
    const meter = document.createElement("progress");
    meter.className = "meter";
    meter.max = 100;
    meter.value = 0;
    meter.setAttribute("aria-label", this.dataset.sending);
    const frame = document.createElement("div");
    frame.className = "ph";
    frame.append(meter);
    const words = document.createElement("span");
    words.setAttribute("role", "status");
    words.textContent = this.dataset.sending;
    place.append(frame, words);
    this.list.append(place);
    const data = new FormData();
    data.append("photo", file);
    data.append("csrf_token", this.closest("form").elements.csrf_token.value);
    return new Promise((done) => {
      const request = new XMLHttpRequest();
      request.open("POST", this.dataset.to);
      request.upload.addEventListener("progress", (event) => {
        meter.value = event.total ? Math.round((100 * event.loaded) / event.total) : 0;
        words.textContent = this.dataset.sent.replace("{n}", meter.value);
      });
      request.addEventListener("loadend", () => {
        if (request.status === 200) this.put(place, request.responseText);
        else this.fail(place, request.status === 400 && request.responseText ? request.responseText : this.dataset.lost);
        done();
      });
      request.send(data);
    });
  }

  put(place, html) {
    const made = new DOMParser().parseFromString(html, "text/html").querySelector("li");
    const sha = made.querySelector("input").value;
    const same = [...this.list.querySelectorAll("input[name=photo]")].some((input) => input.value === sha);
    if (same) place.remove();
    else place.replaceWith(made);
  }

  fail(place, sentence) {
    place.className = "failed";
    const words = document.createElement("span");
    words.className = "status bad";
    words.setAttribute("role", "alert");
    words.textContent = sentence;
    place.replaceChildren(words);
    if (!place.isConnected) this.list.append(place);
  }

  // A photo leaves without a journey to the server; nothing is saved before the form is.
  pressed(event) {
    const button = event.target.closest("button");
    if (!button?.value.startsWith("drop-photo:")) return;
    event.preventDefault();
    button.closest("li").remove();
    this.input.focus();
  }
}
customElements.define("gallery-photos", Photos);
