// Chart.js with the page's colours; a table of the same numbers for those who read rather than see.
import {
  BarController, BarElement, CategoryScale, Chart, type ChartConfiguration, Legend, LineController,
  LinearScale, LineElement, PointElement, Tooltip,
} from "chart.js";
import { useEffect, useRef } from "preact/hooks";
import { useLanguage } from "./words";

Chart.register(BarController, BarElement, CategoryScale, Legend, LineController, LinearScale,
               LineElement, PointElement, Tooltip);

export interface Series { name: string; points: { x: number; y: number | null }[] }

const shades = ["--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7", "--c8"];
const css = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function useChart(make: () => ChartConfiguration, seen: unknown[]) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    Chart.defaults.color = css("--dim");
    Chart.defaults.borderColor = css("--line");
    Chart.defaults.font.family = "inherit";
    const chart = new Chart(canvas.current!, make());
    const redraw = () => {
      chart.destroy();
    };
    return redraw;
  }, seen);
  return canvas;
}

// Midnights here, not more than a handful.
function midnights(low: number, high: number): { value: number }[] {
  const days = Math.ceil((high - low) / 86_400_000 / 7);
  const day = new Date(low);
  day.setHours(0, 0, 0, 0);
  const found = [];
  for (; day.getTime() <= high; day.setDate(day.getDate() + Math.max(1, days))) {
    if (day.getTime() >= low) found.push({ value: day.getTime() });
  }
  return found;
}

// Over time, in milliseconds.
export function Lines(props: { title: string; unit: string; series: Series[]; theme: string }) {
  const language = useLanguage();
  const canvas = useChart(() => ({
    type: "line",
    data: {
      datasets: props.series.map((one, i) => ({
        label: one.name, data: one.points as { x: number; y: number }[],
        borderColor: css(shades[i % shades.length]), backgroundColor: css(shades[i % shades.length]),
        borderWidth: 1.5, pointRadius: one.points.length > 80 ? 0 : 2, spanGaps: false,
      })),
    },
    options: {
      animation: false, maintainAspectRatio: false, parsing: false, normalized: true,
      locale: language.code,
      interaction: { mode: "nearest", axis: "x", intersect: false },
      plugins: {
        legend: { display: props.series.length > 1, labels: { boxWidth: 10, boxHeight: 2 } },
        tooltip: { callbacks: { title: (items) => language.when(new Date(items[0].parsed.x as number)) } },
      },
      scales: {
        x: { type: "linear", reverse: language.direction === "rtl",
             afterBuildTicks: (axis) => { axis.ticks = midnights(axis.min, axis.max); },
             ticks: { autoSkip: false, maxRotation: 0, callback: (v) => language.day(new Date(Number(v))) } },
        y: { position: language.direction === "rtl" ? "right" : "left", title: { display: true, text: props.unit } },
      },
    },
  }), [props.series, props.theme, language]);
  const last = props.series.map((one) => {
    const seen = one.points.filter((point) => point.y !== null);
    return seen.length ? `${one.name} ${language.number(seen[seen.length - 1].y!, 3)} ${props.unit}` : one.name;
  });
  return (
    <figure class="chart">
      <figcaption>{props.title}</figcaption>
      <div class="canvas"><canvas ref={canvas} role="img" aria-label={`${props.title}: ${last.join("; ")}`} /></div>
    </figure>
  );
}

export interface Bars { days: string[]; parts: { name: string; values: number[] }[] }

export function StackedBars(props: { title: string; unit: string; bars: Bars; theme: string }) {
  const language = useLanguage();
  const canvas = useChart(() => ({
    type: "bar",
    data: {
      labels: props.bars.days.map((day) => language.day(day)),
      datasets: props.bars.parts.map((part, i) => ({
        label: part.name, data: part.values, backgroundColor: css(shades[i % shades.length]), stack: "day",
      })),
    },
    options: {
      animation: false, maintainAspectRatio: false, locale: language.code,
      plugins: { legend: { labels: { boxWidth: 10, boxHeight: 10 } } },
      scales: {
        x: { stacked: true, reverse: language.direction === "rtl" },
        y: { stacked: true, position: language.direction === "rtl" ? "right" : "left", title: { display: true, text: props.unit } },
      },
    },
  }), [props.bars, props.theme, language]);
  const sums = props.bars.parts.map((part) => `${part.name} ${language.number(part.values.reduce((a, b) => a + b, 0))}`);
  return (
    <figure class="chart">
      <figcaption>{props.title}</figcaption>
      <div class="canvas"><canvas ref={canvas} role="img" aria-label={`${props.title}: ${sums.join("; ")}`} /></div>
    </figure>
  );
}
