// The gradient by a convolution's weight, summed over a slice of the batch: five taps of a row in four kernels for each
// invocation. What lies under the taps moves on by a stride from place to place, so that each number is loaded once.
struct Told { batch: u32, c: u32, h: u32, w: u32, o: u32, oh: u32, ow: u32, side: u32, stride: u32, padding: u32, slices: u32 }
@group(0) @binding(0) var<storage, READ> x: array<f32>;
@group(0) @binding(1) var<storage, READ> g: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;
@group(0) @binding(3) var<storage, read> told: Told;

fn at(line: u32, place: u32) -> f32 { // left of the first place it has wrapped around
  return select(0.0, x[line + min(place, told.w - 1u)], place < told.w);
}

fn put(base: u32, tap: u32, sum: vec4f, rest: f32) {
  y[base] = sum.x;
  if (tap + 1u < told.side) { y[base + 1u] = sum.y; }
  if (tap + 2u < told.side) { y[base + 2u] = sum.z; }
  if (tap + 3u < told.side) { y[base + 3u] = sum.w; }
  if (tap + 4u < told.side) { y[base + 4u] = rest; }
}

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  var t = (group.y * ROWu + group.x) * WIDTHu + place;
  let tap = t % ((told.side + 4u) / 5u) * 5u; t /= (told.side + 4u) / 5u;
  let down = t % told.side; t /= told.side;
  let c = t % told.c; t /= told.c;
  let channel = t % ((told.o + 3u) / 4u) * 4u; t /= (told.o + 3u) / 4u;
  if (t >= told.slices) { return; }
  let channels = min(vec4u(0u, 1u, 2u, 3u) + channel, vec4u(told.o - 1u)) * told.oh * told.ow;
  var s0 = vec4f(); var s1 = vec4f(); var s2 = vec4f(); var s3 = vec4f(); var s = vec4f();
  for (var n = t; n < told.batch; n += told.slices) {
    for (var row = 0u; row < told.oh; row++) {
      let height = row * told.stride + down - told.padding;
      if (height >= told.h) { continue; } // above the first line it has wrapped around
      let line = ((n * told.c + c) * told.h + height) * told.w;
      var next = tap - told.padding;
      var p = vec4f(at(line, next), at(line, next + 1u), at(line, next + 2u), at(line, next + 3u));
      var last = at(line, next + 4u);
      next += 5u;
      var from_g = channels + (n * told.o * told.oh + row) * told.ow;
      for (var column = 0u; column < told.ow; column++) {
        let slope = vec4f(g[from_g.x], g[from_g.y], g[from_g.z], g[from_g.w]);
        s0 += slope.x * p;
        s1 += slope.y * p;
        s2 += slope.z * p;
        s3 += slope.w * p;
        s += slope * last;
        from_g += 1u;
        for (var k = 0u; k < told.stride; k++) {
          p = vec4f(p.yzw, last);
          last = at(line, next);
          next += 1u;
        }
      }
    }
  }
  let each = told.side * told.side;
  let base = ((t * told.o + channel) * told.c + c) * each + down * told.side + tap;
  put(base, tap, s0, s.x);
  if (channel + 1u < told.o) { put(base + told.c * each, tap, s1, s.y); }
  if (channel + 2u < told.o) { put(base + 2u * told.c * each, tap, s2, s.z); }
  if (channel + 3u < told.o) { put(base + 3u * told.c * each, tap, s3, s.w); }
}
