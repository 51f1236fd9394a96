// A heart that is pressed keeps its thing, or keeps it no more, where one is: a list stays where it was scrolled to. The form goes as it would
// without this script, and the page that comes says whether it was done. In the list of what is kept a page comes: what is dropped leaves it.
addEventListener(
  "submit",
  async (event) => {
    const { target: form, submitter: button } = event, card = button?.closest(".card");
    if (form.id !== "keep" || !button || button.dataset.plain || (card && button.name === "drop" && !button.ariaPressed)) return;
    event.preventDefault();
    if (button.ariaBusy) return;
    button.ariaBusy = "true";
    const body = new URLSearchParams({ [button.name]: button.value });
    const answer = await fetch(form.action, { method: "POST", body }).catch(() => null);
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const said = page?.querySelector("main .notice[role]");
    button.ariaBusy = null;
    if (!said) {
      button.dataset.plain = "1";
      return form.requestSubmit(button);
    }
    if (said.matches(".bad")) {
      form.before(document.adoptNode(said));
      return said.scrollIntoView({ block: "center" });
    }
    form.querySelector("[role=status]").textContent = said.textContent;
    const fresh = card ? null : page.querySelector(`.buy .heart[value="${button.value}"]`);
    if (fresh) {
      button.replaceWith(document.adoptNode(fresh));
      return fresh.focus({ preventScroll: true });
    }
    const kept = button.name === "keep";
    button.name = kept ? "drop" : "keep";
    button.ariaPressed = String(kept);
    button.classList.toggle("on", kept);
  },
  true,
);
