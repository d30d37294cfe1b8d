// Positions between WGS-84, in which everything is stored, and GCJ-02, in which the tiles of some maps are drawn. The
// counterpart of grid/datum.py, and the only script that converts; a test holds the two together.

const AXIS_M = 6378245;
const ECCENTRICITY_SQUARED = 0.00669342162296594323;
const STEPS = 4;
const { PI, abs, cos, sin, sqrt } = Math;

export function gcj02(lat, lng) {
  if (!(lat >= 0.8293 && lat <= 55.8271 && lng >= 72.004 && lng <= 137.8347)) return [lat, lng];
  const x = lng - 105;
  const y = lat - 35;
  const both = 20 * sin(6 * PI * x) + 20 * sin(2 * PI * x);
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    + (both + 20 * sin(PI * y) + 40 * sin((PI / 3) * y) + 160 * sin((PI / 12) * y) + 320 * sin((PI / 30) * y)) * (2 / 3);
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    + (both + 20 * sin(PI * x) + 40 * sin((PI / 3) * x) + 150 * sin((PI / 12) * x) + 300 * sin((PI / 30) * x)) * (2 / 3);
  const phi = (lat * PI) / 180;
  const flat = 1 - ECCENTRICITY_SQUARED * sin(phi) ** 2;
  const metresNorth = ((AXIS_M * (1 - ECCENTRICITY_SQUARED)) / (flat * sqrt(flat))) * (PI / 180);
  const metresEast = (AXIS_M / sqrt(flat)) * cos(phi) * (PI / 180);
  return [lat + north / metresNorth, lng + east / metresEast];
}

// There is no formula for the way back: the guess is mended by what it misses.
export function wgs84(lat, lng) {
  let [guessLat, guessLng] = [lat, lng];
  for (let step = 0; step < STEPS; step += 1) {
    const [thereLat, thereLng] = gcj02(guessLat, guessLng);
    guessLat += lat - thereLat;
    guessLng += lng - thereLng;
  }
  return [guessLat, guessLng];
}
