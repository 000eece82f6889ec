// Draws images; where one does not load, a box says what it would show.

import { widget } from "../dom.js";
import { safeAddress } from "./links.js";

/** An image element or block; `name` is its class: `thumbnail`, `context-image` or `large-image`. */
export function picture({ image_url: address, slack_file: file, alt_text: words }, name) {
  const source = safeAddress(address ?? file?.url ?? "");
  return widget(Picture, { key: `${name} ${source}`, source, words: words || "image", name });
}

class Picture {
  node = document.createElement("span");

  constructor({ source, words, name }) {
    this.node.className = `picture ${name}`;
    if (source === null) this.#say(words);
    else this.#load(source, words);
  }

  #load(source, words) {
    const image = new Image();
    image.alt = words;
    image.loading = "lazy";
    image.referrerPolicy = "no-referrer";
    image.onerror = () => this.#say(words);
    image.src = source;
    this.node.append(image);
  }

  #say(words) {
    this.node.classList.add("alt-box");
    this.node.setAttribute("role", "img");
    this.node.setAttribute("aria-label", words);
    this.node.replaceChildren(words);
  }
}
