// A button with a menu: overflow elements, message actions, shortcuts, the person switcher.

import { drawer, h } from "./dom.js";
import { openLayer, showBeside } from "./layers.js";

let count = 0;

/**
 * For `widget(menuButton, …)`. Props: `button` (attributes of the button), `face` (its content), `label` (the menu's name),
 * `items` as `{label, detail?, icon?, href?, checked?, danger?, attributes?, pick()}` or `{heading}`, `align`.
 */
export function menuButton(first) {
  let props = first;
  let takeAway = null;
  let hide = null;
  count += 1;
  const id = `menu-${count}`;
  const node = document.createElement("span");
  node.className = "menu-anchor";
  const draw = drawer(node);

  const button = () => node.querySelector("button");
  const popup = () => node.querySelector(".menu");
  const entries = () => [...popup().querySelectorAll('[role^="menuitem"]')];

  function open(last = false) {
    if (takeAway) return;
    takeAway = openLayer({ close, inside: [node], light: true });
    redraw();
    hide = showBeside(popup(), button(), { align: props.align });
    const all = entries();
    (last ? all.at(-1) : (all.find((each) => each.getAttribute("aria-checked") === "true") ?? all[0]))?.focus();
  }

  function close(keepFocus = false) {
    if (!takeAway) return;
    takeAway();
    hide();
    takeAway = null;
    redraw();
    if (!keepFocus && node.isConnected) button().focus();
  }

  function move(event) {
    const all = entries();
    const at = all.indexOf(document.activeElement);
    const target = { ArrowDown: all[at + 1] ?? all[0], ArrowUp: all[at - 1] ?? all.at(-1), Home: all[0], End: all.at(-1) }[event.key];
    const typed = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey;
    const match = typed && [...all.slice(at + 1), ...all].find((each) => each.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()));
    if (target ?? match) {
      event.preventDefault();
      event.stopPropagation();
      (target || match).focus();
    } else if (event.key === "Tab") {
      close(true);
    }
  }

  function openByKey(event) {
    if (takeAway || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    open(event.key === "ArrowUp");
  }

  function pick(item) {
    close();
    item.pick?.();
  }

  function redraw() {
    draw(
      h(
        "button",
        {
          type: "button",
          ...props.button,
          "aria-haspopup": "menu",
          "aria-expanded": String(takeAway !== null),
          "aria-controls": id,
          onClick: () => (takeAway ? close() : open()),
          onKeydown: openByKey,
        },
        props.face,
      ),
      h("div", { class: "popup menu", popover: "manual", role: "menu", id, "aria-label": props.label, onKeydown: move }, takeAway && props.items.map((item) => entry(item, pick))),
    );
  }

  redraw();
  return {
    node,
    update(next) {
      props = next;
      redraw();
    },
    destroy: () => close(true),
  };
}

function entry(item, pick) {
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  const properties = {
    ...item.attributes,
    class: item.danger ? "menu-item danger" : "menu-item",
    role: item.checked === undefined ? "menuitem" : "menuitemradio",
    "aria-checked": item.checked === undefined ? null : String(item.checked),
    tabindex: "-1",
    onClick: () => pick(item),
  };
  const content = [item.icon, h("span", { class: "menu-words" }, h("span", {}, item.label), item.detail && h("span", { class: "menu-detail" }, item.detail))];
  return item.href
    ? h("a", { ...properties, href: item.href, target: "_blank", rel: "noopener noreferrer" }, content)
    : h("button", { ...properties, type: "button" }, content);
}
