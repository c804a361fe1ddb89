/** Tables: the plain one, and the one with pages and sortable columns. */

import { h } from "./dom.js";
import { richText } from "./richtext.js";

/** A table block: the first row is its head. */
export function table(block, names) {
  const [head = [], ...rows] = block.rows ?? [];
  return h(
    "div.table-frame",
    { tabindex: 0, role: "region", "aria-label": "Table" },
    h(
      "table",
      h(
        "thead",
        h(
          "tr",
          head.map((cell, index) =>
            h("th", { scope: "col", class: shape(block, index) }, content(cell, names)),
          ),
        ),
      ),
      h(
        "tbody",
        rows.map((row) =>
          h(
            "tr",
            row.map((cell, index) => h("td", { class: shape(block, index) }, content(cell, names))),
          ),
        ),
      ),
    ),
  );
}

function shape(block, index) {
  const setting = block.column_settings?.[index] ?? {};
  return `align-${setting.align ?? "left"}${setting.is_wrapped ? " wrapped" : ""}`;
}

function content(cell, names) {
  return cell.type === "rich_text"
    ? richText(cell, names)
    : String(cell.text ?? cell.value ?? cell.number ?? "");
}

/** A data_table block: caption, columns that sort at a click, pages. */
export function dataTable(block, place) {
  const [head = [], ...rows] = block.rows ?? [];
  const view = { page: 0, size: block.page_size ?? 5, column: -1, down: false };
  const frame = h("div.data-table");
  const draw = () =>
    frame.replaceChildren(...dataTableParts(block, place, head, sorted(rows, view), view, draw));
  draw();
  return frame;
}

function dataTableParts(block, place, head, rows, view, draw) {
  const pages = Math.max(1, Math.ceil(rows.length / view.size));
  const shown = rows.slice(view.page * view.size, (view.page + 1) * view.size);
  const sort = (column) => {
    Object.assign(view, { down: view.column === column && !view.down, column, page: 0 });
    draw();
  };
  const turn = (step) => {
    view.page += step;
    draw();
  };
  const headCell = (cell, index) =>
    h(
      "th",
      {
        scope: "col",
        "aria-sort": view.column === index ? (view.down ? "descending" : "ascending") : null,
      },
      h(
        "button",
        { type: "button", onclick: () => sort(index) },
        plain(cell),
        view.column === index && (view.down ? " ↓" : " ↑"),
      ),
    );
  return [
    h(
      "div.table-frame",
      h(
        "table",
        h("caption", block.caption),
        h("thead", h("tr", head.map(headCell))),
        h(
          "tbody",
          shown.map((row) =>
            h(
              "tr",
              row.map((cell) => h("td", content(cell, place.names))),
            ),
          ),
        ),
      ),
    ),
    pages > 1 &&
      h(
        "div.pages",
        h(
          "button.btn.small",
          { type: "button", disabled: view.page === 0, onclick: () => turn(-1) },
          "Previous",
        ),
        h("span.quiet", `${view.page + 1} of ${pages}`),
        h(
          "button.btn.small",
          { type: "button", disabled: view.page === pages - 1, onclick: () => turn(1) },
          "Next",
        ),
      ),
  ].filter(Boolean);
}

function sorted(rows, view) {
  if (view.column < 0) return rows;
  const order = [...rows].sort((one, other) =>
    plain(one[view.column]).localeCompare(plain(other[view.column]), undefined, { numeric: true }),
  );
  return view.down ? order.reverse() : order;
}

function plain(cell) {
  if (cell?.type !== "rich_text") return String(cell?.text ?? cell?.value ?? cell?.number ?? "");
  return (cell.elements ?? [])
    .flatMap((part) => part.elements ?? [])
    .map((piece) => piece.text ?? piece.name ?? "")
    .join("");
}
