/** The page's own icons: strokes on a 24-unit square, drawn in the colour of the text around them. */

import { svg } from "./dom.js";

const PATHS = {
  hash: "M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16",
  caret: "m7 10 5 5 5-5",
  chevron: "m10 7 5 5-5 5",
  close: "M6 6l12 12M18 6 6 18",
  check: "m5 12.5 4.5 4.5L19 7.5",
  thread:
    "M5 5h14a1.5 1.5 0 0 1 1.5 1.5v8A1.5 1.5 0 0 1 19 16h-7l-4.5 3.5V16H5a1.5 1.5 0 0 1-1.5-1.5v-8A1.5 1.5 0 0 1 5 5Zm3 4.2h8M8 12.2h5",
  code: "m8.5 8-4.5 4 4.5 4M15.5 8l4.5 4-4.5 4",
  send: "M4 5.5 20.5 12 4 18.500 5.800 12.900 13 12 5.800 11.100Z",
  slash: "M4.500 4.500h15v15h-15ZM14 8l-4 8",
  eye: "M2.500 12S6 5.500 12 5.500 21.500 12 21.500 12 18 18.500 12 18.500 2.500 12 2.500 12ZM12 14.800a2.800 2.800 0 1 0 0-5.600 2.800 2.800 0 0 0 0 5.600Z",
  more: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  flask:
    "M9.500 3.500h5M10.500 3.500v6L5 18.500a1.400 1.400 0 0 0 1.200 2h11.600a1.400 1.400 0 0 0 1.200-2l-5.500-9v-6M7.500 15.500h9",
  calendar: "M4.500 6.500h15v13h-15ZM4.500 10.500h15M8.500 4v4M15.500 4v4",
  alert: "M12 4 21 19.500H3ZM12 10v4.500M12 17.200h.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.500M12 7.800h.01",
  circle: "M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17Z",
  down: "M12 5v13.500M6.500 13l5.500 5.500L17.500 13",
  up: "M7 14.500V20H3.500v-9H7ZM7 11l4-7.500c1.500 0 2.500 1 2.300 2.600L12.800 9.500H19a1.500 1.500 0 0 1 1.500 1.800l-1.300 7A2 2 0 0 1 17.200 20H7",
  thumbsdown:
    "M7 9.500V4H3.500v9H7ZM7 13l4 7.500c1.500 0 2.500-1 2.300-2.600l-.5-3.400H19a1.500 1.500 0 0 0 1.500-1.800l-1.300-7A2 2 0 0 0 17.200 4H7",
  trash: "M5 7h14M10 4h4M7 7l.8 13h8.400L17 7M10.300 10.500v6M13.700 10.500v6",
  reply: "M9.500 6 4 11.500 9.500 17M4 11.500h10a6 6 0 0 1 6 6V19",
};

/** An icon that says nothing by itself: the button around it has the label. */
export function icon(name, size = 18) {
  return svg(
    "svg.icon",
    {
      viewBox: "0 0 24 24",
      width: size,
      height: size,
      "aria-hidden": "true",
      fill: "none",
      stroke: "currentColor",
      "stroke-width": name === "more" ? 2.6 : 1.7,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    },
    svg("path", { d: PATHS[name] ?? PATHS.circle }),
  );
}

/** The bot's own face: a small ship on waves. */
export function shipmark() {
  return svg(
    "svg.shipmark",
    { viewBox: "0 0 36 36", "aria-hidden": "true" },
    svg("rect", { width: 36, height: 36, fill: "#0b4f6c" }),
    svg("path", {
      d: "M18 6v15M18 8l8 11H18Z",
      fill: "#ffd166",
      stroke: "#ffd166",
      "stroke-width": 1.6,
      "stroke-linejoin": "round",
    }),
    svg("path", { d: "M16.500 10.500v8.500H10Z", fill: "#ffffff" }),
    svg("path", { d: "M7 21.500h22l-3.600 6H10.600Z", fill: "#ffffff" }),
    svg("path", {
      d: "M4 30.500q3.500-3 7 0t7 0 7 0 7 0",
      fill: "none",
      stroke: "#5cc8ff",
      "stroke-width": 2,
      "stroke-linecap": "round",
    }),
  );
}
