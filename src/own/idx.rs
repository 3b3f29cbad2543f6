//! Pictures and labels in the format that MNIST comes in (Y. LeCun: a magic number, sizes, then bytes).

use super::defect::Defect;

/// The type of unsigned bytes, behind two bytes of 0 and before the number of dimensions.
const BYTES: u8 = 8;

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Idx {
    /// `[count]` of labels, `[count, height, width]` of pictures.
    pub sizes: Vec<usize>,
    /// All bytes, in that order.
    pub bytes: Vec<u8>,
}

/// A file's content, which is called `file`.
///
/// # Errors
/// [`Defect::Magic`] where it begins otherwise, [`Defect::Length`] where its bytes are not as many as it says.
pub fn read(file: &str, bytes: &[u8]) -> Result<Idx, Defect> {
    let found = bytes.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let magic = || Defect::Magic { file: file.to_owned(), found };
    let Some((&[0, 0, BYTES, dimensions @ (1 | 3)], rest)) = bytes.split_first_chunk::<4>() else {
        return Err(magic());
    };
    let length = |expected| Defect::Length { file: file.to_owned(), found: bytes.len() as u64, expected };
    let head = 4 * usize::from(dimensions);
    let (sizes, content) = rest.split_at_checked(head).ok_or_else(|| length(4 + head as u64))?;
    let (sizes, _) = sizes.as_chunks::<4>();
    let sizes: Vec<_> = sizes.iter().map(|size| u32::from_be_bytes(*size)).collect();
    // Sizes that lie may be so large that their product leaves even 64 bits.
    let expected =
        sizes.iter().try_fold(1_u64, |product, size| product.checked_mul((*size).into())).unwrap_or(u64::MAX);
    if expected != content.len() as u64 {
        return Err(length(expected.saturating_add(4 + head as u64)));
    }
    Ok(Idx { sizes: sizes.into_iter().map(|size| size as usize).collect(), bytes: content.to_vec() })
}

/// Pictures `[count, height, width]` and labels of two files in either order.
///
/// # Errors
/// [`Defect::NoPair`], [`Defect::Counts`], [`Defect::Few`], [`Defect::OneClass`], [`Defect::ManyClasses`].
pub fn pair(one: Idx, other: Idx) -> Result<(Idx, Idx), Defect> {
    let (pictures, labels) = match (one.sizes.len(), other.sizes.len()) {
        (3, 1) => (one, other),
        (1, 3) => (other, one),
        _ => return Err(Defect::NoPair),
    };
    if pictures.sizes[0] != labels.sizes[0] {
        return Err(Defect::Counts { labels: labels.sizes[0] as u64, pictures: pictures.sizes[0] as u64 });
    }
    if labels.sizes[0] < 2 || pictures.bytes.is_empty() {
        return Err(Defect::Few);
    }
    match labels.bytes.iter().max() {
        Some(most) if usize::from(*most) >= super::CLASSES => {
            Err(Defect::ManyClasses { of: "IDX".to_owned(), count: usize::from(*most) + 1 })
        }
        _ if labels.bytes.iter().all(|label| *label == labels.bytes[0]) => Err(Defect::OneClass),
        _ => Ok((pictures, labels)),
    }
}
