// The cross-entropy of each row's softmax with its label, and its gradient by the row.
struct Told { rows: u32, classes: u32 }
@group(0) @binding(0) var<storage, READ> logits: array<f32>;
@group(0) @binding(1) var<storage, READ> labels: array<i32>;
@group(0) @binding(2) var<storage, read_write> losses: array<f32>;
@group(0) @binding(3) var<storage, read_write> slopes: array<f32>;
@group(0) @binding(4) var<storage, read> told: Told;

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  let row = (group.y * ROWu + group.x) * WIDTHu + place;
  if (row >= told.rows) { return; }
  let start = row * told.classes;
  let end = start + told.classes;
  var top = logits[start];
  for (var i = start + 1u; i < end; i++) { top = max(top, logits[i]); }
  var sum = 0.0;
  for (var i = start; i < end; i++) { sum += exp(logits[i] - top); }
  let label = start + u32(labels[row]);
  for (var i = start; i < end; i++) {
    slopes[i] = exp(logits[i] - top) / sum - select(0.0, 1.0, i == label);
  }
  losses[row] = log(sum) - (logits[label] - top);
}
