//! The page's languages, and which of them it can speak by now.

use std::sync::OnceLock;

use super::words::{CHINESE, ENGLISH, Words, mark};
use crate::protocol::Text;

/// The page's languages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

/// What has been read of each.
static READ: [OnceLock<Words>; 2] = [const { OnceLock::new() }; 2];

impl Lang {
    /// All, with their names in addresses.
    pub const ALL: [(Self, &'static str); 2] = [(Self::En, "en"), (Self::Zh, "zh")];

    /// The name for the document's `lang` attribute.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-Hans",
        }
    }

    /// The language's name in itself.
    pub fn own_name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Zh => "简体中文",
        }
    }

    /// The page's words; the English ones where these are not here.
    pub fn words(self) -> &'static Words {
        READ[self as usize].get().unwrap_or_else(|| READ[Self::En as usize].get_or_init(|| Words::read(ENGLISH)))
    }

    /// Whether its words are here.
    pub fn known(self) -> bool {
        self == Self::En || READ[self as usize].get().is_some()
    }

    /// Where its words are fetched from, relative to the page. The mark keeps caches from giving those of another build.
    pub fn file(self) -> String {
        format!("locales/{}.txt?{}", super::address::name(&Self::ALL, self), self.mark())
    }

    /// Takes its words as they were fetched; refuses those of another build.
    pub fn learn(self, lines: String) -> bool {
        let fits = mark(&lines) == self.mark();
        if fits {
            READ[self as usize].get_or_init(|| Words::read(lines.leak()));
        }
        fits
    }

    fn mark(self) -> u32 {
        match self {
            Self::En => const { mark(ENGLISH) },
            Self::Zh => const { mark(CHINESE) },
        }
    }

    /// What a card says, in this language.
    pub fn of(self, text: &Text) -> String {
        match self {
            Self::En => text.en.to_string(),
            Self::Zh => text.zh.to_string(),
        }
    }

    /// The first of the browser's languages that the page speaks.
    pub fn preferred<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        let known = |tag: &str| {
            let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
            super::address::named(&Self::ALL, &primary)
        };
        tags.into_iter().find_map(known).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_browsers_order_decides() {
        assert_eq!(Lang::preferred(["fr", "zh-CN", "en"]), Lang::Zh);
        assert_eq!(Lang::preferred(["en-GB", "zh"]), Lang::En);
        assert_eq!(Lang::preferred(["fr"]), Lang::En);
    }

    #[test]
    fn words_of_another_build_are_refused() {
        assert!(!Lang::Zh.known() && Lang::Zh.words().train == "Train", "English until they are here");
        for lines in [String::new(), ENGLISH.to_owned(), CHINESE.replace("训练", "练习"), CHINESE.trim_end().to_owned()]
        {
            assert!(!Lang::Zh.learn(lines));
        }
        assert!(!Lang::Zh.known());
        assert!(Lang::Zh.learn(CHINESE.to_owned()) && Lang::Zh.words().train == "训练");
    }
}
