/** Light, dark or as the system: changed at once, and kept in the same cookie the server reads. */

const YEAR = 365 * 86_400;

export function installAppearance(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("[data-theme-form]")) {
    form.addEventListener("submit", (event) => {
      const chosen = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "auto";
      event.preventDefault();
      document.documentElement.dataset["theme"] = chosen;
      document.cookie = `theme=${chosen}; path=/; max-age=${YEAR}; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
      for (const button of form.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === chosen));
      document.dispatchEvent(new CustomEvent("j:theme"));
    });
  }
}

/** A design token as the browser resolves it now (`--fire` → `rgb(…)`), for canvases that cannot read CSS. */
export function colour(token: string): string {
  const probe = document.createElement("span");
  probe.hidden = false;
  probe.className = "visually-hidden";
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
