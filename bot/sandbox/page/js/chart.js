/** Charts as small SVG pictures; every number is in their description and on hover. */

import { h, svg } from "./dom.js";

const WIDTH = 520;
const HEIGHT = 200;
const EDGE = { left: 44, right: 10, top: 10, bottom: 26 };

/** A data_visualization block: pie, bar, line or area. */
export function chart(block) {
  const { chart: drawing, title } = block;
  const pie = drawing.type === "pie";
  const names = pie
    ? drawing.segments.map(({ label }) => label)
    : drawing.series.map(({ name }) => name);
  const picture = pie ? pieChart(drawing, title) : axesChart(drawing, title);
  const legend = pie || names.length > 1;
  const values = pie ? drawing.segments.map(({ value }) => value) : [];
  return h(
    "figure.chart",
    h("figcaption", title),
    h(
      "div.chart-body",
      { class: drawing.type },
      picture,
      drawing.axis_config?.x_label && h("div.axis-label", drawing.axis_config.x_label),
      legend &&
        h(
          "ul.legend",
          names.map((name, index) =>
            h("li", h(`i.series-${index % 6}`), name, pie && h("b", String(values[index]))),
          ),
        ),
    ),
  );
}

function axesChart(drawing, title) {
  const { series, axis_config: axis } = drawing;
  const labels = axis?.categories ?? series[0].data.map(({ label }) => label);
  const rows = series.map(({ name, data }) => ({
    name,
    values: labels.map((label) => Number(data.find((point) => point.label === label)?.value ?? 0)),
  }));
  const top = ceiling(Math.max(1e-9, ...rows.flatMap(({ values }) => values)));
  const grid = {
    step: (WIDTH - EDGE.left - EDGE.right) / labels.length,
    y: (value) => HEIGHT - EDGE.bottom - (value / top) * (HEIGHT - EDGE.top - EDGE.bottom),
  };
  const draw = { bar: bars, line: lines, area: lines }[drawing.type] ?? lines;
  return svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": `${title}. ${described(rows, labels)}`,
    },
    [0, top / 2, top].map((value) => [
      svg("line.grid", {
        x1: EDGE.left,
        x2: WIDTH - EDGE.right,
        y1: grid.y(value),
        y2: grid.y(value),
      }),
      svg("text", { x: EDGE.left - 6, y: grid.y(value) + 4, "text-anchor": "end" }, short(value)),
    ]),
    labels.map((label, index) =>
      index % Math.ceil(labels.length / 8)
        ? null
        : svg("text", { x: centre(index, grid), y: HEIGHT - 8, "text-anchor": "middle" }, label),
    ),
    draw(rows, labels, grid, drawing.type === "area"),
  );
}

function bars(rows, labels, grid) {
  const width = Math.min(34, (grid.step * 0.7) / rows.length);
  return rows.flatMap(({ name, values }, series) =>
    values.map((value, index) =>
      svg(
        `rect.series-${series % 6}`,
        {
          x: centre(index, grid) + (series - rows.length / 2) * width + 1,
          y: grid.y(value),
          width: Math.max(1, width - 2),
          height: Math.max(0, grid.y(0) - grid.y(value)),
          rx: 2,
        },
        svg("title", `${name}, ${labels[index]}: ${value}`),
      ),
    ),
  );
}

function lines(rows, labels, grid, filled) {
  return rows.flatMap(({ name, values }, series) => {
    const points = values.map((value, index) => `${centre(index, grid)},${grid.y(value)}`);
    const floor = [
      `${centre(values.length - 1, grid)},${grid.y(0)}`,
      `${centre(0, grid)},${grid.y(0)}`,
    ];
    return [
      filled &&
        svg(`polygon.area.series-${series % 6}`, { points: [...points, ...floor].join(" ") }),
      svg(`polyline.line.series-${series % 6}`, { points: points.join(" ") }),
      ...values.map((value, index) =>
        svg(
          `circle.dot.series-${series % 6}`,
          { cx: centre(index, grid), cy: grid.y(value), r: 3 },
          svg("title", `${name}, ${labels[index]}: ${value}`),
        ),
      ),
    ];
  });
}

function pieChart({ segments }, title) {
  const total = segments.reduce((sum, { value }) => sum + Number(value), 0) || 1;
  let turned = 0;
  const slices = segments.map(({ label, value }, index) => {
    const share = Number(value) / total;
    const slice = svg(
      `circle.slice.series-${index % 6}`,
      {
        cx: 60,
        cy: 60,
        r: 40,
        "stroke-dasharray": `${share * 100} ${100 - share * 100}`,
        "stroke-dashoffset": 25 - turned * 100,
        pathLength: 100,
      },
      svg("title", `${label}: ${value}`),
    );
    turned += share;
    return slice;
  });
  const words = segments.map(({ label, value }) => `${label} ${value}`).join(", ");
  return svg(
    "svg.pie",
    { viewBox: "0 0 120 120", role: "img", "aria-label": `${title}. ${words}` },
    slices,
  );
}

function centre(index, grid) {
  return EDGE.left + grid.step * (index + 0.5);
}

/** The next round number above, so that the axis ends on a number worth reading. */
function ceiling(value) {
  const unit = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 10].map((factor) => factor * unit).find((round) => round >= value);
}

function short(value) {
  return new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }).format(
    value,
  );
}

function described(rows, labels) {
  return rows
    .map(
      ({ name, values }) =>
        `${name}: ${values.map((value, index) => `${labels[index]} ${value}`).join(", ")}`,
    )
    .join("; ");
}
