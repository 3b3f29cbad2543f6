//! Files that the reader chose, read in slices so that the page stays at hand.

use std::io::Read;

use flate2::read::GzDecoder;
use js_sys::{Array, Object, Reflect, Uint8Array};
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, File, HtmlCanvasElement, ImageBitmap};

use super::Room;
use super::found::{Found, Pictures};
use crate::own::archive::{ALL, Archive};
use crate::own::defect::Defect;
use crate::own::picture::{COLOUR, GREY, MOST, Picture, place, resampled};
use crate::own::table::Scan;
use crate::own::{idx, name, weigh};
use crate::ui::browser::{now, rest};

/// Milliseconds of work between two breaths.
const SLICE: f64 = 12.0;

/// Tells how far a reading is, and lets the page do other things; ends it where another one began.
pub(super) struct Progress {
    room: Room,
    file: String,
    turn: u32,
    since: f64,
}

impl Progress {
    pub(super) fn new(room: Room, file: &str) -> Self {
        let turn = room.turn();
        Self { room, file: file.to_owned(), turn, since: now() }
    }

    /// False where the reader stopped it.
    async fn go(&mut self, share: f64) -> bool {
        if now() - self.since > SLICE {
            self.room.show(Found::Reading { file: self.file.clone(), share }, self.turn);
            rest(0).await;
            self.since = now();
        }
        self.room.is(self.turn)
    }
}

/// What the chosen files hold; `None` where the reader stopped it.
pub(super) async fn read(files: Vec<File>, progress: &mut Progress) -> Option<Found> {
    let size: f64 = files.iter().map(|file| file.size()).sum();
    if let Err(large) = weigh(size as u64) {
        return Some(Found::Wrong(vec![large]));
    }
    let found = match &files[..] {
        [] => return None,
        _ if !path(&files[0]).is_empty() => pictures(&files, progress).await,
        [file] => one(file, progress).await,
        [one, other] => pair(one, other, progress).await,
        _ => Err(files.iter().map(|file| Defect::NoFolder { file: file.name() }).collect()),
    };
    progress.room.is(progress.turn).then(|| found.unwrap_or_else(Found::Wrong))
}

async fn one(file: &File, progress: &mut Progress) -> Result<Found, Vec<Defect>> {
    let title = name(&file.name());
    let bytes = unpacked(&title, contents(file).await?, progress).await?;
    let head = &bytes[..bytes.len().min(1000)];
    if head.starts_with(b"PK") {
        return archive(&title, bytes, progress).await;
    }
    if head.starts_with(&[0, 0]) {
        return Err(vec![Defect::NoPair]);
    }
    if head.contains(&0) || file.type_().starts_with("image/") {
        return Err(vec![Defect::Kind { file: title }]);
    }
    let mut scan = Scan::new(&title, bytes).map_err(|defect| vec![defect])?;
    loop {
        if !scan.go(200).map_err(|defect| vec![defect])? || !progress.go(scan.share()).await {
            return Ok(Found::Table { title, table: scan.done().into() });
        }
    }
}

async fn pair(one: &File, other: &File, progress: &mut Progress) -> Result<Found, Vec<Defect>> {
    let mut parts = Vec::new();
    for file in [one, other] {
        let title = name(&file.name());
        let bytes = unpacked(&title, contents(file).await?, progress).await?;
        parts.push((title.clone(), idx::read(&title, &bytes).map_err(|defect| vec![defect])?));
    }
    let (Some((second, labels)), Some((first, pictures))) = (parts.pop(), parts.pop()) else { return Err(vec![]) };
    let title = if pictures.sizes.len() == 3 { first } else { second };
    let (pictures, labels) = idx::pair(pictures, labels).map_err(|defect| vec![defect])?;
    let (sides, mut grey) = ([pictures.sizes[1], pictures.sizes[2]], Vec::new());
    let size = sides[0] * sides[1];
    for (index, picture) in pictures.bytes.chunks_exact(size).enumerate() {
        grey.extend(resampled(picture, sides, GREY));
        if index % 64 == 0 && !progress.go(index as f64 / pictures.sizes[0] as f64).await {
            break;
        }
    }
    let most = labels.bytes.iter().max().copied().unwrap_or_default();
    Ok(Found::Pictures {
        title,
        pictures: Pictures {
            classes: (0..=most).map(|class| class.to_string()).collect(),
            labels: labels.bytes,
            grey,
            drawable: true,
            ..Pictures::default()
        }
        .into(),
    })
}

async fn archive(title: &str, bytes: Vec<u8>, progress: &mut Progress) -> Result<Found, Vec<Defect>> {
    let (mut archive, entries, wrong) = Archive::open(title, bytes).map_err(|defect| vec![defect])?;
    let mut pictures = Pictures::of(entries.iter().map(|entry| entry.class.as_str()), wrong);
    for (index, entry) in entries.iter().enumerate() {
        let blob = match archive.unpack(entry) {
            Ok(bytes) => Blob::new_with_u8_array_sequence(&Array::of1(&Uint8Array::from(&bytes[..]))),
            Err(Defect::Bomb { file }) if file == title => return Err(vec![Defect::Bomb { file }]),
            Err(defect) => {
                pictures.refuse(defect);
                continue;
            }
        };
        let picture = match blob {
            Ok(blob) => decoded(&blob).await,
            Err(_) => None,
        };
        pictures.take(&entry.class, picture.ok_or_else(|| Defect::NotPicture { file: entry.file.clone() }));
        if !progress.go(index as f64 / entries.len() as f64).await {
            break;
        }
    }
    Ok(Found::Pictures { title: title.to_owned(), pictures: pictures.into() })
}

async fn pictures(files: &[File], progress: &mut Progress) -> Result<Found, Vec<Defect>> {
    let paths: Vec<String> = files.iter().map(path).collect();
    let title = paths[0].split('/').next().map(name).unwrap_or_default();
    let (mut placed, mut wrong) = (Vec::new(), Vec::new());
    for (file, path) in files.iter().zip(&paths) {
        // The folder that was chosen is no class.
        match place(path.split_once('/').map_or(path.as_str(), |(_, path)| path)) {
            Some(Ok((class, short))) => placed.push((class, short, file)),
            Some(Err(defect)) => wrong.push(defect),
            None => {}
        }
    }
    if placed.len() > MOST {
        return Err(vec![Defect::ManyFiles { count: placed.len() }]);
    }
    let mut pictures = Pictures::of(placed.iter().map(|(class, _, _)| class.as_str()), wrong);
    for (index, (class, short, file)) in placed.iter().enumerate() {
        let picture = decoded(file).await;
        pictures.take(class, picture.ok_or_else(|| Defect::NotPicture { file: short.clone() }));
        if !progress.go(index as f64 / placed.len() as f64).await {
            break;
        }
    }
    Ok(Found::Pictures { title, pictures: pictures.into() })
}

/// Where a file lies in the folder that was chosen, the folder's name first; empty for one that was chosen by itself.
fn path(file: &File) -> String {
    Reflect::get(file, &"webkitRelativePath".into()).ok().and_then(|path| path.as_string()).unwrap_or_default()
}

/// A file's bytes, unless they are too many.
pub(super) async fn contents(file: &File) -> Result<Vec<u8>, Vec<Defect>> {
    weigh(file.size() as u64).map_err(|large| vec![large])?;
    let unread = || vec![Defect::Unread { file: name(&file.name()) }];
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| unread())?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The same, unpacked if it is gzip'd.
async fn unpacked(title: &str, bytes: Vec<u8>, progress: &mut Progress) -> Result<Vec<u8>, Vec<Defect>> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(bytes);
    }
    let mut decoder = GzDecoder::new(&bytes[..]);
    let mut all = Vec::new();
    loop {
        let before = all.len();
        let slice = decoder.by_ref().take(500_000).read_to_end(&mut all);
        slice.map_err(|_| vec![Defect::Unread { file: title.to_owned() }])?;
        if all.len() as u64 > ALL {
            return Err(vec![Defect::Bomb { file: title.to_owned() }]);
        }
        if all.len() == before || !progress.go(0.0).await {
            return Ok(all);
        }
    }
}

/// A picture of any kind that the browser knows, small; `None` for what is none.
async fn decoded(blob: &Blob) -> Option<Picture> {
    let bitmap = window().create_image_bitmap_with_blob(blob).ok()?;
    let bitmap: ImageBitmap = JsFuture::from(bitmap).await.ok()?.dyn_into().ok()?;
    let [small, large] = [GREY, COLOUR].map(|side| drawn(&bitmap, side as u32));
    bitmap.close();
    Some(Picture::of(&small?, &large?))
}

/// The whole picture in the middle of a white square of this side, four bytes a pixel.
fn drawn(bitmap: &ImageBitmap, side: u32) -> Option<Vec<u8>> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    canvas.set_width(side);
    canvas.set_height(side);
    let options = Object::new();
    Reflect::set(&options, &"willReadFrequently".into(), &true.into()).ok()?;
    let pen: CanvasRenderingContext2d =
        canvas.get_context_with_context_options("2d", &options).ok()??.dyn_into().ok()?;
    pen.set_fill_style_str("white");
    let square = f64::from(side);
    pen.fill_rect(0.0, 0.0, square, square);
    // web-sys does not have it; where the browser has not either, the picture is only a little coarser.
    let _ = Reflect::set(&pen, &"imageSmoothingQuality".into(), &"high".into());
    let [width, height] = [bitmap.width(), bitmap.height()].map(f64::from);
    let scale = square / width.max(height).max(1.0);
    let [wide, high] = [width * scale, height * scale];
    let [left, top] = [(square - wide) / 2.0, (square - high) / 2.0];
    pen.draw_image_with_image_bitmap_and_dw_and_dh(bitmap, left, top, wide, high).ok()?;
    Some(pen.get_image_data(0.0, 0.0, square, square).ok()?.data().0)
}
