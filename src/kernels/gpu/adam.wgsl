// One update of Adam or AdamW, in place.
struct Told { count: u32, keep: f32, fade: f32, scale: f32, epsilon: f32, pull: f32, shrink: f32 }
@group(0) @binding(0) var<storage, read_write> w: array<f32>;
@group(0) @binding(1) var<storage, READ> g: array<f32>;
@group(0) @binding(2) var<storage, read_write> m: array<f32>;
@group(0) @binding(3) var<storage, read_write> v: array<f32>;
@group(0) @binding(4) var<storage, read> told: Told;

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  let i = (group.y * ROWu + group.x) * WIDTHu + place;
  if (i >= told.count) { return; }
  let old = w[i];
  let slope = g[i] + told.pull * old;
  let first = told.keep * m[i] + slope;
  let second = told.fade * v[i] + slope * slope;
  m[i] = first;
  v[i] = second;
  w[i] = told.shrink * old - told.scale * (first / (sqrt(second) + told.epsilon));
}
