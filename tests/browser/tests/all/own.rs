//! Data of the reader's own: brought as a file, looked at, used, kept, forgotten, asked for by a link; drawn and learnt.

use std::path::PathBuf;

use browser::{Adapter, Page, Size};
use fantoccini::Locator;
use flate2::Crc;
use serde_json::{Value, json};

/// Opens the dialog.
async fn open(page: &Page, button: &str) {
    page.press(button).await;
    page.until("the dialog is open", |page| async move {
        page.script("return !!document.querySelector('dialog.own[open] #own-files')", vec![]).await == true
    })
    .await;
}

/// Files that a test brings, in a folder that goes with it.
pub struct Files(tempfile::TempDir);

impl Files {
    /// An empty folder.
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder for files"))
    }

    /// Puts a file into it.
    pub fn with(&self, name: &str, contents: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder for files");
        std::fs::write(&path, contents).expect("a file can be written");
        path
    }
}

/// Chooses files as the browser's own chooser would.
async fn choose(page: &Page, id: &str, paths: &[PathBuf]) {
    let field = page.client().find(Locator::Id(id)).await.expect("the chooser is there");
    let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
    field.send_keys(&paths.join("\n")).await.expect("files are chosen");
}

/// Clicks what says this in a part of the dialog.
async fn click(page: &Page, part: &'static str, what: &'static str) {
    until_says(page, part, what).await;
    let found = page.client().find(Locator::Css(&format!("dialog.own {part}"))).await.expect("it is there");
    found.click().await.expect("it is clicked");
}

/// What stands in a part of the dialog.
async fn says(page: &Page, part: &str) -> String {
    let script = "return document.querySelector(`dialog.own ${arguments[0]}`)?.innerText ?? ''";
    page.script(script, vec![json!(part)]).await.as_str().unwrap_or_default().to_owned()
}

async fn until_says(page: &Page, part: &'static str, what: &'static str) {
    page.until(&format!("{part} says {what}"), |page| async move { says(page, part).await.contains(what) }).await;
}

async fn closed(page: &Page) {
    page.until("the dialog is closed", |page| async move {
        page.script("return !document.querySelector('dialog.own[open]')", vec![]).await == true
    })
    .await;
}

/// Opens the page anew, by a link.
async fn afresh(page: &Page, hash: &str) {
    page.client().goto("about:blank").await.expect("nothing loads");
    page.begin(hash).await;
}

/// Two clouds of points; in three rows something is missing.
pub fn flowers() -> String {
    let mut text = "petal length (cm),petal width (cm),note,species\n".to_owned();
    for row in 0..120 {
        let (class, at) = if row % 2 == 0 { ("setosa", 1.0) } else { ("virginica", 5.0) };
        let [x, y] = [7.0, 11.0].map(|step| at + (f64::from(row) * step % 13.0) / 13.0);
        text += &format!("{x:.2},{y:.2},plant {row},{class}\n");
    }
    text + ",1.0,x,setosa\n1.2,NA,y,virginica\n1.0,1.0,z,?\n"
}

async fn classes(page: &Page) -> Value {
    let script =
        "return [...document.querySelectorAll('[data-own=counts] tbody tr')].map(r => r.innerText.split(/\\s+/))";
    page.script(script, vec![]).await
}

#[tokio::test]
async fn a_table_is_brought_used_kept_linked_to_and_forgotten() {
    let files = Files::new();
    let page = Page::open(Adapter::None, "lang=en&model=lenet&device=cpu").await;
    open(&page, "Bring or draw your own…").await;
    let bad = "a,petal_length,class\n1,2,x\n2,abc,y\n3,4\n".to_owned() + &"4,5,x\n5,6,y\n6,oops,x\n".repeat(9);
    choose(&page, "own-files", &[files.with("bad.csv", bad.as_bytes())]).await;
    until_says(&page, "[data-own=wrong]", "row 3, column petal_length: “abc” is not a number").await;
    until_says(&page, "[data-own=wrong]", "row 4: 2 fields, the first row has 3").await;
    click(&page, "[data-own=wrong] summary", "and 3 more").await;
    until_says(&page, "[data-own=wrong] details", "row 31, column petal_length: “oops” is not a number").await;
    until_says(&page, ".part", "the knobs “x feature” and “y feature” choose which two columns they are").await;
    let disabled = page.script("return document.getElementById('own-use').disabled", vec![]).await;
    assert_eq!(disabled, true, "what is wrong is not used");
    page.shoot_everywhere("own-wrong", "").await;
    let path = files.with("flowers.csv", flowers().as_bytes());
    choose(&page, "own-files", std::slice::from_ref(&path)).await;
    until_says(&page, "[data-own=summary]", "120 rows of 2 classes; 3 left out because a value is missing.").await;
    assert_eq!(classes(&page).await, json!([["setosa", "60"], ["virginica", "60"]]));
    page.shoot_everywhere("own-table", "").await;
    page.press_in("//dialog", "Use it").await;
    closed(&page).await;
    ready_with(&page, "flowers.csv").await;
    assert!(page.hash().await.contains("model=perceptron"), "LeNet learns no points: {}", page.hash().await);
    page.press("Train").await;
    page.until("two clouds are told apart", |page| async move { page.number("test-accuracy").await == Some(100.0) })
        .await;
    page.press("Pause").await;
    page.shoot_everywhere("own-trained", "document.querySelector('main').scrollIntoView()").await;
    // A link to it finds what is kept, knobs included.
    page.edit_hash("y-feature", "1-petal-length--cm-").await;
    page.until_phase("ready").await;
    let hash = page.hash().await;
    afresh(&page, &hash).await;
    page.until("the link's data are back", |page| async move {
        page.number("parameters").await.is_some() && page.field("data").await == "own/flowers.csv"
    })
    .await;
    assert_eq!(page.hash().await, hash, "the whole state is back");
    // Forgotten, and taken back, and forgotten.
    open(&page, "Bring or draw your own…").await;
    page.press_in("//dialog", "Forget it: flowers.csv").await;
    until_says(&page, ".kept", "is forgotten").await;
    page.press_in("//dialog", "Undo").await;
    page.press_in("//dialog", "Forget it: flowers.csv").await;
    until_says(&page, ".kept", "is forgotten").await;
    afresh(&page, &hash).await;
    until_says(&page, "[data-own=missing]", "“flowers.csv”").await;
    page.shoot_everywhere("own-missing", "").await;
    // Brought once more under its name, the link finds it.
    choose(&page, "own-files", &[path]).await;
    until_says(&page, "[data-own=summary]", "120 rows").await;
    page.press_in("//dialog", "Use it").await;
    page.until("the link is whole", |page| async move { page.field("data").await == "own/flowers.csv" }).await;
    page.finish(&[]).await;
}

/// A page that is loaded anew may have had a run on data that were forgotten since: it waits for them.
#[tokio::test]
async fn a_run_on_forgotten_data_waits_for_them() {
    let files = Files::new();
    let path = files.with("flowers.csv", flowers().as_bytes());
    let page = Page::open(Adapter::None, "lang=en&model=perceptron&data=moons&device=cpu").await;
    bring_flowers(&page, &path).await;
    page.press("Train").await;
    page.until_step(20.0).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    let step = page.number("step").await;
    page.until_kept().await;
    open(&page, "Bring or draw your own…").await;
    page.press_in("//dialog", "Forget it: flowers.csv").await;
    until_says(&page, ".kept", "is forgotten").await;
    page.client().refresh().await.expect("the page loads anew");
    until_says(&page, "[data-own=missing]", "“flowers.csv”").await;
    page.script("document.querySelector('dialog.own').close()", vec![]).await;
    page.press("Go back to it").await;
    page.until_told("data are not here").await;
    bring_flowers(&page, &path).await;
    page.press("Go back to it").await;
    page.until("the run is back", |page| async move { page.number("step").await == step }).await;
    page.until_phase("paused").await;
    page.finish(&[]).await;
}

/// Brings the table of flowers, and uses it.
pub async fn bring_flowers(page: &Page, path: &PathBuf) {
    open(page, "Bring or draw your own…").await;
    choose(page, "own-files", std::slice::from_ref(path)).await;
    until_says(page, "[data-own=summary]", "120 rows").await;
    page.press_in("//dialog", "Use it").await;
    closed(page).await;
    ready_with(page, "flowers.csv").await;
}

/// Of three features no two say which class it is.
#[tokio::test]
async fn all_columns_of_a_table_are_learnt_at_once() {
    let mut text = "a,b,c,class\n".to_owned();
    for row in 0..400_u32 {
        let [a, b, c] = [row % 2, row / 2 % 2, row / 4 % 2];
        let grain = |step: u32| f64::from(row * step % 13) / 50.0;
        let odd = if (a + b + c) % 2 == 1 { "odd" } else { "even" };
        text += &format!("{},{},{},{odd}\n", f64::from(a) + grain(7), f64::from(b) + grain(5), f64::from(c) + grain(3));
    }
    let files = Files::new();
    let page = Page::open(Adapter::None, "lang=en&model=perceptron&data=moons&device=cpu").await;
    open(&page, "Bring or draw your own…").await;
    choose(&page, "own-files", &[files.with("parity.csv", text.as_bytes())]).await;
    until_says(&page, "[data-own=summary]", "400 rows of 2 classes").await;
    click(&page, "label:has(#own-seen-all)", "all 3 features at once").await;
    until_says(&page, ".part", "in standard deviations from its mean").await;
    page.shoot_everywhere("own-wide", "document.querySelector('.own .seen').scrollIntoView({ block: 'center' })").await;
    page.press_in("//dialog", "Use it").await;
    closed(&page).await;
    ready_with(&page, "parity.csv").await;
    page.press("Train").await;
    page.until("parity is learnt", |page| async move { page.number("test-accuracy").await >= Some(99.0) }).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    page.shoot_everywhere("own-wide-trained", "document.querySelector('main').scrollIntoView()").await;
    page.finish(&[]).await;
}

/// Waits until a set of this name can be learnt.
async fn ready_with(page: &Page, name: &'static str) {
    page.until(name, |page| async move {
        page.hash().await.contains(&format!("data=own%2F{name}")) && page.phase().await == "ready"
    })
    .await;
}

/// Brings the table, and uses it although the browser does not keep it, for the reason that it gives.
async fn used_but_not_kept(page: &Page, path: PathBuf, why: &'static str) {
    open(page, "Bring or draw your own…").await;
    choose(page, "own-files", &[path]).await;
    until_says(page, "[data-own=summary]", "120 rows").await;
    page.press_in("//dialog", "Use it").await;
    until_says(page, "", "“flowers.csv” is in use.").await;
    until_says(page, "", why).await;
    page.press_in("//dialog", "Close").await;
    closed(page).await;
    ready_with(page, "flowers.csv").await;
    page.press("Train").await;
    page.until_step(20.0).await;
    page.press("Pause").await;
}

#[tokio::test]
async fn what_the_browser_does_not_keep_is_used_all_the_same() {
    let files = Files::new();
    let path = files.with("flowers.csv", flowers().as_bytes());
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu").await;
    let origin = page.script("return location.origin", vec![]).await;
    page.devtools("Storage.overrideQuotaForOrigin", json!({ "origin": origin, "quotaSize": 1 })).await;
    used_but_not_kept(&page, path.clone(), "There is no room left to keep it on this device (QuotaExceededError)")
        .await;
    page.devtools("Page.enable", json!({})).await;
    let none =
        "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('', 'SecurityError'); } });";
    page.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": none })).await;
    afresh(&page, "lang=en&model=softmax&device=cpu").await;
    used_but_not_kept(&page, path, "This browser keeps nothing here, as in a private window (SecurityError)").await;
    page.finish(&[]).await;
}

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

const PAD: &str = "[data-own=pad]";

/// A kernel machine's weights meet the features that they were trained on, which the hand would have drawn otherwise.
async fn features_stay(page: &Page) {
    for (key, value) in [("model", "fourier-svm"), ("data", "mnist"), ("features", "64")] {
        page.edit_hash(key, value).await;
    }
    page.until_phase("ready").await;
    page.press("Step").await;
    page.until_step(1.0).await;
    page.until_phase("paused").await;
    assert!(!page.hash().await.contains("gamma"), "it is the default");
    open(page, "Bring or draw your own…").await;
    page.press_in("//dialog", "Draw").await;
    page.press_in("//dialog", "Test and fine-tune the present model").await;
    closed(page).await;
    page.until("its coefficient goes along", |page| async move {
        let hash = page.hash().await;
        hash.contains("data=own%2Fhand") && hash.contains("gamma=0.015")
    })
    .await;
    page.edit_hash("model", "softmax").await;
    page.until_phase("ready").await;
}

#[tokio::test]
async fn a_hand_is_collected_tested_learnt_exported_and_imported() {
    let page = Page::open(Adapter::None, "lang=en&model=softmax&device=cpu&batch-size=10").await;
    page.press("Train").await;
    page.until_step(60.0).await;
    page.press("Pause").await;
    page.until_phase("paused").await;
    open(&page, "Bring or draw your own…").await;
    page.press_in("//dialog", "Draw").await;
    until_says(&page, "[data-own=needs]", "Two classes").await;
    for class in ["0", "1", "0", "1"] {
        let button = format!("//dialog//button[strong='{class}']");
        page.client().find(Locator::XPath(&button)).await.expect("a class").click().await.expect("it is chosen");
        let points: &[(f64, f64)] = if class == "1" {
            &[(0.5, 0.2), (0.5, 0.8)]
        } else {
            &[(0.5, 0.2), (0.25, 0.5), (0.5, 0.8), (0.75, 0.5), (0.5, 0.2)]
        };
        page.draw_on(PAD, points).await;
        page.press_in("//dialog", &format!("Keep as {class}")).await;
    }
    until_says(&page, "[data-own=needs]", "goes on with its weights").await;
    page.shoot_everywhere("own-hand", "").await;
    // Erased and brought back.
    let one = "//dialog//button[strong='1']";
    page.client().find(Locator::XPath(one)).await.expect("a class").click().await.expect("it is chosen");
    page.press_in("//dialog//div[contains(@class,'drawings')]", "Erase this drawing").await;
    page.until("one is left", |page| async move { counts(page).await == json!(["2", "1"]) }).await;
    page.press_in("//dialog", "Bring back what was removed").await;
    page.until("it is back", |page| async move { counts(page).await == json!(["2", "2"]) }).await;
    page.press_in("//dialog", "Export").await;
    let text = page.downloaded("kiln-hand.txt").await;
    assert!(text.starts_with(b"kiln-collection 1\n0\t1\t2") && text.iter().filter(|byte| **byte == b'\n').count() == 6);
    symbols(&page).await;
    page.until("the digits are back", |page| async move { counts(page).await == json!(["2", "2"]) }).await;
    page.press_in("//dialog", "Test and fine-tune the present model").await;
    closed(&page).await;
    page.until("MNIST's weights are tested on the hand", |page| async move {
        page.hash().await.contains("data=own%2Fhand") && page.number("test-accuracy").await.is_some()
    })
    .await;
    assert_eq!(page.number("step").await, Some(0.0), "nothing has been learnt of it yet");
    page.press("Train").await;
    page.until("the hand is learnt", |page| async move { page.number("test-accuracy").await == Some(100.0) }).await;
    page.press("Pause").await;
    // On another machine: a link says what is missing, and a file mends it.
    let hash = page.hash().await;
    let files = Files::new();
    let path = files.with("kiln-hand.txt", &text);
    let spoilt = files.with("spoilt.txt", &[&text[..], b"12\tAAAA\n"].concat());
    page.finish(&[]).await;
    let page = Page::open(Adapter::None, &hash).await;
    until_says(&page, "[data-own=missing]", "drawings of somebody's hand").await;
    page.resize(Size::Phone).await;
    page.shoot("own-hand-missing").await;
    page.resize(Size::Desk).await;
    choose(&page, "own-import", &[spoilt]).await;
    until_says(&page, "[data-own=wrong]", "row 7: no class “12”").await;
    assert_eq!(counts(&page).await, json!([]), "nothing is half-loaded");
    unreadable(&page).await;
    choose(&page, "own-import", &[path]).await;
    page.until("the drawings are here", |page| async move { counts(page).await == json!(["2", "2"]) }).await;
    page.press_in("//dialog", "Learn it afresh").await;
    page.until("the link is whole", |page| async move { page.field("data").await == "own/hand" }).await;
    features_stay(&page).await;
    page.edit_hash("lang", "zh").await;
    open(&page, "导入或手绘自己的数据…").await;
    page.press_in("//dialog", "手绘收集").await;
    until_says(&page, "[data-own=needs]", "请先在尺寸和类别数相同的图片").await;
    page.shoot_everywhere("own-chinese", "").await;
    page.finish(&[]).await;
}

/// Symbols are named and drawn; a stroke, a class that was mistyped and one with a drawing are taken back. Ends with the
/// digits.
async fn symbols(page: &Page) {
    choose_hand(page, 1).await;
    until_classes(page, &[]).await;
    name_class(page, "heart").await;
    page.draw_on(PAD, &[(0.2, 0.4), (0.5, 0.8), (0.8, 0.4)]).await;
    page.draw_on(PAD, &[(0.1, 0.1), (0.9, 0.9)]).await;
    page.press_in("//dialog", "Undo stroke").await;
    page.press_in("//dialog", "Keep as heart").await;
    page.until("it is kept", |page| async move { counts(page).await == json!(["1"]) }).await;
    let nothing = page.script("return document.getElementById('own-undo').disabled", vec![]).await;
    assert_eq!(nothing, true, "the pad is empty again");
    name_class(page, "satr").await;
    until_classes(page, &["heart", "satr"]).await;
    page.press_in("//dialog", "Remove satr").await;
    until_classes(page, &["heart"]).await;
    page.press_in("//dialog", "Remove heart").await;
    until_classes(page, &[]).await;
    page.press_in("//dialog", "Bring back what was removed").await;
    until_classes(page, &["heart"]).await;
    assert_eq!(counts(page).await, json!(["1"]), "with its drawing");
    page.press_in("//dialog", "Export").await;
    let text = String::from_utf8(page.downloaded("kiln-symbols.txt").await).expect("a text");
    let drawing = text.strip_prefix("kiln-collection 1\nheart\n0\t").expect("one class, and a drawing of it");
    assert_eq!((drawing.lines().count(), drawing.contains('.')), (1, false), "one stroke: {drawing}");
    page.shoot_everywhere("own-symbols", "").await;
    choose_hand(page, 0).await;
}

/// What is kept and cannot be read is put aside, handed out and only then forgotten. Ends with the digits.
async fn unreadable(page: &Page) {
    let plant = "indexedDB.open('kiln', 1).onsuccess = opened => {
        const kept = opened.target.result.transaction('hands', 'readwrite');
        kept.objectStore('hands').put(new TextEncoder().encode('kiln-collection 0\\n'), 'own/symbols');
        kept.oncomplete = () => { opened.target.result.close(); window.planted = true; };
    }";
    page.script(plant, vec![]).await;
    page.until("it is kept", |page| async move { page.script("return window.planted", vec![]).await == true }).await;
    choose_hand(page, 1).await;
    until_says(page, "[data-own=aside]", "What was kept here cannot be read.").await;
    name_class(page, "star").await;
    until_classes(page, &["star"]).await;
    page.press_in("//dialog", "Save it as a file").await;
    assert_eq!(page.downloaded("kiln-symbols-aside.txt").await, b"kiln-collection 0\n");
    page.press_in("//dialog", "Forget it").await;
    page.until("it is forgotten", |page| async move { says(page, "[data-own=aside]").await.is_empty() }).await;
    choose_hand(page, 0).await;
    until_classes(page, &["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]).await;
}

async fn choose_hand(page: &Page, hand: u32) {
    let script = "const s = document.getElementById('own-hand'); s.value = arguments[0];
        s.dispatchEvent(new Event('change', { bubbles: true }))";
    page.script(script, vec![json!(hand.to_string())]).await;
}

async fn name_class(page: &Page, name: &str) {
    let field = page.client().find(Locator::Id("own-class")).await.expect("a field for names");
    field.send_keys(name).await.expect("a name is typed");
    page.press_in("//dialog", "Add").await;
}

async fn until_classes(page: &Page, names: &'static [&'static str]) {
    let script = "return [...document.querySelectorAll('dialog.own .classes strong')].map(e => e.textContent)";
    page.until(&format!("the classes are {names:?}"), |page| async move {
        page.script(script, vec![]).await == json!(names)
    })
    .await;
}

/// How many drawings the classes have that have any.
async fn counts(page: &Page) -> Value {
    let script =
        "return [...document.querySelectorAll('[data-own=count]')].map(e => e.textContent).filter(t => t !== '0')";
    page.script(script, vec![]).await
}
