//! A drawing as a short text that an address can hold, and back.

use super::Stroke;

/// Characters of a drawing's text, at most: a link to it can still be shared.
pub const LONGEST: usize = 2000;

/// The last place in a row and in a column of the pad, from 0: two of them are 18 bits, or three characters.
const LAST: f32 = 511.0;

/// Widths are whole parts of the pad's side, of which it has so many.
const PARTS: f32 = 128.0;

/// The class that the points of a stroke are of, where they are samples: its width in parts of the pad's side, from 0.
pub fn class_of(stroke: &Stroke) -> u8 {
    (stroke.width * PARTS - 1.0).round().clamp(0.0, 63.0) as u8
}

/// The width of a class's strokes.
pub fn width_of(class: u8) -> f32 {
    f32::from(class + 1) / PARTS
}

/// The alphabet of base64url (RFC 4648, section 5); addresses need not escape it, nor what stands between strokes.
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const BETWEEN: char = '.';

/// The strokes that a text stands for: at least one, each with at least one point. `None` for a text that is no drawing or
/// longer than [`LONGEST`].
pub fn strokes(text: &str) -> Option<Vec<Stroke>> {
    if text.len() > LONGEST {
        return None;
    }
    text.split(BETWEEN).map(stroke).collect()
}

/// A width, then three characters a point.
fn stroke(text: &str) -> Option<Stroke> {
    let digit = |byte: u8| DIGITS.iter().position(|digit| *digit == byte);
    let digits = text.bytes().map(digit).collect::<Option<Vec<_>>>()?;
    let (width, places) = digits.split_first()?;
    let (places, rest) = places.as_chunks::<3>();
    if places.is_empty() || !rest.is_empty() {
        return None;
    }
    let point = |[high, middle, low]: &[usize; 3]| {
        let place = (high << 12) | (middle << 6) | low;
        [place >> 9, place & 511].map(|at| at as f32 / LAST)
    };
    Some(Stroke { width: (width + 1) as f32 / PARTS, points: places.iter().map(point).collect() })
}

/// The text of strokes, each point moved to the nearest place and each width to the nearest that there is; strokes without a
/// point are left out. It may be longer than [`LONGEST`].
pub fn stroke_text(strokes: &[Stroke]) -> String {
    let mut text = String::new();
    let put = |text: &mut String, digit: usize| text.push(char::from(DIGITS[digit & 63]));
    for stroke in strokes.iter().filter(|stroke| !stroke.points.is_empty()) {
        if !text.is_empty() {
            text.push(BETWEEN);
        }
        put(&mut text, class_of(stroke).into());
        for point in &stroke.points {
            let [x, y] = point.map(|share| (share.clamp(0.0, 1.0) * LAST).round() as usize);
            let place = (x << 9) | y;
            [place >> 12, place >> 6, place].into_iter().for_each(|digit| put(&mut text, digit));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_short_and_comes_back_as_it_went() {
        let drawn = [
            Stroke { width: 0.05, points: vec![[0.0, 0.0], [1.0, 1.0], [0.5, 0.25]] },
            Stroke { width: 9.0, points: vec![[2.0, f32::NAN]] },
            Stroke { width: 0.1, points: vec![] },
        ];
        let text = stroke_text(&drawn);
        assert_eq!(text, "FAAA___gCA.__4A");
        let back = strokes(&text).unwrap();
        assert_eq!((back.len(), back[0].points.len(), back[1].points.len()), (2, 3, 1));
        assert_eq!(back[0].points[1], [1.0, 1.0]);
        assert!((back[0].points[2][0] - 0.5).abs() <= 0.5 / LAST && (back[0].width - 0.05).abs() < 0.5 / PARTS);
        assert_eq!(stroke_text(&back), text);
    }

    #[test]
    fn what_is_no_drawing_is_refused() {
        for text in ["", ".", "A", "AAA", "AAAAA", "AAAA.", ".AAAA", "AAAA..AAAA", "AAA+", "AAAé", "AAA A", "AA%41"] {
            assert_eq!(strokes(text), None, "{text}");
        }
        let dots = vec!["AAAA"; (LONGEST + 1) / 5].join(".");
        assert!(strokes(&dots).is_some_and(|strokes| strokes.len() == 400));
        assert_eq!(strokes(&format!("{dots}.AAAA")), None, "too long");
    }

    /// Any text is refused, or is the text of the strokes that it stands for.
    #[test]
    fn every_text_that_is_taken_is_its_own() {
        // Marsaglia's xorshift: the same noise every time.
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        let mut taken = 0;
        for round in 0..20_000 {
            let mut byte = || {
                let random = random();
                if round % 4 == 0 { (random >> 8) as u8 } else { b".-_AZaz09"[(random >> 8) as usize % 9] }
            };
            let bytes: Vec<u8> = (0..round % 24).map(|_| byte()).collect();
            let text = String::from_utf8_lossy(&bytes);
            if let Some(strokes) = strokes(&text) {
                taken += 1;
                assert_eq!(stroke_text(&strokes), text);
                let shares = strokes.iter().flat_map(|stroke| stroke.points.iter().flatten());
                assert!(shares.into_iter().all(|share| (0.0..=1.0).contains(share)));
                assert!(strokes.iter().all(|stroke| stroke.width > 0.0 && stroke.width <= 0.5));
            }
        }
        assert!(taken > 500, "{taken} were drawings");
    }
}
