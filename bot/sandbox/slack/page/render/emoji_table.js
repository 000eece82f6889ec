// The emoji that this client knows by name, each with its character; names on one line are one family.

const LINES = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 wave 👋 clap 👏 raised_hands 🙌 pray 🙏 muscle 💪 handshake 🤝
point_up ☝️ point_down 👇 point_left 👈 point_right 👉 point_up_2 👆 raised_hand ✋ hand ✋ v ✌️ crossed_fingers 🤞 writing_hand ✍️
smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 joy 😂 rolling_on_the_floor_laughing 🤣 slightly_smiling_face 🙂 blush 😊 wink 😉
upside_down_face 🙃 relaxed ☺️ heart_eyes 😍 sunglasses 😎 thinking_face 🤔 neutral_face 😐 expressionless 😑 unamused 😒 face_with_rolling_eyes 🙄 sweat_smile 😅
sweat 😓 cry 😢 sob 😭 scream 😱 angry 😠 rage 😡 confused 😕 disappointed 😞 tired_face 😫 sleeping 😴
zipper_mouth_face 🤐 nerd_face 🤓 star-struck 🤩 partying_face 🥳 face_with_monocle 🧐 shrug 🤷 facepalm 🤦 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊
robot_face 🤖 ghost 👻 alien 👽 skull 💀 poop 💩 hankey 💩 imp 👿 clown_face 🤡 male-technologist 👨‍💻 female-technologist 👩‍💻
heart ❤️ blue_heart 💙 green_heart 💚 yellow_heart 💛 purple_heart 💜 black_heart 🖤 broken_heart 💔 100 💯 boom 💥 sparkles ✨
star ⭐ star2 🌟 fire 🔥 zap ⚡ rocket 🚀 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆
medal 🏅 dart 🎯 eyes 👀 eye 👁️ brain 🧠 bust_in_silhouette 👤 busts_in_silhouette 👥 speech_balloon 💬 thought_balloon 💭 zzz 💤
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_multiplication_x ✖️ heavy_plus_sign ➕ heavy_minus_sign ➖ bangbang ‼️ interrobang ⁉️
exclamation ❗ heavy_exclamation_mark ❗ grey_exclamation ❕ question ❓ grey_question ❔ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑 construction 🚧
rotating_light 🚨 sos 🆘 new 🆕 up 🆙 ok 🆗 cool 🆒 free 🆓 information_source ℹ️ stop_button ⏹️ sunrise 🌅
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 blue_circle 🔵 large_purple_circle 🟣 white_circle ⚪ black_circle ⚫ radio_button 🔘
large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦 white_large_square ⬜ black_large_square ⬛ small_blue_diamond 🔹 small_orange_diamond 🔸 small_red_triangle_down 🔻
hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ clock1 🕐 clock3 🕒 clock9 🕘 mantelpiece_clock 🕰️
arrows_counterclockwise 🔄 arrows_clockwise 🔃 repeat 🔁 leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrow_upper_right ↗️
arrow_forward ▶️ arrow_backward ◀️ double_vertical_bar ⏸️ fast_forward ⏩ rewind ⏪ black_right_pointing_double_triangle_with_vertical_bar ⏭️ arrow_heading_up ⤴️ arrow_heading_down ⤵️ twisted_rightwards_arrows 🔀 back 🔙
package 📦 inbox_tray 📥 outbox_tray 📤 mailbox 📫 mailbox_with_no_mail 📭 mailbox_with_mail 📬 mailbox_closed 📪 email 📧 envelope ✉️ memo 📝 pencil 📝 pencil2 ✏️ clipboard 📋
page_facing_up 📄 page_with_curl 📃 scroll 📜 bookmark_tabs 📑 file_folder 📁 open_file_folder 📂 card_index_dividers 🗂️ file_cabinet 🗄️ wastebasket 🗑️ floppy_disk 💾
calendar 📆 date 📅 spiral_calendar_pad 🗓️ chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 pushpin 📌 round_pushpin 📍 paperclip 📎 link 🔗
lock 🔒 unlock 🔓 key 🔑 closed_lock_with_key 🔐 hammer 🔨 wrench 🔧 hammer_and_wrench 🛠️ nut_and_bolt 🔩 gear ⚙️ toolbox 🧰
mag 🔍 mag_right 🔎 bulb 💡 flashlight 🔦 bell 🔔 no_bell 🔕 loudspeaker 📢 mega 📣 label 🏷️ bookmark 🔖
computer 💻 desktop_computer 🖥️ keyboard ⌨️ satellite 🛰️ satellite_antenna 📡 electric_plug 🔌 battery 🔋 iphone 📱 telephone_receiver 📞 printer 🖨️
ship 🚢 boat ⛵ anchor ⚓ whale 🐳 whale2 🐋 truck 🚚 airplane ✈️ helicopter 🚁 car 🚗 traffic_light 🚥
vertical_traffic_light 🚦 checkered_flag 🏁 triangular_flag_on_post 🚩 house 🏠 office 🏢 factory 🏭 earth_americas 🌎 globe_with_meridians 🌐 sunny ☀️ cloud ☁️
thunder_cloud_and_rain ⛈️ snowflake ❄️ rainbow 🌈 seedling 🌱 evergreen_tree 🌲 four_leaf_clover 🍀 bug 🐛 ant 🐜 beetle 🐞 snail 🐌
turtle 🐢 cat 🐱 dog 🐶 unicorn_face 🦄 penguin 🐧 crab 🦀 snake 🐍 coffee ☕ tea 🍵 pizza 🍕
cookie 🍪 cake 🍰 beer 🍺 beers 🍻 champagne 🍾 hotdog 🌭 apple 🍎 lemon 🍋 test_tube 🧪 dna 🧬
microscope 🔬 telescope 🔭 shield 🛡️ crown 👑 gem 💎 moneybag 💰 money_with_wings 💸 credit_card 💳 magic_wand 🪄 crystal_ball 🔮
musical_note 🎵 art 🎨 movie_camera 🎥 camera 📷 game_die 🎲 jigsaw 🧩 recycle ♻️ infinity ♾️ copyright ©️ tm ™️
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣
`;

/** name → character */
export const CHARACTERS = new Map();

/** character → its first name; with and without the variation selector */
export const NAMES = new Map();

const words = LINES.trim().split(/\s+/);
for (let index = 0; index < words.length; index += 2) {
  const [name, character] = [words[index], words[index + 1]];
  CHARACTERS.set(name, character);
  for (const form of [character, character.replace("\uFE0F", "")]) {
    if (!NAMES.has(form)) NAMES.set(form, name);
  }
}
