// A small chart of a course: lines in SVG, with its numbers as a table for those who cannot see it.
import { h, svg } from "../dom.js";
import { rate, timeText } from "../format.js";

const [WIDTH, HEIGHT] = [600, 120];

/**
 * Draws one.
 * @param title what it shows
 * @param samples the course, oldest first
 * @param lines `[{name, field, style}]`
 * @param perSeconds how long a sample is
 */
export function chart(title, samples, lines, perSeconds) {
  const values = lines.map((line) => samples.map((s) => s[line.field] / perSeconds));
  const top = nice(Math.max(1e-9, ...values.flat()));
  const x = (i) => (samples.length < 2 ? WIDTH : (i / (samples.length - 1)) * WIDTH);
  const y = (v) => HEIGHT - (v / top) * (HEIGHT - 4) - 2;
  const drawing = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    [0.5, 1].map((part) => svg("line", { class: "grid", x1: 0, x2: WIDTH, y1: y(top * part), y2: y(top * part) })),
    lines.map((line, n) =>
      svg("polyline", { class: `line ${line.style}`, points: values[n].map((v, i) => `${x(i)},${y(v)}`).join(" ") }),
    ),
  );
  return h(
    "figure",
    { class: "chart" },
    h(
      "figcaption",
      {},
      title,
      h(
        "span",
        { class: "legend" },
        lines.map((line, n) =>
          h(
            "span",
            { class: line.style },
            h("span", { class: "key", "aria-hidden": "true" }),
            ` ${line.name} `,
            h("b", {}, rate(values[n].at(-2) ?? 0)),
            "/s",
          ),
        ),
      ),
    ),
    h("div", { class: "plot" }, h("span", { class: "top quiet", "aria-hidden": "true" }, `${rate(top)}/s`), drawing),
    h(
      "div",
      { class: "span quiet", "aria-hidden": "true" },
      h("span", {}, samples.length > 0 ? timeText(samples[0].at) : ""),
      h("span", {}, samples.length > 0 ? timeText(samples.at(-1).at) : "nothing yet"),
    ),
  );
}

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= value);
}
