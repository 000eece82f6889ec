// The dialog that asks "are you sure?" before an element does what it does.

import { drawer, h } from "./dom.js";
import { keepTabInside, openLayer, rememberFocus } from "./layers.js";
import { textObject } from "./render/mrkdwn.js";

/** Shows a confirm object of Block Kit; true if the person agreed. */
export function confirmDialog(confirm, scene) {
  return new Promise((resolve) => {
    const giveBack = rememberFocus();
    const dialog = document.createElement("dialog");
    dialog.className = "dialog confirm";
    dialog.dataset.testid = "confirm";
    dialog.setAttribute("aria-labelledby", "confirm-title");
    dialog.setAttribute("aria-describedby", "confirm-text");
    const finish = (agreed) => {
      takeAway();
      dialog.close();
      dialog.remove();
      giveBack();
      resolve(agreed);
    };
    const takeAway = openLayer({ close: () => finish(false) });
    dialog.onkeydown = keepTabInside(dialog);
    dialog.oncancel = (event) => event.preventDefault();
    drawer(dialog)(face(confirm, scene, finish));
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector('[data-testid="confirm-no"]').focus();
  });
}

function face(confirm, scene, finish) {
  const danger = confirm.style === "danger";
  return [
    h("h2", { class: "dialog-title", id: "confirm-title" }, textObject(confirm.title, scene)),
    h("div", { class: "dialog-text text", id: "confirm-text" }, textObject(confirm.text, scene)),
    h(
      "div",
      { class: "dialog-buttons" },
      h(
        "button",
        { type: "button", class: "button", "data-testid": "confirm-no", onClick: () => finish(false) },
        textObject(confirm.deny ?? "Cancel", scene),
      ),
      h(
        "button",
        {
          type: "button",
          class: `button solid ${danger ? "danger" : "primary"}`,
          "data-testid": "confirm-yes",
          onClick: () => finish(true),
        },
        textObject(confirm.confirm ?? "Yes", scene),
      ),
    ),
  ];
}
