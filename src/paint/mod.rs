//! Draws what a run shows; generic over plotters' backends, so that tests draw without a browser.

pub mod curves;
pub mod film;
pub mod pixels;
pub mod regions;
pub mod reliability;
pub mod scatter;
pub mod scores;

use plotters::style::RGBColor;

use crate::protocol::Role;

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
