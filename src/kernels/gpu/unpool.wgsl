// A gradient goes on to the first of the largest in each 2x2 window, and to nothing else.
struct Told { maps: u32, h: u32, w: u32 }
@group(0) @binding(0) var<storage, READ> x: array<f32>;
@group(0) @binding(1) var<storage, READ> g: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> told: Told;

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  let i = (group.y * ROWu + group.x) * WIDTHu + place;
  let size = vec2u(told.w / 2u, told.h / 2u);
  let across = (told.w + 1u) / 2u;
  let down = (told.h + 1u) / 2u;
  if (i >= told.maps * across * down) { return; }
  let window = vec2u(i % across, i / across % down);
  let map = i / across / down;
  let at = (map * told.h + window.y * 2u) * told.w + window.x * 2u;
  if (window.x >= size.x || window.y >= size.y) { // of an odd side's last line
    y[at] = 0.0;
    if (window.x < size.x) { y[at + 1u] = 0.0; }
    if (window.y < size.y) { y[at + told.w] = 0.0; }
    return;
  }
  let places = at + vec4u(0u, 1u, told.w, told.w + 1u);
  let held = vec4f(x[places.x], x[places.y], x[places.z], x[places.w]);
  let top = max(max(held.x, held.y), max(held.z, held.w));
  let slope = g[(map * size.y + window.y) * size.x + window.x];
  let is = held == vec4f(top);
  y[places.x] = select(0.0, slope, is.x);
  y[places.y] = select(0.0, slope, is.y && !is.x);
  y[places.z] = select(0.0, slope, is.z && !is.x && !is.y);
  y[places.w] = select(0.0, slope, is.w && !is.x && !is.y && !is.z);
}
