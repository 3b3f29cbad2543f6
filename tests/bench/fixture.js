// Reads a fixture: a workload's first weights, its batches, and its optimiser's numbers.

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response;
}

/** The fixture of a workload. */
export async function load(name) {
  const about = await (await get(`fixture/${name}.json`)).json();
  // Both the file and every machine that a browser runs on are little-endian.
  const numbers = new Float32Array(await (await get(`fixture/${name}.bin`)).arrayBuffer());
  const array = ({ name, offset, length }) => [name, numbers.subarray(offset, offset + length)];
  return { ...about, arrays: new Map(about.arrays.map(array)) };
}

/** The first weights: a tree like `layers`, with `{ shape, values }` where that has a shape. */
export function weights(fixture, layers, path = "weights/") {
  const entries = Object.entries(layers).map(([name, below]) => {
    if (!Array.isArray(below)) return [name, weights(fixture, below, `${path}${name}.`)];
    const values = fixture.arrays.get(path + name);
    const size = below.reduce((product, side) => product * side, 1);
    if (values?.length !== size) throw new Error(`${path}${name}: ${values?.length} numbers instead of ${size}`);
    return [name, { shape: below, values }];
  });
  return Object.fromEntries(entries);
}

/**
 * As many batches as the fixture has, of any size: its samples in their order, over and over. Each has `images`,
 * `labels` and `noise`, empty where the fixture has none.
 */
export function batches(fixture, size) {
  const cut = (name, numbers, step) => {
    const all = fixture.arrays.get(name) ?? new Float32Array(0);
    const part = new Float32Array(numbers * size);
    for (let row = 0; row < size && numbers; row++) {
      const at = ((step * size + row) * numbers) % all.length;
      part.set(all.subarray(at, at + numbers), row * numbers);
    }
    return part;
  };
  const pixels = fixture.shape.reduce((product, side) => product * side, 1);
  return Array.from({ length: fixture.steps }, (_, step) => ({
    images: cut("images", pixels, step),
    labels: Int32Array.from(cut("labels", fixture.arrays.has("labels") ? 1 : 0, step)),
    noise: cut("noise", fixture.latent, step),
  }));
}
