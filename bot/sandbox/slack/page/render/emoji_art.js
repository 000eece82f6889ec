// Small drawings of the emoji that status messages live on, so that they look alike everywhere, fonts or none.

const disc = (fill) => [["circle", { cx: 12, cy: 12, r: 10, fill }]];
const square = (fill) => [["rect", { x: 2, y: 2, width: 20, height: 20, rx: 4, fill }]];
const line = (d, stroke, width = 2.6) => [
  "path",
  { d, fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" },
];
const shape = (d, fill) => ["path", { d, fill }];

const GREEN = "#2eb67d";
const DEEP_GREEN = "#1f9363";
const RED = "#e0334d";
const AMBER = "#f2b01e";
const ORANGE = "#f08024";
const BLUE = "#2f86d6";
const PURPLE = "#8a5cd0";
const WOOD = "#b9814a";
const DARK_WOOD = "#8f5f31";
const GREY = "#8d949e";
const PALE = "#e4e8ed";
const INK = "#3b4252";

const glass = (upper, lower) => [
  shape("M6 3h12v3c0 3-3 4.5-4.6 6 1.6 1.5 4.6 3 4.6 6v3H6v-3c0-3 3-4.5 4.6-6C9 10.5 6 9 6 6z", PALE),
  shape(upper, AMBER),
  shape(lower, AMBER),
  shape("M4.5 2h15v2.600h-15zM4.5 19.400h15V22h-15z", DARK_WOOD),
];
const cycle = [
  ...square(BLUE),
  line("M6.5 11a5.6 5.6 0 0 1 9.8-2.600M17.5 13a5.6 5.6 0 0 1-9.8 2.6", "#fff", 2.2),
  shape("M17.8 5.200v4.600h-4.600zM6.2 18.800v-4.600h4.600z", "#fff"),
];
const magnifier = [
  line("M15 15l5.5 5.5", DARK_WOOD, 3.4),
  ["circle", { cx: 10, cy: 10, r: 6.5, fill: "#cfe6fa", stroke: GREY, "stroke-width": 2.4 }],
];
const bell = [
  shape("M12 2.500a6.5 6.5 0 0 0-6.5 6.500c0 5-2 6.5-2.5 8h18c-.5-1.5-2.5-3-2.5-8A6.5 6.5 0 0 0 12 2.500z", AMBER),
  shape("M9.5 18.500h5a2.5 2.5 0 0 1-5 0z", DARK_WOOD),
];
const padlock = [
  line("M8 11V8a4 4 0 0 1 8 0v3", GREY, 2.6),
  ["rect", { x: 5, y: 10.5, width: 14, height: 11, rx: 2.5, fill: AMBER }],
  shape("M11 14h2v4h-2z", DARK_WOOD),
];
const sheet = [
  ["rect", { x: 4, y: 2, width: 14, height: 20, rx: 2, fill: PALE }],
  line("M7.5 7h7M7.5 11h7M7.5 15h4", GREY, 1.6),
];
const thumb = shape(
  "M8 10.500l4-8c2 0 3 1.3 2.6 3.200L14 9h5.200a2 2 0 0 1 2 2.400l-1.4 7.500A2.6 2.6 0 0 1 17.2 21H8zM3 10.500h4V21H3z",
  AMBER,
);

/** name → shapes in a 24 × 24 box, each `[tag, attributes]` */
export const ART = {
  white_check_mark: [...square(GREEN), line("M6.8 12.600l3.6 3.6 7-8", "#fff", 3)],
  heavy_check_mark: [line("M4 13l5.5 5.500L20.5 6", GREEN, 3.6)],
  x: [line("M5 5l14 14M19 5L5 19", RED, 4.2)],
  heavy_multiplication_x: [line("M6 6l12 12M18 6L6 18", GREY, 3.6)],
  warning: [shape("M12 2.500L1.5 21.500h21z", AMBER), line("M12 9.500v5.500M12 18.200v.2", INK, 2.4)],
  no_entry: [...disc(RED), ["rect", { x: 5.5, y: 10, width: 13, height: 4, rx: 1, fill: "#fff" }]],
  no_entry_sign: [
    ["circle", { cx: 12, cy: 12, r: 8.5, fill: "none", stroke: RED, "stroke-width": 3 }],
    line("M6 6l12 12", RED, 3),
  ],
  octagonal_sign: [shape("M7.9 2h8.200L22 7.900v8.200L16.1 22H7.900L2 16.100V7.900z", RED)],
  exclamation: [line("M12 4v10M12 19.500v.2", RED, 4)],
  question: [line("M8 8a4 4 0 1 1 6.5 3.100c-1.7 1.3-2.5 2-2.5 3.900M12 19.800v.2", RED, 3.2)],
  information_source: [...square(BLUE), line("M12 11v6.500M12 6.800v.2", "#fff", 2.8)],
  hourglass: glass(
    "M9 7h6c-.3 1.5-2 2.6-3 3.6-1-1-2.7-2.1-3-3.600z",
    "M7.5 19c.5-2.5 3-3.6 4.5-4.6 1.5 1 4 2.1 4.5 4.600z",
  ),
  hourglass_flowing_sand: glass(
    "M7.7 6.500h8.600c-.3 2-2.3 3.2-4.3 5-2-1.8-4-3-4.3-5z",
    "M8.5 19c.4-1.5 2-2.4 3.5-3 1.5.6 3.1 1.5 3.5 3z",
  ),
  arrows_counterclockwise: cycle,
  arrows_clockwise: cycle,
  repeat: cycle,
  stopwatch: [
    ["circle", { cx: 12, cy: 13.5, r: 8, fill: "#fff", stroke: GREY, "stroke-width": 2.4 }],
    shape("M9.5 1.500h5v2.600h-5z", GREY),
    line("M12 9.500v4l2.5 1.7", RED, 1.8),
  ],
  package: [
    shape("M2.5 7L12 2.5 21.5 7v10.500L12 22l-9.5-4.500z", WOOD),
    shape("M2.5 7L12 11.5 21.5 7 12 2.500z", "#d8a56c"),
    shape("M12 11.500V22l9.5-4.500V7z", DARK_WOOD),
    shape("M6.6 5.100l9.5 4.500v3.200l1.8-.9V8.700L8.5 4.200z", "#f0d3ad"),
  ],
  rocket: [
    shape("M21.5 2.500c-6 0-10.5 3-13.5 8.500l5 5c5.5-3 8.5-7.5 8.5-13.500z", PALE),
    shape("M8 11H4l-2.5 4 5-.5zM13 16v4l-4 2.5.5-5z", RED),
    ["circle", { cx: 15.5, cy: 8.5, r: 2.2, fill: BLUE }],
    shape("M7 15.500c-2.5.5-3.5 3-4 5.5 2.5-.5 5-1.5 5.5-4z", ORANGE),
  ],
  eyes: [
    ["ellipse", { cx: 7, cy: 12, rx: 5, ry: 7.5, fill: "#fff", stroke: GREY, "stroke-width": 1.2 }],
    ["ellipse", { cx: 17, cy: 12, rx: 5, ry: 7.5, fill: "#fff", stroke: GREY, "stroke-width": 1.2 }],
    ["circle", { cx: 5.3, cy: 13.5, r: 2.6, fill: INK }],
    ["circle", { cx: 15.3, cy: 13.5, r: 2.6, fill: INK }],
  ],
  bell,
  no_bell: [...bell, line("M3.5 3.500l17 17", RED, 2.6)],
  mag: magnifier,
  mag_right: magnifier,
  memo: [...sheet, shape("M21.8 8.200l-9 10-3 1 .6-3.2 9-10z", ORANGE)],
  page_facing_up: sheet,
  clipboard: [
    ["rect", { x: 4, y: 3.5, width: 16, height: 18.5, rx: 2, fill: WOOD }],
    ["rect", { x: 6.5, y: 6.5, width: 11, height: 13, fill: "#fff" }],
    shape("M9 1.500h6V6H9z", GREY),
  ],
  wastebasket: [
    shape("M5 7.500h14L17.5 22h-11z", GREY),
    shape("M3.5 4.500h17v2.500h-17zM9 2h6v2.500H9z", INK),
    line("M9.5 11v7M14.5 11v7", "#fff", 1.5),
  ],
  tada: [
    shape("M2 22L8.5 7.500l8 8z", AMBER),
    line("M13 9c0-3 1-5 3.5-6.500M15.5 11.500c2-1.5 4-1.5 6-.5", PURPLE, 1.8),
    ["circle", { cx: 9.5, cy: 3.5, r: 1.5, fill: RED }],
    ["circle", { cx: 20, cy: 5.5, r: 1.5, fill: BLUE }],
    ["circle", { cx: 20, cy: 16.5, r: 1.5, fill: GREEN }],
  ],
  bulb: [
    shape("M12 2a7 7 0 0 0-4 12.700V17h8v-2.300A7 7 0 0 0 12 2z", AMBER),
    shape("M8.5 18h7v1.800h-7zM9.7 20.600h4.600V22H9.700z", GREY),
  ],
  lock: padlock,
  gear: [
    [
      "circle",
      { cx: 12, cy: 12, r: 7.5, fill: "none", stroke: GREY, "stroke-width": 5, "stroke-dasharray": "3.4 2.49" },
    ],
    ["circle", { cx: 12, cy: 12, r: 5, fill: "none", stroke: GREY, "stroke-width": 4 }],
  ],
  label: [shape("M2 12l7-7h13v14H9z", AMBER), ["circle", { cx: 8, cy: 12, r: 1.8, fill: "#fff" }]],
  fire: [
    shape(
      "M12 1.500c1 4 6.5 6.5 6.5 12.500a6.5 6.5 0 0 1-13 0c0-3 1.5-4.5 2.5-6 .5 1.5 1.2 2.2 2 2.500C10 7.5 10.5 4.5 12 1.500z",
      ORANGE,
    ),
    shape("M12 12c.5 2 3 3 3 5.500a3 3 0 0 1-6 0c0-2 2-3 3-5.500z", AMBER),
  ],
  zap: [shape("M14 1.500L4 13.500h6L8.5 22.5 20 9.500h-6.500z", AMBER)],
  sparkles: [
    shape(
      "M10 4l1.8 5.200L17 11l-5.2 1.800L10 18l-1.8-5.200L3 11l5.2-1.800zM19 2l.9 2.6 2.6.9-2.6.9L19 9l-.9-2.6-2.6-.9 2.6-.9zM19 15l.9 2.6 2.6.9-2.6.9L19 22l-.9-2.6-2.6-.9 2.6-.9z",
      AMBER,
    ),
  ],
  star: [shape("M12 1.800l3.1 6.6 7.1.9-5.2 5 1.3 7.200L12 18l-6.3 3.500L7 14.300l-5.2-5 7.1-.9z", AMBER)],
  heart: [
    shape("M12 21.500C5 16.5 2 12.7 2 8.600A5.3 5.3 0 0 1 12 6a5.3 5.3 0 0 1 10 2.600c0 4.1-3 7.9-10 12.900z", RED),
  ],
  calendar: [
    ["rect", { x: 2.5, y: 4, width: 19, height: 18, rx: 2.5, fill: PALE }],
    shape("M2.5 6.500A2.5 2.5 0 0 1 5 4h14a2.5 2.5 0 0 1 2.5 2.500V9h-19z", RED),
    line("M7 13h.1M12 13h.1M17 13h.1M7 17.500h.1M12 17.500h.1", INK, 2.4),
  ],
  chart_with_upwards_trend: [...square(PALE), line("M5 17l4.5-5 3.5 3 6-8", RED, 2)],
  bar_chart: [
    ...square(PALE),
    shape("M5.5 11h3v8h-3z", GREEN),
    shape("M10.5 6h3v13h-3z", RED),
    shape("M15.5 9h3v10h-3z", BLUE),
  ],
  link: [
    line(
      "M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.700l-1.3 1.300M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.700l1.3-1.3",
      GREY,
      2.4,
    ),
  ],
  construction: [...square(AMBER), shape("M2 15l13-13h5L2 20zM9 22L22 9v5l-8 8z", INK)],
  robot_face: [
    ["rect", { x: 3, y: 6, width: 18, height: 15, rx: 3.5, fill: "#b9c6d3" }],
    ["circle", { cx: 8.5, cy: 12, r: 2, fill: BLUE }],
    ["circle", { cx: 15.5, cy: 12, r: 2, fill: BLUE }],
    line("M8.5 17h7", INK, 1.8),
    line("M12 6V3", RED, 2.4),
  ],
  bug: [
    ["ellipse", { cx: 12, cy: 14, rx: 5, ry: 7, fill: DEEP_GREEN }],
    ["circle", { cx: 12, cy: 6, r: 3, fill: INK }],
    line("M7 11L3 9M7 15H2.500M7.5 18.500L4 21M17 11l4-2M17 15h4.500M16.5 18.500L20 21", INK, 1.5),
  ],
  beetle: [
    line("M12 8L5 4M12 8l7-4M5 14H2M19 14h3M6 19l-2 2M18 19l2 2", INK, 1.5),
    ["ellipse", { cx: 12, cy: 14, rx: 7, ry: 7.5, fill: RED }],
    shape("M6.5 9.5a6.5 6.5 0 0 1 11 0z", INK),
    line("M12 9.500V21", INK, 1.4),
    ["circle", { cx: 9, cy: 14, r: 1.4, fill: INK }],
    ["circle", { cx: 15, cy: 14, r: 1.4, fill: INK }],
    ["circle", { cx: 9.5, cy: 18, r: 1.2, fill: INK }],
    ["circle", { cx: 14.5, cy: 18, r: 1.2, fill: INK }],
  ],
  electric_plug: [
    line("M9 2.5V8M15 2.5V8", GREY, 2.6),
    shape("M5.5 7.500h13V12a6.5 6.5 0 0 1-13 0z", INK),
    line("M12 18v2a2 2 0 0 0 2 2h6", INK, 2.2),
  ],
  ghost: [
    shape("M4 22V11a8 8 0 0 1 16 0v11l-2.7-2-2.6 2L12 20l-2.7 2-2.6-2z", PALE),
    ["ellipse", { cx: 9, cy: 11, rx: 1.6, ry: 2.2, fill: INK }],
    ["ellipse", { cx: 15, cy: 11, rx: 1.6, ry: 2.2, fill: INK }],
  ],
  grey_question: [line("M8 8a4 4 0 1 1 6.5 3.100c-1.7 1.3-2.5 2-2.5 3.900M12 19.800v.2", GREY, 3.2)],
  mailbox_with_no_mail: [
    ["rect", { x: 10.5, y: 14, width: 3, height: 8, fill: WOOD }],
    shape("M2 15V9.500A4.5 4.5 0 0 1 6.5 5h11A4.5 4.5 0 0 1 22 9.500V15z", BLUE),
    shape("M2 15V9.500a4.5 4.5 0 0 1 9 0V15z", INK),
    line("M15 8.500h4", RED, 2),
  ],
  open_file_folder: [
    shape("M2 5.500A1.5 1.5 0 0 1 3.5 4h5l2 2.500h8A1.5 1.5 0 0 1 20 8v2H2z", WOOD),
    shape("M4.5 9.500h18L19.5 20h-16A1.5 1.5 0 0 1 2 18.500z", AMBER),
  ],
  file_folder: [
    shape(
      "M2 5.500A1.5 1.5 0 0 1 3.5 4h5l2 2.500h10A1.5 1.5 0 0 1 22 8v10.500a1.5 1.5 0 0 1-1.5 1.500h-17A1.5 1.5 0 0 1 2 18.500z",
      AMBER,
    ),
  ],
  satellite_antenna: [
    shape("M3 9.500a9.5 9.5 0 0 0 12 11.500z", GREY),
    shape("M7 22l2.5-5h3L15 22z", INK),
    line("M9.5 14.500L15 9", INK, 1.8),
    line("M15.5 5.500a3.5 3.5 0 0 1 3 3M16 2.500a6.5 6.5 0 0 1 5.5 5.5", BLUE, 1.8),
  ],
  seedling: [
    line("M12 22v-9", DEEP_GREEN, 2.4),
    shape("M12 14C12 9 8.5 6.5 2.5 6.5 2.5 12 6 14.5 12 14z", GREEN),
    shape("M12 12c0-5 3.5-8 9.5-8.500C22 9 18.5 12.5 12 12z", DEEP_GREEN),
  ],
  point_right: [
    shape(
      "M2.5 8.500H10l2-2.500c1-1 2.5-.5 2.5 1l-.8 2H21a1.8 1.8 0 0 1 0 3.600h-5.500v.4a1.5 1.5 0 0 1-.5 3 1.5 1.5 0 0 1-1 2.500H9l-2-1H2.500z",
      AMBER,
    ),
  ],
  "+1": [thumb],
  wave: [
    shape(
      "M7 21c-3-2-4.5-6-4.5-9 0-1.5 2-1.8 2.5-.3l.8 2.3-.8-7c-.2-1.7 2.1-2 2.5-.3l1 5L8.8 4c0-1.7 2.4-1.7 2.5 0l.5 7 1.2-6c.4-1.6 2.6-1.2 2.4.4L14.5 12l2-3.500c.9-1.4 2.8-.4 2.2 1.200L16.5 17c-1.2 4-5.5 6.5-9.5 4z",
      AMBER,
    ),
    line("M19 3.500c1.5 1 2.3 2 2.7 3.700M3 19c.5 1.5 1.3 2.3 2.5 3", GREY, 1.4),
  ],
  red_circle: disc(RED),
  large_orange_circle: disc(ORANGE),
  large_yellow_circle: disc(AMBER),
  large_green_circle: disc(GREEN),
  large_blue_circle: disc(BLUE),
  large_purple_circle: disc(PURPLE),
  white_circle: [["circle", { cx: 12, cy: 12, r: 9, fill: "#fff", stroke: GREY, "stroke-width": 2 }]],
  black_circle: disc(INK),
  large_red_square: square(RED),
  large_orange_square: square(ORANGE),
  large_yellow_square: square(AMBER),
  large_green_square: square(GREEN),
  large_blue_square: square(BLUE),
  white_large_square: [
    ["rect", { x: 3, y: 3, width: 18, height: 18, rx: 3, fill: "#fff", stroke: GREY, "stroke-width": 2 }],
  ],
  black_large_square: square(INK),
  arrow_right: [...square(BLUE), line("M6.5 12h10.500M12.5 7.500L17 12l-4.5 4.5", "#fff", 2.6)],
  arrow_up: [...square(BLUE), line("M12 17.500V7M7.5 11.500L12 7l4.5 4.5", "#fff", 2.6)],
  arrow_down: [...square(BLUE), line("M12 6.500V17M7.5 12.500L12 17l4.5-4.5", "#fff", 2.6)],
};
