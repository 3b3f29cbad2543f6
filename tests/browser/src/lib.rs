//! Drives a real headless Chromium over the built page.
