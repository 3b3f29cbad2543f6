//! The worker's end.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::{pack, unpack};
use crate::protocol::{Command, Event, Fault, decode, encode};

/// Says something to the page; elsewhere than in a dedicated worker nothing is said.
pub fn say(event: &Event) {
    if let (Some(scope), Ok(bytes)) = (scope(), encode(event)) {
        let (buffer, list) = pack(&bytes);
        // It refuses only what cannot be transferred, and a fresh buffer can.
        let _ = scope.post_message_with_transfer(&buffer, &list);
    }
}

/// Hears the page from now on, for as long as the worker lives.
pub fn hear(on_command: impl Fn(Result<Command, Fault>) + 'static) {
    let Some(scope) = scope() else { return };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
        on_command(unpack(&message.data()).and_then(|bytes| decode(&bytes)));
    });
    scope.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    heard.forget();
}

fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}
