// A button with a menu: overflow elements, message actions, shortcuts, the person switcher.

import { drawer, h, widget } from "./dom.js";
import { openLayer, showBeside } from "./layers.js";

let count = 0;

/**
 * A menu button as a part of its own. Props: `button` (attributes of the button), `face` (its content), `label` (the
 * menu's name), `items` as `{label, detail?, icon?, href?, checked?, danger?, attributes?, pick()}` or `{heading}`, `align`.
 */
export const menuButton = (props) => widget(MenuButton, props);

class MenuButton {
  node = document.createElement("span");
  #id = `menu-${(count += 1)}`;
  #draw = drawer(this.node);
  #props;
  #leave = null; // while the menu is open, what takes it away

  constructor(props) {
    this.#props = props;
    this.node.className = "menu-anchor";
    this.#redraw();
  }

  update(props) {
    this.#props = props;
    this.#redraw();
  }

  destroy() {
    this.#close({ refocus: false });
  }

  get #button() {
    return this.node.querySelector("button");
  }

  get #entries() {
    return [...this.node.querySelectorAll('[role^="menuitem"]')];
  }

  #open({ last = false } = {}) {
    if (this.#leave) return;
    const takeAway = openLayer({ close: () => this.#close(), inside: [this.node], light: true });
    this.#leave = takeAway;
    this.#redraw();
    const hide = showBeside(this.node.querySelector(".menu"), this.#button, { align: this.#props.align });
    this.#leave = () => {
      takeAway();
      hide();
    };
    const entries = this.#entries;
    const checked = entries.find((each) => each.getAttribute("aria-checked") === "true");
    (last ? entries.at(-1) : (checked ?? entries[0]))?.focus();
  }

  #close({ refocus = true } = {}) {
    if (!this.#leave) return;
    this.#leave();
    this.#leave = null;
    this.#redraw();
    if (refocus && this.node.isConnected) this.#button.focus();
  }

  #pick(item) {
    this.#close();
    item.pick?.();
  }

  #openByArrow(event) {
    if (this.#leave || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#open({ last: event.key === "ArrowUp" });
  }

  #move(event) {
    const target = this.#target(event);
    if (target) {
      event.preventDefault();
      event.stopPropagation();
      target.focus();
    } else if (event.key === "Tab") {
      this.#close({ refocus: false });
    }
  }

  /** The entry to which a key leads: arrows, Home, End, or the first letter of its name. */
  #target({ key, ctrlKey, metaKey }) {
    const entries = this.#entries;
    const at = entries.indexOf(document.activeElement);
    if (key === "ArrowDown") return entries[at + 1] ?? entries[0];
    if (key === "ArrowUp") return entries[at - 1] ?? entries.at(-1);
    if (key === "Home" || key === "End") return entries.at(key === "Home" ? 0 : -1);
    if (key.length !== 1 || key === " " || ctrlKey || metaKey) return null;
    const begins = (each) => each.textContent.trim().toLowerCase().startsWith(key.toLowerCase());
    return [...entries.slice(at + 1), ...entries].find(begins);
  }

  #redraw() {
    const open = this.#leave !== null;
    const { button, face, label, items } = this.#props;
    this.#draw(
      h(
        "button",
        {
          type: "button",
          ...button,
          "aria-haspopup": "menu",
          "aria-expanded": String(open),
          "aria-controls": this.#id,
          onClick: () => (open ? this.#close() : this.#open()),
          onKeydown: (event) => this.#openByArrow(event),
        },
        face,
      ),
      h(
        "div",
        {
          class: "popup menu",
          popover: "manual",
          role: "menu",
          id: this.#id,
          "aria-label": label,
          onKeydown: (event) => this.#move(event),
        },
        open && items.map((item) => entry(item, () => this.#pick(item))),
      ),
    );
  }
}

function entry(item, pick) {
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const properties = {
    ...item.attributes,
    class: item.danger ? "menu-item danger" : "menu-item",
    role: item.checked === undefined ? "menuitem" : "menuitemradio",
    "aria-checked": item.checked === undefined ? null : String(item.checked),
    tabindex: "-1",
    onClick: pick,
  };
  const words = [h("span", {}, item.label), item.detail && h("span", { class: "menu-detail" }, item.detail)];
  const content = [item.icon, h("span", { class: "menu-words" }, words)];
  if (!item.href) return h("button", { ...properties, type: "button" }, content);
  return h("a", { ...properties, href: item.href, target: "_blank", rel: "noopener noreferrer" }, content);
}
