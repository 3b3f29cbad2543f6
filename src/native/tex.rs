//! TeX into MathML, which browsers set by themselves.

pub use pulldown_latex::config::DisplayMode;
use pulldown_latex::config::RenderConfig;
use pulldown_latex::{Parser, Storage, push_mathml};

use crate::protocol::Tex;

/// The TeX with its markup, on lines of its own or within a sentence.
///
/// # Errors
/// What is wrong with the TeX.
pub fn set(tex: &mut Tex, display_mode: DisplayMode) -> Result<(), String> {
    tex.markup = mathml(&tex.source, display_mode).map_err(|error| format!("{}: {error}", tex.source))?;
    Ok(())
}

/// The formula as MathML without `style` attributes, which the page's security policy would refuse.
///
/// # Errors
/// What is wrong with the TeX.
fn mathml(tex: &str, display_mode: DisplayMode) -> Result<String, String> {
    let storage = Storage::new();
    let events: Vec<_> = Parser::new(tex, &storage).collect();
    if let Some(Err(error)) = events.iter().find(|event| event.is_err()) {
        return Err(error.to_string());
    }
    let mut out = String::new();
    push_mathml(&mut out, events.into_iter(), RenderConfig { display_mode, ..RenderConfig::default() })
        .map_err(|error| error.to_string())?;
    Ok(without_styles(&out))
}

/// Leaves out every `style="…"`: they only tune spaces.
fn without_styles(markup: &str) -> String {
    let mut pieces = markup.split(" style=\"");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push_str(piece.split_once('"').map_or("", |(_, rest)| rest));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formulas_of_a_classifier_are_set() {
        for tex in [
            r"L = -\frac{1}{N}\sum_{i=1}^{N} \log \frac{e^{z_{i,y_i}}}{\sum_{k} e^{z_{i,k}}}",
            r"y_k = f\Bigl(\sum_{c} w_{kc} \star x_c + b_k\Bigr)",
            r"\theta_{t+1} = \theta_t - \eta \, \hat{m}_t / (\sqrt{\hat{v}_t} + \epsilon)",
            r"\begin{aligned} h &= \max(0, W x + b) \\ z &= V h \end{aligned}",
        ] {
            let markup = mathml(tex, DisplayMode::Block).expect(tex);
            assert!(markup.starts_with("<math") && markup.ends_with("</math>"), "{markup}");
            assert!(!markup.contains("style=") && !markup.contains("merror"), "{markup}");
        }
    }

    #[test]
    fn what_is_no_tex_is_refused() {
        assert!(mathml(r"\frac{1}{", DisplayMode::Inline).is_err());
        assert!(mathml(r"\nosuchthing", DisplayMode::Inline).is_err());
    }

    #[test]
    fn styles_are_left_out_and_the_rest_stays() {
        assert_eq!(without_styles(r#"<a style="x: y" b="c"><d style="e"/></a>"#), r#"<a b="c"><d/></a>"#);
    }
}
