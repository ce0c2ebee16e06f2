//! Columns that grow without ever moving what they hold, and that a branch shares as far as it tells the same.

use std::iter::repeat_n;
use std::rc::Rc;

/// Entries per chunk: enough that a fold runs in long slices, few enough that a short log stays small.
const CHUNK: usize = 4096;

/// A list in fixed chunks. A `Vec` doubles and copies; at a million events that is a pause and half the memory.
///
/// The store fills all its columns alike, so the length is kept there, once: a column only knows its chunks. Full
/// chunks may be shared with other columns, for nobody fills them again; the last one never is.
#[derive(Debug)]
pub(crate) struct Column<T> {
    chunks: Vec<Rc<[T; CHUNK]>>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

/// Whether the entry at `index` is the first of a chunk, for which every column must [make room](Column::open_chunk).
#[inline]
pub(crate) fn opens_chunk(index: usize) -> bool {
    index.is_multiple_of(CHUNK)
}

impl<T: Copy + Default> Column<T> {
    pub(crate) fn open_chunk(&mut self) {
        self.chunks.push(match self.chunks.last() {
            // A copy of the chunk before: quicker than filling one, and all that counts in it is written over.
            Some(before) => chunk(Rc::from(&before[..])),
            None => chunk(repeat_n(T::default(), CHUNK).collect()),
        });
    }

    /// A column that begins with this one's first `len` entries.
    pub(crate) fn fork(&self, len: usize) -> Self {
        let mut chunks = self.chunks[..len.div_ceil(CHUNK)].to_vec();
        if let Some(last) = chunks.last_mut().filter(|_| !len.is_multiple_of(CHUNK)) {
            *last = chunk(Rc::from(&last[..]));
        }
        Self { chunks }
    }

    /// Adds entries `from..to` of another column behind the first `len`, and makes room for them. They are copied many at
    /// once, and `tell` changes what has to be told otherwise.
    pub(crate) fn take_over(&mut self, len: usize, of: &Self, from: usize, to: usize, mut tell: impl FnMut(&mut [T])) {
        let mut index = len;
        for slice in of.slices(from, to) {
            let mut slice = slice;
            while !slice.is_empty() {
                if opens_chunk(index) {
                    // A copy of some chunk: quicker than filling one, and all that counts in it is written over.
                    self.chunks.push(chunk(Rc::from(&of.chunks[from / CHUNK][..])));
                }
                let at = index % CHUNK;
                let (now, later) = slice.split_at(slice.len().min(CHUNK - at));
                if let Some(chunk) = self.chunks.last_mut().and_then(Rc::get_mut) {
                    let taken = &mut chunk[at..at + now.len()];
                    taken.copy_from_slice(now);
                    tell(taken);
                }
                index += now.len();
                slice = later;
            }
        }
    }

    /// Fills the entry at `index`, which must lie in the last chunk.
    #[inline]
    pub(crate) fn fill(&mut self, index: usize, value: T) {
        if let Some(chunk) = self.chunks.last_mut().and_then(Rc::get_mut) {
            chunk[index % CHUNK] = value;
        }
    }

    /// The entry at `index`, filled or not.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<T> {
        self.chunks.get(index / CHUNK).map(|chunk| chunk[index % CHUNK])
    }

    /// The entries `from..to` as slices, in order. All columns are cut at the same places.
    pub(crate) fn slices(&self, from: usize, to: usize) -> impl Iterator<Item = &[T]> {
        let first = from / CHUNK;
        let chunks = self.chunks.get(first..to.div_ceil(CHUNK)).unwrap_or_default();
        (first..).zip(chunks).map(move |(nth, chunk)| {
            let base = nth * CHUNK;
            &chunk[from.saturating_sub(base)..(to - base).min(CHUNK)]
        })
    }
}

fn chunk<T>(entries: Rc<[T]>) -> Rc<[T; CHUNK]> {
    let Ok(chunk) = entries.try_into() else { unreachable!("it has the length of a chunk") };
    chunk
}

/// Text kept end to end in large pieces, found again by a number of 32 bits.
///
/// Places are counted as if every piece were full, so that a place names its piece by division. A text longer than a
/// piece has pieces of its own. Like chunks, all pieces but the last may be shared.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pieces: Vec<Rc<String>>,
}

/// Where a text lies in [`Texts`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

impl Texts {
    const PIECE: usize = 1 << 16;

    #[inline]
    pub(crate) fn push(&mut self, text: &str) -> Span {
        let pieces = self.pieces.len();
        match self.pieces.last_mut().and_then(Rc::get_mut) {
            Some(piece) if piece.len() + text.len() <= Self::PIECE => {
                let offset = piece.len();
                piece.push_str(text);
                Span { start: ((pieces - 1) * Self::PIECE + offset) as u32, len: text.len() as u32 }
            }
            _ => self.open_piece(text),
        }
    }

    /// The same texts at the same places, and room for others.
    pub(crate) fn fork(&self) -> Self {
        let mut pieces = self.pieces.clone();
        if let Some(last) = pieces.last_mut() {
            let mut copy = String::with_capacity(last.capacity());
            copy.push_str(last);
            *last = Rc::new(copy);
        }
        Self { pieces }
    }

    #[cold]
    #[inline(never)]
    fn open_piece(&mut self, text: &str) -> Span {
        let start = (self.pieces.len() * Self::PIECE) as u32;
        let mut piece = String::with_capacity(Self::PIECE.max(text.len()));
        piece.push_str(text);
        self.pieces.push(Rc::new(piece));
        for _ in 1..text.len().div_ceil(Self::PIECE) {
            self.pieces.push(Rc::default());
        }
        Span { start, len: text.len() as u32 }
    }

    pub(crate) fn get(&self, span: Span) -> &str {
        let (piece, offset) = (span.start as usize / Self::PIECE, span.start as usize % Self::PIECE);
        self.pieces.get(piece).and_then(|piece| piece.get(offset..offset + span.len as usize)).unwrap_or_default()
    }
}
