//! Columns that grow without ever moving what they hold.

/// Entries per chunk: enough that a fold runs in long slices, few enough that a short log stays small.
const CHUNK: usize = 4096;

/// A list in fixed chunks. A `Vec` doubles and copies; at a million events that is a pause and half the memory.
///
/// The store fills all its columns alike, so the length is kept there, once: a column only knows its chunks.
#[derive(Clone, Debug)]
pub(crate) struct Column<T> {
    chunks: Vec<Box<[T; CHUNK]>>,
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
        let Ok(chunk) = vec![T::default(); CHUNK].try_into() else { unreachable!("it has the length of a chunk") };
        self.chunks.push(chunk);
    }

    /// Fills the entry at `index`, which must lie in the last chunk.
    #[inline]
    pub(crate) fn fill(&mut self, index: usize, value: T) {
        if let Some(chunk) = self.chunks.last_mut() {
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

/// Text kept end to end in large pieces, found again by a number of 32 bits.
///
/// Places are counted as if every piece were full, so that a place names its piece by division. A text longer than a
/// piece has pieces of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    pieces: Vec<String>,
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
        match self.pieces.last_mut() {
            Some(piece) if piece.len() + text.len() <= Self::PIECE => {
                let offset = piece.len();
                piece.push_str(text);
                Span { start: ((self.pieces.len() - 1) * Self::PIECE + offset) as u32, len: text.len() as u32 }
            }
            _ => self.open_piece(text),
        }
    }

    #[cold]
    #[inline(never)]
    fn open_piece(&mut self, text: &str) -> Span {
        let start = (self.pieces.len() * Self::PIECE) as u32;
        let mut piece = String::with_capacity(Self::PIECE.max(text.len()));
        piece.push_str(text);
        self.pieces.push(piece);
        for _ in 1..text.len().div_ceil(Self::PIECE) {
            self.pieces.push(String::new());
        }
        Span { start, len: text.len() as u32 }
    }

    pub(crate) fn get(&self, span: Span) -> &str {
        let (piece, offset) = (span.start as usize / Self::PIECE, span.start as usize % Self::PIECE);
        self.pieces.get(piece).and_then(|piece| piece.get(offset..offset + span.len as usize)).unwrap_or_default()
    }
}
