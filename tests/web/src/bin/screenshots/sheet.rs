//! Pictures side by side in one file that is small enough to be kept.

use std::{collections::HashMap, io::Cursor};

use anyhow::{Context, Result, ensure};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Transformations};

type Colour = [u8; 3];

/// What a PNG can number in one byte.
const COLOURS: usize = 256;

/// Joins PNGs of one height, from left to right, into one of at most 256 colours.
pub fn side_by_side(pngs: &[Vec<u8>]) -> Result<Vec<u8>> {
    let pictures = pngs.iter().map(|png| Picture::read(png)).collect::<Result<Vec<_>>>()?;
    Picture::joined(&pictures)?.written()
}

#[derive(Debug, PartialEq, Eq)]
struct Picture {
    width: usize,
    pixels: Vec<Colour>,
}

impl Picture {
    fn read(png: &[u8]) -> Result<Self> {
        let mut decoder = Decoder::new(Cursor::new(png));
        decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
        let mut reader = decoder.read_info()?;
        let mut bytes = vec![0; reader.output_buffer_size().context("a picture fits into the memory")?];
        let frame = reader.next_frame(&mut bytes)?;
        // Nothing shines through a page.
        let pixels = bytes[..frame.buffer_size()].chunks_exact(frame.color_type.samples());
        let pixels = pixels.map(|pixel| if let [r, g, b, ..] = *pixel { [r, g, b] } else { [pixel[0]; 3] }).collect();
        Ok(Self { width: frame.width as usize, pixels })
    }

    fn joined(pictures: &[Self]) -> Result<Self> {
        let height = pictures.first().context("there is a picture")?.height();
        ensure!(pictures.iter().all(|picture| picture.height() == height), "pictures side by side are of one height");
        let row = |nth: usize| {
            pictures.iter().flat_map(move |picture| &picture.pixels[nth * picture.width..(nth + 1) * picture.width])
        };
        let pixels = (0..height).flat_map(row).copied().collect();
        Ok(Self { width: pictures.iter().map(|picture| picture.width).sum(), pixels })
    }

    fn height(&self) -> usize {
        self.pixels.len() / self.width
    }

    fn written(&self) -> Result<Vec<u8>> {
        let palette = Palette::of(&self.pixels);
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, self.width.try_into()?, self.height().try_into()?);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        encoder.set_palette(palette.colours.concat());
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&palette.numbers(&self.pixels))?;
        writer.finish()?;
        Ok(png)
    }
}

/// The colours that stand for all.
struct Palette {
    colours: Vec<Colour>,
    number: HashMap<Colour, u8>,
}

impl Palette {
    /// The most used colours first, each a step away from those before it: flat surfaces keep theirs exactly, and no
    /// other is off by more than the step. The step is the smallest that leaves few enough.
    fn of(pixels: &[Colour]) -> Self {
        let mut uses = HashMap::<Colour, usize>::new();
        for run in runs(pixels) {
            *uses.entry(run[0]).or_default() += run.len();
        }
        let mut by_use: Vec<_> = uses.into_iter().collect();
        by_use.sort_by_key(|&(colour, uses)| (usize::MAX - uses, colour));
        let by_use: Vec<_> = by_use.into_iter().map(|(colour, _)| colour).collect();
        let mut step = 1;
        let mut colours = apart(&by_use, step);
        while colours.len() > COLOURS {
            step += 1;
            colours = apart(&by_use, step);
        }
        let nearest = |colour: Colour| (0..=u8::MAX).zip(&colours).min_by_key(|(_, other)| distance(colour, **other));
        let number = by_use.iter().filter_map(|colour| Some((*colour, nearest(*colour)?.0))).collect();
        Self { colours, number }
    }

    /// The number of each pixel's colour.
    fn numbers(&self, pixels: &[Colour]) -> Vec<u8> {
        runs(pixels).flat_map(|run| std::iter::repeat_n(self.number[&run[0]], run.len())).collect()
    }
}

/// Those colours that are a step or more from each before them, and one more than is allowed at most.
fn apart(colours: &[Colour], step: u8) -> Vec<Colour> {
    let mut chosen = Vec::new();
    for colour in colours {
        if chosen.len() <= COLOURS && chosen.iter().all(|other| distance(*colour, *other) >= step) {
            chosen.push(*colour);
        }
    }
    chosen
}

fn distance(one: Colour, other: Colour) -> u8 {
    one.into_iter().zip(other).map(|(one, other)| one.abs_diff(other)).max().unwrap_or_default()
}

/// Pixels of one colour in a row: most of a page.
fn runs(pixels: &[Colour]) -> impl Iterator<Item = &[Colour]> {
    pixels.chunk_by(|one, next| one == next)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: Colour = [20, 20, 30];
    const PAPER: Colour = [250, 248, 240];

    #[test]
    fn pictures_stand_side_by_side() -> Result<()> {
        let left = Picture { width: 1, pixels: vec![INK, PAPER] };
        let right = Picture { width: 2, pixels: vec![PAPER, PAPER, INK, INK] };
        let sheet = side_by_side(&[left.written()?, right.written()?])?;
        assert_eq!(Picture::read(&sheet)?, Picture { width: 3, pixels: vec![INK, PAPER, PAPER, PAPER, INK, INK] });

        let lower = Picture { width: 1, pixels: vec![INK] };
        assert!(side_by_side(&[left.written()?, lower.written()?]).is_err());
        Ok(())
    }

    #[test]
    fn many_colours_become_few_and_surfaces_keep_theirs() -> Result<()> {
        let shades = (0..=255).flat_map(|red| [[red, 0, 0], [red, 1, 0], [red, 200, 7]]);
        let picture = Picture { width: 1, pixels: shades.chain([PAPER; 9]).collect() };
        let written = Picture::read(&picture.written()?)?;
        assert_eq!(written.pixels[768..], [PAPER; 9]);
        let off = picture.pixels.iter().zip(&written.pixels).map(|(one, other)| distance(*one, *other)).max();
        assert!(off <= Some(3), "{off:?}");
        let used: std::collections::HashSet<_> = written.pixels.iter().collect();
        assert!(used.len() <= COLOURS, "{}", used.len());
        Ok(())
    }
}
