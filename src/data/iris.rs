//! Iris: 150 flowers of three species, by two of the four lengths that Fisher had.

use super::table::Table;
use super::{DataSet, Making, Samples};
use crate::protocol::{DataCard, Split, listed, text};

/// The catalogue's row.
pub static SET: DataSet = DataSet::made(card, make, as_made, 0.0);

const TABLE: Table = Table {
    name: "iris",
    title: text("Iris", "鸢尾花"),
    blurb: listed(
        "150 flowers of three species, seen by two of four lengths; two species overlap, and a few points decide.",
        "三个品种的 150 朵花，用四项长度中的两项来看；其中两个品种相互重叠，成败取决于少数几个点。",
    ),
    attribution: listed(
        "Measured by E. Anderson, published by R. A. Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 7, 1936; by the UCI Machine Learning Repository, CC BY 4.0.",
        "由 E. Anderson 测量，R. A. Fisher 发表于 The use of multiple measurements in taxonomic problems（Annals of Eugenics 7，1936）；取自 UCI Machine Learning Repository，许可协议：CC BY 4.0。",
    ),
    classes: &[text("setosa", "山鸢尾"), text("versicolor", "变色鸢尾"), text("virginica", "维吉尼亚鸢尾")],
    features: &[
        ("sepal-length", text("sepal length (cm)", "萼片长度（厘米）")),
        ("sepal-width", text("sepal width (cm)", "萼片宽度（厘米）")),
        ("petal-length", text("petal length (cm)", "花瓣长度（厘米）")),
        ("petal-width", text("petal width (cm)", "花瓣宽度（厘米）")),
    ],
    shown: [2, 3],
    lines: include_str!("../../assets/data/iris/table.csv"),
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
