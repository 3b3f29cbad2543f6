//! What a reader does to the page: presses, types, draws, takes a file.

use std::time::Duration;

use fantoccini::{
    Locator,
    actions::{InputSource, MouseActions, PointerAction, TouchActions},
};
use serde_json::json;

use crate::Page;

impl Page {
    /// Clicks the button with this accessible name.
    pub async fn press(&self, name: &str) {
        self.press_in("//body", name).await;
    }

    /// Clicks the button with this accessible name within what an XPath finds, once it is there and lets itself be
    /// clicked: a dictionary or a session may still be on its way.
    pub async fn press_in(&self, place: &str, name: &str) {
        let path =
            &format!("{place}//button[not(@disabled) and (normalize-space(.)='{name}' or @aria-label='{name}')]");
        self.until(&format!("a button named {name} can be clicked"), |page| async move {
            match page.client().find(Locator::XPath(path)).await {
                Ok(button) => button.click().await.is_ok(),
                Err(_) => false,
            }
        })
        .await;
    }

    /// Types on whatever has the focus.
    pub async fn keys(&self, text: &str) {
        let focused = self.client().active_element().await.expect("something has the focus, at least the body");
        focused.send_keys(text).await.expect("keys are pressed");
    }

    /// The bytes of a file that the page handed the reader, once it is whole.
    pub async fn downloaded(&self, name: &str) -> Vec<u8> {
        let path = self.browser.downloads.join(name);
        // Chromium renames a download when it is whole.
        self.until(&format!("{name} is downloaded"), |_| {
            let there = path.exists();
            async move { there }
        })
        .await;
        std::fs::read(path).expect("a download can be read")
    }

    /// Draws a line on the pad with the mouse, through points given as shares of its side.
    pub async fn draw(&self, points: &[(f64, f64)]) {
        self.draw_on("canvas[data-pad]", points).await;
    }

    /// The same on the canvas that a selector finds.
    pub async fn draw_on(&self, pad: &str, points: &[(f64, f64)]) {
        let moves = self.pad_moves(pad, points).await;
        let mut mouse = MouseActions::new("mouse".into()).then(moves[0].clone());
        mouse = mouse.then(PointerAction::Down { button: 0 });
        mouse = moves[1..].iter().fold(mouse, |mouse, step| mouse.then(step.clone()));
        self.client().perform_actions(mouse.then(PointerAction::Up { button: 0 })).await.expect("the mouse draws");
    }

    /// Draws on the pad with a finger.
    pub async fn touch(&self, points: &[(f64, f64)]) {
        self.touch_on("canvas[data-pad]", points).await;
    }

    /// The same on the canvas that a selector finds.
    pub async fn touch_on(&self, pad: &str, points: &[(f64, f64)]) {
        let moves = self.pad_moves(pad, points).await;
        let mut finger = TouchActions::new("finger".into()).then(moves[0].clone());
        finger = finger.then(PointerAction::Down { button: 0 });
        finger = moves[1..].iter().fold(finger, |finger, step| finger.then(step.clone()));
        self.client().perform_actions(finger.then(PointerAction::Up { button: 0 })).await.expect("the finger draws");
    }

    async fn pad_moves(&self, pad: &str, points: &[(f64, f64)]) -> Vec<PointerAction> {
        let script =
            "const p = document.querySelector(arguments[0]); p.scrollIntoView({block: 'center', behavior: 'instant'});
            const r = p.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]";
        let frame = self.script(script, vec![json!(pad)]).await;
        let side = |i: usize| frame[i].as_f64().expect("the pad has a place on the page");
        let place = |&(x, y): &(f64, f64)| PointerAction::MoveTo {
            duration: Some(Duration::from_millis(20)),
            x: side(0) + x * side(2),
            y: side(1) + y * side(3),
        };
        points.iter().map(place).collect()
    }
}
