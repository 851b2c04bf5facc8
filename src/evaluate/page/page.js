// Draws every chart that the page describes, in the colours of the reader's light or dark theme.
(() => {
  const styles = () => getComputedStyle(document.documentElement);
  const colour = (name) => styles().getPropertyValue("--" + name).trim();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const written = (value, spec) => {
    if (value === null || value === undefined) return "–";
    if (spec.percent) return (100 * value).toFixed(1) + " %";
    if (spec.logarithmic) return value.toExponential(1);
    return value.toLocaleString("en-GB", { maximumFractionDigits: 4 });
  };

  const dataset = (series, spec) => {
    const tone = colour(series.colour);
    const bars = spec.kind !== "line";
    return {
      label: series.name,
      data: series.values,
      borderColor: tone,
      backgroundColor: bars ? tone : "transparent",
      borderWidth: bars ? 0 : 2,
      borderDash: series.dashed ? [5, 4] : [],
      borderRadius: bars ? 4 : 0,
      maxBarThickness: 22,
      pointRadius: series.points ? 4 : 0,
      pointBackgroundColor: tone,
      showLine: !series.points,
      pointHitRadius: 12,
      cubicInterpolationMode: "monotone",
      spanGaps: false,
    };
  };

  const power = (value) =>
    "10" + String(Math.round(Math.log10(value))).replace(/./g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] || "⁻");

  const tick = (value, spec) => {
    if (spec.logarithmic) return Math.abs(Math.log10(value) % 1) < 1e-9 ? power(value) : null;
    if (spec.percent) return Math.round(100 * value) + " %";
    if (Math.abs(value) >= 1e6) return (value / 1e6).toLocaleString("en-GB") + " M";
    if (Math.abs(value) >= 1e5) return (value / 1e3).toLocaleString("en-GB") + " k";
    return value.toLocaleString("en-GB");
  };

  const axis = (spec, which, isValue) => {
    const title = spec[which + "_title"];
    const ticks = { color: colour("soft"), maxRotation: 50 };
    // Every row has its name; every value and every epoch need not.
    if (isValue) Object.assign(ticks, { maxTicksLimit: 7, callback: (value) => tick(value, spec) });
    else Object.assign(ticks, spec.kind === "rows" ? { autoSkip: false } : { maxTicksLimit: 14 });
    return {
      ...(isValue && spec.logarithmic ? { type: "logarithmic" } : {}),
      title: { display: Boolean(title), text: title, color: colour("soft") },
      stacked: spec.stacked,
      grid: { color: colour("line"), display: isValue, drawBorder: false },
      min: isValue && spec.low !== null ? spec.low : undefined,
      max: isValue && spec.high !== null ? spec.high : undefined,
      ticks,
    };
  };

  const options = (spec) => {
    const rows = spec.kind === "rows";
    return {
      indexAxis: rows ? "y" : "x",
      responsive: true,
      maintainAspectRatio: false,
      animation: still ? false : { duration: 500 },
      interaction: { mode: "index", intersect: false, axis: rows ? "y" : "x" },
      scales: { x: axis(spec, "x", rows), y: axis(spec, "y", !rows) },
      plugins: {
        legend: {
          display: spec.series.length > 1,
          align: "start",
          labels: { color: colour("ink"), boxWidth: 14, boxHeight: spec.kind === "line" ? 2 : 12 },
        },
        tooltip: {
          callbacks: {
            label: (item) => item.dataset.label + ": " + written(rows ? item.parsed.x : item.parsed.y, spec),
          },
        },
      },
    };
  };

  const cloud = (series) => {
    const tone = colour(series.colour);
    const marked = series.mark !== "circle";
    return {
      label: series.name,
      data: series.points,
      borderColor: tone,
      backgroundColor: tone,
      borderWidth: series.stairs ? 1.5 : 0,
      pointStyle: series.mark,
      pointRadius: marked ? 8 : 4,
      pointHoverRadius: marked ? 10 : 6,
      pointBorderWidth: series.mark === "star" ? 2 : 0,
      showLine: series.stairs,
      stepped: series.stairs ? "before" : false,
    };
  };

  const scatterOptions = (spec) => {
    const titled = (which) => ({
      title: { display: true, text: spec[which + "_title"], color: colour("soft") },
      grid: { color: colour("line"), drawBorder: false },
    });
    const thousands = (value) =>
      value >= 1e6 ? value / 1e6 + " M" : value >= 1e4 ? value / 1e3 + " k" : value.toLocaleString("en-GB");
    const steps = [1, 2, 5];
    const round = (value) => steps.includes(Number(value.toExponential(0).split("e")[0])) &&
      Math.abs(Number(value.toExponential(0)) - value) < 1e-9 * value;
    const x = spec.logarithmic_x
      ? { type: "logarithmic", ticks: { color: colour("soft"), maxRotation: 0,
          callback: (value) => (round(value) ? thousands(value) : null) } }
      : { type: "linear", ticks: { color: colour("soft"), maxTicksLimit: 8, callback: thousands } };
    const y = { ticks: { color: colour("soft"), maxTicksLimit: 7, callback: (value) => tick(value, spec) } };
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: still ? false : { duration: 500 },
      interaction: { mode: "nearest", intersect: true },
      scales: { x: { ...titled("x"), ...x }, y: { ...titled("y"), ...y } },
      plugins: {
        legend: {
          display: true,
          align: "start",
          labels: { color: colour("ink"), usePointStyle: true, boxHeight: 7 },
        },
        tooltip: { callbacks: { label: (item) => item.raw.words } },
      },
    };
  };

  const charts = [];
  const draw = () => {
    charts.splice(0).forEach((chart) => chart.destroy());
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    document.querySelectorAll("script[data-chart]").forEach((script) => {
      const spec = JSON.parse(script.textContent);
      const canvas = document.getElementById(script.dataset.chart);
      if (spec.kind === "scatter") {
        const data = { datasets: spec.clouds.map(cloud) };
        charts.push(new Chart(canvas, { type: "scatter", data, options: scatterOptions(spec) }));
        return;
      }
      const data = { labels: spec.labels, datasets: spec.series.map((s) => dataset(s, spec)) };
      const type = spec.kind === "line" ? "line" : "bar";
      charts.push(new Chart(canvas, { type, data, options: options(spec) }));
    });
  };
  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
