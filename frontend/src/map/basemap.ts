/** The base map: our own GeoJSON layers in our own colours. No tiles, no glyphs and no sprites from anywhere. */

import type { LayerSpecification, SourceSpecification, StyleSpecification } from "maplibre-gl";
import { colour } from "../core/appearance.ts";
import { language } from "../core/words.ts";

const LAYERS = ["districts", "blocks", "water", "roads", "labels"] as const;
const NAME = language === "en" ? ["coalesce", ["get", "name_en"], ["get", "name"]] : ["get", "name"];
// fonts are the browser's own: without a glyphs address MapLibre draws every character locally
const FONT = ["sans-serif"];

/** Width that grows with the zoom: pairs of zoom and pixels. */
function growing(...stops: [number, number][]): unknown {
  return ["interpolate", ["exponential", 1.5], ["zoom"], ...stops.flat()];
}

function kind(...kinds: string[]): unknown {
  return ["in", ["get", "kind"], ["literal", kinds]];
}

export function baseStyle(): StyleSpecification {
  const sources: Record<string, SourceSpecification> = {};
  for (const name of LAYERS) sources[name] = { type: "geojson", data: `${location.origin}/map/base/${name}.json` };

  const land = colour("--map-land");
  const water = colour("--map-water");
  const road = colour("--map-road");
  const edge = colour("--map-road-edge");
  const district = colour("--map-district");
  const ink = colour("--ink-3");

  const layers: unknown[] = [
    { id: "land", type: "background", paint: { "background-color": land } },
    { id: "blocks", type: "fill", source: "blocks", filter: ["!", kind("park", "green", "forest")], minzoom: 11, paint: { "fill-color": colour("--map-block") } },
    { id: "green", type: "fill", source: "blocks", filter: kind("park", "green", "forest"), paint: { "fill-color": colour("--map-green") } },
    { id: "water", type: "fill", source: "water", paint: { "fill-color": water } },
    { id: "road-edges", type: "line", source: "roads", filter: kind("expressway", "major"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": edge, "line-width": growing([9, 1], [12, 3.4], [16, 15]) } },
    { id: "streets", type: "line", source: "roads", filter: kind("minor", "street"), minzoom: 12, layout: { "line-cap": "round" }, paint: { "line-color": road, "line-width": growing([12, 0.8], [16, 8]) } },
    { id: "majors", type: "line", source: "roads", filter: kind("major"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": road, "line-width": growing([9, 0.6], [12, 2.4], [16, 13]) } },
    { id: "expressways", type: "line", source: "roads", filter: kind("expressway"), layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": road, "line-width": growing([9, 1], [12, 3], [16, 14]) } },
    { id: "rail", type: "line", source: "roads", filter: kind("rail"), minzoom: 10, paint: { "line-color": ink, "line-opacity": 0.6, "line-width": 1.2, "line-dasharray": [4, 3] } },
    { id: "district-lines", type: "line", source: "districts", paint: { "line-color": district, "line-width": 1.4, "line-dasharray": [5, 3] } },
    { id: "road-names", type: "symbol", source: "roads", minzoom: 13.5, filter: ["all", ["has", "name"], kind("major", "expressway")], layout: { "symbol-placement": "line", "text-field": NAME, "text-font": FONT, "text-size": 11, "symbol-spacing": 400 }, paint: { "text-color": ink, "text-halo-color": land, "text-halo-width": 1.5 } },
    { id: "names", type: "symbol", source: "labels", layout: { "text-field": NAME, "text-font": FONT, "text-size": ["match", ["get", "kind"], "district", 14, 12], "text-letter-spacing": 0.06, "text-padding": 6 }, paint: { "text-color": ink, "text-halo-color": land, "text-halo-width": 1.6 } },
  ];
  return { version: 8, sources, layers: layers as LayerSpecification[] };
}
