/** Keys that work everywhere: "/" to write a command, Alt and the arrows to change the channel. */

export function watchKeys(store, writing) {
  document.addEventListener("keydown", (event) => {
    if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      step(store, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "/" && !event.ctrlKey && !event.metaKey && !isTyping(event.target)) {
      event.preventDefault();
      writing.fill("/");
    }
  });
}

function step(store, by) {
  const { channels } = store.state;
  const at = channels.findIndex(({ id }) => id === store.channel);
  store.channel = channels[(at + by + channels.length) % channels.length].id;
  store.thread = "";
  store.changed();
}

function isTyping(target) {
  return target.closest?.("input, textarea, select, dialog, .popover") !== null;
}
