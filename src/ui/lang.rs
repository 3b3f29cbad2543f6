//! The page's languages, and which of them it can speak by now.

use std::sync::OnceLock;

use super::words::{CHINESE, ENGLISH, Words};
use crate::protocol::{MARKS, Text, mark};

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

/// What the catalogue says in Chinese, by its English words and in their order.
static CATALOGUED: OnceLock<Vec<(&str, &str)>> = OnceLock::new();

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
        self == Self::En || (READ[self as usize].get().is_some() && CATALOGUED.get().is_some())
    }

    /// Where its words are fetched from, relative to the page: the page's own, and the catalogue's. The marks keep caches from
    /// giving those of another build.
    pub fn files(self) -> [String; 2] {
        let name = super::address::name(&Self::ALL, self);
        let [own, listed] = self.marks();
        [format!("locales/{name}.txt?{own}"), format!("catalogue/{name}.txt?{listed}")]
    }

    /// Takes its words as they were fetched; refuses those of another build.
    pub fn learn(self, files: [String; 2]) -> bool {
        let fits = files.each_ref().map(|lines| mark(lines.as_bytes())) == self.marks();
        if fits {
            let [own, listed] = files.map(String::leak);
            READ[self as usize].get_or_init(|| Words::read(own));
            CATALOGUED.get_or_init(|| listed.lines().filter_map(|line| line.split_once('\t')).collect());
        }
        fits
    }

    fn marks(self) -> [u32; 2] {
        let [_, listed] = MARKS;
        match self {
            Self::En => [const { mark(ENGLISH.as_bytes()) }, 0],
            Self::Zh => [const { mark(CHINESE.as_bytes()) }, listed],
        }
    }

    /// What a card or a worker says, in this language.
    pub fn of(self, text: &Text) -> String {
        let listed = || {
            let listed = CATALOGUED.get()?;
            listed.binary_search_by_key(&&*text.en, |(en, _)| en).ok().map(|at| listed[at].1)
        };
        match self {
            Self::Zh if !text.zh.is_empty() => text.zh.to_string(),
            Self::Zh => listed().unwrap_or(&text.en).to_owned(),
            Self::En => text.en.to_string(),
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
        let listed = || include_str!("../../assets/catalogue/zh.txt").to_owned();
        let share = Text { en: "Loss".into(), zh: "".into() };
        assert!(!Lang::Zh.known() && Lang::Zh.words().train == "Train", "English until they are here");
        assert_eq!(Lang::Zh.of(&share), "Loss");
        for lines in [String::new(), ENGLISH.to_owned(), CHINESE.replace("训练", "练习"), CHINESE.trim_end().to_owned()]
        {
            assert!(!Lang::Zh.learn([lines, listed()]));
        }
        assert!(!Lang::Zh.learn([CHINESE.to_owned(), listed().replace("损失", "代价")]));
        assert!(!Lang::Zh.known());
        assert!(Lang::Zh.learn([CHINESE.to_owned(), listed()]) && Lang::Zh.words().train == "训练");
        assert_eq!([Lang::Zh, Lang::En].map(|lang| lang.of(&share)), ["损失", "Loss"]);
        assert_eq!(
            Lang::Zh.of(&crate::protocol::text("Loss", "自有的")),
            "自有的",
            "what is said at once counts first"
        );
    }
}
