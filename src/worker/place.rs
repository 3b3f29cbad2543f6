//! A dedicated worker as a place for a host.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MessageChannel, MessagePort, Performance, ReadableStream, ReadableWritablePair, Request, RequestCache, RequestInit,
    Response, WorkerGlobalScope,
};

use crate::engine::host::{Place, Post};
use crate::link;
use crate::protocol::{ChunkCause, Command, Event, Fault};

/// The worker that this code runs in.
pub struct Scope {
    scope: WorkerGlobalScope,
    clock: Option<Performance>,
    mailbox: Rc<Mailbox>,
    breath: Breath,
}

impl Scope {
    /// The surroundings, listening to the page.
    ///
    /// # Errors
    /// What the browser said, elsewhere than in a worker.
    pub fn new() -> Result<Self, JsValue> {
        let scope: WorkerGlobalScope = js_sys::global().dyn_into()?;
        let mailbox = Rc::new(Mailbox::default());
        let inbox = mailbox.clone();
        link::hear(move |command: Result<Command, Fault>| inbox.put(Post::Command(command)));
        Ok(Self { clock: scope.performance(), scope, mailbox, breath: Breath::new()? })
    }
}

impl Place for Scope {
    fn now(&self) -> f64 {
        self.clock.as_ref().map_or(0.0, Performance::now)
    }

    fn memory(&self) -> u64 {
        const PAGE: u64 = 65_536;
        core::arch::wasm32::memory_size(0) as u64 * PAGE
    }

    fn send(&self, event: Event) {
        link::say(&event);
    }

    fn take(&self) -> Option<Post> {
        self.mailbox.posts.borrow_mut().pop_front()
    }

    fn fetch(&self, path: String, delay: f64) {
        let (scope, mailbox) = (self.scope.clone(), self.mailbox.clone());
        spawn_local(async move {
            if delay > 0.0 {
                sleep(&scope, delay).await;
            }
            // What failed once may stand in the browser's cache as it is.
            let cache = if delay > 0.0 { RequestCache::Reload } else { RequestCache::Default };
            let outcome = file(&scope, &path, cache).await;
            mailbox.put(Post::File { path, outcome });
        });
    }

    async fn breathe(&self) {
        self.breath.take().await;
    }

    async fn wait(&self) {
        let mailbox = &self.mailbox;
        poll_fn(|context| {
            if mailbox.posts.borrow().is_empty() {
                mailbox.reader.replace(Some(context.waker().clone()));
                Poll::Pending
            } else {
                Poll::Ready(())
            }
        })
        .await;
    }
}

#[derive(Default)]
struct Mailbox {
    posts: RefCell<VecDeque<Post>>,
    reader: RefCell<Option<Waker>>,
}

impl Mailbox {
    fn put(&self, post: Post) {
        self.posts.borrow_mut().push_back(post);
        if let Some(reader) = self.reader.take() {
            reader.wake();
        }
    }
}

/// A turn of the browser's event loop. A message to oneself takes one; a nested timer would take 4 ms.
struct Breath {
    port: MessagePort,
    taken: Rc<Cell<bool>>,
    waker: Rc<RefCell<Option<Waker>>>,
}

impl Breath {
    fn new() -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        let (taken, waker) = (Rc::new(Cell::new(false)), Rc::new(RefCell::new(None::<Waker>)));
        let back = {
            let (taken, waker) = (taken.clone(), waker.clone());
            Closure::<dyn Fn()>::new(move || {
                taken.set(true);
                if let Some(waker) = waker.take() {
                    waker.wake();
                }
            })
        };
        channel.port1().set_onmessage(Some(back.as_ref().unchecked_ref()));
        back.forget();
        Ok(Self { port: channel.port2(), taken, waker })
    }

    async fn take(&self) {
        self.taken.set(false);
        if self.port.post_message(&JsValue::NULL).is_err() {
            return;
        }
        poll_fn(|context| {
            if self.taken.get() {
                return Poll::Ready(());
            }
            self.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

async fn sleep(scope: &WorkerGlobalScope, milliseconds: f64) {
    let promise = Promise::new(&mut |resolve: Function, _| {
        // Without a timer there is no delay, which is better than no file.
        if scope.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds as i32).is_err() {
            let _ = resolve.call0(&JsValue::NULL);
        }
    });
    let _ = JsFuture::from(promise).await;
}

/// A file, unpacked if it is gzip'd. A server may have unpacked it on the way, so its first bytes decide.
async fn file(scope: &WorkerGlobalScope, path: &str, cache: RequestCache) -> Result<Vec<u8>, ChunkCause> {
    let init = RequestInit::new();
    init.set_cache(cache);
    let request = Request::new_with_str_and_init(&format!("./{path}"), &init).map_err(network)?;
    let response: Response =
        JsFuture::from(scope.fetch_with_request(&request)).await.map_err(network)?.dyn_into().map_err(network)?;
    if response.status() != 200 {
        return Err(ChunkCause::Status(response.status()));
    }
    let bytes = body(&response).await.map_err(network)?;
    if path.ends_with(".gz") && bytes.starts_with(&[0x1f, 0x8b]) {
        unzip(&bytes).await.map_err(|_| ChunkCause::Truncated)
    } else {
        Ok(bytes)
    }
}

async fn unzip(bytes: &[u8]) -> Result<Vec<u8>, JsValue> {
    let packed: ReadableStream = Response::new_with_opt_js_u8_array(Some(&Uint8Array::from(bytes)))?
        .body()
        .ok_or_else(|| JsValue::from_str("a response without a body"))?;
    // web-sys keeps this class behind a flag for the whole build.
    let class: Function = Reflect::get(&js_sys::global(), &"DecompressionStream".into())?.dyn_into()?;
    let pair: ReadableWritablePair = Reflect::construct(&class, &Array::of1(&"gzip".into()))?.unchecked_into();
    body(&Response::new_with_opt_readable_stream(Some(&packed.pipe_through(&pair)))?).await
}

async fn body(response: &Response) -> Result<Vec<u8>, JsValue> {
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

fn network(error: JsValue) -> ChunkCause {
    ChunkCause::Network(
        error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| error.message().into()),
    )
}
