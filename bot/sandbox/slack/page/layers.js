// What lies over the page (menus, lists, dialogs, drawers): the topmost closes first, and focus goes back where it was.

const layers = [];

/**
 * Puts a layer on top. `light` ones also close when something outside `inside` is pressed.
 * Answers a function that takes the layer away again without calling `close`.
 */
export function openLayer({ close, inside = [], light = false }) {
  const layer = { close, inside, light };
  layers.push(layer);
  return () => {
    const index = layers.indexOf(layer);
    if (index >= 0) layers.splice(index, 1);
  };
}

function closeTopmost(event) {
  if (event.key !== "Escape" || event.isComposing) return;
  const top = layers.at(-1);
  if (!top || event.defaultPrevented) return;
  event.preventDefault();
  top.close();
}

function closeLightOnes(event) {
  const outside = (layer) => layer.light && !layer.inside.some((node) => node.contains(event.target));
  while (layers.length > 0 && outside(layers.at(-1))) layers.at(-1).close();
}

document.addEventListener("keydown", closeTopmost);
document.addEventListener("pointerdown", closeLightOnes, true);

const FOCUSABLE =
  'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex]:not([tabindex="-1"])';

/** What Tab reaches inside `node`, in order. */
export function focusable(node) {
  return [...node.querySelectorAll(FOCUSABLE)].filter(
    (each) => each.tabIndex >= 0 && each.checkVisibility({ visibilityProperty: true }),
  );
}

/** A keydown handler that keeps Tab inside `node`. */
export function keepTabInside(node) {
  return (event) => {
    if (event.key !== "Tab") return;
    const all = focusable(node);
    const edge = event.shiftKey ? all[0] : all.at(-1);
    if (
      all.length > 0 &&
      document.activeElement !== edge &&
      node.contains(document.activeElement) &&
      document.activeElement !== node
    )
      return;
    event.preventDefault();
    (event.shiftKey ? all.at(-1) : all[0])?.focus();
  };
}

/** Remembers what has the focus now; the answer gives it back, or to `otherwise()` if that has gone. */
export function rememberFocus(otherwise = () => document.querySelector('[data-testid="composer"]')) {
  const before = document.activeElement;
  return () => (before?.isConnected && before !== document.body ? before : otherwise())?.focus();
}

/** Shows a `popover="manual"` element beside its anchor and keeps it there; answers a function that hides it. */
export function showBeside(popup, anchor, { align = "start", matchWidth = false } = {}) {
  const move = () => placeBeside(popup, anchor, align, matchWidth);
  popup.showPopover();
  move();
  const watch = new ResizeObserver(move);
  watch.observe(popup);
  window.addEventListener("resize", move);
  window.addEventListener("scroll", move, true);
  return () => {
    watch.disconnect();
    window.removeEventListener("resize", move);
    window.removeEventListener("scroll", move, true);
    if (popup.isConnected) popup.hidePopover();
  };
}

function placeBeside(popup, anchor, align, matchWidth) {
  const box = anchor.getBoundingClientRect();
  const [gap, edge] = [4, 8];
  if (matchWidth) popup.style.minWidth = `${box.width}px`;
  const below = window.innerHeight - box.bottom - gap - edge;
  const above = box.top - gap - edge;
  const upward = popup.scrollHeight > below && above > below;
  popup.style.maxHeight = `${Math.max(120, Math.min(420, upward ? above : below))}px`;
  const { width, height } = popup.getBoundingClientRect();
  const wanted = align === "end" ? box.right - width : box.left;
  popup.style.left = `${Math.max(edge, Math.min(wanted, window.innerWidth - width - edge))}px`;
  popup.style.top = `${upward ? box.top - gap - height : box.bottom + gap}px`;
}
