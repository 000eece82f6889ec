// Draws images; where one does not load, a box says what it would show.

import { widget } from "../dom.js";
import { safeAddress } from "./links.js";

/** An image element or block; `name` is its class: `thumbnail`, `context-image` or `large-image`. */
export function picture({ image_url: address, slack_file: file, alt_text: words }, name) {
  const source = safeAddress(address ?? file?.url ?? "");
  return widget(pictureFrame, { key: `${name} ${source}`, source, words: words || "image", name });
}

function pictureFrame({ source, words, name }) {
  const node = document.createElement("span");
  node.className = `picture ${name}`;
  const showWords = () => {
    node.classList.add("alt-box");
    node.setAttribute("role", "img");
    node.setAttribute("aria-label", words);
    node.replaceChildren(words);
  };
  if (source === null) {
    showWords();
    return { node };
  }
  const image = new Image();
  image.alt = words;
  image.loading = "lazy";
  image.referrerPolicy = "no-referrer";
  image.onerror = showWords;
  image.src = source;
  node.append(image);
  return { node };
}
