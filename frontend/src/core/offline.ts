/** A page that lost the network says so, and keeps saying so: what it shows may be old. */

import { announce } from "./announce.ts";
import { word } from "./words.ts";

export function installOffline(): void {
  let bar: HTMLElement | null = null;
  const update = (): void => {
    if (navigator.onLine) {
      if (bar) announce(word("online"));
      bar?.remove();
      bar = null;
    } else if (!bar) {
      bar = document.createElement("div");
      bar.className = "offline-bar";
      bar.setAttribute("role", "alert");
      bar.textContent = word("offline");
      document.body.append(bar);
    }
  };
  window.addEventListener("online", update);
  window.addEventListener("offline", update);
  update();
}
