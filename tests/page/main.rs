//! What the page is made of, as far as no browser is needed for it, and the house itself.

mod address;
mod architecture;
mod brought;
mod docs;
mod paint;
mod protocol;
