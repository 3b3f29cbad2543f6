//! What the page asks of the browser: pictures, files, the clipboard, the address, the GPU.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::prelude::*;
use plotters::style::RGBColor;
use wasm_bindgen::prelude::*;
use wasm_bindgen::{Clamped, JsCast};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, ImageData, IntersectionObserver,
    IntersectionObserverEntry,
};

use crate::paint::Palette;
use crate::paint::pixels::Image;
use crate::protocol::imitates;
use crate::ui::figures;

/// Milliseconds since the page was opened.
pub fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}

/// The canvas's pen.
pub fn pen(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok()??.dyn_into().ok()
}

/// Gives a canvas as many pixels as the screen has under it; the factor between the two, or `None` while it is hidden.
pub fn sharpen(canvas: &HtmlCanvasElement) -> Option<f64> {
    let ratio = window().device_pixel_ratio().clamp(1.0, 4.0);
    let pixels = |css: i32| (f64::from(css) * ratio).round() as u32;
    let (width, height) = (pixels(canvas.client_width()), pixels(canvas.client_height()));
    if width == 0 || height == 0 {
        return None;
    }
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    Some(ratio)
}

/// Shows an image at one canvas pixel a pixel; the style sheet scales it.
pub fn put(canvas: &HtmlCanvasElement, image: &Image) {
    if (canvas.width(), canvas.height()) != (image.width, image.height) {
        canvas.set_width(image.width);
        canvas.set_height(image.height);
    }
    let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&image.rgba), image.width, image.height);
    if let (Ok(data), Some(pen)) = (data, pen(canvas)) {
        // It fails only for sizes of zero, which `Image` does not have.
        let _ = pen.put_image_data(&data, 0.0, 0.0);
    }
}

/// A colour of the style sheet, by a custom property that it declares as one: browsers give `rgb(r, g, b)`.
pub fn colour(name: &str) -> RGBColor {
    let read = || {
        let style = window().get_computed_style(&document().document_element()?).ok()??;
        let text = style.get_property_value(name).ok()?;
        let mut bytes =
            text.trim().strip_prefix("rgb(")?.strip_suffix(')')?.split(',').map(|byte| byte.trim().parse().ok());
        Some(RGBColor(bytes.next()??, bytes.next()??, bytes.next()??))
    };
    read().unwrap_or(RGBColor(128, 128, 128))
}

/// The colours in force; the style sheet is the one place that names them.
pub fn palette() -> Palette {
    Palette {
        paper: colour("--card"),
        ink: colour("--soft"),
        grid: colour("--line"),
        train: colour("--train"),
        test: colour("--test"),
        generator: colour("--generator"),
        discriminator: colour("--discriminator"),
        neutral: colour("--neutral"),
    }
}

/// Lets the browser do other things for so many milliseconds.
pub async fn rest(milliseconds: i32) {
    let promise = Promise::new(&mut |done, _| {
        // A window can always count time.
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&done, milliseconds);
    });
    // Nobody rejects it.
    let _ = JsFuture::from(promise).await;
}

/// Where an element was pointed at, as a share of its width and height.
pub fn place(event: &web_sys::MouseEvent) -> Option<[f32; 2]> {
    let element: web_sys::Element = event.target()?.dyn_into().ok()?;
    let bounds = element.get_bounding_client_rect();
    let share = |at: i32, from: f64, size: f64| ((f64::from(at) - from) / size.max(1.0)).clamp(0.0, 1.0) as f32;
    Some([
        share(event.client_x(), bounds.left(), bounds.width()),
        share(event.client_y(), bounds.top(), bounds.height()),
    ])
}

/// Where a slider was moved to.
pub fn slid(event: &web_sys::Event) -> Option<f64> {
    figures::number(&event_target_value(event))
}

/// Tells the window of something, by an event of this name.
pub fn announce(name: &str, detail: &JsValue) {
    let init = web_sys::CustomEventInit::new();
    init.set_detail(detail);
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict(name, &init) {
        // Nobody cancels it.
        let _ = window().dispatch_event(&event);
    }
}

/// Hands the reader a file of bytes.
pub fn download_bytes(name: &str, contents: &[u8], kind: &str) {
    let blob = gloo::file::Blob::new_with_options(contents, Some(kind));
    offer(name, &blob);
}

/// Hands the reader a file.
pub fn download(name: &str, contents: &str, kind: &str) {
    let blob = gloo::file::Blob::new_with_options(contents, Some(kind));
    offer(name, &blob);
}

/// Hands the reader a canvas as a PNG file.
pub fn download_png(name: String, canvas: &HtmlCanvasElement) {
    let done = Closure::once_into_js(move |blob: Option<web_sys::Blob>| {
        if let Some(blob) = blob {
            offer(&name, &blob.into());
        }
    });
    // It fails only for canvases with foreign pictures, of which the page has none.
    let _ = canvas.to_blob(done.unchecked_ref());
}

fn offer(name: &str, blob: &gloo::file::Blob) {
    let url = gloo::file::ObjectUrl::from(blob.clone());
    let anchor = document().create_element("a").ok().and_then(|it| it.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(anchor) = anchor {
        anchor.set_href(&url);
        anchor.set_download(name);
        anchor.click();
    }
    // The browser reads the file after the click has been handled.
    gloo::timers::callback::Timeout::new(10_000, move || drop(url)).forget();
}

/// Copies a text; says whether the browser allowed it.
pub async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    if AsRef::<JsValue>::as_ref(&clipboard).is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

/// Shows what the benchmark has measured, under a name for those who do not see it, or hides it. It is a static part of the
/// page: few read it, and a view would cost all others ten times the bytes.
pub fn show_bench(text: Option<&str>, name: &str) {
    let Some(area) = document().get_element_by_id("bench") else { return };
    area.set_text_content(text);
    // Setting an attribute of a name that is valid cannot fail.
    let _ = area.set_attribute("aria-label", name);
    let _ = if text.is_some() { area.remove_attribute("hidden") } else { area.set_attribute("hidden", "") };
}

/// What the benchmark has measured, or nothing.
pub fn measured() -> String {
    document().get_element_by_id("bench").and_then(|area| area.text_content()).unwrap_or_default()
}

/// The part of the address from `#` on, or nothing.
pub fn hash() -> String {
    window().location().hash().unwrap_or_default()
}

/// Sets the address's part behind `#`; `keep` leaves the old address to the Back button.
pub fn set_hash(hash: &str, keep: bool) {
    let location = window().location();
    let base = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let url = if hash.is_empty() { base } else { format!("{base}#{hash}") };
    if let Ok(history) = window().history() {
        // Browsers refuse it when it comes too often; the next change then sets the address.
        let _ = if keep {
            history.push_state_with_url(&JsValue::NULL, "", Some(&url))
        } else {
            history.replace_state_with_url(&JsValue::NULL, "", Some(&url))
        };
    }
}

/// The reader's languages, the most wanted first.
pub fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// Does something once an element is first seen.
pub fn when_seen(element: &web_sys::Element, act: impl FnOnce() + 'static) {
    let mut act = Some(act);
    let seen = Closure::<dyn FnMut(Array, IntersectionObserver)>::new(
        move |entries: Array, observer: IntersectionObserver| {
            let within = |entry: JsValue| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting();
            if entries.iter().any(within) {
                observer.disconnect();
                act.take().into_iter().for_each(|act| act());
            }
        },
    );
    if let Ok(observer) = IntersectionObserver::new(seen.as_ref().unchecked_ref()) {
        observer.observe(element);
    }
    seen.forget();
}

/// Whether the reader wants little movement.
pub fn calm() -> bool {
    window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|query| query.matches())
}

/// Brings an element into view.
pub fn reveal(id: &str) {
    if let Some(element) = document().get_element_by_id(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Center);
        options.set_behavior(if calm() { web_sys::ScrollBehavior::Auto } else { web_sys::ScrollBehavior::Smooth });
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// What a short question to the browser says about its GPU.
pub enum Gpu {
    /// An adapter; its worker finds out the rest.
    Real,
    /// An adapter of this name that imitates a GPU on the processor.
    Software(String),
    /// WebGPU without an adapter.
    NoAdapter,
    /// No WebGPU.
    Absent,
}

/// Why this site has no GPU worker, where it says so: `data-gpu` of the page's root, which whoever builds the site writes.
pub fn gpu_worker_is_missing() -> Option<Missing> {
    let root = window().document()?.document_element()?;
    match root.get_attribute("data-gpu")?.as_str() {
        "building" => Some(Missing::Building),
        _ => Some(Missing::Absent),
    }
}

/// Why a site has no GPU worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// It was left out.
    Absent,
    /// It is still being compiled.
    Building,
}

/// Asks for a WebGPU adapter, so that nobody downloads the large worker in vain.
pub async fn gpu() -> Gpu {
    let Ok(gpu) = get(&window().navigator().into(), "gpu") else { return Gpu::Absent };
    let asked = get(&gpu, "requestAdapter").ok().and_then(|ask| ask.dyn_into::<Function>().ok());
    let Some(promise) = asked.and_then(|ask| ask.call0(&gpu).ok()).and_then(|it| it.dyn_into::<Promise>().ok()) else {
        return Gpu::Absent;
    };
    let adapter = match JsFuture::from(promise).await {
        Ok(adapter) if !adapter.is_null() && !adapter.is_undefined() => adapter,
        _ => return Gpu::NoAdapter,
    };
    let info = get(&adapter, "info").unwrap_or(JsValue::UNDEFINED);
    let word = |key: &str| get(&info, key).ok().and_then(|it| it.as_string()).unwrap_or_default();
    let marked = [&info, &adapter].iter().any(|it| get(it, "isFallbackAdapter").is_ok_and(|flag| flag.is_truthy()));
    let words = ["description", "vendor", "architecture", "device"].map(word);
    let software = marked || imitates(&words.join(" "));
    let [description, _, architecture, _] = words;
    let name = if description.is_empty() { architecture } else { description };
    if software {
        return Gpu::Software(name);
    }
    Gpu::Real
}

/// A property that is there.
fn get(of: &JsValue, key: &str) -> Result<JsValue, ()> {
    if of.is_undefined() || of.is_null() {
        return Err(());
    }
    Reflect::get(of, &key.into()).ok().filter(|it| !it.is_undefined() && !it.is_null()).ok_or(())
}
