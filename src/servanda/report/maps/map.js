// The map of this page. Everything it shows stands in the page; texts become text, never markup.
const read = id => document.getElementById(id);
const told = JSON.parse(read("data").textContent);
const said = told.said;

// ---- shapes

function decoded(letters) {
  const line = [];
  let at = 0, x = 0, y = 0;
  const step = () => {
    let value = 0, shift = 0, bits;
    do {
      bits = letters.charCodeAt(at++) - 63;
      value |= (bits & 31) << shift;
      shift += 5;
    } while (bits >= 32);
    return value & 1 ? ~(value >> 1) : value >> 1;
  };
  while (at < letters.length) {
    x += step();
    y += step();
    line.push([x / 1000, y / 1000]);
  }
  return line;
}

const lines = told.lines.map(decoded);
const walked = n => (n >= 0 ? lines[n] : [...lines[~n]].reverse());
const ring = row => {
  const points = row.flatMap((n, i) => (i ? walked(n).slice(1) : walked(n)));
  const [first, last] = [points[0], points[points.length - 1]];
  return first[0] === last[0] && first[1] === last[1] ? points : [...points, first];
};
const polygon = rows => rows.map(ring).filter((points, i) => i === 0 || points.length > 3);
const feature = (geometry, properties = {}) => ({ type: "Feature", geometry, properties });
const collection = features => ({ type: "geojson", data: { type: "FeatureCollection", features } });
const point = (at, properties) => feature({ type: "Point", coordinates: at }, properties);

const land = told.lots.map(lot =>
  feature({ type: "MultiPolygon", coordinates: lot.polygons.map(polygon).filter(p => p[0].length > 3) }, { fill: lot.fill }),
);
const borders = Object.entries(told.borders).map(([kind, numbers]) =>
  feature({ type: "MultiLineString", coordinates: numbers.map(n => lines[n]) }, { kind }),
);

// ---- signs, drawn here: no picture is fetched

const SHARP = 2;

function drawing(width, height, draw) {
  const canvas = document.createElement("canvas");
  canvas.width = width * SHARP;
  canvas.height = height * SHARP;
  const pen = canvas.getContext("2d");
  pen.scale(SHARP, SHARP);
  draw(pen);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

function outlined(pen, shape) {
  const c = 10;
  pen.beginPath();
  if (shape === "diamond") for (const [x, y] of [[0, -8], [8, 0], [0, 8], [-8, 0]]) pen.lineTo(c + x, c + y);
  else if (shape === "triangle") for (const [x, y] of [[0, -7.5], [7.5, 5.5], [-7.5, 5.5]]) pen.lineTo(c + x, c + y);
  else if (shape === "square") pen.rect(c - 6, c - 6, 12, 12);
  else pen.arc(c, c, shape === "ring" ? 5.5 : 6, 0, 2 * Math.PI);
  pen.closePath();
}

const sign = ([colour, shape]) =>
  drawing(20, 20, pen => {
    outlined(pen, shape);
    pen.lineWidth = 4;
    pen.strokeStyle = "#fff";
    pen.stroke();
    pen.fillStyle = shape === "ring" ? "#fff" : colour;
    pen.fill();
    if (shape === "ring") {
      pen.lineWidth = 2.6;
      pen.strokeStyle = colour;
      pen.stroke();
    }
  });

const hatch = () =>
  drawing(8, 8, pen => {
    pen.fillStyle = "#f2ebdd";
    pen.fillRect(0, 0, 8, 8);
    pen.strokeStyle = "#bd9a77";
    pen.lineWidth = 1.3;
    for (const shift of [-8, 0, 8]) {
      pen.beginPath();
      pen.moveTo(shift - 1, 9);
      pen.lineTo(shift + 9, -1);
      pen.stroke();
    }
  });

// ---- layers

const tinted = on => ["match", ["get", "fill"],
  ...told.tints.flatMap((tint, n) => [`tint-${n}`, on ? tint : "#faf8f2"]), "of", "#e9cf96", "polar", "#ecdfc8", "#faf8f2"];
const kind = name => ["==", ["get", "kind"], name];
const halo = { "text-halo-color": "rgba(255,255,255,.85)", "text-halo-width": 1.3 };

// Small land is named only where it can be seen: so many square degrees at least, from that zoom on.
const largeEnough = [">=", ["get", "size"], ["step", ["zoom"], 3, 2, 0.8, 3, 0.15, 4, 0.01, 5, 0]];
const quarrelled = [">=", ["get", "size"], ["step", ["zoom"], 2, 2, 0.2, 3, 0]];

function nameLayer(name, colour, font, sizes) {
  return {
    id: `names-${name}`, type: "symbol", source: "names", filter: ["all", kind(name), name === "area" ? quarrelled : largeEnough],
    layout: {
      "text-field": ["get", told.labels], "text-font": [font], "text-size": sizes, "text-max-width": 7,
      "symbol-sort-key": ["-", 0, ["get", "size"]], "text-padding": 3,
    },
    paint: { "text-color": colour, ...halo },
  };
}

const byLand = (small, large) => ["interpolate", ["linear"], ["get", "size"], 1, small, 40, (small + large) / 2, 600, large];

const layers = [
  { id: "sea", type: "background", paint: { "background-color": "#e3ecf1" } },
  { id: "land", type: "fill", source: "land", filter: ["!=", ["get", "fill"], "open"], paint: { "fill-color": tinted(true) } },
  { id: "open", type: "fill", source: "land", filter: ["==", ["get", "fill"], "open"], paint: { "fill-pattern": "hatch" } },
  { id: "reach-area", type: "fill", source: "circles", paint: { "fill-color": ["get", "colour"], "fill-opacity": told.opacity, "fill-antialias": false } },
  ...told.zones.flatMap((zone, n) => [
    { id: `zone-${n}`, type: "fill", source: `zone-${n}`, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": zone.colour, "fill-opacity": 0.16, "fill-antialias": false } },
  ]),
  { id: "coast", type: "line", source: "borders", filter: kind("coast"), paint: { "line-color": "#8f9ba3", "line-width": 0.7 } },
  { id: "borders", type: "line", source: "borders", filter: kind("border"), paint: { "line-color": "#8a7f6b", "line-width": ["interpolate", ["linear"], ["zoom"], 1, 0.6, 6, 1.4] } },
  { id: "contested", type: "line", source: "borders", filter: kind("contested"), paint: { "line-color": "#8a4b1f", "line-width": 1.3, "line-dasharray": [3.2, 2] } },
  ...told.zones.map((zone, n) => (
    { id: `zone-line-${n}`, type: "line", source: `zone-${n}`, filter: ["==", ["geometry-type"], "LineString"], paint: { "line-color": zone.colour, "line-width": 1.7, ...(zone.dashes ? { "line-dasharray": zone.dashes.map(d => d / 1.7) } : {}) } }
  )),
  { id: "reach-line", type: "line", source: "circles", paint: { "line-color": ["get", "colour"], "line-width": 1.4, "line-dasharray": [5, 3] } },
  nameLayer("water", "#5f8298", "Roboto Italic", byLand(11, 14)),
  nameLayer("area", "#6d3a14", "Roboto Italic", 11.5),
  nameLayer("state", "#544d40", "Roboto", byLand(11, 17)),
  {
    id: "acts", type: "symbol", source: "acts",
    layout: {
      "icon-image": ["get", "css"], "icon-allow-overlap": true, "icon-ignore-placement": false,
      "text-field": ["get", "label"], "text-font": ["Roboto Bold"], "text-size": 13, "text-optional": true,
      "text-variable-anchor": ["left", "right", "top", "bottom", "top-left", "bottom-left", "top-right", "bottom-right"],
      "text-radial-offset": 0.8, "text-justify": "auto", "text-max-width": 30, "symbol-sort-key": ["get", "rank"],
    },
    paint: { "text-color": "#14181d", "text-halo-color": "#fff", "text-halo-width": 1.6 },
  },
];

const groups = {
  names: ["names-water", "names-area", "names-state"], acts: ["acts"], reach: ["reach-area", "reach-line"],
  zones: told.zones.flatMap((_, n) => [`zone-${n}`, `zone-line-${n}`]), borders: ["borders"], contested: ["contested"], open: ["open"],
};

const colour = css => (told.styles[css] ?? ["#2b3440"])[0];
const sources = {
  land: collection(land), borders: collection(borders),
  names: collection(told.names.map(({ at, ...named }) => point(at, named))),
  circles: collection(told.circles.map(c => feature(c.shape, { colour: colour(c.css) }))),
  acts: collection(told.acts.map((act, rank) => point(act.at, { label: act.label, css: act.css, rank }))),
  ...Object.fromEntries(told.zones.map((zone, n) => [`zone-${n}`, collection([feature(zone.shape), feature(zone.outline)])])),
};

// ---- the window

function seen(place) {
  if (!told.around) return { center: [20, 25], zoom: Math.log2(Math.min(place.clientWidth, place.clientHeight) / 512) + 1.62 };
  const [lon, lat, km] = told.around;
  const clamped = Math.max(-85, Math.min(85, lat));
  const perKm = Math.min(place.clientWidth, place.clientHeight * 1.35) / (2 * km);
  return { center: [lon, clamped], zoom: Math.max(0, Math.log2((perKm * 40075 * Math.cos((clamped * Math.PI) / 180)) / 512)) };
}

// ---- what is told of an act

function element(tag, text, css) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  if (css) made.className = css;
  return made;
}

function telling(acts) {
  const box = element("div", "", "told");
  for (const act of acts) tell(box, act);
  return box;
}

function tell(box, act) {
  box.append(element("h2", act.phrase));
  const list = element("ul");
  for (const [css, words] of act.verdicts) {
    const line = element("li", words);
    line.style.borderColor = colour(css);
    list.append(line);
  }
  if (act.verdicts.length) box.append(list);
  if (act.sources) box.append(element("p", `${said.sources}: ${act.sources}`, "from"));
}

// ---- running

function unable() {
  document.body.classList.remove("live");
  read("unable").hidden = false;
}

function chosen(map) {
  read("language").addEventListener("change", event => {
    for (const id of groups.names) map.setLayoutProperty(id, "text-field", ["get", event.target.value]);
  });
  read("projection").addEventListener("click", event => {
    const globe = event.target.getAttribute("aria-pressed") !== "true";
    map.setProjection({ type: globe ? "globe" : "mercator" });
    event.target.setAttribute("aria-pressed", String(globe));
    event.target.textContent = globe ? said.flat : said.globe;
  });
  for (const box of document.querySelectorAll("[data-layer]")) {
    box.addEventListener("change", () => {
      if (box.dataset.layer === "tints") map.setPaintProperty("land", "fill-color", tinted(box.checked));
      for (const id of groups[box.dataset.layer] ?? []) map.setLayoutProperty(id, "visibility", box.checked ? "visible" : "none");
    });
  }
}

function popups(map) {
  map.on("click", "acts", event => {
    const acts = [...new Set(event.features.map(f => f.properties.rank))].map(rank => told.acts[rank]);
    new maplibregl.Popup({ maxWidth: "22rem" }).setLngLat(acts[0].at).setDOMContent(telling(acts)).addTo(map);
  });
  map.on("mouseenter", "acts", () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", "acts", () => (map.getCanvas().style.cursor = ""));
}

function start() {
  maplibregl.setWorkerUrl(URL.createObjectURL(new Blob([read("worker").textContent], { type: "text/javascript" })));
  document.body.classList.add("live");
  const place = read("map");
  const map = new maplibregl.Map({
    container: place, attributionControl: false, maxZoom: 11, renderWorldCopies: true, localIdeographFontFamily: "sans-serif",
    style: { version: 8, projection: { type: "globe" }, sources, layers }, ...seen(place),
    locale: { "Popup.Close": said.close },
  });
  map.addControl(new maplibregl.NavigationControl({ visualizePitch: false }), "top-right");
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 140 }), "bottom-left");
  map.on("style.load", () => {
    map.addImage("hatch", hatch(), { pixelRatio: SHARP });
    for (const [css, look] of Object.entries(told.styles)) map.addImage(css, sign(look), { pixelRatio: SHARP });
  });
  map.once("idle", () => document.body.classList.add("drawn"));
  chosen(map);
  popups(map);
  globalThis.servandaMap = map;
}

const able = document.createElement("canvas").getContext("webgl2");
if (able && globalThis.maplibregl) {
  try {
    start();
  } catch (error) {
    console.error(error);
    unable();
  }
} else unable();
