/** htmx under our policy: no eval, no injected style; the CSRF header; focus kept; failures said in words. */

import htmx from "htmx.org";
import { announce, toast } from "./announce.ts";
import { word } from "./words.ts";

interface Detail {
  elt: HTMLElement;
  target: HTMLElement;
  headers: Record<string, string>;
  xhr: XMLHttpRequest;
}

function detailOf(event: Event): Detail {
  return (event as CustomEvent<Detail>).detail;
}

/** How to find the focused element again after its surroundings were replaced. */
function addressOf(element: Element | null): string {
  if (!element || element === document.body) return "";
  if (element.id) return `#${CSS.escape(element.id)}`;
  const name = element.getAttribute("name");
  if (name) return `${element.localName}[name="${CSS.escape(name)}"]`;
  const href = element.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : "";
}

export function installFragments(): void {
  Object.assign(htmx.config, {
    allowEval: false,
    includeIndicatorStyles: false,
    // settling an (empty) style attribute would be inline style, which our policy refuses
    attributesToSettle: ["class", "width", "height"],
    selfRequestsOnly: true,
    scrollBehavior: "auto",
    historyCacheSize: 0,
    refreshOnHistoryMiss: true,
    timeout: 30_000,
  });
  // a form that was refused comes back with its errors as 422 and is shown like any answer
  htmx.config.responseHandling = [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ];

  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
    if (token) detailOf(event).headers["X-CSRFToken"] = token;
  });

  let focused = "";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = detailOf(event).target;
    focused = target.contains(document.activeElement) ? addressOf(document.activeElement) : "";
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const element = detailOf(event).elt;
    const wanted = element.querySelector<HTMLElement>("[data-focus]") ?? (focused ? document.querySelector<HTMLElement>(focused) : null);
    wanted?.focus({ preventScroll: !wanted.hasAttribute("data-focus") });
    focused = "";
    const said = element.closest<HTMLElement>("[data-announce]")?.dataset["announce"];
    if (said !== undefined) announce(said || word("loaded"));
  });

  document.addEventListener("htmx:responseError", (event) => {
    const status = detailOf(event).xhr.status;
    const words: Partial<Record<number, string>> = { 401: word("noRight"), 403: word("noRight"), 404: word("gone"), 429: word("tooMany") };
    toast(words[status] ?? word("serverError", { code: status }), "bad");
  });
  document.addEventListener("htmx:timeout", () => toast(word("timeout"), "bad"));
  document.addEventListener("htmx:sendError", () => toast(word("offline"), "bad"));
}

export { htmx };
