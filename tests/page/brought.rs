//! Files of the reader's own: what they hold, and every defect named by its row or its file.
#![cfg(feature = "own")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed, which is what it is for")]

use std::io::{Cursor, Write};

use kiln::own::archive::{ALL, Archive, FILE};
use kiln::own::collection::{Collection, MOST};
use kiln::own::defect::Defect;
use kiln::own::picture::{Picture, place, resampled};
use kiln::own::table::{Chosen, HELD, SHOWN, Scan, Table};
use kiln::own::{CLASSES, LARGEST, idx, weigh, words};
use kiln::protocol::{Matter, Stroke};
use kiln::ui::lang::Lang;
use zip::write::{SimpleFileOptions, ZipWriter};

fn table(text: &str) -> Table {
    let mut scan = Scan::new("t.csv", text.as_bytes().to_vec()).unwrap();
    while scan.go(2).unwrap() {
        assert!((0.0..=1.0).contains(&scan.share()));
    }
    scan.done()
}

/// As the dialog chooses at first.
fn chosen(table: &Table, lenient: bool) -> Chosen {
    let label = table.label().expect("a column of labels");
    table.choose(&table.features(Some(label)), label, lenient)
}

fn said(defect: &Defect) -> String {
    defect.said(Lang::En)
}

fn numbers(matter: &Matter) -> Vec<f32> {
    let Matter::Rows { numbers, .. } = matter else { panic!("rows") };
    numbers.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect()
}

#[test]
fn a_table_is_read_and_rows_with_something_missing_are_dropped_and_counted() {
    let table = table(
        "sepal,petal,note,species\n5.1, 1.4,x,setosa\n7,4.7,y,versicolor\n\n,4.5,y,versicolor\n6.3,NA,z,setosa\n\"6\",2,z,?\n5,1,w,setosa\n",
    );
    assert_eq!((table.rows(), table.shown.len(), table.shown[0].len()), (6, SHOWN, 4));
    assert_eq!((table.label(), table.features(Some(3))), (Some(3), vec![0, 1]));
    let chosen = chosen(&table, false);
    assert_eq!((chosen.dropped, chosen.bad, &chosen.fatal), (3, 0, &None));
    assert_eq!(chosen.classes, [("setosa".to_owned(), 2), ("versicolor".to_owned(), 1)]);
    let (classes, labels, matter) = table.brought(&[0, 1], &chosen, false);
    assert_eq!((classes.len(), labels, numbers(&matter)), (2, vec![0, 1, 0], vec![5.1, 1.4, 7.0, 4.7, 5.0, 1.0]));
    let (.., wide) = table.brought(&[0, 1], &chosen, true);
    let Matter::Rows { numbers, .. } = matter else { panic!("rows") };
    assert_eq!(wide, Matter::Wide { columns: 2, numbers });
}

#[test]
fn what_is_no_number_is_named_by_row_and_column_and_can_be_left_out() {
    let table = table("a,petal_length,class\n1,2,x\n1,abc,y\n1,2,3,x\n2,3,y\n3,1,x\n");
    let strict = chosen(&table, false);
    let told: Vec<_> = strict.wrong.iter().map(said).collect();
    assert_eq!(told, ["row 4: 4 fields, the first row has 3", "row 3, column petal_length: “abc” is not a number"]);
    assert_eq!((strict.bad, strict.fatal), (2, Some(strict.wrong[0].clone())));
    let lenient = chosen(&table, true);
    assert_eq!((lenient.rows.len(), lenient.fatal), (3, None));
    assert_eq!(strict.wrong[1].said(Lang::Zh), "第 3 行，petal_length 列：“abc”不是数字");
}

#[test]
fn many_defects_are_counted_and_all_but_very_many_can_be_named() {
    let rows = |count: usize| -> String {
        (0..count).map(|row| if row % 4 == 0 { "1,oops,x\n" } else { "1,2,y\n" }).collect()
    };
    for (bad, named) in [(10, 10), (HELD + 1, HELD)] {
        let chosen = chosen(&table(&format!("a,b,c\n{}", rows(4 * bad))), false);
        assert_eq!((chosen.wrong.len(), chosen.bad), (named, bad));
    }
}

#[test]
fn more_bytes_than_there_may_be_are_refused_before_they_are_read() {
    assert_eq!((weigh(0), weigh(LARGEST)), (Ok(()), Ok(())));
    let large = weigh(LARGEST + 1).unwrap_err();
    assert_eq!(large, Defect::Large { megabytes: 51 });
    assert_eq!(said(&large), "It has 51 MB; at most 50 can be read.");
}

#[test]
fn other_marks_decimal_commas_and_files_without_a_head_are_understood() {
    let semicolons = table("a;b;class\n1,5;2;x\n2,5;3;y\n");
    let (_, _, matter) = semicolons.brought(&[0, 1], &chosen(&semicolons, false), false);
    assert_eq!(numbers(&matter), [1.5, 2.0, 2.5, 3.0]);
    let tabs = table("a\tb\tclass\n1\t2\tx, or so\n3\t4\ty\n");
    assert_eq!(chosen(&tabs, false).classes[0].0, "x, or so");
    let bare = table("\u{feff}1,2,10\n3,4,9\n5,6,10\n");
    assert_eq!(bare.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["1", "2", "3"]);
    assert_eq!((bare.rows(), bare.label()), (3, Some(2)));
    // Classes that are numbers stand in their order, not in that of their texts.
    assert_eq!(chosen(&bare, false).classes, [("9".to_owned(), 1), ("10".to_owned(), 2)]);
}

#[test]
fn what_cannot_be_a_set_of_points_says_why() {
    let fatal = |text: &str| chosen(&table(text), true).fatal.map(|defect| said(&defect)).unwrap_or_default();
    assert_eq!(fatal("a,class\n1,x\n2,y\n"), said(&Defect::Columns));
    assert_eq!(fatal("a,b,class\n1,1,x\n2,?,y\n3,3,x\n"), said(&Defect::OneClass));
    assert_eq!(fatal("a,b,class\n1,?,x\n2,?,y\n3,3,x\n"), said(&Defect::Few));
    let many: String = (0..80).map(|row| format!("{row},{row},c{row}\n")).collect();
    let table = table(&format!("a,b,c\n{many}"));
    assert_eq!(table.label(), None);
    let chosen = table.choose(&[0, 1], 2, true);
    assert!(matches!(chosen.fatal, Some(Defect::ManyClasses { .. })), "{:?}", chosen.fatal);
    for (bytes, defect) in [
        (&b""[..], Defect::Empty { file: "t.csv".into() }),
        (b"\n \n", Defect::Empty { file: "t.csv".into() }),
        (b"a,b\xff,c\n1,2,x\n", Defect::NotText { row: 1 }),
    ] {
        assert_eq!(Scan::new("t.csv", bytes.to_vec()).err(), Some(defect));
    }
    let mut scan = Scan::new("t.csv", b"a,b,c\n1,2,x\n1,2,\xff\n".to_vec()).unwrap();
    assert_eq!(scan.go(9), Err(Defect::NotText { row: 3 }));
}

#[test]
fn no_bytes_whatever_make_the_readers_panic() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    for round in 0..3000 {
        let marks = b"1,2.5;\t\n\"x?-e \xff\x00PK\x03\x04\x08";
        let bytes: Vec<u8> = (0..random() % 60)
            .map(|_| if round % 2 == 0 { random() as u8 } else { marks[random() as usize % marks.len()] })
            .collect();
        if let Ok(mut scan) = Scan::new("t", bytes.clone())
            && scan.go(100).is_ok()
        {
            let table = scan.done();
            (0..table.columns.len()).for_each(|label| drop(table.choose(&table.features(Some(label)), label, true)));
        }
        drop(idx::read("t", &bytes));
        drop(Archive::open("t", bytes.clone()).map(|it| it.1));
        drop(Collection::read("t", &String::from_utf8_lossy(&bytes)));
    }
}

fn idx_file(magic: u32, sizes: &[u32], content: &[u8]) -> Vec<u8> {
    let numbers = std::iter::once(&magic).chain(sizes).flat_map(|number| number.to_be_bytes());
    numbers.chain(content.iter().copied()).collect()
}

#[test]
fn an_idx_pair_is_read_in_either_order_and_its_defects_are_named() {
    let pictures = idx_file(0x803, &[3, 2, 2], &[9; 12]);
    let labels = idx_file(0x801, &[3], &[0, 1, 4]);
    let read = |bytes: &[u8]| idx::read("f", bytes).unwrap();
    let (one, other) = idx::pair(read(&labels), read(&pictures)).unwrap();
    assert_eq!((one.sizes, other.bytes), (vec![3, 2, 2], vec![0, 1, 4]));
    let refused = |bytes: &[u8]| said(&idx::read("f", bytes).unwrap_err());
    assert!(refused(&idx_file(0x903, &[1, 1, 1], &[0])).starts_with("f: it begins with 00000903,"));
    assert!(refused(b"a,b").starts_with("f: it begins with 612c62,"));
    assert_eq!(refused(&idx_file(0x803, &[3, 2, 2], &[9; 11])), "f: 27 bytes, but it speaks of 28");
    assert_eq!(refused(&idx_file(0x801, &[4], &[9; 9])), "f: 17 bytes, but it speaks of 12");
    assert!(refused(&idx_file(0x803, &[u32::MAX; 3], &[])).contains("but it speaks of"));
    let long = idx_file(0x801, &[9999], &[0; 9999]);
    let many = idx_file(0x803, &[10_000, 1, 1], &[0; 10_000]);
    let counts = idx::pair(read(&long), read(&many)).unwrap_err();
    assert_eq!(said(&counts), "labels: 9,999, pictures: 10,000");
    assert_eq!(idx::pair(read(&labels), read(&labels)), Err(Defect::NoPair));
    let same = idx_file(0x801, &[3], &[2; 3]);
    assert_eq!(idx::pair(read(&same), read(&pictures)), Err(Defect::OneClass));
    let many = idx_file(0x801, &[3], &[0, 1, 50]);
    assert!(matches!(idx::pair(read(&many), read(&pictures)), Err(Defect::ManyClasses { count: 51, .. })));
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(*path, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn an_archive_gives_its_files_by_folder() {
    let bytes = zipped(&[
        ("pets/cat/1.png", b"one"),
        ("pets/dog/2.png", b"two"),
        ("__MACOSX/pets/cat/._1.png", b""),
        ("pets/cat/.DS_Store", b""),
        ("readme.txt", b"?"),
    ]);
    let (mut archive, entries, wrong) = Archive::open("pets.zip", bytes.clone()).unwrap();
    let names: Vec<_> = entries.iter().map(|entry| (entry.class.as_str(), entry.file.as_str())).collect();
    assert_eq!(names, [("cat", "cat/1.png"), ("dog", "dog/2.png")]);
    assert_eq!(
        wrong.iter().map(said).collect::<Vec<_>>(),
        ["readme.txt: it lies in no folder, so that it has no class"]
    );
    assert_eq!(archive.unpack(&entries[1]), Ok(b"two".to_vec()));
    let cut = Archive::open("pets.zip", bytes[..bytes.len() / 2].to_vec()).err();
    assert_eq!(cut, Some(Defect::NotZip { file: "pets.zip".into() }));
    let empty = Archive::open("pets.zip", zipped(&[])).err();
    assert_eq!(empty, Some(Defect::Empty { file: "pets.zip".into() }));
}

#[test]
fn what_unpacks_to_too_much_is_stopped() {
    let zeros = vec![0; FILE as usize + 1];
    let bytes = zipped(&[("a/bomb.png", &zeros)]);
    assert!(bytes.len() < 100_000, "packed it is small");
    let (mut archive, entries, _) = Archive::open("b.zip", bytes).unwrap();
    let unpacked = archive.unpack(&entries[0]).map(|bytes| bytes.len());
    assert_eq!(unpacked, Err(Defect::Bomb { file: "a/bomb.png".into() }));
    let (mut archive, entries, _) = Archive::open("b.zip", zipped(&[("a/1.png", &zeros[1..])])).unwrap();
    let lengths: Vec<_> = (0..=ALL / FILE).map(|_| archive.unpack(&entries[0]).map(|bytes| bytes.len())).collect();
    assert_eq!(lengths.last(), Some(&Err(Defect::Bomb { file: "b.zip".into() })));
}

#[test]
fn a_files_class_is_the_folder_it_lies_in() {
    assert_eq!(place("cat/3.png"), Some(Ok(("cat".into(), "cat/3.png".into()))));
    assert_eq!(place("a\\b\\3.png"), Some(Ok(("b".into(), "b/3.png".into()))));
    assert!(matches!(place("3.png"), Some(Err(Defect::NoFolder { .. }))));
    assert_eq!([place(""), place("a/.hidden"), place("a/Thumbs.db")], [None, None, None]);
}

#[test]
fn pictures_become_small_grey_and_coloured() {
    let solid = |pixel: [u8; 4], side: usize| pixel.repeat(side * side);
    let red = [255, 0, 0, 255];
    let picture = Picture::of(&solid(red, 28), &solid(red, 32));
    assert!(picture.coloured && !picture.light);
    assert_eq!(picture.grey, [76; 784]);
    assert_eq!((picture.colour[0], picture.colour[1024], picture.colour.len()), (255, 0, 3072), "plane by plane");
    let paper = [250, 245, 240, 255];
    let picture = Picture::of(&solid(paper, 28), &solid(paper, 32));
    assert!(picture.light && !picture.coloured);
}

#[test]
fn other_sizes_are_averaged_and_nothing_is_cut_off() {
    let white = vec![255; 56 * 56];
    assert_eq!(resampled(&white, [56, 56], 28), [255; 784]);
    assert_eq!(resampled(&[0, 255, 255, 0], [2, 2], 1), [128]);
    // Twice as wide as high: a quarter of the square stays black above and below.
    let wide = resampled(&[200; 8 * 4], [4, 8], 4);
    assert_eq!(wide, [[0; 4], [200; 4], [200; 4], [0; 4]].concat());
    let small = resampled(&[100], [1, 1], 28);
    assert_eq!(small, [100; 784], "a single pixel fills all");
}

/// A line; nothing is lost when it is written and read.
fn stroke(x: f32) -> Stroke {
    Stroke { width: 0.0703125, points: vec![[x, 0.0], [1.0, x]] }
}

#[test]
fn a_collection_comes_back_as_it_went_and_defects_are_named_by_row() {
    let mut collection = Collection::digits();
    collection.drawings = vec![(3, vec![stroke(0.0), stroke(1.0)]), (9, vec![stroke(1.0)]), (3, vec![stroke(0.0)])];
    assert!(!collection.suffices());
    assert_eq!(collection.counts(), [0, 0, 0, 2, 0, 0, 0, 0, 0, 1]);
    let text = collection.text();
    assert_eq!(Collection::read("hand.txt", &text), Ok(collection.clone()));
    collection.drawings.push((9, vec![stroke(0.0)]));
    assert!(collection.suffices());
    let spoilt = format!("{text}12\tAAAA\n3\tAA\nx\n");
    let told: Vec<_> = Collection::read("hand.txt", &spoilt).unwrap_err().iter().map(said).collect();
    assert_eq!(told, ["row 6: no class “12”", "row 7: no drawing", "row 8: no class “x”"]);
    let symbols = Collection { classes: vec!["heart".into()], drawings: vec![(0, vec![stroke(1.0)])] };
    for kept in [Collection::default(), symbols.clone()] {
        assert_eq!(Collection::read("s", &kept.text()), Ok(kept));
    }
    let mut joined = collection.clone();
    joined.join("s", symbols.clone()).unwrap();
    joined.join("s", symbols).unwrap();
    assert_eq!((joined.classes.len(), joined.drawings.len()), (11, collection.drawings.len() + 1), "once, not twice");
    for text in ["", "kiln-collection 2\n0\t1\n", "kiln-collection 1\n\t\n", "a,b\n1,2\n"] {
        let foreign = Collection::read("hand.txt", text).unwrap_err();
        assert_eq!(foreign.iter().map(said).collect::<Vec<_>>(), ["hand.txt: no collection of this version"]);
    }
}

/// So many classes, numbered from a number, with a drawing each.
fn classes(from: usize, count: usize) -> Collection {
    let drawings = (0..count).map(|class| (class as u8, vec![stroke(0.0)])).collect();
    Collection { classes: (from..from + count).map(|class| format!("c{class}")).collect(), drawings }
}

#[test]
fn what_would_be_too_much_together_is_refused_as_a_whole() {
    let mut collection = classes(0, 30);
    let crowded = collection.join("more.txt", classes(30, 30)).unwrap_err();
    assert_eq!(crowded, Defect::Crowded { file: "more.txt".into(), classes: 60, drawings: 60 });
    assert!(said(&crowded).starts_with("more.txt: it would make 60 drawings of 60 classes,"), "{}", said(&crowded));
    assert_eq!(collection, classes(0, 30), "nothing is half-imported");
    collection.join("fits.txt", classes(30, CLASSES - 30)).unwrap();
    assert_eq!(Collection::read("kept", &collection.text()), Ok(collection.clone()), "full, and readable");
    assert_eq!((collection.class("c7"), collection.class("one more")), (Ok(7), Err(Defect::Full)));
    let many = Defect::ManyClasses { of: "kept".into(), count: 60 };
    assert_eq!(Collection::read("kept", &classes(0, 60).text()), Err(vec![many]));

    let mut collection = Collection::digits();
    collection.drawings = vec![(0, vec![stroke(0.0)]); MOST - 1];
    let mut two = Collection { drawings: vec![(1, vec![stroke(0.0)]), (1, vec![stroke(1.0)])], ..Collection::digits() };
    let crowded = Defect::Crowded { file: "two.txt".into(), classes: 10, drawings: MOST + 1 };
    assert_eq!(collection.join("two.txt", two.clone()), Err(crowded));
    assert_eq!(collection.drawings.len(), MOST - 1);
    two.drawings.truncate(1);
    collection.join("one.txt", two).unwrap();
    assert_eq!(collection.keep(0, &[stroke(1.0)]), Err(Defect::Full));
    assert_eq!(Collection::read("kept", &collection.text()).map(|it| it.drawings.len()), Ok(MOST));
    collection.drawings.push((0, vec![stroke(0.0)]));
    let crowded = Defect::Crowded { file: "long.txt".into(), classes: 10, drawings: MOST + 1 };
    assert_eq!(Collection::read("long.txt", &collection.text()), Err(vec![crowded]));
}

#[test]
fn a_drawing_is_kept_as_it_is_read_again_and_one_that_is_too_long_is_refused() {
    let mut collection = Collection::digits();
    collection.keep(3, &[Stroke { width: 0.07, points: vec![[0.123_456, 0.3], [0.7, 0.654_321]] }]).unwrap();
    let read = Collection::read("own.txt", &collection.text()).unwrap();
    assert_eq!(read, collection);
    collection.join("own.txt", read.clone()).unwrap();
    assert_eq!(read, collection, "its own file adds nothing");
    let long = Stroke { width: 0.07, points: (0..700).map(|at| [(at % 2) as f32, 0.5]).collect() };
    assert_eq!(collection.keep(3, &[long]), Err(Defect::LongDrawing));
    assert_eq!(collection, read);
}

#[test]
fn what_is_taken_out_comes_back_where_it_was() {
    let mut collection = classes(0, 4);
    collection.drawings.extend([(1, vec![stroke(1.0)]), (3, vec![stroke(1.0)])]);
    let whole = collection.clone();
    let drawing = collection.erase(4).unwrap();
    let class = collection.remove(1).unwrap();
    assert_eq!((collection.classes.join(" "), collection.counts()), ("c0 c2 c3".into(), vec![1, 1, 2]));
    assert_eq!(Collection::read("kept", &collection.text()), Ok(collection.clone()));
    assert_eq!((collection.erase(9), collection.remove(3)), (None, None));
    assert_eq!((collection.restore(&class), collection.restore(&drawing)), (Ok(1), Ok(1)));
    assert_eq!(collection, whole);
    // A class of the same name that has come meanwhile takes the drawings in; one without drawings comes back, too.
    let class = collection.remove(1).unwrap();
    let empty = collection.class("c1").and_then(|at| collection.remove(at).ok_or(Defect::Few)).unwrap();
    assert_eq!((collection.restore(&empty), collection.restore(&class)), (Ok(3), Ok(3)));
    assert_eq!(collection.counts(), [1, 1, 2, 2]);
    // Where others have taken the room, nothing comes back by halves.
    let class = collection.remove(3).unwrap();
    collection.drawings.resize(MOST - 1, (0, vec![stroke(0.0)]));
    let before = collection.clone();
    assert_eq!(collection.restore(&class), Err(Defect::Full));
    assert_eq!(collection, before);
}

#[test]
fn all_words_are_in_both_languages_with_the_same_holes() {
    let holes = |text: &str| {
        let mut holes: Vec<_> =
            text.split('{').skip(1).filter_map(|it| it.split('}').next()).map(str::to_owned).collect();
        holes.sort();
        holes
    };
    for text in words::ALL {
        assert!(!text.en.is_empty() && !text.zh.is_empty() && holes(&text.en) == holes(&text.zh), "{text:?}");
    }
}
