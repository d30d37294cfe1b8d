// Draws the charts of a page, from what the server says in words and figures (common/charts.py).
//
// <div data-chart="id of a JSON block" data-engine="address of ECharts" hidden>; the block holds
//   {kind: "bars", labels, series: [{name, tone, figures: [{value, text, url, tone} or null]}], most, layered}
//   {kind: "lines", labels, series, unit, least, most}
//   {kind: "radar", labels, series, most}
//   {kind: "flow", nodes: [{key, name, column, tone}], links: [{source, target, value, text, url, tone}]}
// Every text is the server's. Colours are the tokens of the page, so a chart changes with its theme and prints light.
// ECharts is fetched once, by the first chart; where it doesn't come, the table beside the chart is all there is.

const NARROW = 520;
const ROW = 30;
const COLOURS = 6;

let engine = null;

function fetchEngine(address) {
  engine ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.echarts);
    script.onerror = () => reject(new Error(`${address} did not come`));
    document.head.append(script);
  });
  return engine;
}

// --- how it looks -------------------------------------------------------------------------------

// Read where the chart stands: data-bs-theme on the chart itself goes before that of the page.
function lookOf(place) {
  const style = getComputedStyle(place);
  const token = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    font: style.fontFamily,
    ink: token("tblr-body-color"),
    quiet: token("tblr-secondary"),
    edge: token("tblr-border-color"),
    ground: token("surface"),
    colours: Array.from({ length: COLOURS }, (_, i) => token(`chart-${i + 1}`)),
    behind: token("chart-behind"),
    tone: (name) => token(`${name}-bar`),
  };
}

const ruler = document.createElement("canvas").getContext("2d");

function widest(texts, look, size = 13) {
  ruler.font = `${size}px ${look.font}`;
  return Math.ceil(Math.max(0, ...texts.map((text) => ruler.measureText(text).width)));
}

function worn(figure, look) {
  return figure.tone ? { itemStyle: { color: look.tone(figure.tone) } } : {};
}

function colourOf(series, look) {
  return series.tone ? { color: look.tone(series.tone) } : {};
}

// A line of the tooltip: built as elements, so that what people wrote is never read as markup.
function said(title, lines) {
  const box = document.createElement("div");
  for (const [name, text] of [[title, ""], ...lines]) {
    const line = box.appendChild(document.createElement("div"));
    if (!text) line.style.fontWeight = "600";
    line.textContent = text ? (name ? `${name}: ${text}` : text) : name;
  }
  return box;
}

function allOf(spec, place) {
  return spec.series.filter((series) => series.figures[place]).map((series) => [series.name, series.figures[place].text]);
}

function common(look) {
  return {
    animation: false,
    color: look.colours,
    textStyle: { fontFamily: look.font, color: look.ink, fontSize: 13 },
    tooltip: {
      confine: true,
      backgroundColor: look.ground,
      borderColor: look.edge,
      textStyle: { color: look.ink, fontFamily: look.font, fontSize: 13 },
    },
  };
}

function legendOf(spec, look) {
  if (!spec.series[1]) return { show: false };
  return {
    type: "scroll", top: 0, left: 0, itemWidth: 14, itemHeight: 10, icon: "roundRect", selectedMode: false,
    textStyle: { color: look.quiet, fontSize: 13 }, data: spec.series.map((series) => series.name),
  };
}

const head = (spec) => (spec.series.length > 1 ? 32 : 8);

// --- the kinds ----------------------------------------------------------------------------------

function bars(spec, look, width) {
  const { series, labels, layered } = spec;
  // On a phone neither the names nor the figures of layered bars fit beside them: both go above.
  const above = layered && width < NARROW;
  const rows = above ? ROW * 1.5 : layered ? ROW : ROW * 0.3 + series.length * ROW * 0.7;
  const texts = labels.map((_, place) => allOf(spec, place).map(([, text]) => text).join(" · "));
  const single = series.flatMap((each) => each.figures.filter(Boolean).map((figure) => figure.text));
  const room = above ? 4 : Math.min(widest(layered ? texts : single, look) + 12, width * 0.5);
  // In front lies what is drawn last; the legend keeps the server's order.
  const drawn = layered ? [...series].reverse() : series;
  const longest = (place) => Math.max(...series.map((each) => each.figures[place]?.value ?? 0));
  const told = new Set();
  const option = {
    legend: legendOf(spec, look),
    grid: { left: 0, right: room, top: head(spec), bottom: 0, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    xAxis: { type: "value", show: false, min: 0, max: spec.most || "dataMax" },
    yAxis: {
      type: "category", data: labels, inverse: true, axisTick: { show: false }, axisLine: { show: false },
      axisLabel: {
        color: look.ink, fontSize: above ? 12 : 13, interval: 0, overflow: "truncate",
        ...(above
          ? { inside: true, margin: 0, padding: [0, 0, 10, 0], verticalAlign: "bottom", width, formatter: (name, place) => `${name}  ${texts[place]}` }
          : { width: Math.min(width * 0.38, 260) }),
      },
      z: above ? 3 : 0,
    },
    series: drawn.map((each) => ({
      type: "bar", name: each.name, barGap: layered ? "-100%" : "15%", barCategoryGap: "28%",
      barMinHeight: 1, barWidth: above ? 14 : undefined, cursor: each.figures.some((figure) => figure?.url) ? "pointer" : "default",
      itemStyle: { borderRadius: 2, ...(layered && each !== series[0] ? { color: look.behind } : {}), ...colourOf(each, look) },
      label: { show: !above, position: "right", color: look.ink, formatter: ({ data, dataIndex }) => (layered ? texts[dataIndex] : data.text) },
      data: each.figures.map((figure, place) => {
        if (!figure) return null;
        // Of bars that lie upon one another only the longest says what all of them are.
        const silent = layered && (above || figure.value < longest(place) || told.has(place));
        if (!silent) told.add(place);
        return { ...figure, ...worn(figure, look), ...(silent ? { label: { show: false } } : {}) };
      }),
    })),
    tooltip: { formatter: ({ dataIndex }) => said(labels[dataIndex], allOf(spec, dataIndex)) },
  };
  // The colour of a series follows its place with the server, not the order of drawing.
  if (layered) option.series.at(-1).itemStyle.color ??= look.colours[0];
  return { height: head(spec) + labels.length * rows, option };
}

function lines(spec, look, width) {
  const scale = (value) => `${value}${spec.unit}`;
  return {
    height: width < NARROW ? 240 : 300,
    option: {
      legend: legendOf(spec, look),
      grid: { left: 4, right: 16, top: head(spec) + 8, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      xAxis: {
        type: "category", data: spec.labels, boundaryGap: false, axisTick: { show: false },
        axisLine: { lineStyle: { color: look.edge } }, axisLabel: { color: look.quiet, hideOverlap: true },
      },
      yAxis: {
        type: "value", scale: spec.least === null, min: spec.least ?? undefined, max: spec.most ?? undefined,
        splitLine: { lineStyle: { color: look.edge } }, axisLabel: { color: look.quiet, formatter: scale },
      },
      series: spec.series.map((each) => ({
        type: "line", name: each.name, symbol: "circle", symbolSize: 7, connectNulls: false,
        cursor: each.figures.some((figure) => figure?.url) ? "pointer" : "default",
        lineStyle: { width: 2.5, ...colourOf(each, look) }, itemStyle: colourOf(each, look),
        data: each.figures.map((figure) => (figure ? { ...figure, ...worn(figure, look) } : null)),
      })),
      tooltip: { trigger: "axis", formatter: ([{ dataIndex }]) => said(spec.labels[dataIndex], allOf(spec, dataIndex)) },
    },
  };
}

function radar(spec, look, width) {
  const radius = Math.max(70, Math.min(width * 0.3, 130));
  // A web with a gap would look as if something were nought: such a series stands in the table alone.
  const whole = spec.series.filter((each) => each.figures.every(Boolean));
  return {
    height: head(spec) + radius * (spec.labels.length === 3 ? 1.5 : 2) + 70,
    option: {
      legend: legendOf({ ...spec, series: whole }, look),
      radar: {
        center: ["50%", head(spec) + radius + 35], radius, splitNumber: 4,
        indicator: spec.labels.map((name) => ({ name, min: 0, max: spec.most })),
        axisName: { color: look.ink, fontSize: 13 }, splitArea: { show: false },
        axisLine: { lineStyle: { color: look.edge } }, splitLine: { lineStyle: { color: look.edge } },
      },
      series: [{
        type: "radar", symbolSize: 6,
        data: whole.map((each) => ({
          name: each.name, value: each.figures.map((figure) => figure.value), figures: each.figures,
          lineStyle: { width: 2, ...colourOf(each, look) }, itemStyle: colourOf(each, look), areaStyle: { opacity: 0.12 },
        })),
      }],
      tooltip: {
        formatter: ({ data }) => said(data.name, data.figures.map((figure, place) => [spec.labels[place], figure.text])),
      },
    },
  };
}

function flow(spec, look, width) {
  const last = Math.max(...spec.nodes.map((node) => node.column));
  const used = spec.nodes.filter((node) => spec.links.some((link) => link.source === node.key || link.target === node.key));
  const names = Object.fromEntries(spec.nodes.map((node) => [node.key, node.name]));
  const crowd = Math.max(...[...Array(last + 1).keys()].map((column) => used.filter((node) => node.column === column).length));
  const narrow = width < NARROW;
  return {
    height: Math.max(narrow ? 300 : 320, crowd * (narrow ? 44 : 48)),
    option: {
      series: [{
        type: "sankey", left: 2, right: 2, top: 8, bottom: 8, nodeWidth: narrow ? 8 : 14, nodeGap: 14, draggable: false,
        // The server's order says more than the fewest crossings would.
        layoutIterations: 0, emphasis: { focus: "adjacency" }, cursor: "default",
        label: { color: look.ink, fontSize: narrow ? 12 : 13, textBorderColor: look.ground, textBorderWidth: 3, overflow: "truncate", width: width / (last + 1) - 12 },
        lineStyle: { color: "source", opacity: 0.28, curveness: 0.5 },
        data: used.map((node, place) => ({
          name: node.key, depth: node.column,
          itemStyle: { color: node.tone ? look.tone(node.tone) : look.colours[place % COLOURS], borderWidth: 0 },
          label: { position: node.column === last ? "left" : "right", formatter: ({ value }) => `${node.name} ${value}` },
        })),
        links: spec.links.map((link) => ({ ...link, lineStyle: link.tone ? { color: look.tone(link.tone) } : {} })),
      }],
      tooltip: {
        formatter: ({ dataType, data, value }) => (dataType === "edge"
          ? said(`${names[data.source]} → ${names[data.target]}`, [["", data.text]])
          : said(names[data.name], [["", String(value)]])),
      },
    },
  };
}

const KINDS = { bars, lines, radar, flow };

// --- on the page --------------------------------------------------------------------------------

const drawn = new Map();

function redraw(place) {
  const { chart, spec } = drawn.get(place);
  const look = lookOf(place);
  const { height, option } = KINDS[spec.kind](spec, look, place.clientWidth);
  // A drawing with data-fill has the height that its page gives it.
  if (!("fill" in place.dataset)) place.style.height = `${Math.round(height)}px`;
  const shared = common(look);
  chart.resize();
  chart.setOption({ ...shared, ...option, tooltip: { ...shared.tooltip, ...option.tooltip } }, { notMerge: true });
}

async function draw(place) {
  if (drawn.has(place)) return;
  drawn.set(place, null);
  const echarts = await fetchEngine(place.dataset.engine);
  const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  if (!spec) {
    // Its figures are still to come.
    drawn.delete(place);
    return;
  }
  place.hidden = false;
  if (!("fill" in place.dataset)) place.style.height = `${ROW}px`;
  // Drawn as SVG: sharp on paper and on every screen, and its words are words.
  const chart = echarts.init(place, null, { renderer: "svg" });
  chart.on("click", ({ data }) => { if (data?.url) window.location.assign(data.url); });
  drawn.set(place, { chart, spec });
  redraw(place);
  let width = place.clientWidth;
  new ResizeObserver(() => {
    if (!place.clientWidth || place.clientWidth === width) return;
    width = place.clientWidth;
    redraw(place);
  }).observe(place);
}

// A page whose figures change says so: the chart is drawn anew with the new ones, in the same place.
document.addEventListener("chart:renew", async ({ target, detail }) => {
  document.getElementById(target.dataset.chart).textContent = JSON.stringify(detail);
  await draw(target);
  const chart = drawn.get(target);
  if (!chart) return;
  chart.spec = detail;
  redraw(target);
});

function drawIn(part) {
  part.querySelectorAll("[data-chart]").forEach(draw);
}

function redrawAll() {
  for (const [place, chart] of drawn) if (chart) redraw(place);
}

drawIn(document);
// What htmx brings has charts, too; what it took away is forgotten.
document.addEventListener("htmx:load", (event) => {
  for (const [place, chart] of drawn) {
    if (place.isConnected) continue;
    chart?.chart.dispose();
    drawn.delete(place);
  }
  drawIn(event.detail.elt);
});
new MutationObserver(redrawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
window.addEventListener("beforeprint", () => {
  for (const place of drawn.keys()) place.dataset.bsTheme = "light";
  redrawAll();
});
window.addEventListener("afterprint", () => {
  for (const place of drawn.keys()) delete place.dataset.bsTheme;
  redrawAll();
});
