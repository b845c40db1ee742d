// Every icon of the product, drawn on a 24 x 24 grid: lines for acts and rooms, solid shapes for classes and tones.
// A class of alarm and a verdict are told apart by shape first: octagon, triangle, flame, cross, square, disc, ring.

/** Lines: stroked with the colour of the text. */
const LINES = {
  mark: "",
  // rooms
  duty: "M12 3a6 6 0 0 1 6 6v4l2 4H4l2-4V9a6 6 0 0 1 6-6ZM9.5 20.5a2.7 2.7 0 0 0 5 0",
  map: "M9 4 3 6.5v13L9 17l6 3 6-2.5v-13L15 7 9 4Zm0 0v13m6-10v13",
  video: "M3 7h12v10H3zM15 11l6-3.5v9L15 13",
  compliance: "M12 3v18M6 21h12M12 6 5 8m7-2 7 2M5 8l-3 6h6L5 8Zm14 0-3 6h6l-3-6Z",
  cases: "M4 7h16v13H4zM9 7V4h6v3M4 12h16M11 12v2h2v-2",
  registry: "M5 21V4h9v17M14 9h5v12M3 21h18M8 8h3m-3 4h3m-3 4h3",
  assessment: "M4 20V10m5.3 10V4m5.4 16v-8M20 20V7",
  figures: "M4 4v16h16M7 15l4-5 3 3 5-7",
  system: "M4 5h16v6H4zm0 8h16v6H4zM7 8h.01M7 16h.01M11 8h5m-5 8h5",
  // the bar
  search: "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13Zm4.7 11.2L20 20",
  region: "M12 21s7-6.2 7-11.5A7 7 0 0 0 5 9.500C5 14.800 12 21 12 21Zm0-9a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z",
  bell: "M12 4a5 5 0 0 1 5 5v4l2 3H5l2-3V9a5 5 0 0 1 5-5Zm-2 15a2.200 2.200 0 0 0 4 0",
  help: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm-2.600 6.600c.2-1.500 1.300-2.300 2.700-2.300 1.500 0 2.600.9 2.600 2.300 0 2-2.700 2.200-2.700 4.200M12 17h.01",
  theme: "M12 3a9 9 0 1 0 0 18V3Z",
  person: "M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM4 20.500c.8-4 4-6 8-6s7.200 2 8 6",
  people: "M9 5a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7ZM2.500 20c.6-3.600 3.200-5.300 6.500-5.300s5.900 1.700 6.500 5.300M16 5.300a3.500 3.500 0 0 1 0 6.500m2 3.300c2 .8 3.200 2.400 3.600 4.900",
  // acts
  add: "M12 5v14M5 12h14",
  edit: "M4 20h4L19 9l-4-4L4 16v4Zm9-13 4 4",
  delete: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5m4-5v5",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.500 10 17.500 19.500 7",
  left: "M14.500 6 8.500 12l6 6",
  right: "M9.500 6l6 6-6 6",
  up: "M6 14.500l6-6 6 6",
  down: "M6 9.500l6 6 6-6",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  filter: "M4 5h16l-6 8v6l-4-2v-4L4 5Z",
  columns: "M4 5h16v14H4zM10 5v14m5-14v14",
  save: "M6 4h12v16l-6-4-6 4V4Z",
  export: "M12 15V4m-4 4 4-4 4 4M5 14v6h14v-6",
  import: "M12 4v11m-4-4 4 4 4-4M5 14v6h14v-6",
  print: "M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z",
  refresh: "M19 12a7 7 0 1 1-2-5l2.500 2M20 4v5h-5",
  link: "M10 14a4 4 0 0 0 6 .500l3-3a4 4 0 0 0-5.700-5.700L12 7m2 3a4 4 0 0 0-6-.500l-3 3A4 4 0 0 0 10.700 18.200L12 17",
  copy: "M9 9h11v11H9zM15 9V4H4v11h5",
  info: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18Zm0 8v6m0-9.500h.01",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Zm0 3.500V12l3 2",
  "clock-paused": "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16Zm-2 5v6m4-6v6",
  evidence: "M6 3h8l4 4v14H6zM14 3v4h4M9 12.500l2 2 4-4",
  history: "M4.500 8A8.500 8.500 0 1 1 3.500 12.500M4 4v4.500h4.500M12 8v4.500l3 2",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3M12 15v2",
  key: "M8 8a4.500 4.500 0 1 1 0 9 4.500 4.500 0 0 1 0-9Zm4.300 3H21v4m-4-4v3M8 12.500h.01",
  phone: "M6 3.500h3.500l1.500 4.500-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2 4.500 1.500V18a2.500 2.500 0 0 1-2.700 2.500A16 16 0 0 1 3.500 6.200 2.500 2.500 0 0 1 6 3.500Z",
  sound: "M4 9.500v5h3.500L12 19V5L7.500 9.500H4ZM15.500 9a4 4 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11",
  mute: "M4 9.500v5h3.500L12 19V5L7.500 9.500H4ZM16 9.500l5 5m0-5-5 5",
  panel: "M4 4h16v16H4zM8 8h8v3H8zM8 14h.01M12 14h.01M16 14h.01M8 17h.01M12 17h.01M16 17h.01",
  device: "M5 6h14v9H5zM9 19h6M12 15v4",
  zone: "M4 20 12 4l8 16H4Zm8-9v4m0 2.500h.01",
  signal: "M12 13a1 1 0 1 1 0 .01M8.500 16.500a5 5 0 0 1 0-7m7 0a5 5 0 0 1 0 7M5.500 19.500a9.500 9.500 0 0 1 0-13m13 0a9.500 9.500 0 0 1 0 13",
  refuse: "M12 3.500a8.500 8.500 0 1 1 0 17 8.500 8.500 0 0 1 0-17ZM6 6l12 12",
  layers: "m12 4 9 5-9 5-9-5 9-5ZM3.500 13.500 12 18l8.500-4.500",
  locate: "M12 6.500a5.500 5.500 0 1 1 0 11 5.500 5.500 0 0 1 0-11ZM12 2.500v4m0 11v4m9.500-9.500h-4m-11 0h-4",
  empty: "M4 13 6.500 5h11L20 13v6H4v-6Zm0 0h5l1 2.500h4l1-2.500h5",
  offline: "M4 4l16 16M8.500 15.500a5 5 0 0 1 6 0M5 12a10 10 0 0 1 4.500-2.600m5.300.3A10 10 0 0 1 19 12M2.500 8.500A14 14 0 0 1 6 6.200m5-1.200a14 14 0 0 1 10.500 3.500M12 19h.01",
  loading: "M12 4a8 8 0 1 1-8 8",
  organisation: "M4 21V7l8-4 8 4v14M3 21h18M9 10h.01M15 10h.01M9 14h.01M15 14h.01M10 21v-4h4v4",
  book: "M5 4h13v16H6.500A1.500 1.500 0 0 1 5 18.500V4Zm0 14.500A1.500 1.500 0 0 1 6.500 17H18M9 8h5",
  pulse: "M3 12h4l2.500-7 5 14 2.500-7h4",
};

/** Solid shapes: filled with the tone; the picture inside is cut out (even-odd). */
const SHAPES = {
  "class-hold-up": "M8 2h8l6 6v8l-6 6H8l-6-6V8l6-6Zm2.700 4.500.5 7.500h1.600l.5-7.500h-2.600ZM12 15.600a1.400 1.400 0 1 0 0 2.800 1.400 1.400 0 0 0 0-2.800Z",
  "class-burglary": "M12 2 23 21.500H1L12 2Zm-1.300 6.700.5 6.300h1.600l.5-6.300h-2.600ZM12 16.300a1.300 1.300 0 1 0 0 2.600 1.300 1.300 0 0 0 0-2.600Z",
  "class-fire": "M12.500 1.500c.5 4-5.500 6-7 11.500C4.300 17.800 7.500 22.500 12 22.500s8-3.600 7.600-8.400c-.2-2.600-1.500-4.200-2.200-5.300-.3 1.600-1 2.500-2 3C15.800 7.500 15 4 12.500 1.500ZM12 20c-1.900 0-3.200-1.300-3-3.200.2-1.800 2.200-2.600 2.800-4.600 2 1.700 3.300 3 3.200 4.900-.1 1.700-1.300 2.900-3 2.900Z",
  "class-medical": "M9 2.500h6V9h6.500v6H15v6.500H9V15H2.500V9H9V2.500Z",
  "class-technical": "M3 3h18v18H3V3Zm8 4.500v6h2v-6h-2ZM12 15a1.300 1.300 0 1 0 0 2.600 1.300 1.300 0 0 0 0-2.600Z",
  "class-open-close": "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm0 4.500a5.500 5.500 0 0 0 0 11v-11Z",
  "class-access": "M4 2h16v20H4V2Zm10.500 8.400a1.600 1.600 0 1 0 0 3.200 1.600 1.600 0 0 0 0-3.200Z",
  "class-test": "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm0 3.200a6.800 6.800 0 1 0 0 13.600 6.800 6.800 0 0 0 0-13.600Z",
  "tone-good": "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm-1.600 14.700 7-8.200-1.700-1.500-5.500 6.400-2.400-2.300-1.600 1.600 4.200 4Z",
  "tone-bad": "M12 1.500 22.500 12 12 22.500 1.500 12 12 1.500Zm-2.600 6.300L7.800 9.400l2.600 2.600-2.600 2.600 1.600 1.600 2.600-2.600 2.600 2.600 1.600-1.600-2.600-2.600 2.600-2.600-1.600-1.600-2.600 2.600-2.600-2.600Z",
  "tone-pending": "M5 2h14v4.500L14.500 12l4.500 5.500V22H5v-4.500L9.500 12 5 6.500V2Z",
  "tone-unknown": "M3 3h18v18H3V3Zm9 3c-2.300 0-3.900 1.300-4.100 3.400h2.200c.2-.9.8-1.500 1.800-1.500s1.800.6 1.800 1.500c0 1.500-2.700 1.700-2.700 4.300h2.100c0-1.700 2.800-1.900 2.800-4.500C15.900 7.300 14.300 6 12 6Zm0 9.200a1.300 1.300 0 1 0 0 2.600 1.300 1.300 0 0 0 0-2.600Z",
  "tone-info": "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20Zm-1 8.500v7h2v-7h-2ZM12 6.200a1.300 1.300 0 1 0 0 2.600 1.300 1.300 0 0 0 0-2.600Z",
  "tone-off": "M12 2a10 10 0 1 1 0 20 10 10 0 0 1 0-20ZM7 11v2h10v-2H7Z",
};

/** The mark: a guarded corner, its two lines of defence, and what they guard. */
const MARK =
  '<path d="M3 21V6a3 3 0 0 1 3-3h15v3.600H7.600A1 1 0 0 0 6.600 7.600V21H3Z"/><path d="M10 21V11.500A1.500 1.500 0 0 1 11.500 10H21v3.600h-6.400a1 1 0 0 0-1 1V21H10Z" opacity=".62"/><circle cx="19" cy="19" r="2.300"/>';

export function sprite() {
  const lines = Object.entries(LINES).map(([name, path]) =>
    name === "mark"
      ? `<symbol id="mark" viewBox="0 0 24 24"><g fill="currentColor" stroke="none">${MARK}</g></symbol>`
      : `<symbol id="${name}" viewBox="0 0 24 24"><path d="${path}"/></symbol>`,
  );
  const shapes = Object.entries(SHAPES).map(
    ([name, path]) => `<symbol id="${name}" viewBox="0 0 24 24"><path fill-rule="evenodd" d="${path}"/></symbol>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg">${[...lines, ...shapes].join("")}</svg>`;
}

export function mark() {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><g fill="#0a7d80">${MARK}</g></svg>`;
}

export { LINES, SHAPES };
