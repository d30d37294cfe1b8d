// Heat on the map: where many lie close together. The server counts, this draws.

const L = window.L;

export const Heat = L.Layer.extend({
  rows: [],
  onAdd(map) {
    this.canvas = L.DomUtil.create("canvas", "map-heat leaflet-zoom-hide", map.getPane("overlayPane"));
    this.canvas.setAttribute("aria-hidden", "true");
    map.on("moveend resize", this.paint, this);
    this.paint();
  },
  onRemove(map) {
    map.off("moveend resize", this.paint, this);
    this.canvas.remove();
  },
  set(rows) {
    this.rows = rows;
    if (this.canvas?.isConnected) this.paint();
  },
  // Soft discs are laid upon one another as shades of black, and then every shade gets its colour.
  paint() {
    const { canvas, _map: map } = this;
    const { x: width, y: height } = map.getSize();
    Object.assign(canvas, { width, height });
    L.DomUtil.setPosition(canvas, map.containerPointToLayerPoint([0, 0]));
    if (!this.rows.length) return;
    const brush = canvas.getContext("2d", { willReadFrequently: true });
    const most = Math.max(...this.rows.map(([, , count]) => count));
    for (const [lat, lng, count] of this.rows) {
      const { x, y } = map.latLngToContainerPoint([lat, lng]);
      const shade = brush.createRadialGradient(x, y, 0, x, y, 26);
      shade.addColorStop(0, `rgba(0, 0, 0, ${0.12 + 0.6 * Math.sqrt(count / most)})`);
      shade.addColorStop(1, "rgba(0, 0, 0, 0)");
      brush.fillStyle = shade;
      brush.fillRect(x - 26, y - 26, 52, 52);
    }
    const picture = brush.getImageData(0, 0, width, height);
    const colours = ramp();
    for (let at = 0; at < picture.data.length; at += 4) {
      const shade = picture.data[at + 3];
      if (!shade) continue;
      picture.data.set(colours.subarray(shade * 4, shade * 4 + 3), at);
      picture.data[at + 3] = Math.min(200, shade);
    }
    brush.putImageData(picture, 0, 0);
  },
});

let shades = null;

// 256 colours: none of the four that mean urgency.
function ramp() {
  if (shades) return shades;
  const brush = Object.assign(document.createElement("canvas"), { width: 256, height: 1 }).getContext("2d");
  const colours = brush.createLinearGradient(0, 0, 256, 0);
  for (const [at, colour] of [[0, "#b7a3e6"], [0.55, "#7c5cc4"], [1, "#c13fa0"]]) colours.addColorStop(at, colour);
  brush.fillStyle = colours;
  brush.fillRect(0, 0, 256, 1);
  shades = brush.getImageData(0, 0, 256, 1).data;
  return shades;
}
