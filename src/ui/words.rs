//! The page's words in its languages, from `assets/locales/`.
//!
//! A locale file is a struct literal, so the compiler holds the languages against each other: a word that one of them
//! lacks, or has twice, does not build. The page is built with the English ones and fetches those of another language as
//! lines, which `cargo xtask finish` writes out of the same literals; that is why nothing here names the rest of the page.

use std::str::Split;

macro_rules! words {
    ($($name:ident)*) => {
        /// All that the page says by itself; what cards say comes with them.
        #[allow(missing_docs, reason = "a word's text documents it")]
        #[derive(Debug, PartialEq)]
        pub struct Words { $(pub $name: &'static str),* }

        /// Their names.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        impl Words {
            /// Every word, in the order of `NAMES`.
            pub const fn all(&self) -> [&'static str; NAMES.len()] {
                [$(self.$name),*]
            }

            /// Reads lines, one a word; what they lack is empty.
            pub fn read(lines: &'static str) -> Self {
                let (mut lines, mut words) = (lines.split('\n'), Self { $($name: ""),* });
                $(put(&mut lines, &mut words.$name);)*
                words
            }
        }
    };
}

words! {
        brand tagline skip hero hero_more train pause step_one reset train_hint step_hint reset_hint transport
        keys language theme theme_system theme_light theme_dark share copied copy_failed device device_auto
        device_cpu device_threads device_gpu why_chosen why_no_webgpu why_no_adapter why_software why_unfit why_lost why_absent why_building
        software_warning phase phase_waking phase_preparing phase_compiling phase_ready phase_training
        phase_waiting phase_paused phase_failed step epoch steps_per_second samples_per_second time_left
        parameters memory readouts loading_data loading_enough model data knobs group_network group_training group_data hot
        hot_hint cold cold_hint to_default reroll on off pause_at pause_at_help curves curves_empty curves_wait axis_step unitless
        smoothing smoothing_help log_scale at_step reference csv png csv_hint png_hint as_table table_note
        chart_label pad pad_help pad_empty undo clear stroke_width put_sample seen prepared raw prepared_hint
        raw_hint reads opinions opinions_none opinions_one opinions_blank opinions_help opinion_now opinion_after opinion_told
        opinion_suits opinion_real opinion_critic abstains by_current by_shipped truth_is probabilities not_drawable views view_confusion
        view_mistakes view_filters view_means view_activations view_embedding embedding_help to_pad view_saliency saliency_help view_dream dream_help view_empty confusion_truth confusion_guess confusion_cell confusion_recall confusion_precision
        confusion_help mistakes_help mistake activations_help scale_signed scale_plain frame_at learn formulas
        symbols show_knob show_curve source code code_rust code_pytorch copy copy_code bench notices dismiss restarted
        go_back went_back went_back_from went_back_bare data_away try_again reload_page replaced replaced_at replaced_fresh odd_value
        odd_garbled adv_garbled f_recipe adv_recipe f_data adv_data f_knob adv_knob f_clamped adv_clamped
        f_diverged adv_diverged f_chunk adv_chunk cause_status cause_network cause_truncated cause_checksum
        f_no_gpu adv_no_gpu f_poor_gpu adv_poor_gpu f_self_test adv_self_test f_gpu_lost adv_gpu_lost f_panicked
        adv_panicked f_snapshot adv_snapshot f_version adv_version said_phase attribution privacy
        accessible_loading wing_discriminative wing_generative hero_make hero_make_more view_samples view_reconstructions view_latent view_decoded
        view_scores view_augmented augmented_help samples_help samples_classes sample_of samples_scored samples_critic real generated nearest_title nearest_none looking nearest
        score_says scrub keyframes live film_play film_stop gif_hint sheet sheet_hint rebuilt_help latent_help latent_grid
        latent_dots latent_ellipse axis_across axis_up class_of decoded_picture way_sliders way_walk way_between to_zero
        sliders_help walk_help between_help yours all_latents scores_help scores_probability scores_critic scores_count
        reliability reliability_help reliability_over reliability_under reliability_across reliability_up reliability_none
        turn_around turn_help view_ladder view_regions regions_help regions_margin regions_train regions_test regions_at regions_sample units_help
        points_help points_real points_field points_slopes points_grid
        state state_empty break_it break_help fi_d_wins fi_g_wins fi_balanced fi_every_class fi_missing fi_collapse
        slow slow_hint slow_help slow_at slow_play slow_pause slow_next slow_tempo slow_whole principal principal_axis
        deviations fi_blurred fi_posterior fi_active
        f_drawing adv_drawing eraser drawing_help drawing_full drawing_empty list_comma wordless
        own redo marks_help
}

/// One call a word: inlined, reading would be a tenth of the page's own code.
#[inline(never)]
fn put(lines: &mut Split<'static, char>, word: &mut &'static str) {
    *word = lines.next().unwrap_or_default();
}

/// The words of a locale file, each with a line's end behind it, put together while this is compiled.
macro_rules! lines {
    ($file:literal) => {{
        const WORDS: [&str; NAMES.len()] = {
            let words: Words = include!($file);
            words.all()
        };
        const BYTES: [u8; length(&WORDS)] = joined(&WORDS);
        match str::from_utf8(&BYTES) {
            Ok(lines) => lines,
            Err(_) => panic!("words end where characters do"),
        }
    }};
}

/// The English words as lines.
pub const ENGLISH: &str = lines!("../../assets/locales/en.rs");
/// The Chinese words as lines.
pub const CHINESE: &str = lines!("../../assets/locales/zh.rs");

const fn length(words: &[&str]) -> usize {
    let (mut sum, mut at) = (0, 0);
    while at < words.len() {
        sum += words[at].len() + 1;
        at += 1;
    }
    sum
}

const fn joined<const LENGTH: usize>(words: &[&str]) -> [u8; LENGTH] {
    let (mut bytes, mut to, mut at) = ([b'\n'; LENGTH], 0, 0);
    while at < words.len() {
        let (word, mut from) = (words[at].as_bytes(), 0);
        while from < word.len() {
            bytes[to] = word[from];
            (to, from) = (to + 1, from + 1);
        }
        (to, at) = (to + 1, at + 1);
    }
    bytes
}

/// Fills `{name}`s.
pub fn fill(pattern: &str, values: &[(&str, &str)]) -> String {
    let mut pieces = pattern.split('{');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        out.push_str(values.iter().find(|(its, _)| *its == name).map_or(name, |(_, value)| value));
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holes(pattern: &str) -> Vec<&str> {
        let mut holes: Vec<_> = pattern.split('{').skip(1).filter_map(|piece| piece.split('}').next()).collect();
        holes.sort_unstable();
        holes
    }

    #[test]
    fn both_languages_say_everything_with_the_same_holes() {
        for ((name, en), zh) in NAMES.iter().zip(Words::read(ENGLISH).all()).zip(Words::read(CHINESE).all()) {
            assert!(!en.is_empty() && !zh.is_empty(), "{name}");
            assert_eq!(holes(en), holes(zh), "{name}");
        }
    }

    #[test]
    fn lines_hold_what_the_literals_say() {
        const LITERAL: Words = include!("../../assets/locales/zh.rs");
        assert_eq!(Words::read(CHINESE), LITERAL);
        assert_eq!(CHINESE.lines().count(), NAMES.len(), "a word is one line");
    }

    #[test]
    fn filling_leaves_nothing_open() {
        assert_eq!(fill("{a} of {b}", &[("b", "9"), ("a", "{b}")]), "{b} of 9");
        assert_eq!(fill("{unknown} stays readable", &[]), "unknown stays readable");
    }
}
