// The transpose of a convolution: four places of two rows, each a stride apart, in four channels for each invocation. A
// row's numbers move back by one from tap to tap, so that each is loaded once.
fn put(map: u32, row: u32, column: u32, sum: vec4f) {
  if (row >= told.oh) { return; }
  let base = (map * told.oh + row) * told.ow;
  if (column < told.ow) { y[base + column] = sum.x; }
  if (column + told.stride < told.ow) { y[base + column + told.stride] = sum.y; }
  if (column + 2u * told.stride < told.ow) { y[base + column + 2u * told.stride] = sum.z; }
  if (column + 3u * told.stride < told.ow) { y[base + column + 3u * told.stride] = sum.w; }
}

// How far along x a place and a tap of the result reach; they are taken so that the stride divides what is between.
fn reach(place: u32, tap: u32) -> u32 {
  return u32((i32(place + told.padding) - i32(tap)) / i32(told.stride));
}

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  var t = (group.y * ROWu + group.x) * WIDTHu + place;
  let step = told.stride;
  let across = ((told.ow + step - 1u) / step + 3u) / 4u * step;
  let column = t % across % step + t % across / step * 4u * step; t /= across;
  let down = ((told.oh + step - 1u) / step + 1u) / 2u * step;
  let row = t % down % step + t % down / step * 2u * step; t /= down;
  let channel = t % ((told.o + 3u) / 4u) * 4u; t /= (told.o + 3u) / 4u;
  if (t >= told.batch) { return; }
  let each = told.side * told.side;
  let channels = min(vec4u(0u, 1u, 2u, 3u) + channel, vec4u(told.o - 1u));
  let start = first(channels);
  var s0 = vec4f(start.x); var s1 = vec4f(start.y); var s2 = vec4f(start.z); var s3 = vec4f(start.w);
  var r0 = s0; var r1 = s1; var r2 = s2; var r3 = s3;
  for (var c = 0u; c < told.c; c++) {
    for (var j = (row + told.padding) % step; j < told.side; j += step) {
      let upper = line(t * told.c + c, reach(row, j));
      let lower = line(t * told.c + c, reach(row, j) + 1u);
      if (upper.y + lower.y == 0u) { continue; }
      let kernels = (c * told.o + channels) * each + j * told.side;
      var i = (column + told.padding) % step;
      // Between the taps of windows that do not touch.
      if (i >= told.side) { continue; }
      var next = reach(column, i);
      var p = vec4f(at(upper, next), at(upper, next + 1u), at(upper, next + 2u), at(upper, next + 3u));
      var q = vec4f(at(lower, next), at(lower, next + 1u), at(lower, next + 2u), at(lower, next + 3u));
      loop {
        let k = kernels + i;
        let v = vec4f(weight[k.x], weight[k.y], weight[k.z], weight[k.w]);
        s0 += v.x * p; r0 += v.x * q;
        s1 += v.y * p; r1 += v.y * q;
        s2 += v.z * p; r2 += v.z * q;
        s3 += v.w * p; r3 += v.w * q;
        i += step;
        if (i >= told.side) { break; }
        next -= 1u;
        p = vec4f(at(upper, next), p.xyz);
        q = vec4f(at(lower, next), q.xyz);
      }
    }
  }
  let map = t * told.o + channel;
  put(map, row, column, s0); put(map, row + step, column, r0);
  if (channel + 1u < told.o) { put(map + 1u, row, column, s1); put(map + 1u, row + step, column, r1); }
  if (channel + 2u < told.o) { put(map + 2u, row, column, s2); put(map + 2u, row + step, column, r2); }
  if (channel + 3u < told.o) { put(map + 3u, row, column, s3); put(map + 3u, row + step, column, r3); }
}
