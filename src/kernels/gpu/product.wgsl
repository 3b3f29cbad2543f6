// C = A B of strided matrices, a tile of 4x8 for each invocation, or of 8x8: few loads for each product, no barrier, no copies.
const TILE = select(4u, 8u, TALL);
struct Told { m: u32, n: u32, k: u32, am: u32, ak: u32, bk: u32, bn: u32 }
@group(0) @binding(0) var<storage, READ> a: array<f32>;
@group(0) @binding(1) var<storage, READ> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;

fn put(row: u32, column: u32, value: f32) {
  if (row < told.m && column < told.n) { c[row * told.n + column] = value; }
}

fn put_row(row: u32, column: u32, low: vec4f, high: vec4f) {
  for (var j = 0u; j < 4u; j++) { put(row, column + j, low[j]); put(row, column + 4u + j, high[j]); }
}

@compute @workgroup_size(WIDTH)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) place: u32) {
  let across = (told.n + 7u) / 8u;
  let tile = (group.y * ROWu + group.x) * WIDTHu + place;
  let row = tile / across * TILE;
  let column = tile % across * 8u;
  if (row >= told.m) { return; }
  let low = min(vec4u(0u, 1u, 2u, 3u) + column, vec4u(told.n - 1u));
  let high = min(vec4u(4u, 5u, 6u, 7u) + column, vec4u(told.n - 1u));
  var x = min(vec4u(0u, 1u, 2u, 3u) + row, vec4u(told.m - 1u)) * told.am;
  var w = min(vec4u(4u, 5u, 6u, 7u) + row, vec4u(told.m - 1u)) * told.am;
  var y = low * told.bn;
  var z = high * told.bn;
  var s0 = first(low); var t0 = first(high);
  var s1 = s0; var t1 = t0; var s2 = s0; var t2 = t0; var s3 = s0; var t3 = t0;
  var s4 = s0; var t4 = t0; var s5 = s0; var t5 = t0; var s6 = s0; var t6 = t0; var s7 = s0; var t7 = t0;
  var sum = vec4f(); var tum = vec4f();
  for (var k = 0u; k < told.k; k++) {
    let p = vec4f(a[x.x], a[x.y], a[x.z], a[x.w]);
    let q = vec4f(b[y.x], b[y.y], b[y.z], b[y.w]);
    let r = vec4f(b[z.x], b[z.y], b[z.z], b[z.w]);
    s0 += p.x * q; t0 += p.x * r;
    s1 += p.y * q; t1 += p.y * r;
    s2 += p.z * q; t2 += p.z * r;
    s3 += p.w * q; t3 += p.w * r;
    if (TALL) {
      let o = vec4f(a[w.x], a[w.y], a[w.z], a[w.w]);
      s4 += o.x * q; t4 += o.x * r;
      s5 += o.y * q; t5 += o.y * r;
      s6 += o.z * q; t6 += o.z * r;
      s7 += o.w * q; t7 += o.w * r;
      w += told.ak;
    }
    if (SUMS) { sum += q; tum += r; }
    x += told.ak; y += told.bk; z += told.bk;
  }
  put_row(row, column, s0, t0);
  put_row(row + 1u, column, s1, t1);
  put_row(row + 2u, column, s2, t2);
  put_row(row + 3u, column, s3, t3);
  if (TALL) {
    put_row(row + 4u, column, s4, t4);
    put_row(row + 5u, column, s5, t5);
    put_row(row + 6u, column, s6, t6);
    put_row(row + 7u, column, s7, t7);
  }
  if (row == 0u) { last(column, sum, tum); }
}
