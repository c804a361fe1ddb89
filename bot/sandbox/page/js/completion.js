/** What could be meant by the command typed so far (pure). */

const MOST = 9;

/**
 * For the text before the cursor: {choices: [{insert, title, usage, detail, passive}]} to choose
 * from (Return sends what stands there where the choice is passive),
 * {usage, detail} as a reminder for a command that is already there, or null.
 */
export function suggestions(text, { commands, subcommands, bot }) {
  const typed = text.trimStart();
  if (!typed.startsWith("/") || typed.includes("\n")) return null;
  const command = commands.find((known) => typed.toLowerCase().startsWith(`${known.command} `));
  if (!command) return /\s/.test(typed) ? null : commandChoices(typed, commands);
  const rest = typed.slice(command.command.length + 1).trimStart();
  const own = [`/${bot.name || "shipmate"}`, "/shipmate"].includes(command.command);
  const words = subcommands.filter((sub) => (sub.command ? sub.command === command.command : own));
  return (
    subcommandChoices(command, rest, words) ?? {
      usage: `${command.command} ${command.usage_hint ?? ""}`.trim(),
      detail: command.description,
    }
  );
}

function commandChoices(typed, commands) {
  const wanted = typed.slice(1).toLowerCase();
  const choices = ranked(commands, (known) => known.command.slice(1), wanted).map((known) => ({
    insert: `${known.command} `,
    title: known.command,
    usage: known.usage_hint ?? "",
    detail: known.description ?? "",
  }));
  return choices.length ? { choices } : null;
}

function subcommandChoices(command, rest, subcommands) {
  if (!subcommands.length) return null;
  const typed = rest.toLowerCase();
  const known = subcommands.map((sub) => ({ ...sub, name: [sub.words].flat().join(" ") }));
  const whole = known
    .filter(({ name }) => typed === name || typed.startsWith(`${name} `))
    .sort((one, other) => other.name.length - one.name.length)[0];
  if (whole && typed.length > whole.name.length)
    return { usage: usageOf(command, whole), detail: whole.summary };
  const choices = ranked(known, ({ name }) => name, typed).map((sub) => ({
    insert: `${command.command} ${sub.name} `,
    title: `${command.command} ${sub.name}`,
    usage: argumentsOf(sub),
    detail: sub.summary ?? "",
    passive: Boolean(sub.command) && !typed,
  }));
  return choices.length ? { choices } : null;
}

function usageOf(command, sub) {
  return `${command.command} ${sub.name} ${argumentsOf(sub)}`.trim();
}

/** A usage line without the command's own words, whichever way it is written. */
function argumentsOf(sub) {
  const usage = String(sub.usage ?? "").replace(/^\/(shipmate\s+)?/, "");
  return usage.startsWith(sub.name) ? usage.slice(sub.name.length).trim() : usage;
}

function ranked(items, nameOf, wanted) {
  const starts = items.filter((item) => nameOf(item).toLowerCase().startsWith(wanted));
  const contains = wanted
    ? items.filter((item) => !starts.includes(item) && nameOf(item).toLowerCase().includes(wanted))
    : [];
  return [...starts, ...contains].slice(0, MOST);
}
