//! Penguins: 342 of three species about Palmer Station, Antarctica, by two of four measurements.

use super::table::Table;
use super::{DataSet, Making, Samples};
use crate::protocol::{DataCard, Split, listed, text};

/// The catalogue's row.
pub static SET: DataSet = DataSet::made(card, make, as_made, 0.0);

const TABLE: Table = Table {
    name: "penguins",
    title: text("Penguins", "企鹅"),
    blurb: listed(
        "342 penguins of three species, seen by two of four measurements: what one pair mixes, another parts.",
        "三个种类的 342 只企鹅，用四项测量中的两项来看：一对特征分不开的，换一对就能分开。",
    ),
    attribution: listed(
        "palmerpenguins by A. M. Horst, A. P. Hill and K. B. Gorman, measured by K. B. Gorman and the Palmer Station LTER; CC0.",
        "palmerpenguins 由 A. M. Horst、A. P. Hill 与 K. B. Gorman 整理，K. B. Gorman 与 Palmer Station LTER 测量；许可协议：CC0。",
    ),
    classes: &[text("Adelie", "阿德利企鹅"), text("Chinstrap", "帽带企鹅"), text("Gentoo", "巴布亚企鹅")],
    features: &[
        ("bill-length", text("bill length (mm)", "喙长（毫米）")),
        ("bill-depth", text("bill depth (mm)", "喙高（毫米）")),
        ("flipper-length", text("flipper length (mm)", "鳍肢长度（毫米）")),
        ("body-mass", text("body mass (g)", "体重（克）")),
    ],
    shown: [0, 1],
    lines: include_str!("../../assets/data/penguins/table.csv"),
};

fn card() -> DataCard {
    TABLE.card()
}

fn as_made(card: DataCard, making: &Making) -> DataCard {
    TABLE.as_made(card, making)
}

fn make(making: &Making, split: Split) -> Samples {
    TABLE.make(making, split)
}
