//! The page's end: opens a worker, talks to it, hears it, ends it.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{ErrorEvent, MessageEvent, Worker};

use super::{pack, unpack};
use crate::protocol::{Command, DeviceKind, Event, Fault, encode, event};

/// A worker; dropping it ends the worker, whatever that is doing.
pub struct Link {
    line: Rc<Line>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _error: Closure<dyn FnMut(ErrorEvent)>,
    _garbled: Closure<dyn FnMut(MessageEvent)>,
}

struct Line {
    worker: Option<Worker>,
    /// Its end has been told: one death is one event.
    dead: Cell<bool>,
}

impl Link {
    /// Opens the worker of this kind. All that it says, its death included, comes to `on_event`, never during this call.
    pub fn open(kind: DeviceKind, on_event: impl Fn(Event) + 'static) -> Self {
        let script = match kind {
            DeviceKind::Cpu => "./cpu_worker_loader.js",
            DeviceKind::Gpu => "./gpu_worker_loader.js",
        };
        let on_event = Rc::new(on_event);
        let opened = Worker::new(script);
        if let Err(error) = &opened {
            let (detail, on_event) = (format!("{script}: {error:?}"), on_event.clone());
            wasm_bindgen_futures::spawn_local(async move { on_event(dead(detail)) });
        }
        let line = Rc::new(Line { dead: Cell::new(opened.is_err()), worker: opened.ok() });
        let message = {
            let (line, on_event) = (line.clone(), on_event.clone());
            Closure::new(move |message: MessageEvent| {
                if let Some(event) = line.heard(&message) {
                    on_event(event);
                }
            })
        };
        let error = {
            let (line, on_event) = (line.clone(), on_event.clone());
            Closure::new(move |error: ErrorEvent| {
                if !line.dead.replace(true) {
                    // A script that is not there fails without a message.
                    let said = error.message();
                    on_event(dead(if said.is_empty() || said == "undefined" {
                        format!("{script} did not start")
                    } else {
                        said
                    }));
                }
            })
        };
        let garbled = Closure::new(move |_: MessageEvent| {
            let fault = Fault::Garbled { detail: "the browser could not read a message".to_owned() };
            on_event(Event::Trouble { run: None, fault, fatal: false });
        });
        if let Some(worker) = &line.worker {
            worker.set_onmessage(Some(message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(error.as_ref().unchecked_ref()));
            worker.set_onmessageerror(Some(garbled.as_ref().unchecked_ref()));
        }
        Self { line, _message: message, _error: error, _garbled: garbled }
    }

    /// Sends a command to a worker that has greeted; before that it has no run that could be meant.
    pub fn send(&self, command: &Command) {
        // Commands are plain data, which postcard always writes.
        let Ok(bytes) = encode(command) else { return };
        let (buffer, list) = pack(&bytes);
        if let Some(worker) = self.line.worker.as_ref().filter(|_| !self.line.dead.get()) {
            // It refuses only what cannot be transferred, and a fresh buffer can.
            let _ = worker.post_message_with_transfer(&buffer, &list);
        }
    }

    /// Passes on a command that was encoded elsewhere, in a buffer that stays with the page, to a worker that has greeted.
    pub fn forward(&self, message: &JsValue) {
        if let Some(worker) = self.line.worker.as_ref().filter(|_| !self.line.dead.get()) {
            // It refuses only what cannot be copied, and a buffer can.
            let _ = worker.post_message(message);
        }
    }
}

impl Line {
    /// The event of a message; `None` for the second of two reports of one death.
    fn heard(&self, message: &MessageEvent) -> Option<Event> {
        let heard = unpack(&message.data()).and_then(|bytes| event(&bytes));
        let event = heard.unwrap_or_else(|fault| {
            let fatal = matches!(fault, Fault::Version { .. });
            Event::Trouble { run: None, fault, fatal }
        });
        let ends =
            matches!(event, Event::Trouble { fault: Fault::Panicked { .. } | Fault::GpuLost { .. }, fatal: true, .. });
        (!ends || !self.dead.replace(true)).then_some(event)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if let Some(worker) = &self.line.worker {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.set_onmessageerror(None);
            worker.terminate();
        }
    }
}

fn dead(detail: String) -> Event {
    Event::Trouble { run: None, fault: Fault::Panicked { detail }, fatal: true }
}
