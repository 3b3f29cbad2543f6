// Sums of runs of numbers that lie a step apart, each number as `part` has it.
struct Told { count: u32, length: u32, step: u32, between: u32, end: u32 }
@group(0) @binding(0) var<storage, READ> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;
@group(0) @binding(2) var<storage, read> told: Told;

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  let i = (group.y * ROWu + group.x) * WIDTHu + place;
  if (i >= told.count) { return; }
  let start = i * told.between;
  let stop = min(start + told.length * told.step, told.end);
  var sum = 0.0;
  for (var at = start; at < stop; at += told.step) { sum += part(x[at]); }
  y[i] = sum;
}
