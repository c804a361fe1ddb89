/** A list of elements kept in step with rows: what did not change is not touched. */

const kept = new WeakMap();

/**
 * Each row: {key, version, make(), change?(element)}. An element stays for its key; when `version`
 * (an array, compared item by item) differs, `change` alters it in place, or it is made anew.
 */
export function keepInStep(parent, rows) {
  const before = kept.get(parent) ?? new Map();
  const after = new Map();
  let next = parent.firstElementChild;
  for (const row of rows) {
    const element = current(before.get(row.key), row);
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
    after.set(row.key, { element, version: row.version });
  }
  for (const [key, { element }] of before)
    if (!after.has(key) || after.get(key).element !== element) element.remove();
  kept.set(parent, after);
}

function current(old, row) {
  if (!old) return row.make();
  if (
    old.version.length === row.version.length &&
    old.version.every((item, index) => Object.is(item, row.version[index]))
  )
    return old.element;
  if (!row.change) return row.make();
  row.change(old.element);
  return old.element;
}
