//! Numbers as the page shows them.

/// A number as it is written in addresses and fields; `None` of any other text, infinities among them.
pub fn number(text: &str) -> Option<f64> {
    let written = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    (written && !text.is_empty()).then(|| parse(text)).filter(|number| number.is_finite())
}

/// The browser's own reading: Rust's carries a table of powers of five, 12 KB that no compression makes smaller.
#[cfg(target_arch = "wasm32")]
fn parse(text: &str) -> f64 {
    wasm_bindgen::JsValue::from_str(text).unchecked_into_f64()
}

#[cfg(not(target_arch = "wasm32"))]
fn parse(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

/// A measured value: enough digits to tell two runs apart, few enough to read while it changes.
pub fn value(value: f32) -> String {
    let size = value.abs();
    if size == 0.0 {
        "0".to_owned()
    } else if size < 1e-3 {
        format!("{value:.2e}")
    } else if size < 1.0 {
        format!("{value:.4}")
    } else if size < 10.0 {
        format!("{value:.3}")
    } else {
        format!("{value:.2}")
    }
}

/// A whole number; from five digits on in groups of three, which both of the page's languages part with commas.
pub fn count(number: u64) -> String {
    if number < 10_000 { number.to_string() } else { grouped(number) }
}

/// The same in groups whatever its length, for one that stands beside a longer one.
pub fn grouped(number: u64) -> String {
    if number < 1000 { number.to_string() } else { format!("{},{:03}", grouped(number / 1000), number % 1000) }
}

/// A rate a second.
pub fn rate(rate: f32) -> String {
    if rate >= 100.0 { count(rate.round() as u64) } else { format!("{rate:.1}") }
}

/// A span of seconds.
pub fn span(seconds: f32) -> String {
    let whole = seconds.ceil() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds:02} s"),
        (hours, minutes, _) => format!("{hours} h {minutes:02} min"),
    }
}

/// An amount of memory, in MB of 1,000,000 bytes.
pub fn memory(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

/// A share, in percent.
pub fn percent(share: f32) -> String {
    format!("{:.1} %", share * 100.0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn large_counts_are_grouped() {
        let said = [0, 7850, 9999, 10_000, 61_706, 109_386, 1_000_050].map(super::count);
        assert_eq!(said, ["0", "7850", "9999", "10,000", "61,706", "109,386", "1,000,050"]);
        assert_eq!([7, 3000].map(super::grouped), ["7", "3,000"]);
        assert_eq!(super::count(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn figures_are_short() {
        assert_eq!(super::value(0.123_456), "0.1235");
        assert_eq!(super::value(2.869_8), "2.870");
        assert_eq!(super::value(98.768), "98.77");
        assert_eq!(super::value(1e-5), "1.00e-5");
        assert_eq!(super::span(59.2), "1 min 00 s");
        assert_eq!(super::span(3725.0), "1 h 02 min");
        assert_eq!(super::rate(123.4), "123");
        assert_eq!(super::rate(12_345.6), "12,346");
        assert_eq!(super::memory(12_400_000), "12 MB");
    }
}
