// What a convolution and its transpose are told, and how they read a line of a map.
struct Told { batch: u32, c: u32, h: u32, w: u32, o: u32, oh: u32, ow: u32, side: u32, stride: u32, padding: u32 }
@group(0) @binding(0) var<storage, READ> x: array<f32>;
@group(0) @binding(1) var<storage, READ> weight: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

fn at(line: vec2u, place: u32) -> f32 { // left of the first place it has wrapped around
  return select(0.0, x[line.x + min(place, told.w - 1u)], place < line.y);
}

fn line(map: u32, row: u32) -> vec2u { // where it begins, and how many of its places count
  return vec2u((map * told.h + min(row, told.h - 1u)) * told.w, select(0u, told.w, row < told.h));
}
