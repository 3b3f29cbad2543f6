//! Carries messages between the page and a worker: postcard bytes in transferred buffers, and what happens to workers.

mod page;
mod worker;

pub use page::Link;
pub use worker::{hear, say};

use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use crate::protocol::Fault;

/// A message's bytes in a buffer of its own, and the list that transfers it.
fn pack(bytes: &[u8]) -> (ArrayBuffer, Array) {
    let buffer = Uint8Array::from(bytes).buffer();
    let list = Array::of1(&buffer);
    (buffer, list)
}

/// The bytes that came.
fn unpack(data: &JsValue) -> Result<Vec<u8>, Fault> {
    data.dyn_ref::<ArrayBuffer>()
        .map(|buffer| Uint8Array::new(buffer).to_vec())
        .ok_or_else(|| Fault::Garbled { detail: "no buffer of bytes".to_owned() })
}
