/**
 * `<j-map>`: a map from our own data. `data-extent="west,south,east,north"` frames it; `lon`, `lat` and `data-state` put
 * one mark on it (the card of an alarm); without `interactive` it cannot be moved. Dispatches `j:map` when it is ready.
 */

import type { Map as LibreMap } from "maplibre-gl";
import { toast } from "../core/announce.ts";
import { word } from "../core/words.ts";
import { baseStyle } from "./basemap.ts";
import { mark, MARKS } from "./shapes.ts";

export class JMap extends HTMLElement {
  map: LibreMap | null = null;
  private drawing = false;
  private readonly restyle = (): void => this.paintAgain();

  connectedCallback(): void {
    this.setAttribute("role", "region");
    if (!this.hasAttribute("aria-label")) this.setAttribute("aria-label", word("mapLabel"));
    document.addEventListener("j:theme", this.restyle);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.restyle);
    if (this.map) this.map.resize();
    else if (!this.drawing) void this.draw();
  }

  disconnectedCallback(): void {
    document.removeEventListener("j:theme", this.restyle);
    matchMedia("(prefers-color-scheme: dark)").removeEventListener("change", this.restyle);
    // moved to another place of the page (a card drawn anew keeps its map), it is connected again at once
    window.setTimeout(() => {
      if (this.isConnected) return;
      this.map?.remove();
      this.map = null;
    }, 0);
  }

  private async draw(): Promise<void> {
    this.drawing = true;
    const { Map, NavigationControl, ScaleControl, setWorkerUrl } = await import("maplibre-gl");
    const worker = await import("maplibre-gl/dist/maplibre-gl-worker.mjs?url");
    await import("maplibre-gl/dist/maplibre-gl.css");
    this.drawing = false;
    if (!this.isConnected || this.map) return;
    setWorkerUrl(new URL(worker.default, location.origin).href);
    const interactive = this.hasAttribute("interactive");
    const lon = Number(this.getAttribute("lon") ?? Number.NaN);
    const lat = Number(this.getAttribute("lat") ?? Number.NaN);
    const extent = (this.dataset["extent"] ?? "").split(",").map(Number);
    try {
      this.map = new Map({
        container: this,
        style: baseStyle(),
        interactive,
        attributionControl: false,
        dragRotate: false,
        pitchWithRotate: false,
        touchPitch: false,
        fadeDuration: 0,
        maxZoom: 19,
        ...(extent.length === 4 ? { bounds: extent as [number, number, number, number], fitBoundsOptions: { padding: 48, maxZoom: 15 } } : {}),
        ...(Number.isFinite(lon) && Number.isFinite(lat) ? { center: [lon, lat] as [number, number], zoom: Number(this.getAttribute("zoom") ?? 15) } : {}),
      });
    } catch {
      this.textContent = word("mapFailed");
      this.classList.add("map-broken");
      this.dispatchEvent(new CustomEvent("j:map", { bubbles: true }));
      return;
    }
    const map = this.map;
    if (interactive) map.addControl(new NavigationControl({ showCompass: false }), "top-left");
    map.addControl(new ScaleControl({ maxWidth: 110, unit: "metric" }), "bottom-left");
    map.touchZoomRotate.disableRotation();
    map.on("error", (event) => {
      const status = (event.error as { status?: number }).status;
      if (status !== undefined) toast(word("mapDataFailed", { code: status }), "bad");
    });
    await map.once("load");
    this.addMarks();
    if (Number.isFinite(lon) && Number.isFinite(lat) && this.dataset["state"]) this.pin(lon, lat, this.dataset["state"]);
    this.dispatchEvent(new CustomEvent("j:map", { bubbles: true }));
  }

  private addMarks(): void {
    for (const state of Object.keys(MARKS)) {
      const image = mark(state);
      if (image && this.map && !this.map.hasImage(state)) this.map.addImage(state, image, { pixelRatio: 2 });
    }
  }

  private pin(lon: number, lat: number, state: string): void {
    this.map?.addSource("pin", { type: "geojson", data: { type: "Point", coordinates: [lon, lat] } });
    this.map?.addLayer({ id: "pin", type: "symbol", source: "pin", layout: { "icon-image": state in MARKS ? state : "unknown", "icon-size": 1.25, "icon-allow-overlap": true } });
  }

  /** Put the base map and the marks into the colours of the theme that was chosen; what a page added stays. */
  private paintAgain(): void {
    const map = this.map;
    if (!map) return;
    const base = baseStyle();
    map.setStyle(base, {
      transformStyle: (before, after) => {
        const own = Object.fromEntries(Object.entries(before?.sources ?? {}).filter(([name]) => !(name in base.sources)));
        return { ...after, sources: { ...after.sources, ...own }, layers: [...after.layers, ...(before?.layers ?? []).filter((layer) => "source" in layer && String(layer.source) in own)] };
      },
    });
    for (const state of Object.keys(MARKS)) if (map.hasImage(state)) map.removeImage(state);
    this.addMarks();
    this.dispatchEvent(new CustomEvent("j:map-theme", { bubbles: true }));
  }
}
