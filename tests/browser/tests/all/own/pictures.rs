//! Pictures, in folders, in archives and as the pairs of files in which MNIST came.

use browser::{Adapter, Page};
use flate2::Crc;
use serde_json::json;

use super::{Files, choose, classes, open, ready_with, until_says};

/// A grey picture in the plain format of portable grey maps is none that browsers know; a bitmap is.
fn bitmap(red: u8, green: u8, blue: u8, side: u32) -> Vec<u8> {
    let size = 54 + 4 * side * side;
    let mut bytes = b"BM".to_vec();
    [size, 0, 54, 40, side, side].into_iter().for_each(|number| bytes.extend(number.to_le_bytes()));
    bytes.extend([1, 0, 32, 0]);
    bytes.extend([0; 24]);
    for at in 0..side * side {
        let bright = if at % side > at / side { 255 } else { 90 };
        bytes.extend([blue.min(bright), green.min(bright), red.min(bright), 255]);
    }
    bytes
}

/// An archive of files that are not packed (PKWARE's APPNOTE, section 4.3).
fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let short = |numbers: &[u16]| numbers.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<u8>>();
    let long = |numbers: &[u32]| numbers.iter().flat_map(|it| it.to_le_bytes()).collect::<Vec<u8>>();
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, contents) in files {
        let (mut crc, size, at) = (Crc::new(), contents.len() as u32, bytes.len() as u32);
        crc.update(contents);
        // Version, flags, method, time and date; sum and sizes; lengths of the name and of what is behind it.
        let sizes = [long(&[crc.sum(), size, size]), short(&[name.len() as u16, 0])].concat();
        let head = [short(&[20, 0, 0, 0, 0x21]), sizes].concat();
        bytes.extend([b"PK\x03\x04".to_vec(), head.clone(), name.clone().into_bytes(), contents.clone()].concat());
        let place = [vec![0; 10], long(&[at]), name.clone().into_bytes()].concat();
        directory.extend([b"PK\x01\x02\x14\0".to_vec(), head, place].concat());
    }
    let (count, size, at) = (files.len() as u16, directory.len() as u32, bytes.len() as u32);
    let end = [b"PK\x05\x06".to_vec(), short(&[0, 0, count, count]), long(&[size, at]), vec![0; 2]].concat();
    [bytes, directory, end].concat()
}

#[tokio::test]
async fn folders_and_archives_of_pictures_and_idx_pairs_are_brought() {
    let files = Files::new();
    for index in 0..6 {
        files.with(&format!("fruit/apple/{index}.bmp"), &bitmap(200, 30 + index, 30, 20 + u32::from(index)));
        files.with(&format!("fruit/leaf/{index}.bmp"), &bitmap(40, 180 + index, 60, 30));
    }
    files.with("fruit/leaf/003.txt", b"no picture");
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    open(&page, "Bring or draw your own…").await;
    choose(&page, "own-folder", &[files.0.path().join("fruit")]).await;
    until_says(&page, "[data-own=wrong]", "leaf/003.txt: not a picture").await;
    assert_eq!(classes(&page).await, json!([["apple", "6"], ["leaf", "6"]]));
    assert_eq!(page.field("own-form").await, "colour", "they have colours");
    page.script("document.getElementById('own-lenient').click()", vec![]).await;
    page.shoot_everywhere("own-pictures", "document.querySelector('.thumbs').scrollIntoView()").await;
    page.press_in("//dialog", "Use it").await;
    ready_with(&page, "fruit").await;
    page.press("Train").await;
    page.until(
        "apples and leaves are told apart",
        |page| async move { page.number("test-accuracy").await == Some(100.0) },
    )
    .await;
    page.press("Pause").await;
    let numbers = |numbers: &[u32]| numbers.iter().flat_map(|it| it.to_be_bytes()).collect::<Vec<u8>>();
    let pixels: Vec<u8> =
        (0..40 * 784).map(|at| if at / 784 % 2 == usize::from(at % 784 < 392) { 220 } else { 3 }).collect();
    let pictures = files.with("pictures-idx3-ubyte", &[numbers(&[0x803, 40, 28, 28]), pixels].concat());
    let short = files.with("few-idx1-ubyte", &[numbers(&[0x801, 39]), vec![0; 39]].concat());
    let labels: Vec<u8> = (0..40).map(|at| at % 2).collect();
    let labels = files.with("labels-idx1-ubyte", &[numbers(&[0x801, 40]), labels].concat());
    open(&page, "Bring or draw your own…").await;
    choose(&page, "own-files", &[pictures.clone(), short]).await;
    until_says(&page, "[data-own=wrong]", "labels: 39, pictures: 40").await;
    choose(&page, "own-files", &[pictures, labels]).await;
    until_says(&page, "[data-own=summary]", "40 pictures of 2 classes.").await;
    page.press_in("//dialog", "Use it").await;
    ready_with(&page, "pictures-idx3-ubyte").await;
    let trees = (0..8).map(|index| {
        let (class, green) = if index < 4 { ("birch", 200) } else { ("oak", 90) };
        (format!("trees/{class}/{index}.bmp"), bitmap(40, green, 40 + index, 30))
    });
    let mut trees: Vec<_> = trees.collect();
    trees.push(("trees/oak/8.txt".into(), b"no picture".to_vec()));
    open(&page, "Bring or draw your own…").await;
    choose(&page, "own-files", &[files.with("trees.zip", &archive(&trees))]).await;
    until_says(&page, "[data-own=summary]", "8 pictures of 2 classes.").await;
    until_says(&page, "[data-own=wrong]", "oak/8.txt: not a picture").await;
    assert_eq!(classes(&page).await, json!([["birch", "4"], ["oak", "4"]]));
    page.script("document.getElementById('own-lenient').click()", vec![]).await;
    page.press_in("//dialog", "Use it").await;
    ready_with(&page, "trees.zip").await;
    page.finish(&[]).await;
}
