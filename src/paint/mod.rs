//! Draws what a run shows; generic over plotters' backends, so that tests draw without a browser.

pub mod contour;
pub mod curves;
pub mod film;
pub mod pixels;
pub mod regions;
pub mod reliability;
pub mod scatter;
pub mod scores;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind};
use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{IntoFont as _, RGBColor, TextStyle};

use crate::protocol::Role;

type Area<B> = DrawingArea<B, Shift>;
/// What comes of drawing on it.
type Painted<B> = Result<(), DrawingAreaErrorKind<<B as DrawingBackend>::ErrorType>>;

/// One fixed colour a role, for the theme in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub paper: RGBColor,
    /// Axes and words.
    pub ink: RGBColor,
    /// Grid lines.
    pub grid: RGBColor,
    /// What is measured on the training set.
    pub train: RGBColor,
    /// What is measured on the test set.
    pub test: RGBColor,
    /// A generator, and what it makes.
    pub generator: RGBColor,
    /// A discriminator.
    pub discriminator: RGBColor,
    /// All else.
    pub neutral: RGBColor,
}

impl Palette {
    /// The colour of a role.
    pub fn of(&self, role: Role) -> RGBColor {
        match role {
            Role::Train => self.train,
            Role::Test => self.test,
            Role::Generator => self.generator,
            Role::Discriminator => self.discriminator,
            Role::Neutral => self.neutral,
        }
    }
}

/// How words at an axis are set, `scale` device pixels a page pixel.
fn letters(palette: &Palette, scale: f64, across: HPos, up: VPos) -> TextStyle<'_> {
    let font = ("system-ui, sans-serif", 11.5 * scale).into_font();
    TextStyle::from(font).color(&palette.ink).pos(Pos::new(across, up))
}
