/** The map page: marks from the server for the view one looks at, a list with the same content, filters and the card. */

import type { FeatureCollection, Point } from "geojson";
import type { ExpressionSpecification, FilterSpecification, GeoJSONSource, Map as LibreMap, MapMouseEvent } from "maplibre-gl";
import { toast } from "../core/announce.ts";
import { colour } from "../core/appearance.ts";
import { htmx } from "../core/fragments.ts";
import { word } from "../core/words.ts";
import { JMap } from "./element.ts";
import "./map.css";

interface Listed {
  id: number;
  name: string;
  address: string;
  lon: number;
  lat: number;
  class799: string;
  state: string;
}

interface Answer {
  marks: FeatureCollection<Point>;
  listed: Listed[];
  total: number;
  in_alarm: number;
  unplaced: number;
}

const WAIT = 140;
const REFRESH = 15_000;

class MapPage {
  private readonly room: HTMLElement;
  private readonly element: JMap;
  private readonly list: HTMLUListElement;
  private readonly place: HTMLElement;
  private readonly filters: HTMLFormElement;
  private readonly badges: HTMLTemplateElement;
  private layer: "state" | "class" = "state";
  private asked: AbortController | null = null;
  private timer = 0;
  private selected: HTMLElement | null = null;

  constructor(room: HTMLElement, element: JMap) {
    this.room = room;
    this.element = element;
    this.list = this.find("[data-map-list]");
    this.place = this.find("[data-map-card]");
    this.filters = this.find("[data-map-filters]");
    this.badges = this.find("[data-map-badges]");
    this.filters.addEventListener("input", () => this.later());
    this.filters.addEventListener("submit", (event) => event.preventDefault());
    room.addEventListener("click", (event) => this.clicked(event));
    room.addEventListener("j:map-theme", () => this.paint());
    window.setInterval(() => {
      if (!document.hidden) void this.load();
    }, REFRESH);
    if (element.map) this.begin(element.map);
    else void this.load();
  }

  private find<E extends HTMLElement>(selector: string): E {
    const found = this.room.querySelector<E>(selector);
    if (!found) throw new Error(`the map page lacks ${selector}`);
    return found;
  }

  private get map(): LibreMap | null {
    return this.element.map;
  }

  private begin(map: LibreMap): void {
    map.addSource("sites", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
    const many: FilterSpecification = [">", ["get", "count"], 1];
    const one: FilterSpecification = ["==", ["get", "count"], 1];
    map.addLayer({ id: "clusters", type: "circle", source: "sites", filter: many, paint: { "circle-radius": ["step", ["get", "count"], 15, 10, 18, 100, 23, 1000, 29], "circle-stroke-width": ["match", ["get", "state"], ["quiet", "hidden", "unknown"], 1.2, 3] } });
    map.addLayer({ id: "cluster-counts", type: "symbol", source: "sites", filter: many, layout: { "text-field": ["to-string", ["get", "count"]], "text-font": ["sans-serif"], "text-size": 13, "text-allow-overlap": true, "text-ignore-placement": true } });
    map.addLayer({ id: "cluster-worst", type: "symbol", source: "sites", filter: ["all", many, ["!", ["in", ["get", "state"], ["literal", ["quiet", "hidden"]]]]], layout: { "icon-image": ["get", "state"], "icon-size": ["match", ["get", "state"], "unknown", 0.6, 0.9], "icon-offset": [15, -15], "icon-allow-overlap": true, "icon-ignore-placement": true, "symbol-sort-key": ["-", ["get", "rank"]] } });
    map.addLayer({ id: "points", type: "symbol", source: "sites", filter: one, layout: { "icon-image": ["get", "state"], "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": ["match", ["get", "state"], ["quiet", "hidden", "unknown"], 0.7, 1.05], "symbol-sort-key": ["-", ["get", "rank"]], "text-field": ["step", ["zoom"], "", 14, ["get", "name"]], "text-font": ["sans-serif"], "text-size": 12, "text-offset": [0, 1.1], "text-anchor": "top", "text-optional": true, "text-max-width": 9 } });
    this.paint();
    map.on("moveend", () => this.later());
    map.on("click", (event) => this.picked(event));
    for (const id of ["clusters", "points"]) {
      map.on("mouseenter", id, () => map.getCanvas().classList.add("pointing"));
      map.on("mouseleave", id, () => map.getCanvas().classList.remove("pointing"));
    }
    void this.load();
  }

  /** Colours and marks for the chosen layer and theme. */
  private paint(): void {
    const map = this.map;
    if (!map?.getLayer("points")) return;
    const byState = this.layer === "state";
    const rim: ExpressionSpecification = ["match", ["get", "state"], "fire", colour("--fire"), "medical", colour("--fire"), "hold_up", colour("--holdup"), ["burglary", "tamper"], colour("--burglary"), ["technical", "supervision"], colour("--technical"), ["open_close", "access"], colour("--opening"), ["quiet", "hidden"], colour("--control"), colour("--unknown")];
    map.setPaintProperty("clusters", "circle-color", colour("--surface"));
    map.setPaintProperty("clusters", "circle-stroke-color", byState ? rim : colour("--accent"));
    map.setPaintProperty("cluster-counts", "text-color", colour("--ink"));
    map.setPaintProperty("points", "text-color", colour("--ink"));
    map.setPaintProperty("points", "text-halo-color", colour("--map-land"));
    map.setPaintProperty("points", "text-halo-width", 1.6);
    map.setLayoutProperty("points", "icon-image", byState ? ["get", "state"] : ["concat", "class-", ["get", "class799"]]);
    map.setLayoutProperty("cluster-worst", "visibility", byState ? "visible" : "none");
  }

  private later(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.load(), WAIT);
  }

  private async load(): Promise<void> {
    this.asked?.abort();
    this.asked = new AbortController();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(this.filters)) if (typeof value === "string" && value) query.set(name, value);
    const bounds = this.map?.getBounds();
    const held = (value: number, limit: number): string => Math.max(-limit, Math.min(limit, value)).toFixed(5);
    query.set("bbox", bounds ? [held(bounds.getWest(), 180), held(bounds.getSouth(), 90), held(bounds.getEast(), 180), held(bounds.getNorth(), 90)].join(",") : (this.element.dataset["extent"] || "-180,-90,180,90"));
    query.set("zoom", (this.map?.getZoom() ?? 10).toFixed(2));
    try {
      const answer = await fetch(`${this.room.dataset["sites"]}?${query}`, { signal: this.asked.signal });
      if (!answer.ok) throw new Error(word("mapDataFailed", { code: answer.status }));
      this.show((await answer.json()) as Answer);
    } catch (error) {
      if (error instanceof DOMException && error.name === "AbortError") return;
      if (navigator.onLine) toast(error instanceof Error ? error.message : String(error), "bad");
    }
  }

  private show(answer: Answer): void {
    this.map?.getSource<GeoJSONSource>("sites")?.setData(answer.marks);
    const count = this.room.querySelector("[data-map-count]");
    if (count) count.textContent = answer.total > answer.listed.length ? word("sitesOf", { n: answer.listed.length, total: answer.total }) : word("sitesShown", { n: answer.total });
    const unplaced = this.room.querySelector<HTMLElement>("[data-map-unplaced]");
    if (unplaced) {
      unplaced.hidden = answer.unplaced === 0;
      const number = unplaced.querySelector("span");
      if (number) number.textContent = word("sitesShown", { n: answer.unplaced });
    }
    const empty = this.room.querySelector<HTMLElement>("[data-map-empty]");
    if (empty) empty.hidden = answer.listed.length > 0;
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset["site"] : undefined;
    this.list.replaceChildren(...answer.listed.map((site) => this.row(site)));
    if (focused) this.list.querySelector<HTMLElement>(`[data-site="${focused}"]`)?.focus({ preventScroll: true });
  }

  private row(site: Listed): HTMLLIElement {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.dataset["site"] = String(site.id);
    const words = document.createElement("span");
    words.className = "grow";
    const name = document.createElement("span");
    name.className = "strong";
    name.textContent = site.name;
    const address = document.createElement("span");
    address.className = "sub clip";
    address.textContent = site.address;
    words.append(name, address);
    button.append(words);
    const badge = this.badges.content.querySelector(`[data-state="${CSS.escape(site.state)}"]`)?.firstElementChild;
    if (badge) button.append(badge.cloneNode(true));
    row.append(button);
    return row;
  }

  private picked(event: MapMouseEvent): void {
    const map = this.map;
    const hit = map?.queryRenderedFeatures(event.point, { layers: ["points", "clusters"] })[0];
    if (!map || !hit) return;
    const { id, count } = hit.properties as { id: number | null; count: number };
    if (count > 1) map.easeTo({ center: (hit.geometry as Point).coordinates as [number, number], zoom: Math.min(19, map.getZoom() + 2) });
    else if (id !== null) void this.open(String(id));
  }

  private clicked(event: MouseEvent): void {
    const target = event.target;
    if (!(target instanceof Element)) return;
    const site = target.closest<HTMLElement>("[data-site]");
    if (site) {
      this.selected = site;
      void this.open(site.dataset["site"] ?? "");
    }
    if (target.closest("[data-map-back]")) this.close();
    const centre = target.closest<HTMLElement>("[data-map-centre]")?.dataset["mapCentre"];
    if (centre) this.map?.easeTo({ center: centre.split(",").map(Number) as [number, number], zoom: 16 });
    const layer = target.closest<HTMLElement>("[data-map-layer]");
    // the key presses the first button: pressed again it changes over, a mouse click (detail 1) chooses
    if (layer) this.choose(event.detail === 0 ? (this.layer === "state" ? "class" : "state") : layer.dataset["mapLayer"] === "class" ? "class" : "state");
  }

  private choose(layer: "state" | "class"): void {
    this.layer = layer;
    for (const button of this.room.querySelectorAll<HTMLElement>("[data-map-layer]")) button.setAttribute("aria-pressed", String(button.dataset["mapLayer"] === layer));
    for (const legend of this.room.querySelectorAll<HTMLElement>("[data-legend]")) legend.hidden = legend.dataset["legend"] !== layer;
    this.paint();
  }

  private async open(id: string): Promise<void> {
    await htmx.ajax("get", `${this.room.dataset["card"]}${id}/`, { target: this.place, swap: "innerHTML" });
    this.place.hidden = false;
    this.list.hidden = true;
    this.place.querySelector<HTMLElement>("[data-focus]")?.focus();
  }

  private close(): void {
    this.place.hidden = true;
    this.list.hidden = false;
    const again = this.list.querySelector<HTMLElement>(`[data-site="${this.selected?.dataset["site"] ?? ""}"]`);
    (again ?? this.list.querySelector<HTMLElement>("button"))?.focus();
  }
}

const room = document.querySelector<HTMLElement>("[data-map-page]");
room?.addEventListener(
  "j:map",
  (event) => {
    if (event.target instanceof JMap) new MapPage(room, event.target);
  },
  { once: true },
);
customElements.define("j-map", JMap);
