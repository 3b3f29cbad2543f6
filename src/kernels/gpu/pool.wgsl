// The largest of each 2x2 window.
struct Told { maps: u32, h: u32, w: u32 }
@group(0) @binding(0) var<storage, READ> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read> told: Told;

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  let i = (group.y * ROWu + group.x) * WIDTHu + place;
  let size = vec2u(told.w / 2u, told.h / 2u);
  if (i >= told.maps * size.x * size.y) { return; }
  let row = i / size.x;
  let at = (row / size.y * told.h + row % size.y * 2u) * told.w + i % size.x * 2u;
  y[i] = max(max(x[at], x[at + 1u]), max(x[at + told.w], x[at + told.w + 1u]));
}
