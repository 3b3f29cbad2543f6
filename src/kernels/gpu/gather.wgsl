// A convolution: four places of two rows in four channels for each invocation. A row's numbers move on by one from tap to
// tap, so that each is loaded once.
fn put(map: u32, row: u32, column: u32, sum: vec4f) {
  if (row >= told.oh) { return; }
  let base = (map * told.oh + row) * told.ow + column;
  y[base] = sum.x;
  if (column + 1u < told.ow) { y[base + 1u] = sum.y; }
  if (column + 2u < told.ow) { y[base + 2u] = sum.z; }
  if (column + 3u < told.ow) { y[base + 3u] = sum.w; }
}

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  var t = (group.y * ROWu + group.x) * WIDTHu + place;
  let column = t % ((told.ow + 3u) / 4u) * 4u; t /= (told.ow + 3u) / 4u;
  let row = t % ((told.oh + 1u) / 2u) * 2u; t /= (told.oh + 1u) / 2u;
  let channel = t % ((told.o + 3u) / 4u) * 4u; t /= (told.o + 3u) / 4u;
  if (t >= told.batch) { return; }
  let each = told.side * told.side;
  let channels = min(vec4u(0u, 1u, 2u, 3u) + channel, vec4u(told.o - 1u));
  let start = first(channels);
  var s0 = vec4f(start.x); var s1 = vec4f(start.y); var s2 = vec4f(start.z); var s3 = vec4f(start.w);
  var r0 = s0; var r1 = s1; var r2 = s2; var r3 = s3;
  let step = told.stride;
  for (var c = 0u; c < told.c; c++) {
    for (var j = 0u; j < told.side; j++) {
      let upper = line(t * told.c + c, row * step + j - told.padding);
      let lower = line(t * told.c + c, (row + 1u) * step + j - told.padding);
      if (upper.y + lower.y == 0u) { continue; }
      let kernels = (channels * told.c + c) * each + j * told.side;
      for (var from_tap = 0u; from_tap < min(step, told.side); from_tap++) {
        var i = from_tap;
        var next = column * step + i - told.padding;
        var p = vec4f(at(upper, next), at(upper, next + step), at(upper, next + 2u * step), at(upper, next + 3u * step));
        var q = vec4f(at(lower, next), at(lower, next + step), at(lower, next + 2u * step), at(lower, next + 3u * step));
        next += 3u * step;
        loop {
          let k = kernels + i;
          let v = vec4f(weight[k.x], weight[k.y], weight[k.z], weight[k.w]);
          s0 += v.x * p; r0 += v.x * q;
          s1 += v.y * p; r1 += v.y * q;
          s2 += v.z * p; r2 += v.z * q;
          s3 += v.w * p; r3 += v.w * q;
          i += step;
          if (i >= told.side) { break; }
          next += step;
          p = vec4f(p.yzw, at(upper, next));
          q = vec4f(q.yzw, at(lower, next));
        }
      }
    }
  }
  let map = t * told.o + channel;
  put(map, row, column, s0); put(map, row + 1u, column, r0);
  if (channel + 1u < told.o) { put(map + 1u, row, column, s1); put(map + 1u, row + 1u, column, r1); }
  if (channel + 2u < told.o) { put(map + 2u, row, column, s2); put(map + 2u, row + 1u, column, r2); }
  if (channel + 3u < told.o) { put(map + 3u, row, column, s3); put(map + 3u, row + 1u, column, r3); }
}
