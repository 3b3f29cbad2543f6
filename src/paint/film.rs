//! Pictures as an animated GIF, one at a time, so that a page can breathe between them.

use gif::{Encoder, Frame, Repeat};

use super::pixels::Image;

/// Levels of grey; few, so that files stay small.
const GREYS: usize = 32;

/// Levels of red, green and blue of a film in colour.
const LEVELS: [usize; 3] = [6, 7, 6];

/// A GIF that is being written.
pub struct Film {
    encoder: Encoder<Vec<u8>>,
    colour: bool,
}

impl Film {
    /// A film of pictures of this size, in grey or in colour, that repeats for ever.
    ///
    /// # Errors
    /// What the encoder says, in its words.
    pub fn new(width: u16, height: u16, colour: bool) -> Result<Self, String> {
        let shade = |level: usize, of: usize| (level * 255 / (of - 1)) as u8;
        let palette: Vec<u8> = if colour {
            let [reds, greens, blues] = LEVELS;
            let all = (0..reds).flat_map(|r| (0..greens).flat_map(move |g| (0..blues).map(move |b| [r, g, b])));
            all.flat_map(|[r, g, b]| [shade(r, reds), shade(g, greens), shade(b, blues)]).collect()
        } else {
            (0..GREYS).flat_map(|level| [shade(level, GREYS); 3]).collect()
        };
        let mut encoder = Encoder::new(Vec::new(), width, height, &palette).map_err(|error| error.to_string())?;
        encoder.set_repeat(Repeat::Infinite).map_err(|error| error.to_string())?;
        Ok(Self { encoder, colour })
    }

    /// Adds a picture of the film's size that stays for so many hundredths of a second.
    ///
    /// # Errors
    /// What the encoder says, in its words.
    pub fn add(&mut self, image: &Image, hundredths: u16) -> Result<(), String> {
        let level = |byte: u8, of: usize| (usize::from(byte) * (of - 1) + 127) / 255;
        let index = |pixel: &[u8]| {
            if self.colour {
                let [r, g, b] = [0, 1, 2].map(|channel| level(pixel[channel], LEVELS[channel]));
                ((r * LEVELS[1] + g) * LEVELS[2] + b) as u8
            } else {
                level(pixel[0], GREYS) as u8
            }
        };
        let frame = Frame {
            width: image.width as u16,
            height: image.height as u16,
            delay: hundredths,
            buffer: image.rgba.chunks_exact(4).map(index).collect::<Vec<_>>().into(),
            ..Frame::default()
        };
        self.encoder.write_frame(&frame).map_err(|error| error.to_string())
    }

    /// The file.
    ///
    /// # Errors
    /// What the encoder says, in its words.
    pub fn finish(self) -> Result<Vec<u8>, String> {
        self.encoder.into_inner().map_err(|error| error.to_string())
    }
}
