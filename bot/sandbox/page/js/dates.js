/** Times as Slack writes them, in the reader's own time zone. */

const MINUTE = 60;
let ahead = 0;

/** The sandbox's clock may run ahead of the browser's: what has been said was said by now. */
export function saw(ts) {
  ahead = Math.max(ahead, Number(ts) * 1000 - Date.now());
}

function now() {
  return Date.now() + ahead;
}

function form(options) {
  const format = new Intl.DateTimeFormat(undefined, options);
  return (date) => format.format(date);
}

const time = form({ hour: "numeric", minute: "2-digit" });
const timeWithSeconds = form({ hour: "numeric", minute: "2-digit", second: "2-digit" });
const number = form({ year: "numeric", month: "2-digit", day: "2-digit" });
const short = form({ month: "short", day: "numeric", year: "numeric" });
const plain = form({ month: "long", day: "numeric", year: "numeric" });
const long = form({ weekday: "long", month: "long", day: "numeric", year: "numeric" });
const dayOnly = form({ weekday: "long", month: "long", day: "numeric" });
const full = form({ dateStyle: "full", timeStyle: "medium" });

/** A message's `ts` ("1712345678.000200") as a Date. */
export function ofTimestamp(ts) {
  return new Date(Number(ts) * 1000);
}

export const clockTime = time;
export const fullTime = full;

/** "Today", "Yesterday", or the day's name: the divider between messages of two days. */
export function dayName(date) {
  return relativeDay(date) ?? dayOnly(date);
}

/** "just now", "4 minutes ago", "in 2 hours". */
export function ago(date) {
  const seconds = Math.round((now() - date.getTime()) / 1000);
  const size = Math.abs(seconds);
  if (size < MINUTE) return "just now";
  const [count, unit] =
    size < 3600
      ? [size / 60, "minute"]
      : size < 86400
        ? [size / 3600, "hour"]
        : [size / 86400, "day"];
  const whole = Math.round(count);
  const words = `${whole} ${unit}${whole === 1 ? "" : "s"}`;
  return seconds < 0 ? `in ${words}` : `${words} ago`;
}

/** Fills Slack's date tokens: `format` is "{date_short_pretty} {time}" and the like. */
export function formatted(seconds, format) {
  const date = new Date(seconds * 1000);
  const pretty = (style) => relativeDay(date) ?? style(date);
  const tokens = {
    date_num: () => number(date),
    date: () => plain(date),
    date_short: () => short(date),
    date_long: () => long(date),
    date_pretty: () => pretty(plain),
    date_short_pretty: () => pretty(short),
    date_long_pretty: () => pretty(long),
    day_divider_pretty: () => pretty(dayOnly),
    time: () => time(date),
    time_secs: () => timeWithSeconds(date),
    ago: () => ago(date),
  };
  return format.replace(/\{(\w+)\}/g, (whole, name) =>
    Object.hasOwn(tokens, name) ? tokens[name]() : whole,
  );
}

function relativeDay(date) {
  const day = (moment) =>
    new Date(moment.getFullYear(), moment.getMonth(), moment.getDate()).getTime();
  const distance = Math.round((day(date) - day(new Date(now()))) / 86_400_000);
  return { 0: "Today", [-1]: "Yesterday", 1: "Tomorrow" }[distance];
}
