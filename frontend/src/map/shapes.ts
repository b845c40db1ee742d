/** Marks for the map, drawn from the same shapes and colours as the badges. */

import { colour } from "../core/appearance.ts";

// the outlines of icons.js, without the pictures inside: at this size the outline is the shape
const OUTLINES: Record<string, string> = {
  octagon: "M8 2h8l6 6v8l-6 6H8l-6-6V8l6-6Z",
  triangle: "M12 2 23 21.500H1L12 2Z",
  flame: "M12.500 1.500c.5 4-5.500 6-7 11.500C4.300 17.800 7.500 22.500 12 22.500s8-3.600 7.600-8.400c-.2-2.600-1.500-4.200-2.200-5.300-.3 1.600-1 2.500-2 3C15.800 7.500 15 4 12.500 1.500Z",
  cross: "M9 2.500h6V9h6.500v6H15v6.500H9V15H2.500V9H9V2.500Z",
  square: "M3 3h18v18H3V3Z",
  door: "M5 2h14v20H5V2Z",
  disc: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Z",
  ring: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 4a5 5 0 1 0 0 10 5 5 0 0 0 0-10Z",
};

/** state → outline and token */
export const MARKS: Record<string, readonly [string, string]> = {
  fire: ["flame", "--fire"],
  gas: ["flame", "--fire"],
  hold_up: ["octagon", "--holdup"],
  medical: ["cross", "--fire"],
  burglary: ["triangle", "--burglary"],
  tamper: ["triangle", "--burglary"],
  technical: ["square", "--technical"],
  supervision: ["square", "--technical"],
  access: ["door", "--opening"],
  open_close: ["ring", "--opening"],
  test: ["ring", "--test"],
  quiet: ["disc", "--good"],
  hidden: ["disc", "--accent"],
  unknown: ["square", "hatch"],
  "class-a": ["disc", "--opening"],
  "class-b": ["disc", "--technical"],
  "class-c": ["disc", "--test"],
  "class-": ["square", "hatch"],
};

const SIZE = 24;

function hatched(context: CanvasRenderingContext2D, ratio: number): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6 * ratio;
  const brush = tile.getContext("2d");
  if (!brush) return colour("--unknown");
  brush.fillStyle = colour("--surface");
  brush.fillRect(0, 0, tile.width, tile.height);
  brush.strokeStyle = colour("--unknown");
  brush.lineWidth = 1.8 * ratio;
  for (const shift of [-6, 0, 6]) {
    brush.beginPath();
    brush.moveTo(shift * ratio, 6 * ratio);
    brush.lineTo((shift + 6) * ratio, 0);
    brush.stroke();
  }
  return context.createPattern(tile, "repeat") ?? colour("--unknown");
}

/** One mark as pixels, at twice the size for sharp screens. */
export function mark(state: string, ratio = 2): ImageData | null {
  const [outline, token] = MARKS[state] ?? MARKS["unknown"]!;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE * ratio;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  const small = token === "--good" || token === "--accent" || state.startsWith("class-");
  context.fillStyle = token === "hatch" ? hatched(context, ratio) : colour(token);
  context.scale(ratio, ratio);
  const grow = small || token === "hatch" ? 0.72 : 0.9;
  context.translate((SIZE / 2) * (1 - grow), (SIZE / 2) * (1 - grow));
  context.scale(grow, grow);
  const path = new Path2D(OUTLINES[outline]);
  context.lineJoin = "round";
  context.strokeStyle = colour("--surface");
  context.lineWidth = 4.5;
  context.stroke(path);
  context.fill(path, "evenodd");
  if (token === "hatch") {
    context.strokeStyle = colour("--unknown");
    context.lineWidth = 1.6;
    context.stroke(path);
  }
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
