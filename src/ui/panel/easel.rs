//! What all pads share: where a pointer drew, how keys move a pen, and how strokes look.

use leptos::prelude::*;
use plotters::style::RGBColor;
use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, KeyboardEvent, PointerEvent};

use crate::protocol::Stroke;
use crate::ui::browser;

/// How far an arrow key moves the pen, as a share of the pad.
const NUDGE: f32 = 0.03;

/// Where a pointer is pressed to draw, of several fingers the first: all that it does is the pad's until it is lifted.
pub fn pressed(event: &PointerEvent) -> Option<[f32; 2]> {
    let at = browser::place(event).filter(|_| event.button() == 0 && event.is_primary())?;
    if let Some(canvas) = event.target().and_then(|it| it.dyn_into::<HtmlCanvasElement>().ok()) {
        // A pointer that was lifted meanwhile cannot be captured, and need not be.
        let _ = canvas.set_pointer_capture(event.pointer_id());
    }
    Some(at)
}

/// Lifts the pen that keys move: one that stayed down would go on with the stroke before.
pub fn raise(pen: RwSignal<Option<Pen>>) {
    pen.update(|pen| pen.iter_mut().for_each(|pen| pen.down = false));
}

/// Where a pointer has been since its last event, as shares of the pad.
pub fn places(event: &PointerEvent) -> Vec<[f32; 2]> {
    // A fast pen moves several times within a frame; without these its strokes would have corners.
    let between = event.get_coalesced_events();
    let mut points: Vec<_> = between
        .iter()
        .filter_map(|it| it.dyn_into::<PointerEvent>().ok())
        .filter_map(|it| browser::place(&it))
        .collect();
    if points.is_empty() {
        points.extend(browser::place(event));
    }
    points
}

/// A pen that is moved by keys.
#[derive(Clone, Copy, PartialEq)]
pub struct Pen {
    /// Its place, as shares of the pad.
    pub at: [f32; 2],
    /// Whether it draws.
    pub down: bool,
}

impl Default for Pen {
    fn default() -> Self {
        Self { at: [0.5; 2], down: false }
    }
}

impl Pen {
    /// Where an arrow key moves it; `None` for other keys.
    pub fn moved(self, key: &KeyboardEvent) -> Option<[f32; 2]> {
        let [x, y] = match key.key().as_str() {
            "ArrowLeft" => [-NUDGE, 0.0],
            "ArrowRight" => [NUDGE, 0.0],
            "ArrowUp" => [0.0, -NUDGE],
            "ArrowDown" => [0.0, NUDGE],
            _ => return None,
        };
        Some([self.at[0] + x, self.at[1] + y].map(|share| share.clamp(0.0, 1.0)))
    }

    /// Draws it as a ring around what `width` would cover.
    pub fn paint(self, pen: &CanvasRenderingContext2d, width: f32, [across, down]: [f64; 2]) {
        let radius = f64::from(width) * across / 2.0 + 2.0;
        pen.set_stroke_style_str(&hex(if self.down { "--test" } else { "--train" }));
        pen.set_line_width(across / 100.0);
        pen.begin_path();
        let [x, y] = self.at.map(f64::from);
        // A positive radius is no error.
        let _ = pen.arc(x * across, y * down, radius, 0.0, std::f64::consts::TAU);
        pen.stroke();
    }
}

/// Fills the pad with paper; its size in pixels, or `None` while it is hidden.
pub fn paper(canvas: &HtmlCanvasElement, pen: &CanvasRenderingContext2d) -> Option<[f64; 2]> {
    browser::sharpen(canvas)?;
    let size = [canvas.width(), canvas.height()].map(f64::from);
    pen.set_fill_style_str(&hex("--pad"));
    pen.fill_rect(0.0, 0.0, size[0], size[1]);
    Some(size)
}

/// Draws a stroke in the colour of this name: a line, or of one point a dot, which a canvas would leave out as a line.
pub fn ink(pen: &CanvasRenderingContext2d, stroke: &Stroke, colour: &str, [across, down]: [f64; 2]) {
    pen.set_stroke_style_str(&hex(colour));
    pen.set_line_cap("round");
    pen.set_line_join("round");
    pen.set_line_width(f64::from(stroke.width) * across);
    pen.begin_path();
    if let [point] = stroke.points[..] {
        return dot(pen, point, stroke.width, &hex(colour), [across, down]);
    }
    for (at, point) in stroke.points.iter().enumerate() {
        let (x, y) = (f64::from(point[0]) * across, f64::from(point[1]) * down);
        if at == 0 {
            pen.move_to(x, y);
        }
        pen.line_to(x, y);
    }
    pen.stroke();
}

/// Draws a dot of this width, as a share of the pad.
pub fn dot(pen: &CanvasRenderingContext2d, at: [f32; 2], width: f32, colour: &str, [across, down]: [f64; 2]) {
    let [x, y] = at.map(f64::from);
    pen.begin_path();
    pen.set_fill_style_str(colour);
    // A positive radius is no error.
    let _ = pen.arc(x * across, y * down, f64::from(width) * across / 2.0, 0.0, std::f64::consts::TAU);
    pen.fill();
}

/// A colour of the style sheet as canvases take it.
pub fn hex(name: &str) -> String {
    css(browser::colour(name))
}

/// A colour as canvases take it.
pub fn css(colour: RGBColor) -> String {
    format!("#{:02x}{:02x}{:02x}", colour.0, colour.1, colour.2)
}
