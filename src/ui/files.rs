//! Files of the site that the page asks for as it goes: a language's words, the catalogue, sources.

use js_sys::{Promise, Uint8Array};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, RequestCache, RequestInit, Response};

use super::lang::Lang;
use crate::protocol::{Catalogue, ChunkCause, MARKS, decode, mark};

/// Sees to the words of a language; says whether they are here.
pub async fn learn(lang: Lang) -> bool {
    if lang.known() {
        return true;
    }
    // Both are on their way before the first is waited for.
    let asked = lang.files().map(|file| ask(&file, RequestCache::Default));
    let mut files = [const { String::new() }; 2];
    for (file, asked) in files.iter_mut().zip(asked) {
        *file = text(answer(asked).await).await.unwrap_or_default();
    }
    lang.learn(files)
}

/// Where the catalogue's cards lie; `www/index.html` has them fetched while the page is compiled.
pub const CARDS: &str = "catalogue/cards.bin";

/// The catalogue as it was built with this page.
///
/// # Errors
/// Why it could not be had, also past all caches, which may keep another build's.
pub async fn cards() -> Result<Catalogue, ChunkCause> {
    let whole = async |cache| {
        let answer = answer(ask(CARDS, cache)).await?;
        let buffer = JsFuture::from(answer.array_buffer().map_err(network)?).await.map_err(network)?;
        let (bytes, [cards, _]) = (Uint8Array::new(&buffer).to_vec(), MARKS);
        let fits = Some(bytes).filter(|bytes| mark(bytes) == cards);
        fits.and_then(|bytes| decode(&bytes).ok()).ok_or(ChunkCause::Checksum)
    };
    match whole(RequestCache::Default).await {
        Ok(catalogue) => Ok(catalogue),
        Err(_) => whole(RequestCache::Reload).await,
    }
}

/// A file of source text, which changes under its name.
///
/// # Errors
/// Why it could not be had.
pub async fn source(path: &str) -> Result<String, ChunkCause> {
    text(answer(ask(path, RequestCache::NoCache)).await).await
}

/// Begins to fetch a file of the site.
fn ask(path: &str, cache: RequestCache) -> Promise {
    let init = RequestInit::new();
    init.set_cache(cache);
    // Milliseconds: the reader waits for it.
    init.set_signal(Some(&AbortSignal::timeout_with_u32(20_000)));
    window().fetch_with_str_and_init(path, &init)
}

async fn answer(asked: Promise) -> Result<Response, ChunkCause> {
    let answer: Response = JsFuture::from(asked).await.map_err(network)?.unchecked_into();
    if answer.status() == 200 { Ok(answer) } else { Err(ChunkCause::Status(answer.status())) }
}

async fn text(answer: Result<Response, ChunkCause>) -> Result<String, ChunkCause> {
    let text = JsFuture::from(answer?.text().map_err(network)?).await.map_err(network)?;
    Ok(text.as_string().unwrap_or_default())
}

/// What exactly failed, the page does not tell.
fn network(_: JsValue) -> ChunkCause {
    ChunkCause::Network(String::new())
}
