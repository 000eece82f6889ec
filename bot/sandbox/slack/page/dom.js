// Describes the page as plain values and patches the document to match, leaving alone whatever did not change.

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "g", "path", "circle", "rect", "line", "polyline", "polygon", "ellipse"]);

// Set once, when the element is made: afterwards they belong to the person who is typing.
const FIRST_ONLY = new Set(["value", "checked"]);

/**
 * An element to be. Names beginning with "on" are handlers, `key` ties it to the same element in the next drawing,
 * `ref` is called once with the new element. Children may be nested lists; null and false are dropped.
 */
export function h(tag, props, ...children) {
  const own = props ?? {};
  return { tag, props: own, key: own.key, children: flatten(children), node: null };
}

/** A part with a life of its own: `new Part(props)` once per key, with `node`, and `update(props)`, `destroy()` if it likes. */
export function widget(Part, props) {
  return { Part, props, key: props.key, part: null, node: null };
}

/** A function that makes `root` contain what it is given, by the smallest change. */
export function drawer(root) {
  let before = [];
  return (...after) => {
    const next = flatten(after);
    patchChildren(root, before, next);
    before = next;
  };
}

function flatten(children, into = []) {
  for (const child of children) {
    if (child === null || child === undefined || child === false || child === true) continue;
    if (Array.isArray(child)) flatten(child, into);
    else if (typeof child === "object") into.push(child);
    else into.push({ text: String(child), node: null });
  }
  return into;
}

function alike(before, after) {
  return before.tag === after.tag && before.Part === after.Part && before.key === after.key;
}

function patchChildren(parent, before, after) {
  const partners = pairUp(before, after);
  const kept = new Set(partners);
  for (const old of before) {
    if (!kept.has(old)) discard(old);
  }
  let cursor = parent.firstChild;
  after.forEach((next, index) => {
    const node = partners[index] ? update(partners[index], next) : create(next);
    if (node === cursor) cursor = cursor.nextSibling;
    else parent.insertBefore(node, cursor);
    if (!partners[index]) next.props?.ref?.(node);
  });
}

/** For each of `after` the one of `before` whose element it takes over, or undefined. */
function pairUp(before, after) {
  const keyed = new Map();
  const loose = [];
  for (const old of before) {
    if (old.key === undefined) loose.push(old);
    else keyed.set(old.key, old);
  }
  let position = 0;
  return after.map((next) => {
    if (next.key !== undefined) {
      const old = keyed.get(next.key);
      if (!old || !alike(old, next)) return undefined;
      keyed.delete(next.key);
      return old;
    }
    const found = loose.findIndex((old, index) => index >= position && alike(old, next));
    if (found < 0) return undefined;
    position = found + 1;
    return loose[found];
  });
}

function create(next) {
  if (next.text !== undefined) {
    next.node = document.createTextNode(next.text);
  } else if (next.Part) {
    next.part = new next.Part(next.props);
    next.node = next.part.node;
  } else {
    next.node = createElement(next);
  }
  return next.node;
}

function createElement({ tag, props, children }) {
  const node = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const name of Object.keys(props)) {
    if (!FIRST_ONLY.has(name)) setProperty(node, name, props[name]);
  }
  patchChildren(node, [], children);
  for (const name of FIRST_ONLY) {
    if (props[name] !== undefined && props[name] !== null) node[name] = props[name];
  }
  return node;
}

function update(old, next) {
  if (old === next) return next.node;
  next.node = old.node;
  if (next.text !== undefined) {
    if (old.text !== next.text) next.node.nodeValue = next.text;
  } else if (next.Part) {
    next.part = old.part;
    next.part.update?.(next.props);
  } else {
    updateProperties(next.node, old.props, next.props);
    patchChildren(next.node, old.children, next.children);
  }
  return next.node;
}

function updateProperties(node, old, next) {
  for (const name of Object.keys(old)) {
    if (!(name in next) && !FIRST_ONLY.has(name)) setProperty(node, name, null);
  }
  for (const name of Object.keys(next)) {
    if (next[name] !== old[name] && !FIRST_ONLY.has(name)) setProperty(node, name, next[name]);
  }
}

function setProperty(node, name, value) {
  if (name === "key" || name === "ref") return;
  if (name.startsWith("on")) {
    node[name.toLowerCase()] = value ?? null;
  } else if (name === "style") {
    node.style.cssText = "";
    for (const [property, setting] of Object.entries(value ?? {})) node.style.setProperty(property, setting);
  } else if (value === null || value === undefined || value === false) {
    node.removeAttribute(name);
  } else {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

function discard(old) {
  destroy(old);
  old.node.remove();
}

function destroy(old) {
  old.part?.destroy?.();
  for (const child of old.children ?? []) destroy(child);
}
