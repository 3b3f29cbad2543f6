//! Small canvases that show a picture as it is.

use leptos::html::Canvas;
use leptos::prelude::*;

use crate::paint::pixels::Image;
use crate::ui::browser;

/// A picture that changes; `label` is its text alternative, and without one it is decoration.
#[component]
pub fn Picture(
    /// What it shows; `None` leaves it empty.
    #[prop(into)]
    image: Signal<Option<Image>>,
    /// Its text alternative.
    #[prop(optional, into)]
    label: Option<Signal<String>>,
) -> impl IntoView {
    let canvas = NodeRef::<Canvas>::new();
    let desk = super::desk();
    Effect::new(move || {
        desk.surface.track();
        let Some(canvas) = canvas.get() else { return };
        image.with(|image| match image {
            Some(image) => browser::put(&canvas, image),
            None => {
                if let Some(pen) = browser::pen(&canvas) {
                    pen.clear_rect(0.0, 0.0, f64::from(canvas.width()), f64::from(canvas.height()));
                }
            }
        });
    });
    match label {
        Some(label) => view! {
            <canvas class="picture" width="28" height="28" node_ref=canvas role="img" aria-label=move || label.get()></canvas>
        }
        .into_any(),
        None => {
            view! { <canvas class="picture" width="28" height="28" node_ref=canvas aria-hidden="true"></canvas> }.into_any()
        }
    }
}
