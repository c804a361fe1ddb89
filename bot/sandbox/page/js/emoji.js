/** Emoji shortcodes, as Slack names them, and their characters. */

const TABLE = `
white_check_mark ✅|heavy_check_mark ✔️|ballot_box_with_check ☑️|x ❌|negative_squared_cross_mark ❎
warning ⚠️|no_entry ⛔|no_entry_sign 🚫|octagonal_sign 🛑|construction 🚧|rotating_light 🚨|grey_question ❔|question ❓
grey_exclamation ❕|exclamation ❗|heavy_exclamation_mark ❗|bangbang ‼️|information_source ℹ️|hourglass ⌛
hourglass_flowing_sand ⏳|stopwatch ⏱️|timer_clock ⏲️|alarm_clock ⏰|clock1 🕐|clock3 🕒|watch ⌚
arrows_counterclockwise 🔄|arrows_clockwise 🔃|repeat 🔁|recycle ♻️|rewind ⏪|fast_forward ⏩|leftwards_arrow_with_hook ↩️
arrow_right_hook ↪️|arrow_right ➡️|arrow_left ⬅️|arrow_up ⬆️|arrow_down ⬇️|arrow_upper_right ↗️|arrow_forward ▶️
small_red_triangle 🔺|pause_button ⏸️|double_vertical_bar ⏸️|black_right_pointing_triangle_with_double_vertical_bar ⏯️
stop_button ⏹️|black_square_for_stop ⏹️|record_button ⏺️|rocket 🚀|ship 🚢|anchor ⚓|package 📦|whale 🐳|wheel_of_dharma ☸️
octopus 🐙|robot_face 🤖|gear ⚙️|wrench 🔧|hammer 🔨|hammer_and_wrench 🛠️|toolbox 🧰|broom 🧹|wastebasket 🗑️
lock 🔒|unlock 🔓|closed_lock_with_key 🔐|key 🔑|shield 🛡️|snowflake ❄️|ice_cube 🧊|fire 🔥|boom 💥|zap ⚡|bulb 💡
bell 🔔|no_bell 🔕|mega 📣|loudspeaker 📢|speech_balloon 💬|eyes 👀|eye 👁️|mag 🔍|mag_right 🔎|link 🔗|pushpin 📌
round_pushpin 📍|paperclip 📎|memo 📝|clipboard 📋|page_facing_up 📄|bookmark 🔖|bookmark_tabs 📑|books 📚|scroll 📜
file_folder 📁|card_index_dividers 🗂️|bar_chart 📊|chart_with_upwards_trend 📈|chart_with_downwards_trend 📉
calendar 📆|date 📅|spiral_calendar_pad 🗓️|floppy_disk 💾|computer 💻|desktop_computer 🖥️|satellite_antenna 📡
globe_with_meridians 🌐|cloud ☁️|sunny ☀️|seedling 🌱|evergreen_tree 🌲|test_tube 🧪|microscope 🔬|bug 🐛
large_green_circle 🟢|large_yellow_circle 🟡|large_orange_circle 🟠|large_red_circle 🔴|red_circle 🔴|large_blue_circle 🔵
large_purple_circle 🟣|large_brown_circle 🟤|black_circle ⚫|white_circle ⚪|radio_button 🔘|large_green_square 🟩
large_yellow_square 🟨|large_orange_square 🟧|large_red_square 🟥|large_blue_square 🟦|large_purple_square 🟪
white_large_square ⬜|black_large_square ⬛|white_square_button 🔳|white_medium_square ◻️|black_medium_square ◼️
white_small_square ▫️|black_small_square ▪️|small_blue_diamond 🔹|small_orange_diamond 🔸|large_blue_diamond 🔷
white_medium_small_square ◽|black_medium_small_square ◾|green_heart 💚|heart ❤️|yellow_heart 💛|blue_heart 💙
wave 👋|thumbsup 👍|+1 👍|thumbsdown 👎|-1 👎|ok_hand 👌|raised_hands 🙌|clap 👏|pray 🙏|hand ✋|raised_hand ✋
point_right 👉|point_left 👈|point_up 👆|point_down 👇|writing_hand ✍️|muscle 💪|handshake 🤝|busts_in_silhouette 👥
bust_in_silhouette 👤|smile 😄|slightly_smiling_face 🙂|sweat_smile 😅|thinking_face 🤔|tada 🎉|sparkles ✨|star ⭐
star2 🌟|dart 🎯|trophy 🏆|checkered_flag 🏁|triangular_flag_on_post 🚩|coffee ☕|zzz 💤|ghost 👻|skull 💀|ambulance 🚑
ok 🆗|new 🆕|sos 🆘|free 🆓|100 💯|hash #️⃣|zero 0️⃣|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣
twisted_rightwards_arrows 🔀|arrow_heading_up ⤴️|arrow_heading_down ⤵️|back 🔙|soon 🔜|heavy_plus_sign ➕
heavy_minus_sign ➖|heavy_multiplication_x ✖️|infinity ♾️|crystal_ball 🔮|passport_control 🛂|ticket 🎫|label 🏷️
scales ⚖️|classical_building 🏛️|house 🏠|office 🏢|factory 🏭|compass 🧭|world_map 🗺️|vertical_traffic_light 🚦
traffic_light 🚥|rainbow 🌈|wind_blowing_face 🌬️|ocean 🌊|parachute 🪂|inbox_tray 📥|outbox_tray 📤
`;

const CHARACTERS = new Map(
  TABLE.trim()
    .split(/[|\n]/)
    .map((entry) => {
      const space = entry.indexOf(" ");
      return [entry.slice(0, space), entry.slice(space + 1)];
    }),
);

/** The character of a shortcode without its colons, or "" when it has none here. */
export function emoji(name) {
  return CHARACTERS.get(name) ?? "";
}

/** The character of code points as rich text writes them: "1f680", "2705-fe0f"; "" when unreadable. */
export function fromCodePoints(hex) {
  const points = String(hex)
    .split("-")
    .map((part) => Number.parseInt(part, 16));
  return points.every((point) => point > 0 && point <= 0x10ffff)
    ? String.fromCodePoint(...points)
    : "";
}

/** `:rocket:` becomes its character; an unknown shortcode stays as it is written. */
export function withEmoji(text) {
  return text.replace(
    /:([a-z0-9_+'-]+):(?::skin-tone-\d:)?/g,
    (whole, name) => emoji(name) || whole,
  );
}
